import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createParkedClient, Refused, type ParkedClient } from "../../services/ingress/cli/client.ts";
import { openGateway, type GatewayApi, type OrderCommandBody } from "../support/api.ts";
import {
  commandMessage,
  openTopic,
  openWriter,
  type RecordPlace,
  type TopicReader,
  type TopicRecord,
  type TopicWriter,
} from "../support/kafka.ts";
import { armFailpoint, killProcess, processNamed, sharedStack, untilRestarted, waitFor } from "../support/stack.ts";
import { breakStream } from "../support/broken-stream.ts";
import { placeOrderOf } from "./place-order.ts";
import { openSecondIngress } from "./stand-in.ts";

const run = Date.now().toString(36);
const settleMs = 60_000;
/** Longer than the lease of a redrive whose process was killed. */
const leaseMs = 75_000;
const page = { limit: 500 };

let api: GatewayApi;
let writer: TopicWriter;
let deadLetters: TopicReader;
let parked: ParkedClient;
let ingressUrl: string;
/** Every dead letter since these tests began. */
const buried: TopicRecord[] = [];

beforeAll(async () => {
  const { gateway, brokers, portBase } = sharedStack();
  api = openGateway(gateway);
  writer = openWriter(brokers);
  deadLetters = await openTopic(brokers, "order-commands-dead-letter", "end");
  ingressUrl = `http://127.0.0.1:${portBase + 35}`;
  parked = createParkedClient(ingressUrl);
});
afterAll(async () => Promise.all([api.close(), writer.close(), deadLetters.close()]));

const placeOrder = placeOrderOf(`customer-parking-${run}`);
const reserve: OrderCommandBody = { type: "RecordReservation", reservationId: "r-1" };
const authorise: OrderCommandBody = { type: "RecordAuthorisation", authorisationId: "a-1", amountMinor: 900 };

const send = async (orderId: string, value: string, partition?: number): Promise<RecordPlace> =>
  writer.write("order-commands", orderId, value, partition);

const messageIdOf = ({ partition, offset }: RecordPlace): string => `order-commands/${partition}/${offset}`;

const untilStatus = async (orderId: string, status: string): Promise<void> => {
  await waitFor(async () => (await api.readOrder(orderId, "strong").catch(() => undefined))?.status === status, {
    what: `${orderId} to be ${status}`,
    timeoutMs: settleMs,
  });
};

/** The messages that wait of a stream; empty if it is not parked, or the ingress is away. */
const waiting = async (streamId: string): Promise<string[]> => {
  try {
    return (await parked.show(streamId, page)).messages.map(({ messageId }) => messageId);
  } catch {
    return [];
  }
};

const untilWaiting = async (streamId: string, places: readonly RecordPlace[]): Promise<void> => {
  const expected = places.map(messageIdOf);
  await waitFor(async () => (await waiting(streamId)).join() === expected.join(), {
    what: `[${expected.join()}] to wait of ${streamId}`,
    timeoutMs: settleMs,
  });
};

/** Waits for so many dead letters of the record at this place. */
const lettersFrom = async ({ partition, offset }: RecordPlace, count: number): Promise<TopicRecord[]> =>
  waitFor(
    async () => {
      buried.push(...(await deadLetters.readNew()));
      const found = buried.filter(
        ({ headers }) => headers["dlq-partition"] === String(partition) && headers["dlq-offset"] === String(offset),
      );
      return found.length >= count && found;
    },
    { what: `${count} dead letters of ${partition}/${offset}`, timeoutMs: settleMs },
  );

/** Places an order, makes its next commands fault, and sends them. */
const parkCommands = async (
  orderId: string,
  commands: readonly OrderCommandBody[],
): Promise<{ places: RecordPlace[]; repair: () => Promise<void> }> => {
  await send(orderId, commandMessage(orderId, "place", placeOrder));
  await untilStatus(orderId, "Placed");
  const repair = await breakStream(sharedStack(), orderId);
  const places: RecordPlace[] = [];
  for (const command of commands) places.push(await send(orderId, commandMessage(orderId, command.type, command)));
  await untilWaiting(orderId, places);
  return { places, repair };
};

