import { describe, expect, test } from "@jest/globals";
import { createSeqLedger } from "../../../actors/host/publication/seq-ledger.ts";
import { isCovered } from "../../../actors/host/publication/watermark.ts";

const limits = { maxExcept: 2, maxHeldPerStream: 2 };

describe("the watermark of a host", () => {
  test("covers nothing before anything was handed out", () => {
    expect(createSeqLedger(limits).watermark()).toEqual({ through: 0, except: [] });
  });

  test("is held by a commit under way, whatever is published after it", () => {
    const ledger = createSeqLedger(limits);
    const slow = ledger.begin("a", 1);
    ledger.committed(ledger.begin("b", 1), 1);
    ledger.settle("b", 1);
    expect(ledger.watermark().through).toBe(0);
    ledger.abandoned(slow);
    expect(ledger.watermark().through).toBe(2);
  });

  test("is held by a commit until its last event is published", () => {
    const ledger = createSeqLedger(limits);
    ledger.committed(ledger.begin("a", 2), 1);
    ledger.settle("a", 1);
    expect(ledger.watermark().through).toBe(0);
    ledger.settle("a", 2);
    expect(ledger.watermark().through).toBe(2);
  });

  test("passes a commit of unknown outcome and excepts its seqs until its stream is published through them", () => {
    const ledger = createSeqLedger(limits);
    ledger.unknown(ledger.begin("a", 2), 5);
    expect(ledger.watermark()).toEqual({ through: 2, except: [1, 2] });
    ledger.settle("a", 4);
    expect(ledger.watermark().except).toEqual([1, 2]);
    ledger.settle("a", 5);
    expect(ledger.watermark().except).toEqual([2]);
    ledger.settle("a", 6);
    expect(ledger.watermark()).toEqual({ through: 2, except: [] });
  });

  test("is held by a commit of unknown outcome when no more can be excepted", () => {
    const ledger = createSeqLedger(limits);
    ledger.unknown(ledger.begin("a", 3), 1);
    ledger.committed(ledger.begin("b", 1), 1);
    ledger.settle("b", 1);
    expect(ledger.watermark()).toEqual({ through: 2, except: [1, 2] });
    ledger.settle("a", 3);
    expect(ledger.watermark()).toEqual({ through: 4, except: [] });
  });

  test("is held by the oldest of many unpublished commits of a stream until the newest is published", () => {
    const ledger = createSeqLedger(limits);
    for (let version = 1; version <= 10; version += 1) ledger.committed(ledger.begin("a", 1), version);
    expect(ledger.unsettled()).toBe(limits.maxHeldPerStream);
    ledger.settle("a", 9);
    expect(ledger.watermark().through).toBe(1);
    ledger.settle("a", 10);
    expect(ledger.watermark().through).toBe(10);
  });

  test("does not survive a ticket that ends twice", () => {
    const ledger = createSeqLedger(limits);
    const ticket = ledger.begin("a", 1);
    ledger.committed(ticket, 1);
    expect(() => ledger.unknown(ticket, 1)).toThrow("has ended already");
  });

  test("needs a number of events", () => {
    expect(() => createSeqLedger(limits).begin("a", 0)).toThrow("0 is no number of events");
  });
});

describe("a seq", () => {
  const written = { through: 10, except: [3] };
  test("is covered up to the watermark", () => expect(isCovered(written, 10)).toBe(true));
  test("is not covered beyond it", () => expect(isCovered(written, 11)).toBe(false));
  test("is not covered if excepted", () => expect(isCovered(written, 3)).toBe(false));
  test("is not covered by an epoch that never wrote a watermark", () => expect(isCovered(undefined, 1)).toBe(false));
});
