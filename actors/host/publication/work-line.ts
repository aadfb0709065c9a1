/**
 * Streams that wait for one kind of work, by id. New ones are served in order; one whose work failed waits for a back-off
 * of its own, and for the line's: when everything fails, the line as a whole is tried less and less often, down to a floor,
 * and for ever.
 */
export interface WorkLine {
  /** Joins the line; the work is due then, if not tried earlier together with others. Does nothing if already in it. */
  readonly add: (streamId: string, dueAt: number) => void;
  /** Whether anything is due. */
  readonly isDue: (now: number) => boolean;
  /** When something will be due; undefined if nothing waits. */
  readonly nextDueAt: () => number | undefined;
  /** Takes streams out of the line, those that failed before first, until `admit` answers false. */
  readonly take: (now: number, admit: (streamId: string) => boolean) => readonly string[];
  /** The work of some streams was done together; those that failed are in line again. */
  readonly done: (succeeded: readonly string[], failed: readonly string[], now: number) => void;
}

export interface RetryDelays {
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

export const createWorkLine = ({ firstRetryMs, longestRetryMs }: RetryDelays): WorkLine => {
  const fresh = new Map<string, number>();
  const retrying = new Map<string, number>();
  const failures = new Map<string, number>();
  let failuresInARow = 0;
  let retriesFrom = 0;

  const delayAfter = (failures: number): number => Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));

  const earliest = (): number => {
    let earliest = Number.POSITIVE_INFINITY;
    for (const dueAt of fresh.values()) earliest = Math.min(earliest, dueAt);
    for (const notBefore of retrying.values()) earliest = Math.min(earliest, Math.max(notBefore, retriesFrom));
    return earliest;
  };

  return {
    add: (streamId, dueAt) => {
      if (!fresh.has(streamId) && !retrying.has(streamId)) fresh.set(streamId, dueAt);
    },

    isDue: (now) => earliest() <= now,

    nextDueAt: () => {
      const next = earliest();
      return Number.isFinite(next) ? next : undefined;
    },

    take: (now, admit) => {
      const taken: string[] = [];
      if (retriesFrom <= now) {
        for (const [streamId, notBefore] of retrying) {
          if (notBefore > now) continue;
          if (!admit(streamId)) return taken;
          retrying.delete(streamId);
          taken.push(streamId);
        }
      }
      for (const streamId of fresh.keys()) {
        if (!admit(streamId)) return taken;
        fresh.delete(streamId);
        taken.push(streamId);
      }
      return taken;
    },

    done: (succeeded, failed, now) => {
      failuresInARow = succeeded.length > 0 ? 0 : failuresInARow + 1;
      retriesFrom = failuresInARow === 0 ? now : now + delayAfter(failuresInARow);
      for (const streamId of succeeded) failures.delete(streamId);
      for (const streamId of failed) {
        const count = (failures.get(streamId) ?? 0) + 1;
        failures.set(streamId, count);
        retrying.set(streamId, now + delayAfter(count));
      }
    },
  };
};
