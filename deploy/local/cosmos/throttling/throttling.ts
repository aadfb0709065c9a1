/** How requests are held to a throughput. */
export type Throttling =
  | { readonly mode: "off" }
  /** Each container to what its own offer provides, those without one together to what their database's does. */
  | { readonly mode: "provisioned" }
  /** Every container to the same figure. */
  | { readonly mode: "fixed"; readonly requestUnitsPerSecond: number };

/** The throughput that a container may use. */
export interface Provision {
  readonly requestUnitsPerSecond: number;
  /** Whether it is the database's, for all its containers without a throughput of their own together. */
  readonly isShared: boolean;
}

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
