// @ts-check

/**
 * Finds the place in a query that the endpoint complained about.
 * @param {any} body the body of its answer, with a message of the form `Message: {"errors":[{"location":...}]}`
 * @returns {{start: number, end: number, message: string} | undefined}
 */
export const placeOfError = (body) => {
  const text = /\{[^]*\}/.exec(typeof body?.message === "string" ? body.message : "")?.[0];
  if (text === undefined) return undefined;
  try {
    const [error] = JSON.parse(text).errors;
    const { start, end } = error.location;
    if (!Number.isInteger(start) || !Number.isInteger(end)) return undefined;
    return { start, end, message: String(error.message) };
  } catch {
    return undefined;
  }
};

/**
 * Cuts a query into what stands before, in and after a place; a place at the very end, or of no length, gets one
 * character to be seen by.
 * @param {string} query
 * @param {{start: number, end: number}} place
 * @returns {{before: string, marked: string, after: string}}
 */
export const markedQuery = (query, { start, end }) => {
  const from = Math.min(Math.max(0, start), query.length);
  const to = Math.max(from + 1, Math.min(end, query.length));
  return { before: query.slice(0, from), marked: query.slice(from, to) || "␣", after: query.slice(to) };
};
