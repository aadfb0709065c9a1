import { describe, expect, test } from "@jest/globals";
import type { CarriedOut } from "../../../services/ingress/carry-out.ts";
import type { DeadLetterReason } from "../../../services/ingress/classify.ts";
import { createRecordHandler, type Handled } from "../../../services/ingress/handle-record.ts";
import type { KafkaRecord } from "../../../services/ingress/kafka-record.ts";
import { contentHashOf } from "../../../services/ingress/parking/items.ts";
import type { PartitionView } from "../../../services/ingress/parking/partition-view.ts";
import { ParkingUnavailable } from "../../../services/ingress/parking/store.ts";
import { SidecarUnavailable } from "../../../services/platform/sidecar.ts";
import { placeOrderEvent, recordOf } from "./messages.ts";
import { storedStream } from "./parking/examples.ts";

const silent = () => undefined as never;
const accepted: CarriedOut = { kind: "done", outcome: "accepted" };
const refused: CarriedOut = { kind: "refused", reason: { cause: "Rejected", detail: "Code: Why." } };
const fault: CarriedOut = { kind: "fault", reason: "its snapshot cannot be read" };

const nothingParked: PartitionView = { claimTag: "tag", next: 17, streams: new Map(), discarded: new Map() };
const orderParked: PartitionView = {
  ...nothingParked,
  streams: new Map([["order-1", storedStream({ streamId: "order-1", head: 10 })]]),
};

interface Run {
  readonly handled: Handled | "threw";
  readonly carriedOut: string[];
  readonly buried: { record: KafkaRecord; reason: DeadLetterReason }[];
  readonly parked: (string | undefined)[];
  readonly passed: number[];
  readonly outcomes: string[];
}

interface Surroundings {
  readonly view?: () => PartitionView;
  readonly carryOut?: () => CarriedOut;
  readonly park?: () => boolean;
  readonly publish?: () => void;
}

/** Handles one record between an actor, a store and a dead-letter topic that behave as given. */
const run = async (
  record: KafkaRecord,
  { view = () => nothingParked, carryOut = () => accepted, park = () => true, publish = () => {} }: Surroundings,
): Promise<Run> => {
  const result: Omit<Run, "handled"> = { carriedOut: [], buried: [], parked: [], passed: [], outcomes: [] };
  const handle = createRecordHandler({
    carryOut: async (_record, { envelope }) => {
      result.carriedOut.push(envelope.commandId);
      return carryOut();
    },
    partitions: { before: async () => view(), handled: (_partition, offset) => void result.passed.push(offset) },
    park: async (_record, _command, reason) => {
      result.parked.push(reason);
      return park();
    },
    deadLetters: {
      publish: async (dead, reason) => {
        publish();
        result.buried.push({ record: dead, reason });
      },
    },
    metrics: { observe: (outcome) => void result.outcomes.push(outcome) },
    logger: { error: silent, warn: silent, info: silent, debug: silent },
  });
  const handled = await handle(record).catch(() => "threw" as const);
  return { handled, ...result };
};

const away = (): never => {
  throw new SidecarUnavailable("connection refused");
};
const storeAway = (): never => {
  throw new ParkingUnavailable("connection refused");
};
const broken = (): never => {
  throw new TypeError("a bug");
};