/** Runs the command line against the stack's ingress. */
const cli = async (...args: readonly string[]): Promise<{ exitCode: number; output: string; errors: string }> =>
  new Promise((resolve) => {
    const all = ["services/ingress/cli/cli.ts", "--url", ingressUrl, ...args];
    execFile(process.execPath, all, { timeout: 60_000 }, (error, output, errors) =>
      resolve({ exitCode: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, output, errors }),
    );
  });

const valueOfMetric = async (name: string): Promise<number> => {
  const metrics = await (await fetch(`${ingressUrl}/metrics`)).text();
  const line = metrics.split("\n").find((one) => one.startsWith(name));
  return Number(line?.split(" ").at(-1) ?? 0);
};

describe("a command that faults while others succeed", () => {
  const orderId = `parked-${run}`;
  const neighbour = `passing-${run}`;
  const places: RecordPlace[] = [];
  let repair: () => Promise<void>;

  test("is parked, and so is what follows of its order; poison goes alone, and others pass", async () => {
    const { partition } = await send(orderId, commandMessage(orderId, "place", placeOrder));
    await untilStatus(orderId, "Placed");
    repair = await breakStream(sharedStack(), orderId);
    places.push(await send(orderId, commandMessage(orderId, "reserve", reserve), partition));
    await send(neighbour, commandMessage(neighbour, "place", placeOrder), partition);
    const poison = await send(orderId, "poison", partition);
    places.push(await send(orderId, commandMessage(orderId, "authorise", authorise), partition));
    await send(neighbour, commandMessage(neighbour, "reserve", reserve), partition);

    await untilStatus(neighbour, "Reserved");
    await untilWaiting(orderId, places);
    expect((await lettersFrom(poison, 1))[0]?.value.toString()).toBe("poison");
  });

  test("is shown to operators, with the reason and its content", async () => {
    const { streams, messages } = await parked.show(orderId, page);
    expect(streams).toMatchObject([{ streamType: "Order", messages: 2, failedRedrives: 0, heldBy: null }]);
    expect(streams[0]?.fault.reason).toContain("cannot be understood");
    expect(messages.map(({ messageType, commandId }) => [messageType, commandId])).toEqual([
      ["orders.command.RecordReservation", "reserve"],
      ["orders.command.RecordAuthorisation", "authorise"],
    ]);
    expect(messages[0]?.value).toBe(commandMessage(orderId, "reserve", reserve));
    const listed = (await parked.list(page)).streams.map(({ streamId }) => streamId);
    expect(listed).toContain(orderId);
    expect(listed).not.toContain(neighbour);
    await waitFor(async () => (await valueOfMetric("ingress_parked_messages")) >= 2, {
      what: "the metric of parked messages",
      timeoutMs: settleMs,
    });
    expect(await valueOfMetric("ingress_parked_streams")).toBeGreaterThan(0);
    expect(await valueOfMetric("ingress_parked_oldest_seconds")).toBeGreaterThan(0);
  });

  test("waits on, with all that follows, if a redrive faults again", async () => {
    const report = await parked.redrive(orderId, "tester");
    expect(report).toMatchObject({ settled: [], left: 2, stoppedBy: { messageId: places.map(messageIdOf)[0] } });
    await untilWaiting(orderId, places);
  });

  test("is carried out with what follows, in order, once the cause is repaired", async () => {
    await repair();
    const report = await parked.redrive(orderId, "tester");
    expect(report.settled.map(({ messageId, result }) => [messageId, result])).toEqual(
      places.map((place) => [messageIdOf(place), "accepted"]),
    );
    expect(report).toMatchObject({ left: 0, stoppedBy: null });
    await untilStatus(orderId, "Authorised");
    expect((await api.readEvents(orderId)).map(({ type }) => type)).toEqual([
      "OrderPlaced",
      "LinesReserved",
      "PaymentAuthorised",
    ]);
  });

  test("leaves its order free, and who redrove it in the audit", async () => {
    await expect(parked.show(orderId, page)).rejects.toBeInstanceOf(Refused);
    const { entries } = await parked.audit({ ...page, streamId: orderId });
    expect(entries.map(({ by, action, result }) => [by, action, result])).toEqual([
      ["tester", "redrive", "accepted"],
      ["tester", "redrive", "accepted"],
      ["tester", "redrive", "fault"],
    ]);
    const dispatch = { type: "DispatchShipment", shipmentId: "s-1", carrier: "Hare", trackingNumber: "T1" };
    await send(orderId, commandMessage(orderId, "dispatch", dispatch));
    await untilStatus(orderId, "Fulfilling");
  });
});

