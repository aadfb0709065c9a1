/** One way in which a call can end; one that is the fault of the store or of Kafka happens only while that may fail. */
export interface Outcome {
  readonly label: string;
  readonly faultOf?: "store" | "kafka";
  readonly happen: () => void;
}

/** A call to the outside that was made and not answered yet. */
export interface Pending {
  readonly label: string;
  /** How it can end as things are now; the first is the good end. */
  readonly outcomes: () => readonly Outcome[];
  /** What it may still do after its caller has died. */
  readonly lateEffect: (() => void) | undefined;
}

/** A call's caller: gives the promise, and the pending call to be answered once. */
export interface Call<Answer> {
  readonly promise: Promise<Answer>;
  readonly answer: (value: Answer) => () => void;
  readonly fail: (message: string) => () => void;
}

export const newCall = <Answer>(): Call<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  return {
    promise,
    answer: (value) => () => resolve(value),
    fail: (message) => () => reject(new Error(message)),
  };
};

/** Runs all in order. */
export const all =
  (...steps: ReadonlyArray<() => void>) =>
  (): void => {
    for (const step of steps) step();
  };
