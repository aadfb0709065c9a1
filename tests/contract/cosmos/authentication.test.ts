import { describe, expect, test } from "@jest/globals";
import { openClient, refusalOf, useContract } from "./contract-test.ts";

const contract = useContract();

describe("a request", () => {
  test("signed with another key is refused", async () => {
    const { url } = contract.endpoint();
    const client = openClient({ url, key: Buffer.from("another key").toString("base64") });
    expect(await refusalOf(client.database(contract.database().id).read())).toMatchObject({ code: 401 });
    client.dispose();
  });

  test("without a signature is refused, with a reason", async () => {
    const response = await fetch(new URL("/dbs", contract.endpoint().url));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "Unauthorized", message: expect.any(String) });
  });

  test("dated long ago is refused", async () => {
    const { url } = contract.endpoint();
    const headers = {
      authorization: encodeURIComponent("type=master&ver=1.0&sig=AAAA"),
      "x-ms-date": new Date(Date.now() - 3_600_000).toUTCString(),
    };
    expect((await fetch(new URL("/dbs", url), { headers })).status).toBe(403);
  });
});
