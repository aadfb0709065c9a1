import type { Container } from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { useContract } from "./contract-test.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

const contract = useContract();

const KEY_HEADER = { "x-ms-documentdb-partitionkey": '["p"]' };

const send = (
  container: Container,
  rest: string,
  headers: Record<string, string>,
  query?: string,
): Promise<RawAnswer> => {
  const { url, key } = contract.endpoint();
  return sendSigned(url, key, {
    method: query === undefined ? "GET" : "POST",
    path: `/dbs/${contract.database().id}/colls/${container.id}/docs${rest}`,
    headers: { ...KEY_HEADER, ...headers },
    ...(query === undefined ? {} : { body: JSON.stringify({ query }) }),
  });
};

const QUERY_HEADERS = { "x-ms-documentdb-isquery": "True", "content-type": "application/query+json" };

/** A container with one item, and the session token that came with it. */
const written = async (): Promise<{ container: Container; range: string; lsn: number; token: string }> => {
  const container = await contract.container();
  await container.items.create({ id: "a", partitionKey: "p" });
  const token = (await send(container, "/a", {})).headers.get("x-ms-session-token") ?? "";
  const [, range = "", lsn = ""] = /^(\d+):-?\d+#(\d+)/.exec(token) ?? [];
  return { container, range, lsn: Number(lsn), token };
};

describe("a session token", () => {
  test("is kept over a restart", async () => {
    const { container, token } = await written();
    await contract.endpoint().restart?.();
    const answer = await send(container, "/a", { "x-ms-session-token": token });
    expect([answer.status, answer.headers.get("x-ms-session-token")]).toEqual([200, token]);
  });

  test("that is ahead of the range is answered with 404 and substatus 1002, by reads, queries and feeds", async () => {
    const { container, range, lsn } = await written();
    const ahead = { "x-ms-session-token": `${range}:-1#${lsn + 1_000}` };
    const answers = [
      await send(container, "/a", ahead),
      await send(container, "", { ...ahead, ...QUERY_HEADERS }, "SELECT * FROM c"),
      await send(container, "", { ...ahead, "a-im": "Incremental Feed" }),
    ];
    expect(answers.map(({ status, headers }) => [status, headers.get("x-ms-substatus")])).toEqual(
      answers.map(() => [404, "1002"]),
    );
    expect(answers[0]?.text).toContain("The read session is not available for the input session token");
  });

  test("is of no concern to a reader that asks for a weaker consistency, or to another range", async () => {
    const { container, range, lsn } = await written();
    const ahead = { "x-ms-session-token": `${range}:-1#${lsn + 1_000}` };
    expect((await send(container, "/a", { ...ahead, "x-ms-consistency-level": "Eventual" })).status).toBe(200);
    const others = { "x-ms-session-token": `${Number(range) + 1_000}:-1#${lsn + 1_000}` };
    expect((await send(container, "/a", others)).status).toBe(200);
  });

  test("is read in both formats, and for several ranges", async () => {
    const { container, range, lsn } = await written();
    const statusOf = async (token: string): Promise<number> =>
      (await send(container, "/a", { "x-ms-session-token": token })).status;
    expect(await statusOf(`${range}:1#${lsn}#1=${lsn}#2=-1`)).toBe(200);
    expect(await statusOf(`${Number(range) + 1}:-1#0,${range}:-1#${lsn}`)).toBe(200);
    expect(await statusOf(`${Number(range) + 1}:-1#0,${range}:1#${lsn + 1_000}#1=${lsn}`)).toBe(404);
  });

  test.each([["nonsense"], ["0:-1"], ["0:-1#x"], ["0:1#5#1"], ["0:-1#5,"]])(
    "that is malformed (%s) is refused with 400",
    async (token) => {
      const { container } = await written();
      expect((await send(container, "/a", { "x-ms-session-token": token })).status).toBe(400);
    },
  );
});
