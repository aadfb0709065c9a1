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

/**
 * Tests that kill or starve a part again and again, and so take minutes. `npm run test:long` runs these and nothing else;
 * the rules that they check are also checked by the models of the unit tests.
 */
const longTests = ["ingress-parking", "managed-orders-killed", "managed-orders-stuck", "reservation-expiry"];
const isLongRun = process.env["LONG_TESTS"] !== undefined;
const integrationFolders = ["tests/integration", "tests/fault"];

/** Unit tests need nothing; contract tests need one store; integration tests share one started stack. */
const config: Config = {
  testTimeout: 60_000,
  projects: [
    project("unit", ["tests/unit/**/*.test.ts"]),
    project("contract", ["tests/contract/**/*.test.ts"]),
    {
      ...project(
        "integration",
        integrationFolders.map((folder) => `${folder}/**/${isLongRun ? `{${longTests.join(",")}}` : "*"}.test.ts`),
      ),
      testPathIgnorePatterns: isLongRun ? [] : longTests.map((name) => `/${name}\\.test\\.ts$`),
      globalSetup: "<rootDir>/tests/support/start-shared-stack.ts",
      globalTeardown: "<rootDir>/tests/support/stop-shared-stack.ts",
    },
  ],
};

export default config;
