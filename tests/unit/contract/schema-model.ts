import fc from "fast-check";
import { z } from "zod";
import { unreachable } from "../../../actors/kernel/decision.ts";
import type { Direction } from "../../../contracts/compatibility/compare-schemas.ts";
import { jsonSchemaOf } from "../../../contracts/json-schema.ts";
import type { JsonSchema } from "../../../contracts/json-schema.ts";

interface Field {
  readonly schema: Model;
  readonly required: boolean;
}

/** The schemas that a contract is made of. */
export type Model =
  | { readonly kind: "text" }
  | { readonly kind: "number" }
  | { readonly kind: "whole"; readonly minimum: number; readonly maximum: number }
  | { readonly kind: "values"; readonly values: readonly string[] }
  | { readonly kind: "list"; readonly items: Model; readonly maxItems: number }
  | { readonly kind: "nullable"; readonly of: Exclude<Model, { kind: "nullable" }> }
  | { readonly kind: "map"; readonly members: Model }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Field>>; readonly strict: boolean };

type ObjectModel = Extract<Model, { kind: "object" }>;
type NotNullable = Exclude<Model, { kind: "nullable" }>;

const zodOf = (model: Model): z.ZodType => {
  switch (model.kind) {
    case "text":
      return z.string();
    case "number":
      return z.number();
    case "whole":
      return z.int().min(model.minimum).max(model.maximum);
    case "values":
      return z.enum(model.values);
    case "list":
      return z.array(zodOf(model.items)).max(model.maxItems);
    case "nullable":
      return zodOf(model.of).nullable();
    case "map":
      return z.record(z.string(), zodOf(model.members));
    case "object": {
      const fields = Object.entries(model.fields).map(([name, { schema, required }]) => {
        const field = zodOf(schema);
        return [name, required ? field : field.optional()];
      });
      return model.strict ? z.strictObject(Object.fromEntries(fields)) : z.object(Object.fromEntries(fields));
    }
    default:
      return unreachable(model);
  }
};

/** The JSON Schema as the contract has it: what zod makes of it. */
export const jsonSchemaOfModel = (model: Model): JsonSchema => jsonSchemaOf(zodOf(model));

/** A schema that differs in one thing, and in which directions that breaks somebody. */
export interface Mutation {
  readonly name: string;
  readonly changed: Model;
  readonly breaks: Readonly<Record<Direction, boolean>>;
}

const mutation = (name: string, changed: Model, published: boolean, accepted: boolean): Mutation => ({
  name,
  changed,
  breaks: { published, accepted },
});

/** The same changes, of a part within a whole. */
const within = (place: string, changes: readonly Mutation[], rebuild: (changed: Model) => Model): Mutation[] =>
  changes.map(({ name, changed, breaks }) => ({ name: `${name} ${place}`, changed: rebuild(changed), breaks }));

const withField = (model: ObjectModel, name: string, field: Field): ObjectModel => ({
  ...model,
  fields: { ...model.fields, [name]: field },
});

const withoutField = (model: ObjectModel, removed: string): ObjectModel => ({
  ...model,
  fields: Object.fromEntries(Object.entries(model.fields).filter(([name]) => name !== removed)),
});

const fieldMutations = (model: ObjectModel, name: string, { schema, required }: Field): Mutation[] => [
  mutation(`the field ${name} is removed`, withoutField(model, name), true, model.strict),
  required
    ? mutation(`${name} is made optional`, withField(model, name, { schema, required: false }), true, false)
    : mutation(`${name} is made required`, withField(model, name, { schema, required: true }), false, true),
  ...within(`in ${name}`, mutationsOf(schema), (changed) => withField(model, name, { schema: changed, required })),
];

const objectMutations = (model: ObjectModel): Mutation[] => [
  ...Object.entries(model.fields).flatMap(([name, field]) => fieldMutations(model, name, field)),
  mutation(
    "an optional field is added",
    withField(model, "new", { schema: text, required: false }),
    model.strict,
    false,
  ),
  mutation("a required field is added", withField(model, "new", { schema: text, required: true }), model.strict, true),
  mutation("other fields are treated otherwise", { ...model, strict: !model.strict }, model.strict, !model.strict),
];

const text: NotNullable = { kind: "text" };

