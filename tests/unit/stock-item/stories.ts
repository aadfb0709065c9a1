import * as fc from "fast-check";
import type { Issuer } from "../../../actors/kernel/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import type { StockItemCommand } from "../../../actors/stock-item/schemas.ts";
import {
  adjust,
  commit,
  confirm,
  expire,
  oversell,
  oversold,
  recall,
  receive,
  received,
  release,
  releasePart,
  reserve,
  restock,
  shard,
} from "./examples.ts";

/** A command, who sends it, and how many milliseconds pass before it comes. */
export interface Step {
  readonly command: StockItemCommand;
  readonly issuer: Issuer;
  readonly waitMs: number;
}

/** What happens to one stock item: what was before, and every message in the order in which it arrives. */
export interface Story {
  readonly streamId: string;
  readonly before: readonly StockItemEvent[];
  readonly steps: readonly Step[];
}

export const startedAt = Date.UTC(2026, 0, 1);
const minute = 60_000;

const quantity = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom(999_999_999, 1_000_000_000) },
);
const reservationId = fc.constantFrom("order-1", "order-2", "order-3", "order-4");
const partQuantity = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: quantity },
);
const partId = fc.constantFrom("part-1", "part-2");
const movementId = fc.constantFrom("movement-1", "movement-2", "movement-3", "movement-4");
const mode = fc.constantFrom("all", "partial", "backorder");
const expiresAt = fc.option(
  fc.integer({ min: -1, max: 12 }).map((minutes) => new Date(startedAt + minutes * minute).toISOString()),
  { nil: undefined },
);

const byProcessManager: fc.Arbitrary<StockItemCommand> = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(quantity, movementId).map((fields) => restock(...fields)) },
  { weight: 1, arbitrary: fc.tuple(quantity, movementId).map((fields) => recall(...fields)) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(quantity, reservationId, mode, expiresAt)
      .map(([units, id, how, until]) => reserve(units, id, how, until)),
  },
  { weight: 2, arbitrary: reservationId.map(confirm) },
  { weight: 1, arbitrary: reservationId.map(release) },
  { weight: 3, arbitrary: fc.tuple(partQuantity, partId, reservationId).map((fields) => releasePart(...fields)) },
  { weight: 4, arbitrary: fc.tuple(partQuantity, partId, reservationId).map((fields) => commit(...fields)) },
);
const byAnyone: fc.Arbitrary<StockItemCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(quantity, movementId).map((fields) => receive(...fields)) },
  { weight: 1, arbitrary: fc.tuple(quantity, movementId).map((fields) => adjust(...fields)) },
  { weight: 2, arbitrary: fc.tuple(quantity, movementId).map(([units, id]) => adjust(-units, id)) },
  { weight: 2, arbitrary: fc.tuple(quantity, movementId).map(([units, id]) => oversell(-units, id)) },
  { weight: 1, arbitrary: fc.constantFrom(2, 3, 64).map(shard) },
);

const message = (command: fc.Arbitrary<StockItemCommand>, issuer: Issuer) =>
  fc.record({ command, issuer: fc.constant(issuer) });
const anyMessage = fc.oneof(
  { weight: 16, arbitrary: message(byProcessManager, "process-manager") },
  { weight: 6, arbitrary: message(byAnyone, "outside") },
  { weight: 3, arbitrary: message(fc.constant(expire), "reminder") },
  { weight: 1, arbitrary: message(byProcessManager, "outside") },
  { weight: 1, arbitrary: message(fc.constant(expire), "process-manager") },
);

/** Nothing, some goods, or so much that the next unit more, or the next unit owed, is too many to count. */
const before = fc.oneof(
  { weight: 2, arbitrary: fc.constant<StockItemEvent[]>([]) },
  { weight: 6, arbitrary: fc.integer({ min: 5, max: 30 }).map((units) => [received(units, "supply")]) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 8 }).map((less) => [received(Number.MAX_SAFE_INTEGER - less)]) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 8 }).map((less) => {
      const owed = Number.MAX_SAFE_INTEGER - less;
      return [oversold(-owed, owed)];
    }),
  },
);

/** Messages that are sent, and the order in which they arrive: some never do, some often, some before those sent earlier. */
export const story: fc.Arbitrary<Story> = fc
  .record({
    streamId: fc.constantFrom("cup~berlin", "cup~berlin", "cup~berlin~7"),
    before,
    sent: fc.array(anyMessage, { minLength: 10, maxLength: 25, size: "max" }),
    arrivals: fc.array(fc.record({ which: fc.nat(24), waitMs: fc.constantFrom(0, 0, 1, minute, 3 * minute) }), {
      minLength: 10,
      maxLength: 45,
      size: "max",
    }),
  })
  .map(({ streamId, before, sent, arrivals }) => ({
    streamId,
    before,
    steps: arrivals.flatMap(({ which, waitMs }) => {
      const arriving = sent[which % sent.length];
      return arriving === undefined ? [] : [{ ...arriving, waitMs }];
    }),
  }));
