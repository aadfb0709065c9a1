import { z } from "zod";

const resultSchema = z.object({
  /** The file or group that the test stands in, as the suite's own runner calls it. */
  file: z.string(),
  name: z.string(),
  outcome: z.enum(["passed", "failed", "skipped"]),
  /** Why it failed or was skipped, as the suite's own runner says it; empty when it passed. */
  message: z.string(),
});

/** The results of a suite, as they are kept. */
export const resultsSchema = z.array(resultSchema);

/** What became of one test of a suite that others wrote. */
export type TestResult = Readonly<z.infer<typeof resultSchema>>;
