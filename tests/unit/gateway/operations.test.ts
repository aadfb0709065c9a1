import { describe, expect, test } from "@jest/globals";
import type { StuckOrder } from "../../../services/platform/stuck-orders.ts";
import { withGateway } from "./test-gateway.ts";

const stuck = (orderId: string): StuckOrder => ({
  orderId,
  status: "Reserved",
  waits: [
    {
      step: "authorisation",
      waitsFor: "The payment provider has to authorise 10 minor units.",
      since: "2026-01-01T00:00:00.000Z",
      allowedSeconds: 120,
      owner: "payment-provider",
    },
  ],
  attempts: 2,
  lastAttemptAt: "2026-01-01T00:04:00.000Z",
  nextAttemptAt: "2026-01-01T00:08:00.000Z",
  lastFailure: { at: "2026-01-01T00:04:00.000Z", reason: "no answer" },
});

const all = ["a", "b", "c", "d", "e"].map(stuck);
const readModel = {
  listStuckOrders: async (after: string, limit: number) => all.filter(({ orderId }) => orderId > after).slice(0, limit),
};
const path = "/v1/operations/stuck-orders";

interface Page {
  readonly items: StuckOrder[];
  readonly nextCursor: string | null;
}

describe("the stuck orders", () => {
  test("are listed with everything that is known of them, page by page", async () => {
    await withGateway({ readModel }, async (gateway) => {
      const pages: Page[] = [];
      for (let cursor: string | null = ""; cursor !== null; cursor = pages.at(-1)?.nextCursor ?? null) {
        const more = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const { status, body } = await gateway.send("GET", `${path}?limit=2${more}`);
        expect(status).toBe(200);
        pages.push(body as Page);
      }
      expect(pages.map(({ items }) => items)).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
    });
  });

  test("are all on one page if there are few", async () => {
    await withGateway({ readModel }, async (gateway) => {
      expect((await gateway.send("GET", path)).body).toEqual({ items: all, nextCursor: null });
    });
  });

  test.each(["limit=0", "limit=201", "limit=x", "cursor=made-up", "other=1"])(
    "are not listed for a query that makes no sense: %s",
    async (query) => {
      await withGateway({ readModel }, async (gateway) => {
        expect((await gateway.send("GET", `${path}?${query}`)).status).toBe(400);
      });
    },
  );

  test("are only read", async () => {
    await withGateway({ readModel }, async (gateway) => {
      const { status, headers } = await gateway.send("POST", path);
      expect([status, headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
    });
  });
});
