import { describe, expect, test } from "@jest/globals";
import type { CommandAnswer, ErrorAnswer } from "../../../actors/kernel/answer.ts";
import type { CommandEnvelope } from "../../../actors/kernel/envelope.ts";
import type { DeadLetterReason } from "../../../services/ingress/classify.ts";
import { createRecordHandler, type Handled } from "../../../services/ingress/handle-record.ts";
import type { KafkaRecord } from "../../../services/ingress/kafka-record.ts";
import { SidecarUnavailable } from "../../../services/platform/sidecar.ts";
import { placeOrderEvent, recordOf } from "./messages.ts";

const accepted = {
  ok: { streamId: "order-1", version: 1, status: "Placed", events: [], replayed: false },
} satisfies CommandAnswer;

const replayed: CommandAnswer = { ok: { ...accepted.ok, replayed: true } };

const silent = () => undefined as never;

interface Run {
  readonly handled: Handled | "threw";
  readonly sent: { streamId: string; envelope: CommandEnvelope }[];
  readonly buried: { record: KafkaRecord; reason: DeadLetterReason }[];
  readonly outcomes: string[];
}

interface Surroundings {
  readonly answer?: () => CommandAnswer;
  readonly publish?: () => void;
}

/** Handles one record between an actor and a dead-letter topic that behave as given. */
const run = async (
  record: KafkaRecord,
  { answer = (): CommandAnswer => accepted, publish = () => {} }: Surroundings,
): Promise<Run> => {
  const sent: Run["sent"] = [];
  const buried: Run["buried"] = [];
  const outcomes: string[] = [];
  const handle = createRecordHandler({
    sidecar: {
      command: async (_method, _streamType, streamId, envelope) => {
        sent.push({ streamId, envelope });
        return answer();
      },
    },
    deadLetters: {
      publish: async (dead, reason) => {
        publish();
        buried.push({ record: dead, reason });
      },
    },
    metrics: { observe: (outcome) => outcomes.push(outcome) },
    logger: { error: silent, warn: silent, info: silent, debug: silent },
  });
  const handled = await handle(record).catch(() => "threw" as const);
  return { handled, sent, buried, outcomes };
};

const refusing = (kind: ErrorAnswer["kind"]) => (): CommandAnswer => ({
  error: { kind, code: "Code", message: "Why." },
});

const away = (): never => {
  throw new SidecarUnavailable("connection refused");
};

const broken = (): never => {
  throw new TypeError("a bug");
};

describe("a record", () => {
  test("that is carried out is acknowledged", async () => {
    const { handled, sent, buried, outcomes } = await run(recordOf(placeOrderEvent), {});
    expect(handled).toBe("done");
    expect(sent).toMatchObject([{ streamId: "order-1", envelope: { commandId: "command-1" } }]);
    expect(buried).toEqual([]);
    expect(outcomes).toEqual(["accepted"]);
  });

  test("that was carried out before is acknowledged", async () => {
    const { handled, outcomes } = await run(recordOf(placeOrderEvent), { answer: () => replayed });
    expect([handled, outcomes]).toEqual(["done", ["replayed"]]);
  });

  test("that makes no sense is dead-lettered with its very bytes, and no actor is asked", async () => {
    const record = recordOf("not json", "any key");
    const { handled, sent, buried, outcomes } = await run(record, {});
    expect(handled).toBe("done");
    expect(sent).toEqual([]);
    expect(buried).toMatchObject([{ record, reason: { cause: "NotJson" } }]);
    expect(outcomes).toEqual(["NotJson"]);
  });

  test.each<[ErrorAnswer["kind"], string]>([
    ["invalid", "InvalidCommand"],
    ["rejected", "Rejected"],
    ["commandIdReused", "CommandIdReused"],
    ["versionConflict", "VersionConflict"],
    ["unknownStream", "UnknownStream"],
  ])("that is refused as %s is dead-lettered", async (kind, cause) => {
    const { handled, buried } = await run(recordOf(placeOrderEvent), { answer: refusing(kind) });
    expect(handled).toBe("done");
    expect(buried.map(({ reason }) => reason)).toEqual([{ cause, detail: "Code: Why." }]);
  });

  test("is not decided while the actor is away, and must come again", async () => {
    for (const answer of [away, refusing("fault")]) {
      const { handled, buried, outcomes } = await run(recordOf(placeOrderEvent), { answer });
      expect(handled).toBe("redeliver");
      expect(buried).toEqual([]);
      expect(outcomes).toEqual(["redelivered"]);
    }
  });

  test("is not acknowledged before its dead letter is in Kafka", async () => {
    const { handled } = await run(recordOf("not json"), { publish: away });
    expect(handled).toBe("redeliver");
  });

  test("is not acknowledged by a bug", async () => {
    const { handled, outcomes } = await run(recordOf(placeOrderEvent), { answer: broken });
    expect(handled).toBe("threw");
    expect(outcomes).toEqual(["redelivered"]);
  });
});
