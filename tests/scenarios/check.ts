import type { Books } from "./books.ts";
import type { Finding } from "./checks/finding.ts";
import { checkLists } from "./checks/lists.ts";
import { checkMoney } from "./checks/money.ts";
import { checkOrders } from "./checks/orders.ts";
import { checkPublished } from "./checks/published.ts";
import { checkStock } from "./checks/stock.ts";
import type { Observed } from "./observe.ts";

/**
 * Compares the books with what the system and the provider say, and these with each other. Pure: the same inputs give the
 * same findings.
 *
 * @param run begins every id of the run; findings leave it out
 */
export const checkAll = (books: Books, observed: Observed, run: string): Finding[] => [
  ...checkOrders(books, observed),
  ...checkMoney(books, observed),
  ...checkStock(books, observed, run),
  ...checkPublished(books, observed),
  ...checkLists(books, observed),
];
