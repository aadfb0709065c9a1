/** A function that alters one object and gives every variant that comes of it. */
type Alter = (fields: object) => object[];

/** Every value that comes of altering one object anywhere inside `value`. */
const alteredOnce = (value: unknown, alter: Alter): unknown[] => {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => alteredOnce(item, alter).map((other) => value.with(index, other)));
  }
  if (typeof value !== "object" || value === null) return [];
  const deeper = Object.entries(value).flatMap(([name, member]) =>
    alteredOnce(member, alter).map((other) => ({ ...value, [name]: other })),
  );
  return [...alter(value), ...deeper];
};

/** Every variant of a JSON value that lacks one of its fields, at any depth. */
export const withoutOneField = (value: unknown): unknown[] =>
  alteredOnce(value, (fields) =>
    Object.keys(fields).map((gone) => Object.fromEntries(Object.entries(fields).filter(([name]) => name !== gone))),
  );

/** Every variant of a JSON value in which one of its objects, at any depth, has a field more. */
export const withOneFieldMore = (value: unknown): unknown[] =>
  alteredOnce(value, (fields) => [{ ...fields, unexpected: 1 }]);
