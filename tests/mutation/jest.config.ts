import { fileURLToPath } from "node:url";
import type { Config } from "jest";
import { project } from "../../jest.config.ts";

/** The tests of the area that is mutated; the runner of the mutations knows no projects. */
const config: Config = {
  ...project("unit", ["tests/mutation/whole-area.test.ts"]),
  testEnvironment: fileURLToPath(import.meta.resolve("./until-first-failure.mts")),
  rootDir: process.cwd(),
  setupFiles: [fileURLToPath(import.meta.resolve("./same-seed.ts"))],
};

export default config;
