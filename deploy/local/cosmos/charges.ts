/**
 * Request charges. Azure publishes no formula, only figures, which these meet as nearly as a simple formula can:
 * - under session consistency and without indexing, reading 1 KB costs 1 RU, 4 KB 1.3, 64 KB 10, and writing 1 KB costs
 *   5 RU, 4 KB 7, 64 KB 48 (the table of "Request units in Azure Cosmos DB", 2018 edition; the first and the last row are
 *   near those of https://learn.microsoft.com/azure/cosmos-db/optimize-cost-reads-writes);
 * - each indexed property makes a write dearer, and a replacement has old values to take out of the index as well as new
 *   ones to put in (https://learn.microsoft.com/azure/cosmos-db/request-units, "Request unit considerations");
 * - reads under strong or bounded staleness consistency cost twice as much (the same page, "Data consistency").
 */

const KIBIBYTE = 1024;
const READ = { first: 1, further: 0.1 };
const WRITE = { first: 5, further: 0.65 };
const INDEXED_VALUE = 0.05;
const QUERY = { base: 2.3, item: 0.03, kibibyte: 0.1 };

const round = (charge: number): number => Math.round(charge * 100) / 100;

const sized = ({ first, further }: typeof READ, characters: number): number =>
  first + further * Math.max(0, characters / KIBIBYTE - 1);

/** Request units for reading an item of so many characters. */
export const readCharge = (characters: number): number => round(sized(READ, characters));

/**
 * Request units for writing an item of so many characters.
 * @param indexed how many of its values are indexed
 * @param isNew whether there was no such item before
 */
export const writeCharge = (characters: number, indexed: number, isNew: boolean): number =>
  round(sized(WRITE, characters) + INDEXED_VALUE * indexed * (isNew ? 1 : 2));

/** What several operations cost together. */
export const totalCharge = (operations: readonly { readonly charge: number }[]): number =>
  round(operations.reduce((sum, { charge }) => sum + charge, 0));

/** Request units for deleting an item: as for writing a small one. */
export const DELETE_CHARGE = 5;

/** Request units for a conditional read that found nothing new, for a refused write and for metadata. */
export const SMALL_CHARGE = 1;

/**
 * Request units for a query or a feed page: something for each range that is asked, each item that is looked at and each
 * kibibyte that is returned.
 * @param ranges how many ranges were asked
 */
export const queryCharge = (items: number, characters: number, ranges = 1): number =>
  round(QUERY.base * ranges + QUERY.item * items + (QUERY.kibibyte * characters) / KIBIBYTE);

const TWO_REPLICAS: ReadonlySet<string> = new Set(["strong", "boundedstaleness"]);

/**
 * The charge of a read or a query under a consistency level.
 * @param level the account's level, or the weaker one that the request asks for
 */
export const consistentCharge = (charge: number, level: string): number =>
  TWO_REPLICAS.has(level.toLowerCase()) ? round(2 * charge) : charge;
