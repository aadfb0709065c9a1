import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { createDeadLetters, reasonLine, type DeadLetters } from "../../../services/ingress/dead-letters.ts";
import { SidecarUnavailable } from "../../../services/platform/sidecar.ts";
import { recordOf } from "./messages.ts";

interface Published {
  readonly path: string;
  readonly body: Buffer;
}

/** Runs against a sidecar that records what it is asked to publish and answers as given. */
const withSidecar = async (
  statusOf: (request: IncomingMessage) => number,
  run: (deadLetters: DeadLetters, published: Published[]) => Promise<void>,
): Promise<void> => {
  const published: Published[] = [];
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    const record = async (): Promise<void> => {
      published.push({ path: request.url ?? "", body: await buffer(request) });
      response.writeHead(statusOf(request)).end();
    };
    void record();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const deadLetters = createDeadLetters(port);
  try {
    await run(deadLetters, published);
  } finally {
    await deadLetters.close();
    server.closeAllConnections();
    server.close();
  }
};

const queryOf = ({ path }: Published): Record<string, string> =>
  Object.fromEntries(new URL(path, "http://sidecar").searchParams);

const reason = { cause: "NotJson", detail: "Unexpected token" } as const;

describe("a dead letter", () => {
  test("is published raw, with its bytes, its key and where it came from", async () => {
    await withSidecar(
      () => 204,
      async (deadLetters, published) => {
        const bytes = Uint8Array.of(0, 255, 10);
        await deadLetters.publish(recordOf(bytes), reason);
        expect(published).toHaveLength(1);
        const [letter] = published;
        if (letter === undefined) throw new Error("nothing was published");
        expect(new URL(letter.path, "http://sidecar").pathname).toBe(
          "/v1.0/publish/event-publisher/order-commands-dead-letter",
        );
        expect(letter.body).toEqual(Buffer.from(bytes));
        expect(queryOf(letter)).toEqual({
          "metadata.rawPayload": "true",
          "metadata.partitionKey": "order-1",
          "metadata.dlq-reason": "NotJson: Unexpected token",
          "metadata.dlq-topic": "order-commands",
          "metadata.dlq-partition": "3",
          "metadata.dlq-offset": "17",
        });
      },
    );
  });

  test("keeps a key that is no text, and has none if there was none", async () => {
    await withSidecar(
      () => 204,
      async (deadLetters, published) => {
        await deadLetters.publish(recordOf("x", Uint8Array.of(0xff, 0x00, 0x26)), reason);
        await deadLetters.publish(recordOf("x", null), reason);
        expect(published[0]?.path).toMatch(/&metadata\.partitionKey=%ff%00%26$/);
        expect(published[1]?.path).not.toContain("partitionKey");
      },
    );
  });

  test("goes without a key that the sidecar cannot read, and says so", async () => {
    await withSidecar(
      ({ url }) => ((url ?? "").length > 8_192 ? 431 : 204),
      async (deadLetters, published) => {
        await deadLetters.publish(recordOf("x", "k".repeat(5_000)), reason);
        expect(published).toHaveLength(2);
        expect(published[1]?.path).not.toContain("partitionKey");
        expect(published[1]?.path).toContain("metadata.dlq-key-omitted=5000+bytes");
      },
    );
  });

  test.each([400, 403, 404, 431, 500])("is not taken for published when the sidecar answers %i", async (status) => {
    await withSidecar(
      () => status,
      async (deadLetters) => {
        await expect(deadLetters.publish(recordOf("x"), reason)).rejects.toBeInstanceOf(SidecarUnavailable);
      },
    );
  });

  test("is not taken for published when there is no sidecar", async () => {
    const deadLetters = createDeadLetters(9);
    await expect(deadLetters.publish(recordOf("x"), reason)).rejects.toBeInstanceOf(SidecarUnavailable);
    await deadLetters.close();
  });
});

describe("the reason of a dead letter", () => {
  test("is one bounded line of printable ASCII", () => {
    const line = reasonLine({ cause: "NotJson", detail: `Unexpected\r\n\t"é€\0" ${"x".repeat(600)}` });
    expect(line).toMatch(/^NotJson: Unexpected {3}"\?\?\?" x+$/);
    expect(line).toHaveLength(512);
  });
});
