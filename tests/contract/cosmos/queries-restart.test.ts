import type { Container } from "@azure/cosmos";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { useContract } from "./contract-test.ts";
import { createPeople, readAll } from "./query-items.ts";

// Only the embedded endpoint can be restarted; and only it joins the ranges itself when asked to, so that one
// continuation is for all.
const initialHeaders = { "x-ms-embedded-join": "True" };
const isEmbedded = process.env["COSMOS_CONTRACT_ENDPOINT"] === undefined;
const describeEmbedded = isEmbedded ? describe : describe.skip;

const contract = useContract();
let container: Container;

beforeAll(async () => {
  container = await contract.container();
  await createPeople(container);
});

describeEmbedded("a query of the embedded endpoint, restarted after every page", () => {
  test.each([
    "SELECT VALUE [p.id, t] FROM p JOIN t IN p.tags",
    "SELECT DISTINCT VALUE t FROM p JOIN t IN p.tags",
    "SELECT DISTINCT VALUE p.age FROM p ORDER BY p.age DESC",
    "SELECT p.team, COUNT(1) AS n FROM p GROUP BY p.team",
    "SELECT VALUE p.name FROM p ORDER BY p.age, p.name OFFSET 1 LIMIT 5",
    "SELECT VALUE g.team FROM (SELECT p.team, COUNT(1) AS n FROM p GROUP BY p.team) g WHERE g.n > 0",
  ])("gives the same: %s", async (query) => {
    const whole = await readAll(container, query, { initialHeaders });
    const found: unknown[] = [];
    let continuationToken: string | undefined;
    let pages = 0;
    do {
      const options = {
        maxItemCount: 2,
        initialHeaders,
        ...(continuationToken === undefined ? {} : { continuationToken }),
      };
      const page = await container.items.query(query, options).fetchNext();
      found.push(...page.resources);
      continuationToken = page.continuationToken;
      pages++;
      await contract.endpoint().restart?.();
    } while (continuationToken !== undefined);
    expect(found).toEqual(whole);
    expect(pages).toBeGreaterThan(1);
  });
});

describeEmbedded("a query of databases and containers", () => {
  test("can do what a query of items can", async () => {
    const { databases } = contract.client();
    const { id } = contract.database();
    const named = { query: "SELECT VALUE d.id FROM d WHERE d.id = @id", parameters: [{ name: "@id", value: id }] };
    expect((await databases.query(named).fetchAll()).resources).toEqual([id]);
    const { containers } = contract.database();
    expect((await containers.query({ query: "SELECT VALUE COUNT(1) FROM c" }).fetchAll()).resources).toEqual([1]);
    const paths = "SELECT c.id, p FROM c JOIN p IN c.partitionKey.paths";
    expect((await containers.query({ query: paths }).fetchAll()).resources).toEqual([
      { id: container.id, p: "/partitionKey" },
    ]);
  });
});
