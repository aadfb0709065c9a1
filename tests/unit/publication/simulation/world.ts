import type { PublicationLimits } from "../../../../actors/host/publication/publication-ports.ts";
import { isCovered } from "../../../../actors/host/publication/watermark.ts";
import { startHost, type Host, type Sabotage, type Surroundings } from "./host.ts";
import { createOutside, type Outside } from "./outside.ts";
import type { Outcome, Pending } from "./pending.ts";

export const streamIds = ["a", "b", "c~x"] as const;

/** What may go wrong besides messages that take any time and any order. */
export interface Faults {
  /** Calls to the store that fail, or are answered wrongly, or land late. */
  readonly store: boolean;
  /** The same of publishes. */
  readonly kafka: boolean;
  /** Hosts that die, are stopped, or lose streams to one another; commands that reach a host which lost the stream. */
  readonly hosts: boolean;
}

export interface Action {
  readonly label: string;
  readonly run: () => void;
}

/** Everything that can happen next, and how likely each kind is to be chosen. */
export interface Kind {
  readonly weight: number;
  readonly actions: readonly Action[];
}

export interface World {
  readonly outside: Outside;
  readonly hosts: readonly Host[];
  readonly kinds: (faults: Faults) => readonly Kind[];
  /** Ends every fault: hosts run, and what was late lands or is forgotten. */
  readonly heal: (lands: (index: number) => boolean) => void;
  /** One step without faults, the oldest call first. */
  readonly stepOn: () => void;
  /** Whether the relay has passed everything and no host has anything left to publish. */
  readonly isQuiet: () => boolean;
}

const hostCount = 2;

const answer = (host: Host, call: Pending, happen: () => void): void => {
  host.pending.splice(host.pending.indexOf(call), 1);
  happen();
};

