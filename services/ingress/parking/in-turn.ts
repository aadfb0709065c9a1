/** Runs one task at a time for each key, in the order in which they came. */
export type InTurn = <Result>(key: string, task: () => Promise<Result>) => Promise<Result>;

/**
 * The sidecar delivers the records of a partition one after the other, except that, after a rebalance, the first of a new
 * session may come while the last of the old one is still being handled here.
 */
export const createInTurn = (): InTurn => {
  const last = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = last.get(key) ?? Promise.resolve();
    const result = before.then(task);
    const ended = result.catch(() => undefined);
    last.set(key, ended);
    try {
      return await result;
    } finally {
      if (last.get(key) === ended) last.delete(key);
    }
  };
};
