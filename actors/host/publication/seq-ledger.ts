import type { AppendTicket } from "./publication.ts";
import type { PublicationLimits } from "./publication-ports.ts";
import type { Watermark } from "./watermark.ts";

/** A seq that is settled once its stream is published through `version`: then its event is in Kafka, or another took its place. */
interface Debt {
  readonly seq: number;
  readonly version: number;
}

interface StreamDebts {
  /** These hold the watermark below their lowest seq. */
  readonly held: Debt[];
  /** These are listed in the watermark's `except`. */
  readonly excepted: Debt[];
}

export interface SeqLedger {
  readonly begin: (streamId: string, eventCount: number) => AppendTicket;
  readonly committed: (ticket: AppendTicket, firstVersion: number) => void;
  readonly abandoned: (ticket: AppendTicket) => void;
  readonly unknown: (ticket: AppendTicket, firstVersion: number) => void;
  /** Every event of the stream through this version is in Kafka. */
  readonly settle: (streamId: string, publishedThrough: number) => void;
  readonly watermark: () => Pick<Watermark, "through" | "except">;
  readonly lastSeq: () => number;
  readonly unsettled: () => number;
}

const lowest = (debts: readonly Debt[], start: number): number =>
  debts.reduce((least, debt) => Math.min(least, debt.seq), start);

/**
 * Keeps account of the seqs this start of the host handed out: which are settled, that is, belong to an event that is in
 * Kafka or can never be stored. Pure: no clock, no I/O.
 *
 * A seq of unknown outcome is never settled by time or by absence from the store, only by an event at its version. Beyond
 * `maxExcept` such seqs hold the watermark. Beyond `maxHeldPerStream` holds of a stream are merged, so that an outage of
 * any length costs a stream the same memory.
 */
export const createSeqLedger = ({
  maxExcept,
  maxHeldPerStream,
}: Pick<PublicationLimits, "maxExcept" | "maxHeldPerStream">): SeqLedger => {
  let lastSeq = 0;
  let exceptedCount = 0;
  const open = new Set<AppendTicket>();
  const debts = new Map<string, StreamDebts>();

  const debtsOf = (streamId: string): StreamDebts => {
    const known = debts.get(streamId);
    if (known !== undefined) return known;
    const none: StreamDebts = { held: [], excepted: [] };
    debts.set(streamId, none);
    return none;
  };

  const hold = (streamId: string, debt: Debt): void => {
    const { held } = debtsOf(streamId);
    const last = held.length < maxHeldPerStream ? undefined : held.pop();
    held.push(
      last === undefined ? debt : { seq: Math.min(last.seq, debt.seq), version: Math.max(last.version, debt.version) },
    );
  };

  const close = (ticket: AppendTicket): void => {
    if (!open.delete(ticket)) throw new Error(`the ticket of ${ticket.streamId} has ended already`);
  };

  return {
    begin: (streamId, eventCount) => {
      if (!Number.isSafeInteger(eventCount) || eventCount < 1) throw new Error(`${eventCount} is no number of events`);
      const ticket = { streamId, hostSeqs: Array.from({ length: eventCount }, (_, index) => lastSeq + 1 + index) };
      lastSeq += eventCount;
      open.add(ticket);
      return ticket;
    },

    committed: (ticket, firstVersion) => {
      close(ticket);
      const version = firstVersion + ticket.hostSeqs.length - 1;
      hold(ticket.streamId, { seq: Math.min(...ticket.hostSeqs), version });
    },

    abandoned: close,

    unknown: (ticket, firstVersion) => {
      close(ticket);
      ticket.hostSeqs.forEach((seq, index) => {
        const debt = { seq, version: firstVersion + index };
        if (exceptedCount >= maxExcept) return hold(ticket.streamId, debt);
        debtsOf(ticket.streamId).excepted.push(debt);
        exceptedCount += 1;
      });
    },

    settle: (streamId, publishedThrough) => {
      const known = debts.get(streamId);
      if (known === undefined) return;
      const owed = ({ version }: Debt): boolean => version > publishedThrough;
      const left = { held: known.held.filter(owed), excepted: known.excepted.filter(owed) };
      exceptedCount -= known.excepted.length - left.excepted.length;
      if (left.held.length + left.excepted.length === 0) debts.delete(streamId);
      else debts.set(streamId, left);
    },

    watermark: () => {
      let unsettled = lastSeq + 1;
      for (const ticket of open) unsettled = Math.min(unsettled, ...ticket.hostSeqs);
      for (const { held } of debts.values()) unsettled = lowest(held, unsettled);
      const through = unsettled - 1;
      const except: number[] = [];
      for (const { excepted } of debts.values()) {
        for (const { seq } of excepted) if (seq <= through) except.push(seq);
      }
      return { through, except: except.sort((a, b) => a - b) };
    },

    lastSeq: () => lastSeq,

    unsettled: () => {
      let count = 0;
      for (const ticket of open) count += ticket.hostSeqs.length;
      for (const { held, excepted } of debts.values()) count += held.length + excepted.length;
      return count;
    },
  };
};
