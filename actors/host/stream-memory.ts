import type { LoadedStream } from "./loaded-stream.ts";

/** The streams of one actor type that are in memory. Bounded: the one used longest ago makes room. */
export interface StreamMemory<State> {
  get(streamId: string): LoadedStream<State> | undefined;
  set(streamId: string, stream: LoadedStream<State>): void;
  drop(streamId: string): void;
  size(): number;
}

/** An empty memory for at most `maxStreams` streams. */
export const createStreamMemory = <State>(maxStreams: number): StreamMemory<State> => {
  // A Map iterates in the order of insertion, so what is inserted again at each use is the order of use.
  const streams = new Map<string, LoadedStream<State>>();
  return {
    get: (streamId) => {
      const stream = streams.get(streamId);
      if (stream === undefined) return undefined;
      streams.delete(streamId);
      streams.set(streamId, stream);
      return stream;
    },
    set: (streamId, stream) => {
      streams.delete(streamId);
      streams.set(streamId, stream);
      if (streams.size <= maxStreams) return;
      const [oldest] = streams.keys();
      if (oldest !== undefined) streams.delete(oldest);
    },
    drop: (streamId) => {
      streams.delete(streamId);
    },
    size: () => streams.size,
  };
};