describe("a record", () => {
  test("that is carried out is acknowledged", async () => {
    const { handled, carriedOut, buried, outcomes, passed } = await run(recordOf(placeOrderEvent), {});
    expect([handled, carriedOut, buried, outcomes, passed]).toEqual(["done", ["command-1"], [], ["accepted"], [17]]);
  });

  test("that was carried out before is acknowledged", async () => {
    const replayed: CarriedOut = { kind: "done", outcome: "replayed" };
    const { handled, outcomes } = await run(recordOf(placeOrderEvent), { carryOut: () => replayed });
    expect([handled, outcomes]).toEqual(["done", ["replayed"]]);
  });

  test("that makes no sense is dead-lettered with its very bytes, and neither actor nor store is asked", async () => {
    const record = recordOf("not json", "any key");
    const { handled, carriedOut, buried, outcomes, passed } = await run(record, { view: broken });
    expect([handled, carriedOut, outcomes, passed]).toEqual(["done", [], ["NotJson"], [17]]);
    expect(buried).toMatchObject([{ record, reason: { cause: "NotJson" } }]);
  });

  test("that is refused for ever is dead-lettered", async () => {
    const { handled, buried, parked } = await run(recordOf(placeOrderEvent), { carryOut: () => refused });
    expect([handled, parked]).toEqual(["done", []]);
    expect(buried.map(({ reason }) => reason)).toEqual([{ cause: "Rejected", detail: "Code: Why." }]);
  });

  test("that faults while others succeed is parked with the reason", async () => {
    const { handled, parked, buried, outcomes } = await run(recordOf(placeOrderEvent), { carryOut: () => fault });
    expect([handled, parked, buried]).toEqual(["done", ["its snapshot cannot be read"], []]);
    expect(outcomes).toEqual(["parked"]);
  });

  test.each([
    ["a part is away", { carryOut: away }],
    ["it is not known what is parked", { view: storeAway }],
    ["it cannot be parked", { carryOut: () => fault, park: storeAway }],
    ["it cannot be put behind what is parked", { view: () => orderParked, park: storeAway }],
    ["its dead letter is not in Kafka", { carryOut: () => refused, publish: away }],
  ])("must come again while %s", async (_why, surroundings) => {
    const { handled, outcomes, passed } = await run(recordOf(placeOrderEvent), surroundings);
    expect([handled, outcomes, passed]).toEqual(["redeliver", ["redelivered"], []]);
  });

  test("is not acknowledged by a bug", async () => {
    const { handled, outcomes, passed } = await run(recordOf(placeOrderEvent), { carryOut: broken });
    expect([handled, outcomes, passed]).toEqual(["threw", ["redelivered"], []]);
  });
});

describe("a record of a stream that is parked", () => {
  test("goes behind what is parked, and no actor is asked", async () => {
    const { handled, carriedOut, parked, outcomes } = await run(recordOf(placeOrderEvent), { view: () => orderParked });
    expect([handled, carriedOut, parked, outcomes]).toEqual(["done", [], [undefined], ["parkedBehind"]]);
  });

  test("is dead-lettered alone if it makes no sense", async () => {
    const { parked, buried } = await run(recordOf("not json"), { view: () => orderParked });
    expect([parked, buried.length]).toEqual([[], 1]);
  });

  test("is carried out if all was redriven meanwhile", async () => {
    const views = [orderParked, nothingParked];
    const { handled, carriedOut, outcomes } = await run(recordOf(placeOrderEvent), {
      view: () => views.shift() ?? nothingParked,
      park: () => false,
    });
    expect([handled, carriedOut, outcomes]).toEqual(["done", ["command-1"], ["accepted"]]);
  });

  test("is not carried out if it turns out meanwhile that it was discarded", async () => {
    const record = recordOf(placeOrderEvent);
    const views = [orderParked, { ...nothingParked, discarded: new Map([[17, contentHashOf(record.value)]]) }];
    const { handled, carriedOut, outcomes } = await run(record, {
      view: () => views.shift() ?? nothingParked,
      park: () => false,
    });
    expect([handled, carriedOut, outcomes]).toEqual(["done", [], ["discarded"]]);
  });

  test("must come again if it is never known where to put it", async () => {
    const { handled, parked } = await run(recordOf(placeOrderEvent), { view: () => orderParked, park: () => false });
    expect([handled, parked.length]).toEqual(["redeliver", 10]);
  });
});

const settled = async (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("records of one partition", () => {
  test("are handled one after the other, those of two at the same time", async () => {
    const events: string[] = [];
    const gates = new Map<string, () => void>();
    const handle = createRecordHandler({
      carryOut: async ({ partition, offset }) => {
        events.push(`begin ${partition}/${offset}`);
        await new Promise<void>((open) => gates.set(`${partition}/${offset}`, open));
        events.push(`end ${partition}/${offset}`);
        return accepted;
      },
      partitions: { before: async () => nothingParked, handled: silent },
      park: silent,
      deadLetters: { publish: silent },
      metrics: { observe: silent },
      logger: { error: silent, warn: silent, info: silent, debug: silent },
    });
    const record = recordOf(placeOrderEvent);
    const places: [number, string][] = [
      [1, "7"],
      [1, "8"],
      [2, "7"],
    ];
    const all = places.map(async ([partition, offset]) => handle({ ...record, partition, offset }));
    await settled();
    expect(events).toEqual(["begin 1/7", "begin 2/7"]);
    gates.get("1/7")?.();
    await settled();
    expect(events).toEqual(["begin 1/7", "begin 2/7", "end 1/7", "begin 1/8"]);
    gates.get("1/8")?.();
    gates.get("2/7")?.();
    expect(await Promise.all(all)).toEqual(["done", "done", "done"]);
  });
});
