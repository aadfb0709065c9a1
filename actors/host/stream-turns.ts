import { deadlineIn, type Deadline } from "./deadline.ts";

/** A turn was not started: too many wait, the wait was too long, or the host is stopping. Nothing was done. */
export class TurnRefused extends Error {
  override readonly name = "TurnRefused";
  readonly code: "Busy" | "ShuttingDown";

  constructor(code: "Busy" | "ShuttingDown", message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * One turn at a time per stream, in the order of arrival. The sidecar promises this too, but lets go of an actor when a
 * caller gives up, while that caller's turn may still be under way here.
 */
export interface StreamTurns {
  /** Runs `turn` after the turns before it. Throws `TurnRefused` if it was not started. */
  run<Result>(streamId: string, turn: (deadline: Deadline) => Promise<Result>): Promise<Result>;
  /** Refuses new turns from now on and resolves when those under way have ended. */
  stop(): Promise<void>;
  /** Turns that run or wait, over all streams. */
  pending(): number;
}

export interface TurnLimits {
  /** How long a turn may take from its arrival, waiting included. */
  readonly turnMs: number;
  readonly maxPendingPerStream: number;
}

export const createStreamTurns = ({ turnMs, maxPendingPerStream }: TurnLimits): StreamTurns => {
  const streams = new Map<string, { pending: number; last: Promise<void> }>();
  let pending = 0;
  let stopping = false;

  const line = (streamId: string): { pending: number; last: Promise<void> } => {
    const known = streams.get(streamId);
    if (known !== undefined) return known;
    const created = { pending: 0, last: Promise.resolve() };
    streams.set(streamId, created);
    return created;
  };

  const start = async <Result>(deadline: Deadline, turn: (deadline: Deadline) => Promise<Result>): Promise<Result> => {
    if (stopping) throw new TurnRefused("ShuttingDown", "the actor host is stopping");
    if (deadline.leftMs() === 0) throw new TurnRefused("Busy", `waited ${turnMs} ms for the turns before`);
    return turn(deadline);
  };

  return {
    run: async (streamId, turn) => {
      if (stopping) throw new TurnRefused("ShuttingDown", "the actor host is stopping");
      const mine = line(streamId);
      if (mine.pending >= maxPendingPerStream)
        throw new TurnRefused("Busy", `${mine.pending} turns are waiting for this stream`);
      const deadline = deadlineIn(turnMs);
      mine.pending += 1;
      pending += 1;
      const result = mine.last.then(async () => start(deadline, turn));
      mine.last = result.then(
        () => undefined,
        () => undefined,
      );
      try {
        return await result;
      } finally {
        mine.pending -= 1;
        pending -= 1;
        if (mine.pending === 0) streams.delete(streamId);
      }
    },
    stop: async () => {
      stopping = true;
      await Promise.all([...streams.values()].map(async (stream) => stream.last));
    },
    pending: () => pending,
  };
};