describe("an operator at the command line", () => {
  const orderId = `discarded-${run}`;

  test("discards what is of no use, and redrives the rest", async () => {
    const { places, repair } = await parkCommands(orderId, [reserve, authorise]);
    const [first, second] = places;
    if (first === undefined || second === undefined) throw new Error("nothing was sent");

    const listed = await cli("list");
    expect(listed).toMatchObject({ exitCode: 0 });
    expect(listed.output).toContain(orderId);
    const faulted = await cli("redrive", orderId, "--by", "tester");
    expect([faulted.exitCode, faulted.output]).toEqual([1, expect.stringContaining("0 settled, 2 left")]);

    const discarded = await cli("discard", orderId, messageIdOf(first), "--reason", "came twice", "--by", "tester");
    expect(discarded).toMatchObject({ exitCode: 0, errors: "" });
    await untilWaiting(orderId, [second]);
    const [letter] = await lettersFrom(first, 1);
    expect(letter?.headers["dlq-reason"]).toBe("Discarded: came twice (by tester)");
    expect(letter?.value.toString()).toBe(commandMessage(orderId, reserve.type, reserve));

    await repair();
    const redriven = await cli("--json", "redrive", orderId, "--by", "tester");
    expect(redriven).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(redriven.output)).toMatchObject({ settled: [{ result: "deadLettered" }], left: 0 });
    expect((await lettersFrom(second, 1))[0]?.headers["dlq-reason"]).toMatch(/^Rejected: NotReserved: /);
    expect(await api.readOrder(orderId, "strong")).toMatchObject({ status: "Placed", version: 1 });

    const audit = await cli("audit", "--stream", orderId);
    expect(audit.output).toMatch(/tester {2}discard .* discarded {2}came twice/);
    expect(await cli("show", orderId)).toMatchObject({ exitCode: 1, output: "" });
    expect(await cli("discard", orderId, messageIdOf(first))).toMatchObject({ exitCode: 2 });
  });
});

/** Asks again and again until the ingress lives and nobody else holds the stream. */
const untilAnswered = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> =>
  waitFor(async () => ask().catch(() => undefined), { what: "the ingress to answer", timeoutMs: leaseMs });

/** Has the ingress killed at a failpoint, by what is asked of it, and waits until it is back. */
const killAt = async (failpoint: string, streamId: string, ask: () => Promise<unknown>): Promise<void> => {
  const { pid } = await processNamed("ingress");
  if (pid === null) throw new Error("the ingress does not run");
  armFailpoint(failpoint, streamId);
  await expect(ask()).rejects.toThrow();
  await untilRestarted("ingress", pid);
};

