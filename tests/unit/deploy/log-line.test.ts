import { describe, expect, test } from "@jest/globals";
import { readableLine } from "../../../deploy/local/launcher/log-line.ts";
import { isNoise } from "../../../deploy/local/launcher/log-noise.ts";

describe("a line of the merged log", () => {
  test("shows a service's structured line as level, message and the rest", () => {
    const line = JSON.stringify({
      level: "warn",
      message: "retrying",
      service: "gateway",
      timestamp: "2026-01-01T00:00:00Z",
      orderId: "o-1",
      attempt: 2,
    });
    expect(readableLine(line)).toEqual({
      level: "warn",
      severity: "warn",
      text: "warn  retrying orderId=o-1 attempt=2",
    });
  });

  test("shows a sidecar's structured line", () => {
    const line = '{"app_id":"ingress","level":"fatal","msg":"no broker","scope":"dapr.runtime","type":"log","ver":"1"}';
    expect(readableLine(line)).toEqual({
      level: "fatal",
      severity: "error",
      text: "fatal no broker scope=dapr.runtime",
    });
  });

  test.each(["plain text", "{not json", '{"no":"message"}', "[1]", '{"message":1}'])("leaves %s as it is", (line) => {
    expect(readableLine(line)).toEqual({ level: undefined, severity: "normal", text: line });
  });

  test("sees how bad an unstructured line is", () => {
    expect(readableLine("ERROR KafkaServer: out of disk").severity).toBe("error");
    expect(readableLine("WARN QuorumController: activating").severity).toBe("warn");
  });
});

const line = (level: string, msg: string) => readableLine(JSON.stringify({ level, msg }));

describe("the merged log leaves out", () => {
  test("what Dapr's programs say below a warning", () => {
    expect(isNoise("control", line("info", "became leader at term 2"), false)).toBe(true);
    expect(isNoise("sidecar", line("warning", "no such topic"), false)).toBe(false);
  });

  test("warnings of what is as it should be", () => {
    expect(isNoise("sidecar", line("warning", "mTLS is disabled. Skipping"), false)).toBe(true);
  });

  test("the complaints of Dapr's programs while the stack stops", () => {
    expect(isNoise("control", line("error", "stream closed"), true)).toBe(true);
  });

  test("nothing of apps and stores", () => {
    expect(isNoise("app", line("info", "mTLS is disabled"), true)).toBe(false);
    expect(isNoise("store", line("debug", "anything"), true)).toBe(false);
  });
});
