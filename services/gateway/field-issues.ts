import type { z } from "zod";
import type { FieldIssue } from "../../actors/kernel/answer.ts";

const joined = (path: readonly PropertyKey[]): string => path.map(String).join(".");

/** Every wrong field that zod found, an unknown field by its own name. */
export const fieldIssuesOf = (error: z.ZodError): FieldIssue[] =>
  error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ field: joined([...issue.path, key]), message: "is not known here" }))
      : [{ field: joined(issue.path), message: issue.message }],
  );

/** What `schema` makes of `input`, or every wrong field. */
export const parseFields = <Output>(
  schema: z.ZodType<Output>,
  input: unknown,
): { readonly valid: true; readonly value: Output } | { readonly valid: false; readonly issues: FieldIssue[] } => {
  const parsed = schema.safeParse(input);
  return parsed.success ? { valid: true, value: parsed.data } : { valid: false, issues: fieldIssuesOf(parsed.error) };
};
