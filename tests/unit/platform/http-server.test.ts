import { afterEach, describe, expect, test } from "@jest/globals";
import { Agent, get, type IncomingMessage } from "node:http";
import { listen, type RunningServer } from "../../../services/platform/http-server.ts";

const deadlineMs = 30_000;
const agent = new Agent({ keepAlive: true });
afterEach(() => agent.destroy());

const connectionOf = async ({ port }: RunningServer): Promise<string | undefined> => {
  const response = await new Promise<IncomingMessage>((resolve, fail) => {
    get({ port, agent }, resolve).on("error", fail);
  });
  response.resume();
  return response.headers.connection;
};

describe("a server that is closed", () => {
  test("answers what it has begun, and ends the connection with that answer", async () => {
    const begun = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const server = await listen((_request, response) => {
      begun.resolve();
      void held.promise.then(() => response.end("done"));
    }, 0);
    const pending = connectionOf(server);
    await begun.promise;
    const closed = server.close(deadlineMs);
    held.resolve();
    expect(await pending).toBe("close");
    await closed;
  });

  test("does not wait for connections that nobody uses", async () => {
    const server = await listen((_request, response) => response.end("done"), 0);
    expect(await connectionOf(server)).toBe("keep-alive");
    const since = performance.now();
    await server.close(deadlineMs);
    expect(performance.now() - since).toBeLessThan(deadlineMs);
  });

  test("cuts off what does not end within the deadline", async () => {
    const begun = Promise.withResolvers<void>();
    const server = await listen(() => begun.resolve(), 0);
    const pending = connectionOf(server);
    await begun.promise;
    await Promise.all([server.close(10), expect(pending).rejects.toThrow("socket hang up")]);
  });
});
