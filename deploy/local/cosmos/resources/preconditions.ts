import { Refusal } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { header, type WireRequest } from "../http/request.ts";
import { matchesEtag } from "./items.ts";

/** Holds a request against what it is to change. @throws Refusal (412) when If-Match names another version of it */
export const checkIfMatch = (request: WireRequest, etag: string): void => {
  const ifMatch = header(request, "if-match");
  if (ifMatch !== undefined && !matchesEtag(ifMatch, etag)) {
    throw new Refusal(412, "One of the specified pre-condition is not met.");
  }
};

/** Leaves the body out of an answer (304) when If-None-Match says that the client has it. */
export const unlessKnown = (request: WireRequest, answer: Answer): Answer => {
  const known = header(request, "if-none-match");
  const isKnown = known !== undefined && answer.etag !== undefined && matchesEtag(known, answer.etag);
  return isKnown ? { ...answer, status: 304, body: "" } : answer;
};
