// @ts-check

/** The members that the system adds to an item. */
const SYSTEM_MEMBERS = ["_rid", "_self", "_etag", "_attachments", "_ts", "_lsn"];

/** The name of the column of results that are no objects. */
export const VALUE_COLUMN = "value";

/** @param {string} name */
export const isSystemMember = (name) => SYSTEM_MEMBERS.includes(name);

/** @param {any} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The columns of a table of results: the members in the order in which they first come, the system's last.
 * @param {readonly any[]} results
 * @returns {string[]}
 */
export const columnsOf = (results) => {
  const names = new Set(results.filter(isObject).flatMap((result) => Object.keys(result)));
  const hasValues = results.some((result) => !isObject(result));
  return [
    ...(hasValues ? [VALUE_COLUMN] : []),
    ...[...names].filter((name) => !isSystemMember(name) && !(hasValues && name === VALUE_COLUMN)),
    ...[...names].filter(isSystemMember),
  ];
};

/**
 * What stands in a cell; nothing for a member that is not there.
 * @param {any} result
 * @param {string} column
 * @returns {string}
 */
export const cellOf = (result, column) => {
  const value = isObject(result) ? result[column] : column === VALUE_COLUMN ? result : undefined;
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
};

/**
 * A piece of formatted JSON.
 * @typedef {object} Token
 * @property {string} text
 * @property {"name" | "string" | "number" | "word" | "mark"} kind
 * @property {boolean} isSystem whether it belongs to what the system added
 */

/** @param {any} value @returns {Token["kind"]} */
const kindOf = (value) => (typeof value === "string" ? "string" : typeof value === "number" ? "number" : "word");

/**
 * Formats JSON, two spaces deep for each level, in pieces that can be told apart.
 * @param {any} value
 * @returns {Token[]}
 */
export const jsonTokens = (value) => {
  /** @type {Token[]} */
  const tokens = [];
  /** @param {any} part @param {string} indent @param {boolean} isSystem @param {boolean} isItem whether it may be an item */
  const write = (part, indent, isSystem, isItem) => {
    /** @param {string} text @param {Token["kind"]} [kind] @param {boolean} [dim] */
    const put = (text, kind = "mark", dim = isSystem) => tokens.push({ text, kind, isSystem: dim });
    if (typeof part !== "object" || part === null) {
      put(JSON.stringify(part), kindOf(part));
      return;
    }
    const [open, close] = Array.isArray(part) ? ["[", "]"] : ["{", "}"];
    const entries = Object.entries(part);
    put(open);
    for (const [index, [name, member]] of entries.entries()) {
      const dim = isSystem || (isItem && isObject(part) && isSystemMember(name));
      put(`\n${indent}  `);
      if (isObject(part)) {
        put(JSON.stringify(name), "name", dim);
        put(": ", "mark", dim);
      }
      // A list of items has its items one level down.
      write(member, `${indent}  `, dim, isItem && Array.isArray(part));
      if (index < entries.length - 1) put(",", "mark", dim);
    }
    put(entries.length === 0 ? close : `\n${indent}${close}`);
  };
  write(value, "", false, true);
  return tokens;
};
