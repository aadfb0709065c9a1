import type { z } from "zod";
import type { ParsedCommand } from "./aggregate.ts";
import { fieldIssuesOf } from "./field-issues.ts";

/** Enough to name every wrong field of the largest valid command; a flood of unknown fields is cut here. */
const maximumIssues = 1_000;

/** Makes a parser that turns a command's fields into the command. */
export const commandOf = <Type extends string, Fields extends z.ZodObject>(type: Type, fields: Fields) =>
  fields.transform((parsed) => ({ ...parsed, type }));

/**
 * Parses the fields of a command by the parser registered for its type.
 *
 * @returns the command, or every wrong field; never throws. An unknown type is an issue of the field `type`.
 */
export const parseCommandWith = <Command>(
  parsers: Readonly<Record<string, z.ZodType<Command>>>,
  type: string,
  fields: unknown,
): ParsedCommand<Command> => {
  const parser = Object.hasOwn(parsers, type) ? parsers[type] : undefined;
  if (parser === undefined) {
    const known = Object.keys(parsers).join(", ");
    return { valid: false, issues: [{ field: "type", message: `must be one of ${known}` }] };
  }
  const result = parser.safeParse(fields);
  return result.success
    ? { valid: true, command: result.data }
    : { valid: false, issues: fieldIssuesOf(result.error, "is not a field of this command").slice(0, maximumIssues) };
};
