import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { behaviour } from "../behaviour/behaviour.ts";
import { account, newAccount, type Account } from "../ledger/account.ts";
import { noTotals, sumOf, type Totals } from "../ledger/totals.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

/** The behaviour in force, and where it comes from. */
const keptBehaviour = z.object({
  behaviour,
  /** Whether it was set by a request, as opposed to the environment. */
  isSetByRequest: z.boolean(),
  /** The hash of the environment's behaviour when this one was kept. */
  environment: z.string(),
});
export type KeptBehaviour = z.output<typeof keptBehaviour>;

/** What the provider keeps. What is written outside a transaction is one of its own. */
export interface ProviderStore {
  /** Runs `work` so that all it writes is on disk when this returns, or none of it if it throws. */
  transaction<Result>(work: () => Result): Result;
  /** The account of an order; a new one if nothing was heard of the order. */
  readAccount(orderId: string): Account;
  writeAccount(account: Account): void;
  readBehaviour(): KeptBehaviour | undefined;
  writeBehaviour(kept: KeptBehaviour): void;
  readTotals(): ReadonlyMap<string, Totals>;
  addToTotals(changes: ReadonlyMap<string, Totals>): void;
  readonly outbox: Outbox;
  close(): void;
}

const accountRow = z.object({ account: z.string() });
const behaviourRow = z.object({ kept: z.string() });
const numeral = z.string().regex(/^\d+$/).transform(BigInt);
const totalsRow = z.object({
  currency: z.string(),
  authorised: numeral,
  captured: numeral,
  voided: numeral,
  refunded: numeral,
});

/** The store in a ledger's file, which it closes. */
export const createStore = (database: DatabaseSync): ProviderStore => {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const accountOf = database.prepare("SELECT account FROM accounts WHERE order_id = ?");
  const putAccount = database.prepare(
    "INSERT INTO accounts (order_id, account) VALUES (?, ?) ON CONFLICT DO UPDATE SET account = excluded.account",
  );
  const keptRow = database.prepare("SELECT kept FROM behaviour");
  const keep = database.prepare(
    "INSERT INTO behaviour (only, kept) VALUES (1, ?) ON CONFLICT DO UPDATE SET kept = excluded.kept",
  );
  const totals = database.prepare("SELECT * FROM totals ORDER BY currency");
  const putTotals = database.prepare(
    `INSERT INTO totals (currency, authorised, captured, voided, refunded) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET authorised = excluded.authorised, captured = excluded.captured,
       voided = excluded.voided, refunded = excluded.refunded`,
  );

  const readTotals = (): ReadonlyMap<string, Totals> =>
    new Map(
      z
        .array(totalsRow)
        .parse(totals.all())
        .map(({ currency, ...sums }) => [currency, sums]),
    );

  return {
    transaction: (work) => {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // A full disk makes SQLite roll back by itself.
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    readAccount: (orderId) => {
      const row = accountOf.get(orderId);
      return row === undefined ? newAccount(orderId) : account.parse(JSON.parse(accountRow.parse(row).account));
    },
    writeAccount: (changed) => {
      putAccount.run(changed.orderId, JSON.stringify(changed));
    },
    readBehaviour: () => {
      const row = keptRow.get();
      return row === undefined ? undefined : keptBehaviour.parse(JSON.parse(behaviourRow.parse(row).kept));
    },
    writeBehaviour: (kept) => {
      keep.run(JSON.stringify(kept));
    },
    readTotals,
    addToTotals: (changes) => {
      if (changes.size === 0) return;
      const before = readTotals();
      for (const [currency, change] of changes) {
        const { authorised, captured, voided, refunded } = sumOf(before.get(currency) ?? noTotals, change);
        putTotals.run(currency, String(authorised), String(captured), String(voided), String(refunded));
      }
    },
    outbox: createOutbox(database),
    close: () => database.close(),
  };
};
