/** Bounds how many calls are under way at a time; the others wait in the order in which they came. */
export interface CallSlots {
  /**
   * Waits for a free slot and runs `task` with the milliseconds that are left of `timeoutMs`. Throws `NoFreeSlot` if none
   * got free in time; the task was not started then.
   */
  run<Result>(timeoutMs: number, task: (leftMs: number) => Promise<Result>): Promise<Result>;
  /** How many calls are under way, and how many wait. */
  occupancy(): { readonly running: number; readonly waiting: number };
}

export class NoFreeSlot extends Error {
  override readonly name = "NoFreeSlot";
}

/** `count` slots, all free. */
export const createCallSlots = (count: number): CallSlots => {
  const waiting = new Set<() => void>();
  let running = 0;

  const take = async (timeoutMs: number): Promise<void> => {
    if (running < count) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve, fail) => {
      const timer = setTimeout(() => {
        waiting.delete(granted);
        fail(new NoFreeSlot(`no free slot within ${timeoutMs} ms: ${running} running, ${waiting.size} more waiting`));
      }, timeoutMs);
      const granted = (): void => {
        clearTimeout(timer);
        resolve();
      };
      waiting.add(granted);
    });
  };

  /** A slot goes from hand to hand: with someone waiting, `running` stays as it is. */
  const giveBack = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      running -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    run: async (timeoutMs, task) => {
      const startedAt = performance.now();
      await take(Math.max(0, timeoutMs));
      try {
        return await task(Math.max(1, timeoutMs - (performance.now() - startedAt)));
      } finally {
        giveBack();
      }
    },
    occupancy: () => ({ running, waiting: waiting.size }),
  };
};
