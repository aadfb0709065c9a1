import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { unreachable } from "../../../actors/kernel/decision.ts";
import type { CommandEnvelope } from "../../../actors/kernel/envelope.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { createEventHandler } from "../../../services/process-manager/handle-event.ts";
import { createOrderProcess, type OrderProcess } from "../../../services/process-manager/process-orders.ts";
import { silentLogger } from "../change-feed/in-memory.ts";
import { createMemoryParked } from "../projector/memory-store.ts";
import { createMemoryActors, type MemoryActors } from "./memory-actors.ts";
import { createMemoryPayments } from "./memory-payments.ts";

const skus = ["cup", "mug", "pot", "never-stocked"] as const;
/** Mugs come late: until then nobody has ever seen one. */
const received = { cup: 6, mug: 4, pot: 3 };

type ClientAction =
  | { readonly kind: "place"; readonly orderId: string; readonly quantities: readonly number[] }
  | { readonly kind: "cancel"; readonly orderId: string }
  | { readonly kind: "dispatch"; readonly orderId: string; readonly shipmentId: string; readonly all: boolean }
  | { readonly kind: "deliver"; readonly orderId: string; readonly shipmentId: string };

const orderId = fc.constantFrom("o1", "o2", "o3");
const shipmentId = fc.constantFrom("s1", "s2");
const quantities = fc.tuple(fc.nat(4), fc.nat(2), fc.nat(2), fc.constantFrom(0, 0, 0, 1));

const clientAction = fc.oneof(
  fc.record({ kind: fc.constant("place" as const), orderId, quantities }),
  fc.record({ kind: fc.constant("cancel" as const), orderId }),
  fc.record({ kind: fc.constant("dispatch" as const), orderId, shipmentId, all: fc.boolean() }),
  fc.record({ kind: fc.constant("deliver" as const), orderId, shipmentId }),
);

/** How an instance of the process manager ends: it dies in that call, or another one takes its place while it goes on. */
const ending = fc.record({ call: fc.integer({ min: 1, max: 12 }), how: fc.constantFrom("dies", "is overtaken") });
type Ending = { readonly call: number; readonly how: string };

const commandOf = (action: ClientAction): Pick<CommandEnvelope, "type" | "data"> | undefined => {
  switch (action.kind) {
    case "place": {
      const lines = skus.flatMap((sku, index) => {
        const quantity = action.quantities[index] ?? 0;
        return quantity === 0 ? [] : [{ lineId: sku, sku, location: "berlin", quantity, unitPriceMinor: 10 }];
      });
      const terms = { customerId: "c", currency: "EUR", fulfilment: "managed" };
      return lines.length === 0 ? undefined : { type: "PlaceOrder", data: { ...terms, lines } };
    }
    case "cancel":
      return { type: "RequestCancel", data: { reason: "changed my mind" } };
    case "dispatch": {
      const lineIds = action.all ? {} : { lineIds: ["cup"] };
      return {
        type: "DispatchShipment",
        data: { shipmentId: action.shipmentId, carrier: "p", trackingNumber: "t", ...lineIds },
      };
    }
    case "deliver":
      return { type: "RecordDelivery", data: { shipmentId: action.shipmentId } };
    default:
      return unreachable(action);
  }
};

/** The process manager has not yet done what the action needs. */
const isEarly = (action: ClientAction, actors: MemoryActors): boolean => {
  const status = actors.orders().get(action.orderId)?.status;
  return action.kind === "dispatch" && (status === "Placed" || status === "Reserved");
};

const heldBy = (order: OrderState): { sku: string; reserved: number; shipped: number }[] =>
  order.status === "NotPlaced" ? [] : order.lines.map(({ sku, reserved, shipped }) => ({ sku, reserved, shipped }));

/** What must hold once nothing is left to do. */
const expectEverythingAddsUp = (
  actors: MemoryActors,
  accounts: ReturnType<typeof createMemoryPayments>["accounts"],
) => {
  const orders = actors.orders();
  const held = [...orders.values()].flatMap(heldBy);
  for (const [sku, quantity] of Object.entries(received)) {
    const item = actors.stock().get(stockStreamId(sku, "berlin"));
    const ofSku = held.filter((line) => line.sku === sku);
    const sum = (of: (line: (typeof held)[number]) => number): number =>
      ofSku.reduce((total, line) => total + of(line), 0);
    expect({ sku, reserved: item?.reserved }).toEqual({ sku, reserved: sum((line) => line.reserved) });
    expect({ sku, onHand: item?.onHand }).toEqual({ sku, onHand: quantity - sum((line) => line.shipped) });
  }
  for (const [id, order] of orders) {
    expect(["Authorised", "AwaitingCustomer", "Fulfilling", "Completed", "Cancelled"]).toContain(order.status);
    const account = accounts.get(id);
    if (order.status === "Cancelled" && account !== undefined) expect(account.voided).toBe(true);
    if (order.status === "Fulfilling" || order.status === "Completed") {
      expect(account).toMatchObject({ authorisedMinor: order.totalMinor, voided: false });
      const captured = [...(account?.captures.values() ?? [])].reduce((total, amount) => total + amount, 0);
      expect(captured).toBe(order.payment.capturedMinor);
    }
  }
};

