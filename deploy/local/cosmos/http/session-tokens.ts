import type { Endpoint } from "../endpoint.ts";
import { badRequest, Refusal, SUBSTATUS } from "../errors.ts";
import { scopeOf } from "../feed/scope.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { header, type WireRequest } from "./request.ts";

/** What a client has seen of one range. */
interface SeenRange {
  readonly range: string;
  readonly lsn: number;
}

/** `<range>:<version>#<lsn>`, and from the second version on, `#<region>=<lsn>` for each region. */
const TOKEN = /^(\d+):-?\d+#(-?\d+)(?:#\d+=-?\d+)*$/;

/**
 * Reads a session token: one part for each range, separated by commas.
 * @throws Refusal (400) when it is malformed
 */
export const parseSessionToken = (token: string): SeenRange[] =>
  token.split(",").map((part) => {
    const [, range, lsn] = TOKEN.exec(part.trim()) ?? [];
    if (range === undefined || lsn === undefined) throw badRequest(`The session token '${part}' is not valid.`);
    return { range, lsn: Number(lsn) };
  });

const isOfRange = ({ id, parents }: Range, name: string): boolean => id === name || parents.includes(name);

/**
 * Checks that a reader sees all that its session token says it has seen or written. A token of a range that was split
 * holds for what came of it.
 * @throws Refusal (404, substatus 1002) when a range has not got that far, (400) when the token is malformed
 */
export const checkSession = ({ settings }: Endpoint, container: Container, request: WireRequest): void => {
  const token = header(request, "x-ms-session-token");
  if (token === undefined) return;
  const seen = parseSessionToken(token);
  const level = header(request, "x-ms-consistency-level") ?? settings.consistency;
  if (level.toLowerCase() !== "session") return;
  for (const range of scopeOf(container, request).ranges) {
    if (seen.some((part) => part.lsn > range.lsn && isOfRange(range, part.range))) {
      throw new Refusal(
        404,
        `The read session is not available for the input session token '${token}'.`,
        SUBSTATUS.readSessionNotAvailable,
      );
    }
  }
};