describe("an ingress that is killed", () => {
  const [redriven, refused, discarded] = ["redriven", "refused", "discarded"].map((what) => `killed-${what}-${run}`);
  if (redriven === undefined || refused === undefined || discarded === undefined) throw new Error("no ids");

  test("right after it has parked a message, parks it once", async () => {
    const { pid } = await processNamed("ingress");
    armFailpoint("after-park", redriven);
    const { places, repair } = await parkCommands(redriven, [reserve, authorise]);
    expect((await processNamed("ingress")).pid).not.toBe(pid);
    expect((await parked.show(redriven, page)).streams).toMatchObject([{ messages: places.length }]);
    await repair();
  });

  test("right after a redriven command, or a dead letter of what was parked, loses nothing and repeats no effect", async () => {
    const ofRefused = await parkCommands(refused, [authorise]);
    await ofRefused.repair();
    const { places } = await parkCommands(discarded, [reserve, authorise]);
    const [toDiscard] = places;
    if (toDiscard === undefined) throw new Error("nothing was sent");
    const discard = async (): Promise<unknown> =>
      parked.discard(discarded, { messageId: messageIdOf(toDiscard), reason: "no use", by: "tester" });
    await killAt("after-redriven-command", redriven, async () => parked.redrive(redriven, "tester"));
    await killAt("after-redriven-dead-letter", refused, async () => parked.redrive(refused, "tester"));
    await killAt("after-discarded-dead-letter", discarded, discard);

    const report = await untilAnswered(async () => parked.redrive(redriven, "tester"));
    expect(report.settled.map(({ result }) => result)).toEqual(["replayed", "accepted"]);
    expect((await api.readEvents(redriven)).map(({ version }) => version)).toEqual([1, 2, 3]);

    expect(await untilAnswered(async () => parked.redrive(refused, "tester"))).toMatchObject({
      settled: [{ result: "deadLettered" }],
      left: 0,
    });
    await untilAnswered(discard);
    await untilWaiting(discarded, places.slice(1));
    for (const place of [...ofRefused.places, toDiscard]) {
      const letters = await lettersFrom(place, 2);
      expect(new Set(letters.map(({ value }) => value.toString())).size).toBe(1);
    }
  });
});

describe("two ingress processes, one of which redrives by itself", () => {
  test("keep the messages of each parked order in their order, while more of them come and the fault passes", async () => {
    const orderIds = [1, 2].map((index) => `by-itself-${run}-${index}`);
    const repairs: (() => Promise<void>)[] = [];
    // One after the other: if nothing succeeded anywhere, it would be taken for an outage.
    for (const orderId of orderIds) repairs.push((await parkCommands(orderId, [reserve])).repair);
    const closeSecond = await openSecondIngress({ PARKED_REDRIVE_FIRST_MS: "1000", PARKED_SWEEP_MS: "200" });
    try {
      const followers: readonly OrderCommandBody[] = [
        authorise,
        { type: "DispatchShipment", shipmentId: "s-1", carrier: "Hare", trackingNumber: "T1" },
        { type: "RecordDelivery", shipmentId: "s-1" },
      ];
      for (const follower of followers) {
        for (const orderId of orderIds) await send(orderId, commandMessage(orderId, follower.type, follower));
        if (follower === authorise) await Promise.all(repairs.map(async (repair) => repair()));
      }
      for (const orderId of orderIds) {
        await untilStatus(orderId, "Completed");
        expect((await api.readEvents(orderId)).map(({ type }) => type)).toEqual([
          "OrderPlaced",
          "LinesReserved",
          "PaymentAuthorised",
          "ShipmentPacked",
          "PaymentCaptured",
          "ShipmentDispatched",
          "ShipmentDelivered",
          "OrderCompleted",
        ]);
        // A message is taken away, and the audit written, after its command was carried out.
        await untilWaiting(orderId, []);
        const { entries } = await parked.audit({ ...page, streamId: orderId });
        expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(["redrive"]));
        expect(entries.map(({ by }) => by)).not.toContain("tester");
      }
    } finally {
      await closeSecond();
    }
  });
});

describe("while the actors' host does not answer", () => {
  test("nothing is parked: the partition waits, and then goes on", async () => {
    const orderId = `outage-${run}`;
    const redelivered = 'ingress_deliveries_total{outcome="redelivered"';
    const before = await valueOfMetric(redelivered);
    await killProcess("actor-host", "SIGSTOP");
    try {
      await send(orderId, commandMessage(orderId, "place", placeOrder));
      await waitFor(async () => (await valueOfMetric(redelivered)) > before, {
        what: "the command to be handed back",
        timeoutMs: settleMs,
      });
      expect(await waiting(orderId)).toEqual([]);
    } finally {
      await killProcess("actor-host", "SIGCONT");
    }
    await untilStatus(orderId, "Placed");
    expect(await waiting(orderId)).toEqual([]);
  });
});