interface World {
  readonly actors: MemoryActors;
  readonly payments: ReturnType<typeof createMemoryPayments>;
  checkpoint: number;
}

const receive = (actors: MemoryActors, sku: keyof typeof received): void => {
  const data = { receiptId: "1", quantity: received[sku] };
  const receipt = { commandId: `receive-${sku}`, type: "ReceiveStock", data };
  actors.send("outside", "StockItem", stockStreamId(sku, "berlin"), receipt);
};

const createWorld = (): World => {
  const actors = createMemoryActors();
  receive(actors, "cup");
  receive(actors, "pot");
  return { actors, payments: createMemoryPayments(), checkpoint: 0 };
};

/** A process manager whose calls wait for `before`. */
const openProcess = ({ actors, payments }: World, before: () => Promise<void>): OrderProcess =>
  createOrderProcess({
    handleEvent: createEventHandler({
      sidecar: {
        command: async (method, streamType, streamId, envelope) => {
          await before();
          return actors.send(method === "drive" ? "process-manager" : "outside", streamType, streamId, envelope);
        },
        read: async (streamType, streamId) => {
          await before();
          return actors.read(streamType, streamId);
        },
      },
      payments: payments.provider,
      logger: silentLogger,
      onCommand: () => undefined,
      onFault: () => undefined,
    }),
    parked: createMemoryParked(),
    events: { readAfter: async () => [] },
    logger: silentLogger,
    onParkedCount: () => undefined,
  });

const batchSize = 5;

/** Handles what the feed has, batch after batch, and checkpoints as long as it is not overtaken. */
const drain = async (world: World, process: OrderProcess, signal: AbortSignal, isOvertaken: () => boolean) => {
  while (world.checkpoint < world.actors.feed.length && !isOvertaken()) {
    const from = world.checkpoint;
    const events = world.actors.feed.slice(from, from + batchSize);
    await process.handle({ range: "r", entries: events.map((event) => ({ kind: "event", event })) }, signal);
    if (!isOvertaken()) world.checkpoint = from + events.length;
  }
};

describe("the process manager", () => {
  test("gets every order to where it belongs, whenever its processes die and whatever lands late", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(clientAction, { minLength: 3, maxLength: 14 }),
        fc.array(ending, { maxLength: 5 }),
        fc.nat(40),
        fc.scheduler(),
        async (actions, endings, turnsUntilMugs, scheduler) => {
          const world = createWorld();
          const turn = async (): Promise<void> => scheduler.schedule(Promise.resolve());
          const overtaken: Promise<unknown>[] = [];
          let clientIsDone = false;

          const client = async (): Promise<void> => {
            for (const [index, action] of actions.entries()) {
              await turn();
              const command = commandOf(action);
              if (command === undefined) continue;
              // Goods leave an order only once it is authorised; wait for that, but not for ever.
              for (let turns = 0; turns < 20 && isEarly(action, world.actors); turns += 1) await turn();
              world.actors.send("outside", "Order", action.orderId, { commandId: `client-${index}`, ...command });
            }
            clientIsDone = true;
          };

          const supplier = async (): Promise<void> => {
            for (let turns = 0; turns < turnsUntilMugs; turns += 1) await turn();
            receive(world.actors, "mug");
          };

          const oneLife = async ({ call, how }: Ending): Promise<void> => {
            const death = new AbortController();
            const { promise: end, resolve: hasEnded } = Promise.withResolvers<void>();
            let calls = 0;
            const before = async (): Promise<void> => {
              calls += 1;
              if (calls === call && how === "dies") death.abort(new Error("died"));
              if (calls === call) hasEnded();
              // What a dead process had sent may still arrive.
              await turn();
            };
            const process = openProcess(world, before);
            // oxlint-disable-next-line unicorn/consistent-function-scoping -- It reads what other calls change.
            const isOver = (): boolean =>
              calls >= call || (clientIsDone && world.checkpoint === world.actors.feed.length);
            const work = (async (): Promise<void> => {
              while (!isOver()) {
                await turn();
                await drain(world, process, death.signal, () => calls >= call);
              }
            })().catch((error: unknown) => {
              if (!death.signal.aborted) throw error;
            });
            overtaken.push(work);
            await Promise.race([work, end]);
          };

          const supervisor = async (): Promise<void> => {
            for (const each of endings) await oneLife(each);
            await oneLife({ call: Infinity, how: "lives" });
          };

          await scheduler.waitFor(Promise.all([client(), supplier(), supervisor()]));
          await scheduler.waitFor(Promise.all(overtaken));
          await scheduler.waitIdle();
          await drain(
            world,
            openProcess(world, async () => undefined),
            new AbortController().signal,
            () => false,
          );
          expectEverythingAddsUp(world.actors, world.payments.accounts);
        },
      ),
      { numRuns: 150 },
    );
  });
});
