import { describe, expect, test } from "@jest/globals";
import { brokerProperties, LARGEST_RECORD_BYTES } from "../../../deploy/local/kafka/broker-properties.ts";
import { javaMajor } from "../../../deploy/local/kafka/distribution.ts";
import { recordLine } from "../../../deploy/local/kafka/record-line.ts";
import { TOPICS } from "../../../deploy/setup/topics.ts";

const shown = (value: Buffer): unknown =>
  JSON.parse(recordLine({ partition: 1, offset: 7n, key: Buffer.from("o-1"), value, headers: new Map() }));

const largestRecord = (name: string): number =>
  Number(TOPICS.find((topic) => topic.name === name)?.configs["max.message.bytes"]);

describe("a record on the command line", () => {
  test("has its place, key, headers and value on one line", () => {
    const headers = new Map([[Buffer.from("dlq-reason"), Buffer.from("not\nJSON")]]);
    const line = recordLine({ partition: 1, offset: 7n, key: null, value: Buffer.from("x"), headers });
    expect(line).toBe('{"partition":1,"offset":7,"key":null,"headers":{"dlq-reason":"not\\nJSON"},"value":"x"}');
  });

  test("shows a JSON object as such", () => {
    expect(shown(Buffer.from('{"id":"o-1/1"}'))).toMatchObject({ key: "o-1", value: { id: "o-1/1" } });
  });

  test.each(["not json", "{half", "5", ""])("shows the text '%s' as text", (text) => {
    expect(shown(Buffer.from(text))).toMatchObject({ value: text });
  });

  test("shows bytes that are no text in base64", () => {
    expect(shown(Buffer.from([0xff, 0x00]))).toMatchObject({ valueBase64: "/wA=" });
  });
});

describe("the broker", () => {
  const properties = brokerProperties({ brokerPort: 9092, controllerPort: 9093 }, "/data/storage");

  test("listens on loopback only", () => {
    expect(properties).toContain("listeners=BROKER://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093\n");
    expect(properties).toContain("advertised.listeners=BROKER://127.0.0.1:9092\n");
  });

  test("takes records as large as any topic does", () => {
    const sizes = TOPICS.map(({ configs }) => Number(configs["max.message.bytes"]));
    expect(Math.max(...sizes)).toBe(LARGEST_RECORD_BYTES);
  });

  test("takes a dead letter that is larger than the command it was", () => {
    expect(largestRecord("order-commands-dead-letter")).toBeGreaterThan(largestRecord("order-commands"));
  });
});

describe("the version of Java", () => {
  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_402"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ["something else", undefined],
  ])("is read from %s", (text, major) => {
    expect(javaMajor(text)).toBe(major);
  });
});
