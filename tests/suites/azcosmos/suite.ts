import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { requiredVersion } from "../../../deploy/local/artifact/go-build.ts";
import { ensureTestProgram, packageFolder, runTestProgram } from "../go/test-program.ts";
import type { Suite } from "../suite.ts";

const MODULE = import.meta.dirname;
const PACKAGE = "github.com/Azure/azure-sdk-for-go/sdk/data/azcosmos";
const TESTS = { folder: MODULE, package: PACKAGE, standOn: [PACKAGE], name: "azcosmos-tests" };
const URL = "https://localhost:8081/";
const LONGEST_TEST_MS = 60_000;

/** The names of the tests that a Go file declares. */
const testsIn = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/^func (Test\w+)\(/gm)].flatMap(([, name]) => name ?? []);

/** The tests of Azure's SDK for Go that are meant for the emulator. */
export const azcosmos: Suite = {
  name: "azcosmos",
  title: `azcosmos ${requiredVersion(MODULE, PACKAGE)} (Go)`,
  description:
    "The emulator tests (`emulator_*_test.go`) of Azure's SDK for Go, compiled from its module. They insist on " +
    `\`${URL}\`, on the emulator's well-known key and on its region, so the endpoint is started with TLS on that port.`,
  port: 8081,
  // The tests compare the account's region and consistency with what Microsoft's emulator says.
  // Its containers have one range, as theirs have there.
  endpointArgs: ["--tls", "--partitions", "1", "--region", "South Central US", "--consistency", "Strong"],
  embeddedUrl: URL,
  onlyUrl: URL,
  prepare: async ({ env, progress }) => {
    const program = await ensureTestProgram(TESTS, env, progress);
    const folder = await packageFolder({ folder: MODULE, env, progress }, PACKAGE);
    return {
      files: readdirSync(folder).filter((file) => /^emulator_.*_test\.go$/.test(file)),
      leftOut: [],
      run: async (_target, files, onFile) => {
        const results = [];
        for (const file of files) {
          onFile(file);
          // A test that panics ends its process, so each has one of its own.
          for (const name of testsIn(join(folder, file))) {
            const run = {
              program,
              file,
              env: { ...env, EMULATOR: "true" },
              longestMs: LONGEST_TEST_MS,
              only: `^${name}$`,
            };
            results.push(...(await runTestProgram(run)));
          }
        }
        return results;
      },
    };
  },
};
