import { describe, expect, test } from "@jest/globals";
import { createAttempts, StepLeft } from "../../../services/process-manager/attempts.ts";
import { createBreaker, PartAway } from "../../../services/process-manager/breaker.ts";
import { createFailures } from "../../../services/process-manager/failures.ts";
import { createKnownIds } from "../../../services/process-manager/known-ids.ts";
import { silentLogger } from "../change-feed/in-memory.ts";

const never = new AbortController().signal;
const away = async (): Promise<never> => {
  throw new Error("away");
};

const breaker = () => createBreaker("it", { failures: 2, openMs: 100 }, () => 0);

const openAttempts = (actorsAnswer: () => Promise<boolean>, triesInPlace = 3) => {
  let faults = 0;
  const attempts = createAttempts({
    actorsAnswer,
    breakers: { payment: breaker(), carrier: breaker() },
    onFault: () => {
      faults += 1;
    },
    logger: silentLogger,
    triesInPlace,
    backOff: { firstMs: 0, longestMs: 0 },
  });
  return { attempts, faults: () => faults };
};

describe("a call of an actor", () => {
  test("that fails is repeated until it succeeds", async () => {
    const { attempts, faults } = openAttempts(async () => true);
    let calls = 0;
    const answer = attempts.ofActor("it", async () => ((calls += 1) < 3 ? away() : "answer"), never);
    await expect(answer).resolves.toBe("answer");
    expect(faults()).toBe(2);
  });

  test("is left after some failures if other actors answer, and tells why", async () => {
    const { attempts, faults } = openAttempts(async () => true);
    await expect(attempts.ofActor("read o1", away, never)).rejects.toThrow("cannot read o1: away");
    expect(faults()).toBe(3);
  });

  test("is repeated for as long as no actor answers: nothing else could be done either", async () => {
    let probes = 0;
    const { attempts, faults } = openAttempts(async () => {
      probes += 1;
      return probes > 5;
    });
    await expect(attempts.ofActor("it", away, never)).rejects.toThrow(StepLeft);
    expect(faults()).toBe(8);
  });

  test("ends with the reason of the signal", async () => {
    const { attempts } = openAttempts(async () => false);
    const lost = new AbortController();
    const call = attempts.ofActor(
      "it",
      async () => {
        lost.abort(new Error("the lease is lost"));
        return away();
      },
      lost.signal,
    );
    await expect(call).rejects.toThrow("the lease is lost");
  });
});

describe("a call of a provider", () => {
  test("that fails is left at once, and not made at all while the provider is taken to be away", async () => {
    const { attempts, faults } = openAttempts(async () => true);
    let calls = 0;
    const call = async () =>
      attempts.ofProvider(
        "payment",
        "pay",
        async () => {
          calls += 1;
          return away();
        },
        never,
      );
    for (let time = 1; time <= 4; time += 1) await expect(call()).rejects.toThrow(StepLeft);
    expect({ calls, faults: faults() }).toEqual({ calls: 2, faults: 4 });
    await expect(attempts.ofProvider("carrier", "ship", async () => "answer", never)).resolves.toBe("answer");
  });
});

const open = () => {
  let nowMs = 0;
  const breaker = createBreaker("the provider", { failures: 2, openMs: 100 }, () => nowMs);
  return {
    breaker,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

describe("a breaker", () => {
  test("lets calls through as long as failures are not in a row", async () => {
    const { breaker } = open();
    for (let time = 1; time <= 5; time += 1) {
      await expect(breaker.call(away)).rejects.toThrow("away");
      await expect(breaker.call(async () => time)).resolves.toBe(time);
    }
    expect(breaker.isClosed()).toBe(true);
  });

  test("opens for a while, then lets one call try, and closes if that succeeds", async () => {
    const { breaker, pass } = open();
    await expect(breaker.call(away)).rejects.toThrow("away");
    await expect(breaker.call(away)).rejects.toThrow("away");
    pass(99);
    await expect(breaker.call(async () => 1)).rejects.toThrow(new PartAway("the provider did not answer lately"));
    pass(1);
    const { promise, resolve } = Promise.withResolvers<number>();
    const probe = breaker.call(async () => promise);
    await expect(breaker.call(async () => 2)).rejects.toThrow(PartAway);
    resolve(1);
    await expect(probe).resolves.toBe(1);
    await expect(breaker.call(async () => 3)).resolves.toBe(3);
  });

  test("stays open if the one call fails", async () => {
    const { breaker, pass } = open();
    await expect(breaker.call(away)).rejects.toThrow("away");
    await expect(breaker.call(away)).rejects.toThrow("away");
    pass(100);
    await expect(breaker.call(away)).rejects.toThrow("away");
    pass(99);
    await expect(breaker.call(async () => 1)).rejects.toThrow(PartAway);
    expect(breaker.isClosed()).toBe(false);
  });
});

describe("what is remembered", () => {
  test("of ids is the newest of them", () => {
    const ids = createKnownIds(2);
    for (const id of ["a", "b", "c"]) ids.add(id);
    expect(["a", "b", "c"].map((id) => ids.has(id))).toEqual([false, true, true]);
  });

  test("of failures is the last one of each order, and not of those that failed longest ago", () => {
    let time = 0;
    const failures = createFailures(2, () => {
      time += 1;
      return String(time);
    });
    failures.note("a", "first");
    failures.note("b", "x".repeat(2_000));
    failures.note("a", "second");
    failures.note("c", "third");
    expect(failures.of("a")).toEqual({ at: "3", reason: "second" });
    expect(failures.of("b")).toBeNull();
    expect(failures.of("c")).toEqual({ at: "4", reason: "third" });
    failures.note("b", "x".repeat(2_000));
    expect(failures.of("b")?.reason).toHaveLength(1_000);
  });
});
