import { describe, expect, test } from "@jest/globals";
import { parseCommandLine, USAGE, UsageError, WELL_KNOWN_KEY } from "../../../deploy/local/cosmos/settings.ts";

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
      tls: undefined,
      adminPort: undefined,
      throttling: { mode: "off" },
    });
  });

  test("sets what it says", () => {
    const args =
      "--host 0.0.0.0 --port 0 --data d --key a2V5 --partitions 2 --consistency Strong --region Here --tls --admin-port 0 --throttling 400";
    expect(parseCommandLine(args.split(" "))).toEqual({
      host: "0.0.0.0",
      port: 0,
      directory: "d",
      key: "a2V5",
      partitions: 2,
      consistency: "Strong",
      region: "Here",
      tls: { kind: "self-signed" },
      adminPort: 0,
      throttling: { mode: "fixed", requestUnitsPerSecond: 400 },
    });
  });

  test("takes one's own certificate with its key", () => {
    expect(parseCommandLine(["--cert", "c.pem", "--cert-key=k.pem"])).toMatchObject({
      tls: { kind: "own", certificateFile: "c.pem", keyFile: "k.pem" },
    });
  });

  test.each(["off", "provisioned"])("takes the throttling mode %s", (mode) => {
    expect(parseCommandLine(["--throttling", mode])).toMatchObject({ throttling: { mode } });
  });

  test.each(["127.0.0.1", "127.1.2.3", "localhost", "LocalHost", "::1", "0:0:0:0:0:0:0:1"])(
    "lets %s use the well-known key",
    (host) => {
      expect(parseCommandLine(["--host", host])).toMatchObject({ key: WELL_KNOWN_KEY });
    },
  );

  test.each([
    [["--host", "0.0.0.0"]],
    [["--host", "127.0.0.1.example.org"]],
    [["--port", "70000"]],
    [["--port", "x"]],
    [["--partitions", "0"]],
    [["--consistency", "Perfect"]],
    [["--key", "not base64!"]],
    [["--host", "::"]],
    [["--host", "::ffff:10.0.0.1"]],
    [["--host", "example.org"]],
    [["--host", "0.0.0.0", "--key", WELL_KNOWN_KEY]],
    [["--key", "a"]],
    [["--key", ""]],
    [["--data"]],
    [["--data", "--tls"]],
    [["--port", "1", "--port", "2"]],
    [["--tls=yes"]],
    [["--cert", "c.pem"]],
    [["--cert-key", "k.pem"]],
    [["--tls", "--cert", "c.pem", "--cert-key", "k.pem"]],
    [["--admin-port", "-1"]],
    [["--throttling", "0"]],
    [["--throttling", "much"]],
    [["--unknown"]],
    [["stray"]],
  ])("is refused with %j", (args) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
  });

  test("names every mistake at once", () => {
    const args = ["--port", "x", "--partitions", "0", "--cert", "c.pem", "--unknown", "stray", "--host", "0.0.0.0"];
    const lines: unknown[] = [];
    try {
      parseCommandLine(args);
    } catch (error) {
      lines.push(...(error instanceof UsageError ? error.message : "").split("\n"));
    }
    expect(lines).toHaveLength(6);
    for (const word of ["--port", "--partitions", "--cert", "--unknown", "stray", "0.0.0.0"]) {
      expect(lines).toContainEqual(expect.stringContaining(word));
    }
  });

  test("is explained as a whole on request, whatever else it says", () => {
    expect(parseCommandLine(["--help"])).toBe("help");
    expect(parseCommandLine(["--port", "x", "--help"])).toBe("help");
    const options = "host port data key partitions consistency region tls cert cert-key throttling admin-port help";
    for (const option of options.split(" ")) expect(USAGE).toContain(`  --${option}`);
  });
});
