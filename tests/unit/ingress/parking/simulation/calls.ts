/** A call that an instance has made and that has not ended yet. */
export interface PendingCall {
  readonly label: string;
  readonly instance: string;
  /** The command id that it carries out, if any. */
  readonly about: string;
  readonly startedAtMs: number;
  /** Does what was asked for and answers. */
  readonly succeed: () => Promise<void>;
  /** Fails without having done anything. */
  readonly fail: () => void;
  /** Does what was asked for, and the answer is lost. */
  readonly loseAnswer: () => Promise<void>;
}

/** The calls under way. Each ends when the simulation says so. */
export interface Calls {
  readonly pending: PendingCall[];
  /** The instance never learns of anything any more, and asks for nothing; what it has asked for may still happen. */
  kill(instance: string): void;
  make<Answer>(
    call: Pick<PendingCall, "label" | "instance" | "about">,
    effect: () => Promise<Answer>,
    lost: () => Promise<Answer>,
  ): Promise<Answer>;
  /** Ends the calls that have taken longer than any real one may. */
  expire(): void;
}

/** Every call has a deadline, far below that of a lease. */
const longestMs = 20_000;

/** No calls. `lost` of a call gives, or throws, what its caller sees when there is no answer. */
export const createCalls = (nowMs: () => number): Calls => {
  const pending: PendingCall[] = [];
  const killed = new Set<string>();
  return {
    pending,
    kill: (instance) => {
      killed.add(instance);
    },
    make: async <Answer>(
      call: Pick<PendingCall, "label" | "instance" | "about">,
      effect: () => Promise<Answer>,
      lost: () => Promise<Answer>,
    ): Promise<Answer> => {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      if (killed.has(call.instance)) return promise;
      const settle = (answer: Promise<Answer>): void => {
        if (killed.has(call.instance)) answer.catch(() => undefined);
        else answer.then(resolve, reject);
      };
      const end = (): void => void pending.splice(pending.indexOf(entry), 1);
      const entry: PendingCall = {
        ...call,
        startedAtMs: nowMs(),
        succeed: async () => {
          end();
          const answer = effect();
          settle(answer);
          await answer.catch(() => undefined);
        },
        fail: () => {
          end();
          settle(lost());
        },
        loseAnswer: async () => {
          end();
          await effect().catch(() => undefined);
          settle(lost());
        },
      };
      pending.push(entry);
      return promise;
    },
    expire: () => {
      for (const call of pending.filter(({ startedAtMs }) => nowMs() - startedAtMs > longestMs)) call.fail();
    },
  };
};
