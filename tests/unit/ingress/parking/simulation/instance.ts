import { createRecordHandler, type RecordHandler } from "../../../../../services/ingress/handle-record.ts";
import type { KafkaRecord } from "../../../../../services/ingress/kafka-record.ts";
import { createCarryOutInPlace } from "../../../../../services/ingress/parking/carry-out-in-place.ts";
import { createFaultJudge } from "../../../../../services/ingress/parking/fault-judge.ts";
import { createKnownPartitions } from "../../../../../services/ingress/parking/known-partitions.ts";
import { createPark } from "../../../../../services/ingress/parking/park.ts";
import type { ParkingLimits } from "../../../../../services/ingress/parking/partition-view.ts";
import { createRedriver, type Redriver } from "../../../../../services/ingress/parking/redriver.ts";
import { ParkingUnavailable, type ParkedStore } from "../../../../../services/ingress/parking/store.ts";
import { SidecarUnavailable } from "../../../../../services/platform/sidecar.ts";
import type { Actors } from "./actors.ts";
import type { Calls } from "./calls.ts";

const silent = () => undefined as never;

/** One process of the ingress. Everything it asks for outside is a call that the simulation ends. */
export interface Instance {
  readonly name: string;
  readonly handle: RecordHandler;
  readonly redriver: Redriver;
}

export interface Surroundings {
  readonly calls: Calls;
  readonly actors: Actors;
  readonly store: ParkedStore;
  readonly nowMs: () => number;
  /** Lets the time pass until then, if it is not past it. */
  readonly passUntil: (ms: number) => void;
  readonly newId: () => string;
  readonly limits: ParkingLimits;
}

export const createInstance = (name: string, around: Surroundings): Instance => {
  const { calls, actors, store, nowMs, newId, limits } = around;

  const storeCall = async <Answer>(label: string, effect: () => Promise<Answer>): Promise<Answer> =>
    calls.make({ label: `${name} ${label}`, instance: name, about: "" }, effect, async () => {
      throw new ParkingUnavailable(`${label} was not answered`);
    });
  const remote: ParkedStore = {
    claim: async (...given) => storeCall("claim", async () => store.claim(...given)),
    holdsClaim: async (...given) => storeCall("holdsClaim", async () => store.holdsClaim(...given)),
    load: async (...given) => storeCall("load", async () => store.load(...given)),
    readStream: async (...given) => storeCall("readStream", async () => store.readStream(...given)),
    park: async (...given) => storeCall(`park ${given[3].messageId}`, async () => store.park(...given)),
    firstMessages: async (...given) => storeCall("firstMessages", async () => store.firstMessages(...given)),
    readMessage: async (...given) => storeCall("readMessage", async () => store.readMessage(...given)),
    settle: async (...given) => storeCall(`settle ${given[2].messageId}`, async () => store.settle(...given)),
    update: async (...given) => storeCall("update", async () => store.update(...given)),
    streamsOf: async (...given) => storeCall("streamsOf", async () => store.streamsOf(...given)),
    listStreams: async (...given) => storeCall("listStreams", async () => store.listStreams(...given)),
    listMessages: async (...given) => storeCall("listMessages", async () => store.listMessages(...given)),
    listAudit: async (...given) => storeCall("listAudit", async () => store.listAudit(...given)),
  };

  const carryOut: Parameters<typeof createRedriver>[0]["carryOut"] = async ({ streamId, envelope }, { deadlineMs }) => {
    const { commandId } = envelope;
    const endsAtMs = nowMs() + deadlineMs;
    const call = { label: `${name} command ${commandId}`, instance: name, about: commandId };
    return calls.make(
      call,
      async () => {
        const result = actors.carryOut(streamId, commandId);
        // A fault is what is left when every attempt within the deadline has ended in one.
        if (result.kind === "fault") around.passUntil(endsAtMs);
        return result;
      },
      async () => ({ kind: "fault", reason: "no answer" }),
    );
  };
  const deadLetters = {
    publish: async (record: KafkaRecord): Promise<void> =>
      calls.make(
        { label: `${name} dead letter ${record.offset}`, instance: name, about: "" },
        async () => undefined,
        async () => {
          throw new SidecarUnavailable("the dead letter was not answered");
        },
      ),
  };
  const probe = async (): Promise<string | undefined> =>
    calls.make(
      { label: `${name} probe`, instance: name, about: "" },
      async () => (actors.outage ? "away" : undefined),
      async () => "no answer",
    );
  const partitions = createKnownPartitions({ store: remote, monotonicMs: nowMs, limits });
  return {
    name,
    handle: createRecordHandler({
      carryOut: createCarryOutInPlace({
        carryOut,
        probe,
        judge: createFaultJudge(nowMs),
        commandMs: 10_000,
        monotonicMs: nowMs,
      }),
      partitions,
      park: createPark({ store: remote, partitions, nowIso: () => new Date(nowMs()).toISOString() }),
      deadLetters,
      metrics: { observe: () => undefined },
      logger: { error: silent, warn: silent, info: silent, debug: silent },
    }),
    redriver: createRedriver({
      store: remote,
      carryOut,
      deadLetters,
      commandMs: 10_000,
      nowMs,
      newId,
      onSettled: () => undefined,
    }),
  };
};
