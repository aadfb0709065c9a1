import type { z } from "zod";
import type { FieldIssue } from "./answer.ts";

const joined = (path: readonly PropertyKey[]): string => path.map(String).join(".");

/**
 * Every wrong field that zod found. Each unknown field becomes an issue of its own, so that the caller reads its name where
 * every other name is; `unknownField` says what is wrong with it.
 */
export const fieldIssuesOf = (error: z.ZodError, unknownField = "is not known here"): FieldIssue[] =>
  error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ field: joined([...issue.path, key]), message: unknownField }))
      : [{ field: joined(issue.path), message: issue.message }],
  );

/** The issues on one line, for a message or a log. */
export const describeIssues = (issues: readonly FieldIssue[]): string =>
  issues.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`)).join("; ");
