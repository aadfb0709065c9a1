import { describe, expect, test } from "@jest/globals";
import { ConfigurationError, cosmosSettings, readConfig, serviceSettings } from "../../../services/platform/config.ts";

const mistakesOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
};

describe("the configuration of a service", () => {
  const shape = { ...serviceSettings, ...cosmosSettings };

  test("is read from the environment, with defaults", () => {
    const environment = { HTTP_PORT: "8080", COSMOS_ENDPOINT: "http://127.0.0.1:8081", COSMOS_KEY: "k" };
    expect(readConfig(shape, environment)).toMatchObject({
      HTTP_PORT: 8080,
      LOG_LEVEL: "info",
      COSMOS_DATABASE: "orders",
    });
  });

  test("names every mistake at once", () => {
    const mistakes = mistakesOf(() =>
      readConfig(shape, { HTTP_PORT: "70000", COSMOS_ENDPOINT: "ftp://x", LOG_LEVEL: "loud" }),
    );
    expect(mistakes.map((line) => line.split(":")[0])).toEqual([
      "LOG_LEVEL",
      "HTTP_PORT",
      "COSMOS_ENDPOINT",
      "COSMOS_KEY",
    ]);
  });

  test("does not repeat a value, since it may be secret", () => {
    const mistakes = mistakesOf(() =>
      readConfig(shape, { HTTP_PORT: "8080", COSMOS_ENDPOINT: "s3cret", COSMOS_KEY: "k" }),
    );
    expect(mistakes.join()).not.toContain("s3cret");
  });
});
