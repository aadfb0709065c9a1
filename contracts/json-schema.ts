import { z } from "zod";

/** A JSON Schema (draft 7) as an object of its keywords. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A JSON Schema that was read from outside. */
export const jsonSchema = z.record(z.string(), z.unknown());

/** Formats that zod names and JSON Schema does not know; the pattern beside each says the same. */
const formatsOfZod: readonly unknown[] = ["starts_with", "ends_with", "includes", "regex"];

/**
 * The JSON Schema of what a zod schema takes. It says nothing of fields that are not named unless the zod schema is strict,
 * so a receiver is not told that there will never be others.
 */
export const jsonSchemaOf = (schema: z.ZodType): JsonSchema => {
  const { $schema: _draft, ...rest } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    override: ({ jsonSchema }) => {
      if (formatsOfZod.includes(jsonSchema.format)) delete jsonSchema.format;
    },
  });
  return rest;
};
