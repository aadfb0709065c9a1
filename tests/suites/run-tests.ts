import { runTool, ToolFailed, type ToolRun } from "../../deploy/local/artifact/run-tool.ts";

export interface TestRun extends Omit<ToolRun, "signal" | "onLine"> {
  /** When the run is ended, with all that it started. */
  readonly longestMs: number;
}

/**
 * Runs a program that runs tests. That some of them fail is a result, and no error.
 *
 * @returns every line that it printed, and the end of what it printed when it did not exit with 0 or was ended
 * @throws ToolMissing when there is no such program
 */
export const runTests = async ({
  longestMs,
  ...run
}: TestRun): Promise<{ readonly lines: readonly string[]; readonly failure: string | undefined }> => {
  const lines: string[] = [];
  const signal = AbortSignal.timeout(longestMs);
  try {
    await runTool({ ...run, signal, onLine: (line) => void lines.push(line) });
    return { lines, failure: undefined };
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error;
    const late = signal.aborted ? `Ended after ${longestMs / 1000} s.\n` : "";
    return { lines, failure: late + error.message };
  }
};
