import type { ProgressTask } from "../../deploy/local/artifact/progress.ts";
import type { TestResult } from "./test-result.ts";

/** Where a suite's tests find the endpoint that they are run against. */
export interface SuiteTarget {
  readonly url: string;
  readonly key: string;
}

export interface SuiteContext {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: ProgressTask;
}

/** A file of a suite that is not run at all, and why. */
export interface LeftOut {
  readonly file: string;
  readonly reason: string;
}

/** A public suite, fetched and made ready to be run. */
export interface PreparedSuite {
  /** The files it can run, by the names that results carry. */
  readonly files: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /**
   * Runs some of the files.
   * @param onFile sees each file's name before its tests begin
   */
  readonly run: (
    target: SuiteTarget,
    files: readonly string[],
    onFile: (file: string) => void,
  ) => Promise<TestResult[]>;
}

/** A public suite that others wrote for Cosmos DB or for a client of it. */
export interface Suite {
  readonly name: string;
  /** A heading for people, with the version. */
  readonly title: string;
  /** One paragraph that says where it comes from and how it is run. */
  readonly description: string;
  /** The port of the embedded endpoint; 0 for any that is free. */
  readonly port: number;
  /** What the embedded endpoint is started with besides. */
  readonly endpointArgs: readonly string[];
  /** How the suite is told to reach the embedded endpoint, when that is not the URL which the endpoint says. */
  readonly embeddedUrl?: string;
  /** The URL that the suite's tests insist on, if they do. */
  readonly onlyUrl?: string;
  /**
   * Fetches the suite into the cache.
   * @throws ToolMissing, ToolFailed
   */
  readonly prepare: (context: SuiteContext) => Promise<PreparedSuite>;
}
