import type { Config } from "jest";

type Project = Exclude<NonNullable<Config["projects"]>[number], string>;

export const project = (displayName: string, testMatch: string[]): Project => ({
  displayName,
  testMatch: testMatch.map((glob) => `<rootDir>/${glob}`),
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
});

/** Unit tests need nothing; contract tests need one store; integration tests share one started stack. */
const config: Config = {
  // For what hangs, in ms: whatever a test waits for has a deadline of its own.
  testTimeout: 900_000,
  projects: [
    project("unit", ["tests/unit/**/*.test.ts"]),
    project("contract", ["tests/contract/**/*.test.ts"]),
    {
      ...project("integration", ["tests/integration/**/*.test.ts", "tests/fault/**/*.test.ts"]),
      globalSetup: "<rootDir>/tests/support/start-shared-stack.ts",
      globalTeardown: "<rootDir>/tests/support/stop-shared-stack.ts",
    },
  ],
};

export default config;
