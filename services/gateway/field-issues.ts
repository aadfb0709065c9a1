import type { z } from "zod";
import type { FieldIssue } from "../../actors/kernel/answer.ts";
import { fieldIssuesOf } from "../../actors/kernel/field-issues.ts";

/** What `schema` makes of `input`, or every wrong field. */
export const parseFields = <Output>(
  schema: z.ZodType<Output>,
  input: unknown,
): { readonly valid: true; readonly value: Output } | { readonly valid: false; readonly issues: FieldIssue[] } => {
  const parsed = schema.safeParse(input);
  return parsed.success ? { valid: true, value: parsed.data } : { valid: false, issues: fieldIssuesOf(parsed.error) };
};
