import { boundedMatch } from "./bounded-match.ts";

const SPECIAL = /[\\^$.*+?()[\]{}|]/g;

/**
 * Makes the test of a LIKE pattern: `%` is any text, `_` one character, `[abc]` and `[^abc]` one of a set. It throws a
 * `Refusal` (400) for a text on which it takes too long.
 * @param escape the character that makes the next one stand for itself
 */
export const likeTest = (pattern: string, escape: string | undefined): ((text: string) => boolean) => {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern.charAt(at);
    const set = letter === "[" ? /^\[(\^?)([^\]]+)\]/.exec(pattern.slice(at)) : null;
    if (letter === escape && at + 1 < pattern.length) source += pattern.charAt(++at).replace(SPECIAL, "\\$&");
    else if (letter === "%") source += "[\\s\\S]*";
    else if (letter === "_") source += "[\\s\\S]";
    else if (set?.[2] !== undefined) {
      source += `[${set[1]}${set[2].replace(/[\\\]^]/g, "\\$&")}]`;
      at += set[0].length - 1;
    } else source += letter.replace(SPECIAL, "\\$&");
  }
  return boundedMatch(`^${source}$`, "");
};
