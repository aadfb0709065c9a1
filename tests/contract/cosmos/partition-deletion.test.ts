import { describe, expect, test } from "@jest/globals";
import { waitFor } from "../../support/wait-for.ts";
import { useContract } from "./contract-test.ts";

const contract = useContract();

describe("the deletion of a partition", () => {
  test("removes all items of its key, and no others", async () => {
    const container = await contract.container();
    for (const partitionKey of ["p", "q"]) {
      for (const id of ["a", "b", "c"]) await container.items.create({ id, partitionKey });
    }
    expect((await container.deleteAllItemsForPartitionKey("p")).statusCode).toBe(200);
    const left = async (partitionKey: string): Promise<number> =>
      (await container.items.query("SELECT * FROM c", { partitionKey }).fetchAll()).resources.length;
    // Azure does it in the background.
    await waitFor(async () => (await left("p")) === 0, { what: "the items to be gone", timeoutMs: 30_000 });
    expect(await left("q")).toBe(3);
  });
});
