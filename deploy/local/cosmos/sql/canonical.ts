import { compareText, type Value } from "./values.ts";

/**
 * A text that two values share exactly when they are equal: the order of an object's members does not count, and
 * what is undefined equals itself. DISTINCT and GROUP BY tell values apart by it.
 */
export const canonical = (value: Value): string => {
  if (value === undefined) return "u";
  if (typeof value === "string") return JSON.stringify(value);
  // Minus zero equals zero.
  if (typeof value === "number") return String(value === 0 ? 0 : value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
};
