/** A call that an instance has made and that has not ended yet. */
export interface PendingCall {
  readonly label: string;
  readonly instance: string;
  /** `command` calls have a deadline in reality, far below the leases. */
  readonly kind: "command" | "other";
  /** What it is about: a message id, for commands. */
  readonly about: string;
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
    call: Pick<PendingCall, "label" | "instance" | "kind" | "about">,
    effect: () => Promise<Answer>,
    lost: () => Promise<Answer>,
  ): Promise<Answer>;
}

/** No calls. `lost` of a call gives, or throws, what its caller sees when there is no answer. */
export const createCalls = (): Calls => {
  const pending: PendingCall[] = [];
  const killed = new Set<string>();
  return {
    pending,
    kill: (instance) => {
      killed.add(instance);
    },
    make: async <Answer>(
      call: Pick<PendingCall, "label" | "instance" | "kind" | "about">,
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
  };
};
