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
  if (/[/\\?#]/.test(id) || id.endsWith(" ") || id.length > LONGEST_ID) {
    throw badRequest(
      `The id '${id}' is longer than ${LONGEST_ID} characters, ends with a space or contains one of / \\ ? #.`,
    );
  }
  return id;
};