const ownMutations = (model: NotNullable): Mutation[] => {
  switch (model.kind) {
    case "text":
      return [
        mutation("text becomes a whole number", { kind: "whole", minimum: 0, maximum: 9 }, true, true),
        mutation("text becomes listed values", { kind: "values", values: ["a", "b"] }, true, true),
        mutation("text becomes a list of texts", { kind: "list", items: text, maxItems: 9 }, true, true),
      ];
    case "number":
      return [mutation("a number becomes text", text, true, true)];
    case "whole":
      return [
        mutation("a whole number becomes text", text, true, true),
        mutation("a whole number becomes any", { kind: "number" }, true, false),
        mutation("the maximum is raised", { ...model, maximum: model.maximum + 1 }, true, false),
        mutation("the maximum is lowered", { ...model, maximum: model.maximum - 1 }, false, true),
        mutation("the minimum is raised", { ...model, minimum: model.minimum + 1 }, false, true),
        mutation("the minimum is lowered", { ...model, minimum: model.minimum - 1 }, true, false),
      ];
    case "values":
      return [
        mutation(
          "a value is added",
          { ...model, values: [...model.values, `new ${model.values.length}`] },
          true,
          false,
        ),
        mutation("a value is removed", { ...model, values: model.values.slice(1) }, true, true),
        mutation("listed values become text", text, true, false),
      ];
    case "list":
      return [
        mutation("a list becomes its item", model.items, true, true),
        mutation("more items are allowed", { ...model, maxItems: model.maxItems + 1 }, true, false),
        mutation("fewer items are allowed", { ...model, maxItems: model.maxItems - 1 }, false, true),
        ...within("in an item", mutationsOf(model.items), (items) => ({ ...model, items })),
      ];
    case "map":
      return within("in a member", mutationsOf(model.members), (members) => ({ ...model, members }));
    case "object":
      return objectMutations(model);
    default:
      return unreachable(model);
  }
};

/** Every way to change a schema in one thing that somebody could think of. */
export const mutationsOf = (model: Model): Mutation[] => {
  if (model.kind !== "nullable") {
    return [...ownMutations(model), mutation("null is added", { kind: "nullable", of: model }, true, false)];
  }
  return [
    mutation("null is removed", model.of, false, true),
    ...ownMutations(model.of).flatMap((own) =>
      own.changed.kind === "nullable" ? [] : [{ ...own, changed: { kind: "nullable" as const, of: own.changed } }],
    ),
  ];
};

const leaf: fc.Arbitrary<NotNullable> = fc.oneof(
  fc.constant(text),
  fc.constant({ kind: "number" as const }),
  fc.record({
    kind: fc.constant("whole" as const),
    minimum: fc.integer({ min: -5, max: 0 }),
    maximum: fc.integer({ min: 2, max: 5 }),
  }),
  fc.record({
    kind: fc.constant("values" as const),
    values: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 3 }),
  }),
);

const nested = (depth: number): fc.Arbitrary<Model> => {
  if (depth === 0) return leaf;
  const part = nested(depth - 1);
  const field = fc.record({ schema: part, required: fc.boolean() });
  const whole: fc.Arbitrary<NotNullable> = fc.oneof(
    leaf,
    fc.record({ kind: fc.constant("list" as const), items: leaf, maxItems: fc.integer({ min: 2, max: 4 }) }),
    fc.record({ kind: fc.constant("list" as const), items: part, maxItems: fc.integer({ min: 2, max: 4 }) }),
    fc.record({ kind: fc.constant("map" as const), members: part }),
    fc.record({
      kind: fc.constant("object" as const),
      fields: fc.dictionary(fc.constantFrom("one", "two", "three"), field, { noNullPrototype: true }),
      strict: fc.boolean(),
    }),
  );
  return fc.oneof(
    { weight: 3, arbitrary: whole },
    whole.map((of): Model => ({ kind: "nullable", of })),
  );
};

/** Any schema, not too deep. */
export const anyModel: fc.Arbitrary<Model> = nested(3);

/** Any value that a schema allows, but for fields that it does not name. */
export const valueOf = (model: Model): fc.Arbitrary<unknown> => {
  switch (model.kind) {
    case "text":
      return fc.string({ maxLength: 3 });
    case "number":
      return fc.oneof(fc.integer(), fc.constantFrom(0.5, -7.25));
    case "whole":
      return fc.integer({ min: model.minimum, max: model.maximum });
    case "values":
      return fc.constantFrom(...model.values);
    case "list":
      return fc.array(valueOf(model.items), { maxLength: model.maxItems });
    case "nullable":
      return fc.option(valueOf(model.of));
    case "map":
      return fc.dictionary(fc.constantFrom("one", "two", "new"), valueOf(model.members), { noNullPrototype: true });
    case "object": {
      const entries = Object.entries(model.fields);
      return fc.record(Object.fromEntries(entries.map(([name, { schema }]) => [name, valueOf(schema)])), {
        requiredKeys: entries.filter(([, { required }]) => required).map(([name]) => name),
        noNullPrototype: true,
      });
    }
    default:
      return unreachable(model);
  }
};
