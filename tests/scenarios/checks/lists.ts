import { isDeepStrictEqual } from "node:util";
import { anyListRowSchema, type AnyListRow } from "../../../actors/order/view.ts";
import type { Books } from "../books.ts";
import type { Observed } from "../observe.ts";
import { countedFinding, type Finding } from "./finding.ts";

const checkListing = (
  check: string,
  expected: readonly AnyListRow[],
  listings: ReadonlyMap<string, readonly AnyListRow[]>,
  listOf: (row: AnyListRow) => string,
): Finding => {
  const rows = [...listings].flatMap(([list, members]) => members.map((row) => ({ list, row })));
  const known = new Map(expected.map((row) => [row.orderId, row]));
  const found = Map.groupBy(rows, ({ row }) => row.orderId);
  const wrong = expected.flatMap((row) => {
    const [first, ...others] = found.get(row.orderId) ?? [];
    if (first === undefined) return [`${row.orderId} is missing from the list of ${listOf(row)}`];
    if (others.length > 0) return [`${row.orderId} is listed ${others.length + 1} times`];
    if (first.list !== listOf(row)) return [`${row.orderId} is listed under ${first.list}, and is ${listOf(row)}`];
    return isDeepStrictEqual(first.row, row)
      ? []
      : [`${row.orderId} is listed as ${JSON.stringify(first.row)}, and is ${JSON.stringify(row)}`];
  });
  const strangers = [...found.keys()].filter((orderId) => !known.has(orderId));
  return countedFinding("Messages and lists", check, expected.length, rows.length, [
    ...wrong,
    ...strangers.map((orderId) => `${orderId} is listed, and does not exist`),
  ]);
};

/** The lists hold every order once, under its customer and its status, as the order itself says. */
export const checkLists = (books: Books, observed: Observed): Finding[] => {
  const rows = [...books.orders.keys()].flatMap((orderId) => {
    const snapshot = observed.orders.get(orderId)?.snapshot;
    return snapshot === undefined ? [] : [anyListRowSchema.parse(snapshot)];
  });
  const ofCustomers = rows.filter((row) => "customerId" in row);
  return [
    checkListing("orders listed by customer", ofCustomers, observed.byCustomer, (row) =>
      "customerId" in row ? row.customerId : "nobody",
    ),
    checkListing("orders and sales listed by status", rows, observed.byStatus, ({ status }) => status),
  ];
};
