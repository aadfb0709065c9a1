import { afterEach, describe, expect, test } from "@jest/globals";
import type { RequestListener } from "node:http";
import { listen, type RunningServer } from "../../../services/platform/http-server.ts";
import { createSidecar, SidecarUnavailable, type Sidecar } from "../../../services/platform/sidecar.ts";

const envelope = { commandId: "id", type: "Open", data: {} };
const accepted = { ok: { streamId: "o1", version: 1, status: "Placed", events: [], replayed: false } };
const fault = { error: { kind: "fault", code: "StoreUnavailable", message: "the store is away" } };

const opened: { server: RunningServer; sidecar: Sidecar }[] = [];
afterEach(async () => {
  for (const { server, sidecar } of opened.splice(0)) await Promise.all([sidecar.close(), server.close(100)]);
});

/** A client of a sidecar that answers like this, call after call; the last answer repeats. */
const sidecarThat = async (
  ...answers: readonly (object | number | "nothing")[]
): Promise<{ sidecar: Sidecar; paths: string[] }> => {
  const paths: string[] = [];
  const answerCalls: RequestListener = (request, response) => {
    const answer = answers[Math.min(paths.length, answers.length - 1)];
    paths.push(`${request.method ?? ""} ${request.url ?? ""}`);
    if (answer === "nothing") return;
    response.statusCode = typeof answer === "number" ? answer : 200;
    response.end(typeof answer === "number" ? "context canceled" : JSON.stringify(answer));
  };
  const server = await listen(answerCalls, 0);
  const sidecar = createSidecar(server.port);
  opened.push({ server, sidecar });
  return { sidecar, paths };
};

describe("a command to an actor", () => {
  test("is sent to the actor's method, and its answer given", async () => {
    const { sidecar, paths } = await sidecarThat(accepted);
    expect(await sidecar.command("execute", "StockItem", "tea~berlin", envelope)).toEqual(accepted);
    expect(paths).toEqual(["PUT /v1.0/actors/StockItem/tea~berlin/method/execute"]);
  });

  test("is repeated while the sidecar fails or the store is away", async () => {
    const { sidecar, paths } = await sidecarThat(500, fault, accepted);
    expect(await sidecar.command("drive", "Order", "o1", envelope)).toEqual(accepted);
    expect(paths).toHaveLength(3);
  });

  test.each([[500], [fault], ["nothing"]] as const)("gives up at its deadline, and says why: %j", async (answer) => {
    const { sidecar } = await sidecarThat(answer);
    await expect(sidecar.command("execute", "Order", "o1", envelope, { deadlineMs: 250 })).rejects.toThrow(
      SidecarUnavailable,
    );
  });

  test("is not repeated when it was refused", async () => {
    const refused = { error: { kind: "rejected", code: "OrderNotPlaced", message: "no" } };
    const { sidecar, paths } = await sidecarThat(refused);
    expect(await sidecar.command("execute", "Order", "o1", envelope)).toEqual(refused);
    expect(paths).toHaveLength(1);
  });
});
