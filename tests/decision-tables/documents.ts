import { orderAggregate } from "../../actors/order/aggregate.ts";
import { stockItemAggregate } from "../../actors/stock-item/aggregate.ts";
import { decisionDocument, decisionTables } from "../support/decision-table.ts";
import { orderDecisionExamples } from "../unit/order/decision-examples.ts";
import { stockItemDecisionExamples } from "../unit/stock-item/decision-examples.ts";

/** A document that is made from the deciders. */
export interface DecisionDocument {
  /** From the root of the project. */
  readonly path: string;
  readonly make: () => string;
}

const legend = `
This document is written by \`npm run docs:decisions\` from what the deciders do; a test fails when it is not what they do.

- \`accept\`: the command is carried out and recorded.
- \`ignore\`: nothing changes. It was satisfied before, or it is a message that came too late to matter or tells what is known,
  of which only \`MessageIgnored\` is recorded.
- \`reject(code)\`: it is refused; [domain.md](domain.md) says what the codes mean.
`;

const orderIntroduction = `${legend}
The order has two lines, of 3 cups and of 1 pot. Each column is one example of its command, and each is about the same
reservation, shipment (of the cups) and return (of a cup): another content, quantity or amount is answered otherwise, as
domain.md says. States with a comma tell how far an order has come within its status.
`;

const stockItemIntroduction = `${legend}
Each column is one example of its command, and most are about one reservation of 4 units: another quantity or id is answered
otherwise, as domain.md says. The last table is that of the item's own reminder.
`;

/** Every document of decisions. */
export const decisionDocuments: readonly DecisionDocument[] = [
  {
    path: "docs/order-decisions.md",
    make: () =>
      decisionDocument(
        "What an order answers",
        orderIntroduction,
        decisionTables(orderAggregate, orderDecisionExamples, ["outside", "process-manager"]),
      ),
  },
  {
    path: "docs/stock-item-decisions.md",
    make: () =>
      decisionDocument(
        "What a stock item answers",
        stockItemIntroduction,
        decisionTables(stockItemAggregate, stockItemDecisionExamples, ["outside", "process-manager", "reminder"]),
      ),
  },
];
