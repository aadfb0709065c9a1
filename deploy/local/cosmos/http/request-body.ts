import type { IncomingMessage } from "node:http";

/** How a body came to its end. */
export interface BodyOutcomes {
  readonly whole: (body: string) => void;
  readonly tooLarge: () => void;
}

/** What is too large is read on as far as this many times the limit, so that the client gets to see the answer. */
const DRAINED_TIMES = 8;

/**
 * Reads a request's body.
 * @param limit the most bytes it may have; what is more is forgotten
 */
export const readBody = (request: IncomingMessage, limit: number, { whole, tooLarge }: BodyOutcomes): void => {
  let chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks = [];
    if (size > limit * DRAINED_TIMES) request.destroy();
  });
  request.on("end", () => {
    if (size > limit) tooLarge();
    else whole((chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)).toString("utf8"));
  });
};
