import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Refusal } from "../../../deploy/local/cosmos/errors.ts";
import { CommitFailed, type GroupCommit, groupCommit } from "../../../deploy/local/cosmos/storage/group-commit.ts";

let database: DatabaseSync;
let commits: GroupCommit;
let events: string[];
let breakCommit: boolean;

const insert = (value: string): void => {
  database.prepare("INSERT INTO t VALUES (?)").run(value);
};
const stored = (): unknown[] =>
  database
    .prepare("SELECT a FROM t ORDER BY a")
    .all()
    .map((row) => row["a"]);
const replies =
  (what: string): ((result: unknown) => void) =>
  () =>
    void events.push(`${what} answered`);
const fails =
  (what: string): ((error: unknown) => void) =>
  (error) =>
    void events.push(`${what} failed: ${error instanceof CommitFailed ? "not stored" : "refused"}`);
const breaks = (): never => {
  throw new Error("The connection is broken.");
};
/** What is written to stderr from now on. */
const printed = (): unknown[][] => {
  const lines: unknown[][] = [];
  jest.spyOn(process.stderr, "write").mockImplementation((...line) => {
    lines.push(line);
    return true;
  });
  return lines;
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE t (a TEXT)");
  events = [];
  breakCommit = false;
  commits = groupCommit(database, {
    beforeCommit: () => {
      if (breakCommit) throw new Error("The disk is full.");
      events.push("commit");
    },
    beforeRequest: () => void events.push("begun"),
    afterUndo: (cause) => void events.push(`undone: ${cause}`),
    afterRollback: () => void events.push("rolled back"),
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe("a group of writes", () => {
  test("is committed once, and answered only then", async () => {
    commits.write(() => insert("a"), replies("a"), fails("a"));
    commits.write(() => insert("b"), replies("b"), fails("b"));
    expect(events).toEqual(["begun", "begun"]);
    await turn();
    expect(events).toEqual(["begun", "begun", "commit", "a answered", "b answered"]);
    expect(stored()).toEqual(["a", "b"]);
  });

  test("goes on without the one that is refused", async () => {
    commits.write(() => insert("a"), replies("a"), fails("a"));
    commits.write(
      () => {
        insert("half");
        throw new Refusal(400, "No.");
      },
      replies("b"),
      fails("b"),
    );
    await turn();
    expect(events).toEqual(["begun", "begun", "undone: refused", "commit", "a answered", "b failed: refused"]);
    expect(stored()).toEqual(["a"]);
  });

  test("keeps nothing of the one that takes itself back", async () => {
    commits.write(
      (undo) => {
        insert("half");
        undo();
      },
      replies("a"),
      fails("a"),
    );
    commits.write(() => insert("b"), replies("b"), fails("b"));
    await turn();
    expect(events).toEqual(["begun", "undone: refused", "begun", "commit", "a answered", "b answered"]);
    expect(stored()).toEqual(["b"]);
  });

  test("has memory put right when one fails for no good reason", async () => {
    commits.write(
      () => {
        throw new Error("A bug.");
      },
      replies("a"),
      fails("a"),
    );
    await turn();
    expect(events).toEqual(["begun", "undone: failed", "commit", "a failed: refused"]);
  });

  test("is refused as a whole when it cannot be stored, and the next one is served", async () => {
    breakCommit = true;
    commits.write(() => insert("a"), replies("a"), fails("a"));
    commits.read(stored, replies("read"), fails("read"));
    await turn();
    expect(events).toEqual(["begun", "rolled back", "a failed: not stored", "read failed: not stored"]);
    expect(stored()).toEqual([]);
    breakCommit = false;
    commits.write(() => insert("b"), replies("b"), fails("b"));
    await turn();
    expect(stored()).toEqual(["b"]);
  });
});

describe("a read", () => {
  test("is answered at once when nothing is pending", () => {
    commits.read(stored, replies("read"), fails("read"));
    expect(events).toEqual(["read answered"]);
  });

  test("waits for the disk when it may have seen what is not there yet", async () => {
    commits.write(() => insert("a"), replies("a"), fails("a"));
    commits.read(stored, replies("read"), fails("read"));
    expect(events).toEqual(["begun"]);
    await turn();
    expect(events).toEqual(["begun", "commit", "a answered", "read answered"]);
  });
});

describe("a reply that cannot be given", () => {
  test("becomes a failure of its own request, and the others of the group are answered", () => {
    commits.write(() => insert("a"), breaks, fails("a"));
    commits.write(() => insert("b"), replies("b"), fails("b"));
    commits.flush();
    expect(events).toEqual(["begun", "begun", "commit", "a failed: refused", "b answered"]);
    expect(stored()).toEqual(["a", "b"]);
  });

  test("is reported when the failure cannot be told either", () => {
    const lines = printed();
    commits.write(() => insert("a"), breaks, breaks);
    commits.write(() => insert("b"), replies("b"), fails("b"));
    commits.flush();
    expect(events).toEqual(["begun", "begun", "commit", "b answered"]);
    expect(lines).toEqual([[expect.stringContaining("The connection is broken.")]]);
  });

  test("does not keep the rest of a group that was not stored from being told", () => {
    const lines = printed();
    breakCommit = true;
    commits.write(() => insert("a"), replies("a"), breaks);
    commits.write(() => insert("b"), replies("b"), fails("b"));
    commits.flush();
    expect(events).toEqual(["begun", "begun", "rolled back", "b failed: not stored"]);
    expect(lines).toHaveLength(1);
  });

  test("becomes a failure of a read that waits for nothing", () => {
    commits.read(stored, breaks, fails("read"));
    expect(events).toEqual(["read failed: refused"]);
  });
});
