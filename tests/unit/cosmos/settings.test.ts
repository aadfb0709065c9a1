import { describe, expect, test } from "@jest/globals";
import { parseCommandLine, UsageError, WELL_KNOWN_KEY } from "../../../deploy/local/cosmos/settings.ts";

describe("the command line", () => {
  test("has defaults for everything", () => {
    expect(parseCommandLine([])).toEqual({
      host: "127.0.0.1",
      port: 8081,
      directory: ".data/cosmos",
      key: WELL_KNOWN_KEY,
      partitions: 4,
      consistency: "Session",
      region: "Local",
    });
  });

  test("sets what it says", () => {
    const args = [
      "--host",
      "0.0.0.0",
      "--port",
      "0",
      "--data",
      "d",
      "--key",
      "a2V5",
      "--partitions",
      "2",
      "--consistency",
      "Strong",
      "--region",
      "Here",
    ];
    const expected = {
      host: "0.0.0.0",
      port: 0,
      directory: "d",
      key: "a2V5",
      partitions: 2,
      consistency: "Strong",
      region: "Here",
    };
    expect(parseCommandLine(args)).toEqual(expected);
  });

  test.each(["127.0.0.1", "127.1.2.3", "localhost", "::1"])("lets %s use the well-known key", (host) => {
    expect(parseCommandLine(["--host", host])).toMatchObject({ key: WELL_KNOWN_KEY });
  });

  test.each([
    [["--host", "0.0.0.0"]],
    [["--host", "127.0.0.1.example.org"]],
    [["--port", "70000"]],
    [["--port", "x"]],
    [["--partitions", "0"]],
    [["--consistency", "Perfect"]],
    [["--key", "not base64!"]],
    [["--unknown"]],
    [["stray"]],
  ])("is refused with %j", (args) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
  });
});
