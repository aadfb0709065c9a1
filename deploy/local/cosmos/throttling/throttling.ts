/** How requests are held to a throughput. */
export type Throttling =
  | { readonly mode: "off" }
  /** Each container to what its own offer, or its database's, provides. */
  | { readonly mode: "provisioned" }
  /** Every container to the same figure. */
  | { readonly mode: "fixed"; readonly requestUnitsPerSecond: number };

const MOST_REQUEST_UNITS = 1_000_000_000;

/** Tells whether a figure can be a throughput: above nothing, and finite. */
export const isThroughput = (figure: unknown): figure is number =>
  typeof figure === "number" && figure > 0 && figure <= MOST_REQUEST_UNITS;

/**
 * Reads the option of the command line: `off`, `provisioned`, or request units per second.
 * @returns undefined when it is none of them
 */
export const parseThrottling = (option: string): Throttling | undefined => {
  if (option === "off" || option === "provisioned") return { mode: option };
  const requestUnitsPerSecond = /^\d+(?:\.\d+)?$/.test(option) ? Number(option) : undefined;
  return isThroughput(requestUnitsPerSecond) ? { mode: "fixed", requestUnitsPerSecond } : undefined;
};
