import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { CommandAnswer } from "../../../actors/kernel/answer.ts";
import { createDaprEventStore } from "../../../actors/event-store/dapr-event-store.ts";
import { createDaprStateApi, type DaprStateApi } from "../../../actors/event-store/dapr-state-api.ts";
import type { EventStore } from "../../../actors/event-store/event-store.ts";
import { counterAggregate } from "../../unit/host/counter.ts";
import { createTestHost, gist, type TestHost } from "../../unit/host/test-host.ts";
import { startDaprAndCosmos, type DaprAndCosmos } from "./dapr-and-cosmos.ts";

/** Two processes that both believe to own a stream, on real parts: Dapr's actor lock is not there to help. */
let running: DaprAndCosmos;
let state: DaprStateApi;
let store: EventStore;

const limit = { timeoutMs: 60_000 };
const maxRepeats = 20;

const twoHosts = (): readonly [TestHost, TestHost] => {
  const limits = { turnMs: limit.timeoutMs };
  return [createTestHost(store, { limits }), createTestHost(store, { limits })];
};

beforeAll(async () => {
  running = await startDaprAndCosmos();
  state = createDaprStateApi({ daprHttpPort: running.daprHttpPort, component: "event-store" });
  store = createDaprEventStore(state);
});

afterAll(async () => state.close());
afterAll(async () => running.stop());

/** Sends a command until its outcome is known, as every caller must. */
const untilKnown = async (
  host: TestHost,
  streamId: string,
  commandId: string,
  type: string,
  data: Record<string, unknown> = {},
): Promise<CommandAnswer> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await host.execute(streamId, commandId, type, data);
    if (!("error" in answer) || answer.error.kind !== "fault" || attempt === maxRepeats) return answer;
  }
};

/** The stored events, after checking that they are without gaps and add up to the snapshot. */
const wholeStream = async (streamId: string) => {
  const events = await store.readEvents(streamId, 0, 500, limit);
  expect(events.map((event) => event.version)).toEqual(events.map((_, index) => index + 1));
  const stored = await store.readSnapshot(streamId, limit);
  const folded = events.reduce(
    (state, event) =>
      counterAggregate.evolve(
        state,
        counterAggregate.decodeEvent(event.type, event.schemaVersion, event.data),
        event.at,
      ),
    counterAggregate.initial,
  );
  expect(stored?.snapshot).toMatchObject({ version: events.length, state: folded });
  return events;
};

describe("two hosts of one stream", () => {
  test("give the same command, sent 20 times at once, one effect and equal answers", async () => {
    const hosts = twoHosts();
    const streamId = crypto.randomUUID();
    await untilKnown(hosts[0], streamId, "open", "Open");
    const sending = Array.from({ length: 10 }, () => hosts)
      .flat()
      .map(async (host) => untilKnown(host, streamId, "twenty", "Add", { amount: 1 }));
    const versions = (await Promise.all(sending)).map((answer) => ("ok" in answer ? answer.ok.version : answer));
    expect(versions).toEqual(Array.from({ length: 20 }, () => 2));
    expect(await wholeStream(streamId)).toHaveLength(2);
  });

  test("never both take the last item", async () => {
    for (let round = 0; round < 10; round += 1) {
      const hosts = twoHosts();
      const streamId = crypto.randomUUID();
      await untilKnown(hosts[0], streamId, "open", "Open");
      await untilKnown(hosts[0], streamId, "add", "Add", { amount: 1 });
      // Both have it in memory before they race.
      await Promise.all(hosts.map(async (host) => host.read(streamId)));
      const answers = await Promise.all(
        hosts.map(async (host, index) => untilKnown(host, streamId, `take-${index}`, "Take", { amount: 1 })),
      );
      // An answer may have had to be asked for again.
      const gists = answers.map((answer) => gist(answer).replace(" replayed", ""));
      expect(gists.toSorted()).toEqual(["3", "TooLittle"]);
      expect(await wholeStream(streamId)).toHaveLength(3);
    }
  });

  test("keep the stream whole while answers are lost and connections are refused", async () => {
    const hosts = twoHosts();
    const streamIds = Array.from({ length: 4 }, () => crypto.randomUUID());
    for (const streamId of streamIds) await untilKnown(hosts[0], streamId, "open", "Open");
    let batches = 0;
    running.proxy.treat(({ headers }) => {
      if (headers["x-ms-cosmos-is-batch-request"] === undefined) return "forward";
      batches += 1;
      if (batches % 7 === 0) return "loseAnswer";
      return batches % 11 === 0 ? "refuse" : "forward";
    });
    const commands = Array.from({ length: 12 }, (_, index) => `command-${index}`);
    const sent = hosts.flatMap((host) =>
      streamIds.map(async (streamId) => {
        const answers: CommandAnswer[] = [];
        for (const commandId of commands)
          answers.push(await untilKnown(host, streamId, commandId, "Add", { amount: 1 }));
        return answers;
      }),
    );
    const answers = await Promise.all(sent);
    running.proxy.treat(() => "forward");
    for (const [index, streamId] of streamIds.entries()) {
      const events = await wholeStream(streamId);
      expect(events.map((event) => event.commandId)).toEqual(["open", ...commands]);
      // Both hosts answered each command with the version that it has.
      for (const answered of [answers[index], answers[index + streamIds.length]])
        expect(answered?.map((answer) => ("ok" in answer ? answer.ok.version : answer))).toEqual(
          commands.map((_, position) => position + 2),
        );
    }
  });
});
