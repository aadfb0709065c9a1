import { cpSync, globSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { cacheRoot, ensureFolder } from "../../../deploy/local/artifact/cache.ts";
import { contentHash } from "../../../deploy/local/artifact/content-hash.ts";
import { runTool } from "../../../deploy/local/artifact/run-tool.ts";
import { runTests } from "../run-tests.ts";
import type { Suite, SuiteContext, SuiteTarget } from "../suite.ts";
import type { TestResult } from "../test-result.ts";

const PACKAGES = join(import.meta.dirname, "packages");
const SPECS = "node_modules/@azure/cosmos/lib/src/test";
const LONGEST_TEST_MS = 30_000;
const LONGEST_FILE_MS = 180_000;
const NO_NPM = "npm is needed to fetch this suite, and there is no 'npm' on the PATH.";

/**
 * The SDK insists on TLS 1.0, which today's Node neither speaks nor accepts. This is loaded before it, and leaves
 * the version to Node.
 */
const MODERN_TLS = `
  import https from "node:https";
  const { request } = https;
  https.request = (options, ...rest) => request({ ...options, secureProtocol: undefined }, ...rest);
`;

const testSchema = z.object({
  fullTitle: z.string(),
  err: z.object({ message: z.string().optional(), stack: z.string().optional() }).loose(),
});
const reportSchema = z.object({
  passes: z.array(testSchema),
  failures: z.array(testSchema),
  pending: z.array(testSchema),
});

/** Fetches the old SDK with its specs, and what they run with, as the lock file pins them. */
const fetchPackages = async ({ env, progress }: SuiteContext): Promise<string> => {
  const files = ["package.json", "package-lock.json"].map((name) => join(PACKAGES, name));
  const folder = join(cacheRoot(env), `cosmos-javascript-${contentHash(PACKAGES, files)}`);
  const origin = await ensureFolder(folder, async (draft) => {
    for (const file of files) cpSync(file, join(draft, file.slice(PACKAGES.length)));
    progress.report(0, 1, "fetching the packages");
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    await runTool({ command: "npm", args, cwd: draft, env, whenMissing: NO_NPM });
  });
  progress.finish(`${origin === "cached" ? "cached" : "fetched"} in ${folder}`);
  return folder;
};

const runSpec = async (
  folder: string,
  file: string,
  { url, key }: SuiteTarget,
  env: NodeJS.ProcessEnv,
): Promise<TestResult[]> => {
  const { lines, failure } = await runTests({
    command: process.execPath,
    args: [
      "--import",
      `data:text/javascript,${encodeURIComponent(MODERN_TLS)}`,
      "node_modules/mocha/bin/_mocha",
      "--reporter",
      "json",
      "--exit",
      "--timeout",
      String(LONGEST_TEST_MS),
      "--require",
      `./${SPECS}/common/setup.js`,
      join(SPECS, file),
    ],
    cwd: folder,
    env: { ...env, ACCOUNT_HOST: url, ACCOUNT_KEY: key, NODE_NO_WARNINGS: "1", NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    whenMissing: "There is no Node.",
    longestMs: LONGEST_FILE_MS,
  });
  // The specs print too, so the report is what follows the last line that opens one.
  const start = lines.lastIndexOf("{");
  const end = lines.indexOf("}", start);
  if (start < 0 || end < 0) {
    return [{ file, name: "(the whole file)", outcome: "failed", message: failure ?? "It reported nothing." }];
  }
  const report = reportSchema.parse(JSON.parse(lines.slice(start, end + 1).join("\n")));
  const results = (outcome: TestResult["outcome"], tests: z.infer<typeof testSchema>[]): TestResult[] =>
    tests.map(({ fullTitle, err }) => ({ file, name: fullTitle, outcome, message: err.stack ?? err.message ?? "" }));
  return [
    ...results("passed", report.passes),
    ...results("failed", report.failures),
    ...results("skipped", report.pending),
  ];
};

/** The specs of the last SDK for JavaScript whose package holds them. */
export const javascript: Suite = {
  name: "javascript",
  title: "@azure/cosmos 2.1.7 (JavaScript)",
  description:
    "The compiled specs inside the package of the SDK for JavaScript, the last version that was published with them, " +
    "run with mocha, a process for each file. It speaks nothing but TLS.",
  port: 8081,
  endpointArgs: ["--tls", "--partitions", "1"],
  embeddedUrl: "https://localhost:8081/",
  prepare: async (context) => {
    const folder = await fetchPackages(context);
    return {
      files: globSync("**/*.spec.js", { cwd: join(folder, SPECS) }).sort(),
      leftOut: [],
      run: async (target, files, onFile) => {
        const results = [];
        for (const file of files) {
          onFile(file);
          results.push(...(await runSpec(folder, file, target, context.env)));
        }
        return results;
      },
    };
  },
};
