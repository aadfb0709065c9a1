import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { errorCode } from "./error-code.ts";
import { identify, isRunning, type ProcessIdentity } from "./process-identity.ts";

const identity = z.object({ pid: z.int(), started: z.string() });
const content = z.object({
  launcher: identity,
  portBase: z.int(),
  processes: z.array(identity.extend({ name: z.string() })),
});

/** What the lock file of a stack says: who holds it, and which processes it has started. */
export type LockContent = z.infer<typeof content>;

export interface StackLock {
  readonly file: string;
  /** Records a started process, before anything else happens to it. */
  readonly add: (name: string, pid: number) => void;
  /** Forgets a process that has ended. */
  readonly remove: (name: string) => void;
  /** Gives the data directory free. */
  readonly release: () => void;
}

/** Another stack uses the data directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = "DataDirectoryInUse";
}

/** Reads a lock file; undefined when there is none, or when it is not one. */
export const readLock = (file: string): LockContent | undefined => {
  try {
    return content.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
};

/**
 * Takes the data directory for this process.
 *
 * @param file the lock file
 * @param portBase noted in the file, for people
 * @param endLeftovers ends the processes that a stack which died has left behind
 * @throws DataDirectoryInUse while another launcher holds it
 */
export const takeLock = async (
  file: string,
  portBase: number,
  endLeftovers: (stale: LockContent) => Promise<void>,
): Promise<StackLock> => {
  const launcher = identify(process.pid);
  if (launcher === undefined) throw new Error("the launcher cannot tell when it was started itself");
  let state: LockContent = { launcher, portBase, processes: [] };
  while (!createWhole(file, state)) {
    const found = readLock(file);
    if (found !== undefined && isRunning(found.launcher)) throw inUse(file, found);
    const stale = setAside(file, launcher);
    if (stale !== undefined) await endLeftovers(stale);
  }
  const update = (processes: LockContent["processes"]): void => {
    state = { ...state, processes };
    replace(file, state);
  };
  return {
    file,
    add: (name, pid) => {
      const started = identify(pid);
      if (started !== undefined)
        update([...state.processes.filter((entry) => entry.name !== name), { name, ...started }]);
    },
    remove: (name) => update(state.processes.filter((entry) => entry.name !== name)),
    release: () => rmSync(file, { force: true }),
  };
};

const draftOf = (file: string): string => `${file}.${process.pid}`;

// A link is made whole or not at all, so that nobody ever reads half a lock.
const createWhole = (file: string, state: LockContent): boolean => {
  const draft = draftOf(file);
  writeFileSync(draft, JSON.stringify(state));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
};

const replace = (file: string, state: LockContent): void => {
  writeFileSync(draftOf(file), JSON.stringify(state));
  renameSync(draftOf(file), file);
};

/**
 * Moves a lock out of the way whose launcher is gone. If another launcher has taken it over in the same moment,
 * what was moved is that one's living lock: then it is put back.
 */
const setAside = (file: string, launcher: ProcessIdentity): LockContent | undefined => {
  const aside = `${file}.stale-${launcher.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    // It was removed in the meantime, which is as good.
    return undefined;
  }
  const moved = readLock(aside);
  if (moved !== undefined && isRunning(moved.launcher)) {
    linkSync(aside, file);
    rmSync(aside);
    throw inUse(file, moved);
  }
  rmSync(aside);
  return moved;
};

const inUse = (file: string, holder: LockContent): DataDirectoryInUse =>
  new DataDirectoryInUse(
    `Another stack (process ${holder.launcher.pid}, ORDERS_PORT_BASE=${holder.portBase}) uses this data directory: ` +
      `${file} is its lock. Stop it, or set ORDERS_DATA_DIR to another folder and ORDERS_PORT_BASE to another port.`,
  );
