import type { SQLOutputValue } from "node:sqlite";

/** A row as node:sqlite gives it. */
export type Row = Record<string, SQLOutputValue>;

/** The text in a column. @throws Error when the column holds none, which means that the schema is not what it should be */
export const text = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value !== "string") throw new Error(`Column ${column} holds no text.`);
  return value;
};

/** The integer in a column. @throws Error when the column holds none */
export const integer = (row: Row, column: string): number => {
  const value = row[column];
  if (typeof value !== "number") throw new Error(`Column ${column} holds no integer.`);
  return value;
};

/** The integer in a column, or undefined when it is empty. */
export const optionalInteger = (row: Row, column: string): number | undefined => {
  const value = row[column];
  return typeof value === "number" ? value : undefined;
};
