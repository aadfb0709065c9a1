import type { ParsedQueries } from "./query/parsed-queries.ts";
import type { SuspendedQueries } from "./query/suspended.ts";
import type { Catalogue } from "./storage/catalogue.ts";
import type { GroupCommit } from "./storage/group-commit.ts";

/** What the endpoint was started with. */
export interface Settings {
  /** The master key, base64. */
  readonly key: string;
  /** How many ranges a new container has. */
  readonly partitions: number;
  /** The account's default consistency level. */
  readonly consistency: string;
  /** The name of the account's one region. */
  readonly region: string;
}

/** Everything that a request handler works with. */
export interface Endpoint {
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  readonly commits: GroupCommit;
  readonly queries: ParsedQueries;
  readonly suspended: SuspendedQueries;
  /** The time in milliseconds. */
  readonly now: () => number;
}
