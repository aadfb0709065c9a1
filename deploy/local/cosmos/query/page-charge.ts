import { consistentCharge, queryCharge } from "../charges.ts";
import { indexUse } from "../indexing/index-use.ts";
import { type Query, readingQuery } from "../sql/syntax.ts";
import type { Container } from "../storage/catalogue.ts";
import type { Page } from "./page.ts";

/** An aggregate looks at index entries, which is cheaper than to fetch their items. */
const INDEX_ENTRY = 0.1;

/**
 * How many items a page is charged for. Here a condition is checked on every item of the partitions that are read; on Azure
 * the index answers it, so that only items which match are fetched, unless the policy leaves out what is asked for.
 */
const itemsCharged = (container: Container, query: Query, { documents, scanned }: Page): number => {
  if (scanned <= documents.length) return scanned;
  const { missing } = indexUse(readingQuery(query), container.indexed, container.definition, []);
  if (missing.length > 0) return scanned;
  return query.aggregates ? Math.max(documents.length, scanned * INDEX_ENTRY) : documents.length;
};

/**
 * Request units for a page of a query.
 * @param characters the length of its documents
 * @param ranges how many ranges were asked
 * @param consistency the consistency level of the read
 */
export const pageCharge = (
  container: Container,
  query: Query,
  page: Page,
  characters: number,
  ranges: number,
  consistency: string,
): number => consistentCharge(queryCharge(itemsCharged(container, query, page), characters, ranges), consistency);
