import type { DatabaseSync } from "node:sqlite";
import { Refusal } from "../errors.ts";

/** What the group commit needs to know about the work's effects outside the database. */
export interface CommitHooks {
  /** Runs inside the transaction, before each request that may write. */
  readonly beforeRequest: () => void;
  /** Runs inside the transaction, just before it is committed. */
  readonly beforeCommit: () => void;
  /**
   * Runs inside the transaction after what a request wrote was undone: what is held in memory may be ahead of the database.
   * A request that is refused, or takes itself back, at least knew what it did; one that failed did not.
   */
  readonly afterUndo: (cause: "refused" | "failed") => void;
  /** Runs after the whole group was rolled back, for the same reason. */
  readonly afterRollback: () => void;
}

/** The disk refused a commit: nothing of the group is stored. */
export class CommitFailed extends Error {
  override readonly name = "CommitFailed";
}

/** Runs requests against the database so that many share one flush to disk. */
export interface GroupCommit {
  /**
   * Runs a request that may write. Whatever `work` throws undoes what it wrote; so does calling `undo` in it.
   * @param reply is called with the result once it is on disk
   * @param fail is called with what `work` threw, or with `CommitFailed`, or with what `reply` threw
   */
  write<Result>(
    work: (undo: () => void) => Result,
    reply: (result: Result) => void,
    fail: (error: unknown) => void,
  ): void;
  /** Runs a request that only reads. What it saw may not be on disk yet; then its reply waits until it is. */
  read<Result>(work: () => Result, reply: (result: Result) => void, fail: (error: unknown) => void): void;
  /** Commits what is pending. */
  flush(): void;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Fail = (error: unknown) => void;

/** Tells a request that it failed. When it cannot be told, nobody is left to tell: the others must not suffer from it. */
const refuse = (fail: Fail, error: unknown): void => {
  try {
    fail(error);
  } catch (untold) {
    process.stderr.write(`A request could not be told that it failed (${messageOf(error)}): ${messageOf(untold)}\n`);
  }
};

/** Answers a request; when that fails, the request is told so, and the others of its group go on. */
const answer = <Result>(reply: (result: Result) => void, result: Result, fail: Fail): void => {
  try {
    reply(result);
  } catch (error) {
    refuse(fail, error);
  }
};

interface Waiting {
  /** Tells the request what came of it. Never throws. */
  readonly settle: () => void;
  readonly fail: Fail;
}

/**
 * Makes the group commit of a database: the first write begins a transaction; all that arrive in the same turn of the
 * event loop join it; it is committed (flushed to disk) at the end of the turn, and only then are the replies sent.
 */
export const groupCommit = (database: DatabaseSync, hooks: CommitHooks): GroupCommit => {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const savepoint = database.prepare("SAVEPOINT request");
  const release = database.prepare("RELEASE request");
  const undo = database.prepare("ROLLBACK TO request");
  let waiting: Waiting[] = [];
  let open = false;

  const abandon = (cause: unknown): void => {
    const group = waiting;
    waiting = [];
    open = false;
    if (database.isTransaction) database.exec("ROLLBACK");
    hooks.afterRollback();
    const error = new CommitFailed(messageOf(cause), { cause });
    for (const { fail } of group) refuse(fail, error);
  };

  const flush = (): void => {
    if (!open) return;
    try {
      hooks.beforeCommit();
      commit.run();
    } catch (error) {
      abandon(error);
      return;
    }
    const group = waiting;
    waiting = [];
    open = false;
    for (const { settle } of group) settle();
  };

  const undoRequest = (): void => {
    undo.run();
    hooks.afterUndo("refused");
  };

  return {
    write(work, reply, fail) {
      try {
        if (!open) {
          begin.run();
          open = true;
          setImmediate(flush);
        }
        savepoint.run();
        hooks.beforeRequest();
      } catch (error) {
        refuse(fail, new CommitFailed(messageOf(error), { cause: error }));
        return;
      }
      let settle: () => void;
      try {
        const result = work(undoRequest);
        release.run();
        settle = () => answer(reply, result, fail);
      } catch (error) {
        // A full disk makes SQLite roll back everything, the other requests of the group too.
        if (!database.isTransaction) {
          refuse(fail, error);
          abandon(error);
          return;
        }
        undo.run();
        release.run();
        hooks.afterUndo(error instanceof Refusal ? "refused" : "failed");
        settle = () => refuse(fail, error);
      }
      waiting.push({ settle, fail });
    },
    read(work, reply, fail) {
      let settle: () => void;
      try {
        const result = work();
        settle = () => answer(reply, result, fail);
      } catch (error) {
        settle = () => refuse(fail, error);
      }
      if (open) waiting.push({ settle, fail });
      else settle();
    },
    flush,
  };
};
