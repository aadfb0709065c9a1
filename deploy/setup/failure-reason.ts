/** Why something failed, in one line: the innermost messages, since clients wrap what a server said in "request failed". */
export const failureReason = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(failureReason))].join("; ");
  }
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return failureReason(error.cause);
  return error.message === "" ? error.name : error.message;
};
