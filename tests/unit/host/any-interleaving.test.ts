import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  eventItemId,
  recordedEvent,
  snapshotItemId,
  type RecordedEvent,
} from "../../../actors/kernel/recorded-event.ts";
import type { CommandAnswer } from "../../../actors/kernel/answer.ts";
import { commandIdHash, outcomeItem, snapshotItem, type OutcomeItem } from "../../../actors/event-store/items.ts";
import { createMemoryEventStore, type Fate, type MemoryEventStore } from "../../support/memory-event-store.ts";
import { counterAggregate } from "./counter.ts";
import { createTestHost, type TestHost } from "./test-host.ts";

/**
 * Several hosts execute commands on one stream at the same time, as if Dapr's lock did not exist: every host but one is a
 * stale owner, with an old memory. Commands are sent again, to any host, under ids that collide. The store fails in every
 * way that it can. Whatever the order, the stream must come out right.
 */
interface Sent {
  readonly host: number;
  readonly commandId: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

const streamId = "c";

const commands = fc.oneof(
  fc.constant({ type: "Open", data: {} }),
  fc.record({
    type: fc.constant("Add"),
    data: fc.record({ amount: fc.constantFrom(1, 5), times: fc.constantFrom(1, 3) }),
  }),
  fc.record({ type: fc.constant("Take"), data: fc.record({ amount: fc.constantFrom(1, 4) }) }),
  fc.constant({ type: "Touch", data: {} }),
  fc.constant({ type: "Gamble", data: {} }),
);

const sent = (hosts: number, ids: number): fc.Arbitrary<Sent> =>
  fc
    .record({ host: fc.nat(hosts - 1), id: fc.nat(ids - 1), command: commands })
    .map(({ host, id, command }) => ({ host, commandId: `id-${id}`, ...command }));

const fates = fc.infiniteStream(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Fate>("works") },
    { weight: 1, arbitrary: fc.constant<Fate>("fails") },
    { weight: 1, arbitrary: fc.constant<Fate>("losesAnswer") },
    { weight: 1, arbitrary: fc.constant<Fate>("landsLate") },
    { weight: 1, arbitrary: fc.constant<Fate>("retries") },
  ),
);

const storedIn = (store: MemoryEventStore) => {
  const values = [...store.items.values()].map((text) => JSON.parse(text) as unknown);
  const events: RecordedEvent[] = values.flatMap((value) => recordedEvent.safeParse(value).data ?? []);
  const outcomes: OutcomeItem[] = values.flatMap((value) => outcomeItem.safeParse(value).data ?? []);
  const [snapshot] = values.flatMap((value) => snapshotItem.safeParse(value).data ?? []);
  return { events: events.toSorted((a, b) => a.version - b.version), outcomes, snapshot };
};

const fold = (events: readonly RecordedEvent[]) =>
  events.reduce(
    (state, event) =>
      counterAggregate.evolve(
        state,
        counterAggregate.decodeEvent(event.type, event.schemaVersion, event.data),
        event.at,
      ),
    counterAggregate.initial,
  );

const checkStream = (store: MemoryEventStore): void => {
  const { events, outcomes, snapshot } = storedIn(store);
  // Versions are unique and without gaps, and each event is where its version says.
  expect(events.map((event) => event.version)).toEqual(events.map((_, index) => index + 1));
  for (const event of events) expect(store.items.has(eventItemId(streamId, event.version))).toBe(true);
  expect(store.items.has(snapshotItemId(streamId))).toBe(events.length > 0);
  if (snapshot === undefined) return;
  expect(snapshot.version).toBe(events.length);
  expect(snapshot.state).toEqual(fold(events));
  // A command id has its events in one batch, or one remembered outcome, never both.
  const batches = Map.groupBy(events, (event) => event.commandId);
  for (const [commandId, batch] of batches) {
    expect(outcomes.some((outcome) => outcome.commandId === commandId)).toBe(false);
    expect(batch.map((event) => event.version - (batch[0]?.version ?? 0))).toEqual(batch.map((_, index) => index));
    expect(new Set(batch.map((event) => `${event.requestHash} ${event.at} ${event.statusAfter}`)).size).toBe(1);
  }
  // The index claims to be complete only if it is.
  const ids = new Set([...batches.keys(), ...outcomes.map((outcome) => outcome.commandId)].map(commandIdHash));
  const indexed = snapshot.recentCommands.map((command) => command.id);
  expect(new Set(indexed).size).toBe(indexed.length);
  for (const id of indexed) expect(ids.has(id)).toBe(true);
  if (snapshot.recentCommandsComplete) expect(new Set(indexed)).toEqual(ids);
};

