// @ts-check

/**
 * Splits a partition key path such as `/a/"b c"` into property names.
 * @param {string} path
 * @returns {string[]}
 */
const stepsOf = (path) =>
  (path.match(/\/(?:"(?:[^"\\]|\\.)*"|[^/"]+)/g) ?? []).map((step) =>
    step[1] === '"' ? step.slice(2, -1).replace(/\\(.)/g, "$1") : step.slice(1),
  );

/**
 * Takes an item's partition key, as it is sent: `{}` stands for a property that is not there.
 * @param {readonly string[]} paths the paths of the container's partition key
 * @param {any} item
 * @returns {any[]}
 */
export const partitionKeyOf = (paths, item) =>
  paths.map((path) => {
    const value = stepsOf(path).reduce((outer, step) => outer?.[step], item);
    return value === undefined || (typeof value === "object" && value !== null) ? {} : value;
  });

/**
 * A partition key as a person reads it.
 * @param {readonly any[]} key
 * @returns {string}
 */
export const shownKey = (key) =>
  key
    .map((part) =>
      typeof part === "object" && part !== null ? "(none)" : typeof part === "string" ? part : String(part),
    )
    .join(" / ");

/**
 * Writes JSON in ASCII, since a header can carry nothing else.
 * @param {any} value
 * @returns {string}
 */
export const asciiJson = (value) =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
