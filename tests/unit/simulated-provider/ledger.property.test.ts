import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Behaviour } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import { questions } from "../../../services/simulated-provider/http/questions.ts";
import { balanceOf, givenIn } from "../../../services/simulated-provider/ledger/account.ts";
import { noTotals, sumOf, type Totals } from "../../../services/simulated-provider/ledger/totals.ts";
import { createProvider, type Provider } from "../../../services/simulated-provider/provider.ts";
import { openLedgerFile } from "../../../services/simulated-provider/storage/open.ts";
import { createStore, type ProviderStore } from "../../../services/simulated-provider/storage/store.ts";
import { behaving } from "./requests.ts";

const orders = ["o1", "o2"];
const small = fc.constantFrom("1", "2", "3");
const amount = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1),
);
const orderId = fc.constantFrom(...orders);

/** Which authorisation of the order is meant, by the place it has among those that were given. */
const place = fc.nat({ max: 2 });

interface Asked {
  readonly path: string;
  readonly body: { readonly orderId: string };
  readonly place?: number;
}

const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({
    path: fc.constant("/payments/authorisations"),
    body: fc.record({
      orderId,
      requestId: small,
      amountMinor: amount,
      currency: fc.constantFrom("EUR", "EUR", "USD"),
    }),
  }),
  fc.record({
    path: fc.constant("/payments/captures"),
    body: fc.record({
      orderId,
      requestId: small,
      shipmentId: small,
      amountMinor: amount,
      currency: fc.constant("EUR"),
    }),
    place,
  }),
  fc.record({
    path: fc.constant("/payments/refunds"),
    body: fc.record({ orderId, refundId: small, amountMinor: amount, currency: fc.constant("EUR") }),
    place,
  }),
  fc.record({
    path: fc.constant("/payments/voids"),
    body: fc.record({ orderId }),
    place,
  }),
  fc.record({ path: fc.constant("/payments/voids"), body: fc.record({ orderId, requestId: small }) }),
);

const behaviours: fc.Arbitrary<Behaviour> = fc
  .record({
    seed: fc.nat({ max: 100 }),
    declineRate: fc.constantFrom(0, 0.3),
    captureDeclineRate: fc.constantFrom(0, 0.3),
    pendingRate: fc.constantFrom(0, 0.5, 1),
    duplicateRate: fc.constantFrom(0, 1),
    declineNext: fc.nat({ max: 2 }),
  })
  .map(behaving);

let directory: string;
let store: ProviderStore;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "simulated-ledger-"));
  store = createStore(openLedgerFile(directory));
});
afterAll(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

/** Has the provider answer; what is asked of an authorisation that there is not is asked of an unknown one. */
const ask = (provider: Provider, prefix: string, request: Asked): object => {
  const question = questions.find(({ path }) => path === request.path);
  const orderId = `${prefix}${request.body.orderId}`;
  const given = givenIn(store.readAccount(orderId));
  const authorisationId =
    request.place === undefined ? {} : { authorisationId: given[request.place]?.outcome.authorisationId ?? "unknown" };
  const answer = question?.ask(provider, { ...request.body, orderId, ...authorisationId });
  if (answer === undefined || !("handled" in answer)) throw new Error(`not a request: ${JSON.stringify(request)}`);
  return answer.handled;
};

/** What every account must obey; gives the sums of all of them. */
const checkAccounts = (prefix: string): Map<string, Totals> => {
  const totals = new Map<string, Totals>();
  for (const id of orders) {
    const account = store.readAccount(`${prefix}${id}`);
    for (const given of givenIn(account)) {
      const { authorisedMinor, capturedMinor, voidedMinor, refundedMinor } = balanceOf(account, given);
      expect(capturedMinor + voidedMinor).toBeLessThanOrEqual(authorisedMinor);
      expect(refundedMinor).toBeLessThanOrEqual(capturedMinor);
      expect(Math.min(authorisedMinor, capturedMinor, voidedMinor, refundedMinor)).toBeGreaterThanOrEqual(0);
      const sums = {
        authorised: BigInt(authorisedMinor),
        captured: BigInt(capturedMinor),
        voided: BigInt(voidedMinor),
        refunded: BigInt(refundedMinor),
      };
      totals.set(given.currency, sumOf(totals.get(given.currency) ?? noTotals, sums));
    }
    const captured = account.captures.filter(({ outcome }) => outcome.status === "captured");
    expect(new Set(captured.map(({ shipmentId }) => shipmentId)).size).toBe(captured.length);
  }
  return totals;
};

/** Totals without the currencies in which there are none. */
const present = (totals: ReadonlyMap<string, Totals>): [string, Totals][] =>
  [...totals].filter(([, { authorised }]) => authorised > 0n).toSorted(([a], [b]) => (a < b ? -1 : 1));

let runs = 0;

describe("whatever is asked, in whatever order and however often", () => {
  test("the money adds up, and a repeated request changes nothing", () => {
    const known = new Map(store.readTotals());
    fc.assert(
      fc.property(behaviours, fc.array(asked, { maxLength: 25 }), (behaviour, requests) => {
        runs += 1;
        const prefix = `run${runs}-`;
        const provider = createProvider({
          store,
          configured: behaviour,
          mostWaiting: 100_000,
          nowMs: () => 0,
          onMessages: () => undefined,
        });
        provider.setBehaviour(behaviour);
        for (const request of requests) {
          const first = ask(provider, prefix, request);
          const accounts = orders.map((id) => store.readAccount(`${prefix}${id}`));
          const waiting = store.outbox.count();
          const behaviourAfter = provider.behaviour();
          const second = ask(provider, prefix, request);
          expect(second).toEqual("isNew" in first ? { ...first, isNew: false } : first);
          expect(orders.map((id) => store.readAccount(`${prefix}${id}`))).toEqual(accounts);
          expect(store.outbox.count()).toBe(waiting);
          expect(provider.behaviour()).toEqual(behaviourAfter);
        }
        for (const [currency, totals] of checkAccounts(prefix))
          known.set(currency, sumOf(known.get(currency) ?? noTotals, totals));
        expect(present(store.readTotals())).toEqual(present(known));
      }),
      { numRuns: 150 },
    );
  });
});
