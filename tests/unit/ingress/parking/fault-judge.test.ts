import { describe, expect, test } from "@jest/globals";
import {
  createFaultJudge,
  createLatestByStream,
  judgeFault,
  longestSuspicionMs,
} from "../../../../services/ingress/parking/fault-judge.ts";

describe("a fault between two probes that found nothing wrong", () => {
  test.each<[string, boolean, boolean, number, string]>([
    ["when others succeed", true, true, 0, "ownFault"],
    ["when nothing else was sent", false, false, 0, "ownFault"],
    ["when others fault too and none succeeds", false, true, longestSuspicionMs - 1, "outage"],
    ["when that has gone on for too long", false, true, longestSuspicionMs, "ownFault"],
  ])("%s", (_when, othersSucceeded, othersFaulted, faultingMs, verdict) => {
    expect(judgeFault({ othersSucceeded, othersFaulted, faultingMs })).toBe(verdict);
  });
});

describe("the last moment at which something happened to another stream", () => {
  test("is known whichever stream asks", () => {
    const latest = createLatestByStream();
    expect(latest.lastOfOthers("a")).toBeUndefined();
    latest.happened("a", 1);
    expect([latest.lastOfOthers("a"), latest.lastOfOthers("b")]).toEqual([undefined, 1]);
    latest.happened("b", 2);
    latest.happened("b", 3);
    expect(["a", "b", "c"].map((streamId) => latest.lastOfOthers(streamId))).toEqual([3, 1, 3]);
    latest.happened("a", 4);
    expect(["a", "b", "c"].map((streamId) => latest.lastOfOthers(streamId))).toEqual([3, 4, 4]);
  });
});

describe("the judge", () => {
  test("heeds what happened to others since the command was first tried, and nothing earlier", () => {
    let now = 0;
    const judge = createFaultJudge(() => now);
    judge.observed("other", "accepted");
    now = 10;
    judge.observed("mine", "fault");
    judge.observed("mine", "accepted");
    expect(judge.judge("mine", 10)).toBe("ownFault");
    judge.observed("third", "fault");
    expect(judge.judge("mine", 10)).toBe("outage");
    expect(judge.judge("mine", 0)).toBe("ownFault");
    judge.observed("other", "accepted");
    expect(judge.judge("mine", 10)).toBe("ownFault");
  });

  test("lets nothing wait for ever", () => {
    let now = 0;
    const judge = createFaultJudge(() => now);
    judge.observed("other", "fault");
    now = longestSuspicionMs - 1;
    expect(judge.judge("mine", 0)).toBe("outage");
    now = longestSuspicionMs;
    expect(judge.judge("mine", 0)).toBe("ownFault");
  });
});
