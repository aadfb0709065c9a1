import { describe, expect, test } from "@jest/globals";
import { moved, naturalOrder, placesBetween } from "../../../actors/order/value-order.ts";

describe("the order in which the units of a line are paid for", () => {
  test("is that of their places at first", () => {
    expect(placesBetween(naturalOrder(5), 1, 3)).toEqual([[1, 2]]);
    expect(placesBetween(naturalOrder(5), 2, 2)).toEqual([]);
  });
  test("has units that were moved where they were put", () => {
    expect(moved(naturalOrder(5), 3, 2, 0)).toEqual([
      [3, 2],
      [0, 3],
    ]);
    expect(placesBetween(moved(naturalOrder(5), 3, 2, 0), 1, 4)).toEqual([
      [4, 1],
      [0, 2],
    ]);
  });
  test("joins what follows each other again, so that it does not grow with what was moved there and back", () => {
    expect(moved(naturalOrder(5), 1, 2, 1)).toEqual([[0, 5]]);
    expect(moved(moved(naturalOrder(5), 3, 2, 0), 0, 2, 3)).toEqual([[0, 5]]);
    expect(moved(moved(naturalOrder(6), 4, 2, 1), 3, 1, 1)).toEqual([
      [0, 2],
      [4, 2],
      [2, 2],
    ]);
  });
});