export const createWorld = (limits: PublicationLimits, sabotage: Sabotage): World => {
  const outside = createOutside();
  const late: Array<() => void> = [];
  const surroundings: Surroundings = {
    outside,
    limits,
    sabotage,
    clock: { now: 0 },
    late: (effect) => void late.push(effect),
  };
  let starts = 0;
  const start = (): Host => {
    starts += 1;
    const host = startHost(`epoch-${starts}`, surroundings);
    host.publication.start();
    return host;
  };
  const hosts: Array<Host | undefined> = Array.from({ length: hostCount }, start);
  const owners = new Map<string, number>(streamIds.map((streamId, index) => [streamId, index % hostCount]));
  /** The relay asks one host at a time about the event at its position. */
  const relay: { position: number; asking: { readonly host: Host } | undefined } = { position: 0, asking: undefined };

  const living = (): Host[] => hosts.filter((host) => host !== undefined);
  const running = (): Host[] => living().filter(({ paused }) => !paused);
  const ownerOf = (streamId: string): Host | undefined => hosts[owners.get(streamId) ?? 0];

  const crash = (slot: number): void => {
    for (const { lateEffect } of hosts[slot]?.pending ?? []) if (lateEffect !== undefined) late.push(lateEffect);
    if (relay.asking?.host === hosts[slot]) relay.asking = undefined;
    hosts[slot] = undefined;
  };

  const takeLate = (index: number): (() => void) | undefined => late.splice(index, 1)[0];

  /** The relay reads the feed in order and passes an event only once it is in Kafka, as far as it is told. */
  const pass = (): void => {
    const event = outside.feed[relay.position];
    if (event === undefined) return;
    if (!outside.published(event.streamId).has(event.version)) {
      outside.broken.push(`the relay passed ${event.streamId}/${event.version}, which is not in Kafka`);
    }
    relay.position += 1;
  };

  const relayStep = (): (() => void) | undefined => {
    const event = outside.feed[relay.position];
    if (event === undefined || relay.asking !== undefined) return undefined;
    if (isCovered(outside.watermark(event.hostEpoch), event.hostSeq)) return pass;
    const owner = ownerOf(event.streamId);
    if (owner === undefined || owner.paused || owner.hasTurn(event.streamId)) return undefined;
    const ask = async (): Promise<void> => {
      const asked = { host: owner };
      relay.asking = asked;
      const publishedThrough = await owner.flush(event.streamId, event.version);
      if (relay.asking !== asked) return;
      relay.asking = undefined;
      if (publishedThrough >= event.version) pass();
    };
    return () => void ask();
  };

  const answers = (allowed: (faultOf: Outcome["faultOf"]) => boolean): Action[] =>
    running().flatMap((host) =>
      host.pending.flatMap((call) =>
        call
          .outcomes()
          .filter(({ faultOf }) => allowed(faultOf))
          .map((outcome) => ({
            label: `${host.epoch}: ${call.label} ${outcome.label}`,
            run: () => answer(host, call, outcome.happen),
          })),
      ),
    );

  const commands = (faults: Faults): Action[] =>
    streamIds.flatMap((streamId) =>
      running()
        .filter((host) => !host.hasTurn(streamId) && (faults.hosts || host === ownerOf(streamId)))
        .flatMap((host) => {
          const one = { label: `${host.epoch}: command ${streamId}`, run: () => host.command(streamId, 1) };
          const two = { label: `${host.epoch}: two events ${streamId}`, run: () => host.command(streamId, 2) };
          // Mostly the owner is asked.
          return host === ownerOf(streamId) ? [one, one, two, one] : [one];
        }),
    );

  const hostFaults = (): Kind[] => {
    const slots = hosts.map((host, slot) => ({ host, slot }));
    const [dead, alive] = [
      slots.filter(({ host }) => host === undefined),
      slots.flatMap(({ host, slot }) => (host === undefined ? [] : [{ host, slot }])),
    ];
    const crashes = alive.map(({ host, slot }) => ({ label: `${host.epoch} dies`, run: () => crash(slot) }));
    const restarts = dead.map(({ slot }) => ({
      label: `host ${slot} starts`,
      run: () => void (hosts[slot] = start()),
    }));
    const stops = alive
      .filter(({ host }) => !host.paused)
      .map(({ host }) => ({ label: `${host.epoch} is stopped`, run: () => void (host.paused = true) }));
    const resumes = alive
      .filter(({ host }) => host.paused)
      .map(({ host }) => ({ label: `${host.epoch} goes on`, run: () => void (host.paused = false) }));
    const moves = streamIds.map((streamId) => ({
      label: `${streamId} moves`,
      run: () => void owners.set(streamId, ((owners.get(streamId) ?? 0) + 1) % hostCount),
    }));
    return [
      { weight: 1, actions: crashes },
      { weight: 6, actions: restarts },
      { weight: 1, actions: stops },
      { weight: 6, actions: resumes },
      { weight: 3, actions: moves },
    ];
  };

  const kinds = (faults: Faults): readonly Kind[] => {
    const relaying = relayStep();
    const lateActions = late.flatMap((_, index) => [
      { label: `late effect ${index} lands`, run: () => takeLate(index)?.() },
      { label: `late effect ${index} is forgotten`, run: () => void takeLate(index) },
    ]);
    return [
      { weight: 40, actions: answers((faultOf) => faultOf === undefined) },
      { weight: 12, actions: answers((faultOf) => faultOf !== undefined && faults[faultOf]) },
      {
        weight: 20,
        actions: running().map((host) => ({ label: `${host.epoch}: timer`, run: () => host.fireTimer() })),
      },
      { weight: 16, actions: commands(faults) },
      { weight: 10, actions: relaying === undefined ? [] : [{ label: "relay", run: relaying }] },
      {
        weight: relay.asking?.host.paused === true ? 5 : 0,
        actions: [{ label: "relay gives up", run: () => void (relay.asking = undefined) }],
      },
      { weight: 5, actions: lateActions },
      {
        weight: 3,
        actions: running().flatMap((host) =>
          streamIds
            .filter((streamId) => host.hasInMemory(streamId) && !host.hasTurn(streamId))
            .map((streamId) => ({
              label: `${host.epoch}: passivate ${streamId}`,
              run: () => host.passivate(streamId),
            })),
        ),
      },
      ...(faults.hosts ? hostFaults() : []),
    ];
  };

  return {
    outside,
    get hosts() {
      return living();
    },
    kinds,

    heal: (lands) => {
      hosts.forEach((host, slot) => {
        if (host === undefined) hosts[slot] = start();
        else host.paused = false;
      });
      late.splice(0).forEach((effect, index) => {
        if (lands(index)) effect();
      });
    },

    stepOn: () => {
      for (const host of living()) {
        const [call] = host.pending;
        const [outcome] = call?.outcomes() ?? [];
        if (call !== undefined && outcome !== undefined) return answer(host, call, outcome.happen);
      }
      // The relay waits a little before it asks again, so time goes on in between.
      const relaying = relayStep();
      relaying?.();
      const next = living().toSorted((a, b) => nextTimer(a) - nextTimer(b))[0];
      next?.fireTimer();
    },

    isQuiet: () =>
      relay.position === outside.feed.length &&
      living().every(({ publication, pending }) => {
        const { queued, behind } = publication.stats();
        return queued === 0 && behind === 0 && pending.length === 0;
      }),
  };
};

const nextTimer = ({ timers }: Host): number => Math.min(...timers.map(({ at }) => at));
