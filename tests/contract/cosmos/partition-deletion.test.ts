import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { useContract } from "./contract-test.ts";

const contract = useContract();

const LONGEST_DELETION_MS = 30_000;
const POLL_MS = 200;

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
    const deadline = Date.now() + LONGEST_DELETION_MS;
    while ((await left("p")) > 0 && Date.now() < deadline) await delay(POLL_MS);
    expect([await left("p"), await left("q")]).toEqual([0, 3]);
  });
});