/** The events or the rejection that an answer tells of; undefined if it tells of no outcome of the command. */
const effectOf = (answer: CommandAnswer): string | undefined => {
  if ("ok" in answer) return JSON.stringify({ ...answer.ok, replayed: undefined });
  const { kind, code, version } = answer.error;
  return kind === "rejected" && version !== 0 ? `${code}@${version}` : undefined;
};

const checkAnswers = (store: MemoryEventStore, answered: readonly { sent: Sent; answer: CommandAnswer }[]): void => {
  const { events, outcomes } = storedIn(store);
  const byRequest = Map.groupBy(answered, ({ sent }) => JSON.stringify([sent.commandId, sent.type, sent.data]));
  for (const answers of byRequest.values()) {
    // Whoever got an outcome got the same one, however often and wherever it was asked for.
    const effects = new Set(answers.flatMap(({ answer }) => effectOf(answer) ?? []));
    expect(effects.size).toBeLessThanOrEqual(1);
  }
  for (const { sent, answer } of answered) {
    if ("ok" in answer) {
      // What was acknowledged is stored.
      const stored = events.filter((event) => event.commandId === sent.commandId);
      expect(stored.map(({ type, version }) => ({ type, version }))).toEqual(answer.ok.events);
      if (answer.ok.events.length === 0) expect(outcomes.map((outcome) => outcome.commandId)).toContain(sent.commandId);
    } else if (answer.error.kind === "rejected" && answer.error.version !== 0) {
      expect(outcomes.map((outcome) => outcome.commandId)).toContain(sent.commandId);
      expect(events.map((event) => event.commandId)).not.toContain(sent.commandId);
    }
  }
};

/** What is told to the publication must let it publish every stored event, and no other. */
const checkTickets = (store: MemoryEventStore, hosts: readonly TestHost[]): void => {
  const { events } = storedIn(store);
  for (const host of hosts) {
    expect(host.endings.size).toBe(host.seqs());
    const mine = events.filter((event) => event.hostEpoch === host.publication.hostEpoch);
    for (const event of mine) expect(["committed", "unknown"]).toContain(host.endings.get(event.hostSeq));
    for (const event of host.published) expect(mine).toContainEqual(event);
    const lastLoaded = host.loads.at(-1)?.version ?? 0;
    const lastCommitted = host.published.at(-1)?.version ?? 0;
    // A version that this host was never told of is some other host's to publish.
    for (const event of mine)
      if (host.endings.get(event.hostSeq) === "committed")
        expect(event.version).toBeLessThanOrEqual(Math.max(lastLoaded, lastCommitted));
  }
};

const runs = Number(process.env["PROPERTY_RUNS"] ?? 60);

describe("any interleaving of hosts, repeats and faults", () => {
  test.each([
    { hosts: 2, ids: 6, tellsEtag: false },
    { hosts: 3, ids: 60, tellsEtag: false },
    { hosts: 3, ids: 8, tellsEtag: true },
  ])(
    "keeps the stream whole: $hosts hosts, $ids ids, the store tells etags: $tellsEtag",
    async ({ hosts: count, ids, tellsEtag }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fates,
          fc.array(sent(count, ids), { minLength: 4, maxLength: 60, size: "max" }),
          async (scheduler, fate, commandsSent) => {
            let trouble = true;
            const store = createMemoryEventStore({
              before: async () => {
                await scheduler.schedule(Promise.resolve());
                return trouble ? fate.next().value : "works";
              },
              untilLanding: async () => scheduler.schedule(Promise.resolve()),
              tellsEtag,
            });
            let clock = Date.UTC(2026, 0, 1);
            const now = (): string => new Date((clock += 1)).toISOString();
            const hosts = Array.from({ length: count }, (_, index) =>
              createTestHost(store, { epoch: `epoch-${index}`, now }),
            );
            const answered: { sent: Sent; answer: CommandAnswer }[] = [];
            const send = async (sent: Sent): Promise<void> => {
              const host = hosts[sent.host];
              if (host === undefined) return;
              answered.push({ sent, answer: await host.execute(streamId, sent.commandId, sent.type, sent.data) });
            };
            await scheduler.waitFor(send({ host: 0, commandId: "open", type: "Open", data: {} }));
            await scheduler.waitFor(Promise.all(commandsSent.map(send)));
            // The trouble is over, and every caller repeats what it does not know the outcome of.
            trouble = false;
            await scheduler.waitFor(Promise.all(commandsSent.map(send)));
            await scheduler.waitIdle();

            const last = answered.slice(-commandsSent.length);
            for (const { answer } of last)
              if ("error" in answer && answer.error.code !== "Contention") expect(answer.error.kind).not.toBe("fault");
            checkStream(store);
            checkAnswers(store, answered);
            checkTickets(store, hosts);
          },
        ),
        { numRuns: runs, interruptAfterTimeLimit: 40_000 },
      );
    },
  );
});
