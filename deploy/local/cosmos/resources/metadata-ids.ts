import { badRequest } from "../errors.ts";
import type { JsonObject } from "../json.ts";

const LONGEST_ID = 255;

/**
 * Takes the id of a database or container from its definition.
 * @throws Refusal (400) when it is missing, too long, or has a character that a path or a link cannot carry
 */
export const metadataId = (definition: JsonObject): string => {
  const id = definition["id"];
  if (typeof id !== "string" || id === "")
    throw badRequest("The required property 'id' is missing or not a non-empty string.");
  if (id.length > LONGEST_ID) {
    throw badRequest(`Ensure to provide a unique non-empty string less than '${LONGEST_ID}' characters.`);
  }
  if (/[/\\?#]/.test(id) || id.endsWith(" ")) {
    throw badRequest(`The id '${id}' ends with a space or contains one of / \\ ? #.`);
  }
  // Half a surrogate pair has no UTF-8, and so no percent-encoding: no link could name it.
  if (!id.isWellFormed()) throw badRequest("The id is not valid Unicode: it has half of a surrogate pair.");
  return id;
};
