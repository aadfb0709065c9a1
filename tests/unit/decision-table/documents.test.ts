import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { orderRejectionCodes } from "../../../actors/order/rejections.ts";
import { orderCommandSchemas, orderProcessCommandSchemas } from "../../../actors/order/schemas.ts";
import { orderStatus } from "../../../actors/order/view.ts";
import { decisionDocuments } from "../../decision-tables/documents.ts";
import { decisionTables } from "../../support/decision-table.ts";
import { stateAfter } from "../../support/specification.ts";
import { orderDecisionExamples } from "../order/decision-examples.ts";

const root = join(import.meta.dirname, "../../..");

describe("a document of decisions", () => {
  test.each(decisionDocuments)("is what the deciders do: $path", ({ path, make }) => {
    // `npm run docs:decisions` writes it anew.
    expect(readFileSync(join(root, path), "utf8")).toBe(make());
  });
});

describe("the table of an order's decisions", () => {
  const tables = decisionTables(orderAggregate, orderDecisionExamples, ["outside", "process-manager"]);

  test("has a column for every command", () => {
    const types = [...Object.keys(orderCommandSchemas), ...Object.keys(orderProcessCommandSchemas)];
    for (const { columns } of tables) expect(types.filter((type) => !columns.includes(type))).toEqual([]);
  });

  test("has a row for every status, named after it", () => {
    const statuses = Object.entries(orderDecisionExamples.states).map(([name, history]) => {
      const { status } = stateAfter(orderAggregate, history);
      expect(name.replace(/^(external|managed) /, "").replace(/,.*$/, "")).toBe(status);
      return status;
    });
    expect(
      [...orderStatus.options, "NotPlaced", "Withdrawn"].filter((one) => !new Set<string>(statuses).has(one)),
    ).toEqual([]);
  });

  test("refuses for documented reasons only", () => {
    const codes = tables
      .flatMap(({ rows }) => rows.flatMap(({ cells }) => cells))
      .filter((cell) => cell.startsWith("reject"))
      .map((cell) => cell.slice("reject(".length, -1));
    const known = new Set<string>(orderRejectionCodes);
    expect(codes.filter((code) => !known.has(code))).toEqual([]);
  });

  test("tells apart what is recorded, what is ignored and what is refused", () => {
    const [fromOutside] = tables;
    const cellOf = (state: string, command: string): string | undefined =>
      fromOutside?.rows.find((row) => row.state === state)?.cells[fromOutside.columns.indexOf(command)];
    expect(cellOf("NotPlaced", "PlaceOrder")).toBe("accept");
    expect(cellOf("managed Completed", "RecordDelivery")).toBe("ignore");
    expect(cellOf("managed Cancelled", "RecordAuthorisation")).toBe("ignore");
    expect(cellOf("Withdrawn", "PlaceOrder")).toBe("reject(AlreadyCancelled)");
  });
});
