import type { RequestHandler, Response } from "express";

export interface Drain {
  readonly middleware: RequestHandler;
  /** From now on every connection ends with the answer that is on it, so that callers go elsewhere without losing one. */
  begin(): void;
}

const endConnection = (response: Response): void => {
  if (!response.headersSent) response.set("Connection", "close");
};

/**
 * Lets a stopping server lose its connections one by one. A server that merely stops listening goes on serving callers who
 * keep their connection alive, until the deadline cuts them off in the middle of a request.
 */
export const createDrain = (): Drain => {
  const unanswered = new Set<Response>();
  let draining = false;
  return {
    middleware: (_request, response, next) => {
      if (draining) endConnection(response);
      unanswered.add(response);
      response.once("close", () => unanswered.delete(response));
      next();
    },
    begin: () => {
      draining = true;
      unanswered.forEach(endConnection);
    },
  };
};
