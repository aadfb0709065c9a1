import { describe, expect, test } from "@jest/globals";
import { assert, integer, property } from "fast-check";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { isOrderId } from "../../../actors/kernel/stream-id.ts";
import { makePlan } from "../../demo/make-plan.ts";
import type { CommandStep, Plan } from "../../demo/plan.ts";
import { scenarioNames, scenarioWeights, shareOut } from "../../demo/scenario-mix.ts";

const plan200 = makePlan({ run: "run", seed: 1, orders: 200 });

const commands = ({ orders }: Plan): CommandStep[] =>
  orders.flatMap(({ steps }) => steps.filter((step) => step.kind === "command"));

describe("a plan", () => {
  test("is the same for the same seed, and another for another", () => {
    expect(makePlan({ run: "run", seed: 1, orders: 200 })).toEqual(plan200);
    expect(makePlan({ run: "run", seed: 2, orders: 200 })).not.toEqual(plan200);
  });

  test("of 200 orders has every kind as often as its weight says", () => {
    const counts = Map.groupBy(plan200.orders, ({ scenario }) => scenario);
    for (const name of scenarioNames) expect([name, counts.get(name)?.length]).toEqual([name, scenarioWeights[name]]);
  });

  test("sends half of the orders by HTTP and half by Kafka", () => {
    expect(plan200.orders.filter(({ channel }) => channel === "http")).toHaveLength(100);
  });

  test("repeats commands by both ways, and across them", () => {
    const repeated = commands(plan200).filter(({ expected }) => expected === "repeated");
    const ways = new Set(
      repeated.map(({ commandId, channel }) => {
        const first = commands(plan200).find((command) => command.commandId === commandId);
        return `${first?.channel} ${channel}`;
      }),
    );
    expect([...ways].toSorted()).toEqual(["http http", "http kafka", "kafka http", "kafka kafka"]);
  });

  test("has malformed and rejected messages by both ways", () => {
    const kinds = plan200.orders.flatMap(({ steps }) =>
      steps.flatMap((step) => {
        if (step.kind === "malformed") return [`malformed ${step.channel}`];
        return step.kind === "command" && step.expected === "rejected" ? [`rejected ${step.channel}`] : [];
      }),
    );
    expect(new Set(kinds)).toEqual(new Set(["malformed http", "malformed kafka", "rejected http", "rejected kafka"]));
  });

  test("starts every id with the run, so that runs do not meet", () => {
    for (const { orderId, customerId } of plan200.orders) {
      expect(isOrderId(orderId)).toBe(true);
      expect([orderId, customerId].every((id) => id.startsWith("run-"))).toBe(true);
    }
    for (const { sku } of plan200.stock) expect(sku).toMatch(/^run-/);
  });

  test("has only valid commands, each under an id of its own unless it is a repetition", () => {
    for (const { body } of commands(plan200)) {
      const { type, ...fields } = body;
      expect(orderAggregate.parseCommand(type, fields)).toMatchObject({ valid: true });
    }
    const ids = commands(plan200).flatMap(({ commandId, expected }) => (expected === "repeated" ? [] : [commandId]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("receives enough of ordinary stock for every managed order, and too little of scarce stock for any", () => {
    const lines = plan200.orders.filter(({ fulfilment }) => fulfilment === "managed").flatMap(({ lines }) => lines);
    for (const { sku, location, receipts, winners } of plan200.stock) {
      const received = receipts.reduce((sum, { quantity }) => sum + quantity, 0);
      const wanted = lines.filter((line) => line.sku === sku && line.location === location);
      const total = wanted.reduce((sum, { quantity }) => sum + quantity, 0);
      if (sku === "run-scarce") expect(wanted.every(({ quantity }) => quantity > received)).toBe(true);
      else if (winners === undefined) expect(received).toBeGreaterThan(total);
      else expect([received, total]).toEqual([winners, 8]);
    }
  });
});

describe("sharing out orders over the scenarios", () => {
  test("loses none and follows the weights to within one order", () => {
    assert(
      property(integer({ min: 1, max: 10_000 }), (orders) => {
        const shares = shareOut(orders);
        expect([...shares.values()].reduce((sum, count) => sum + count, 0)).toBe(orders);
        for (const [name, count] of shares) {
          expect(Math.abs(count - (orders * scenarioWeights[name]) / 200)).toBeLessThan(1);
        }
      }),
    );
  });
});
