import { queryCharge } from "../charges.ts";
import type { Answer } from "../http/answer.ts";
import type { Json } from "../json.ts";

/** Answers with a whole list of metadata resources. */
export const listAnswer = (
  rid: string,
  member: "Databases" | "DocumentCollections" | "Offers",
  documents: Json[],
): Answer => {
  const body = JSON.stringify({ _rid: rid, [member]: documents, _count: documents.length });
  return {
    status: 200,
    body,
    charge: queryCharge(documents.length, body.length),
    headers: { "x-ms-item-count": String(documents.length) },
  };
};
