import { describe, expect, test } from "@jest/globals";
import type { ReadAnswer } from "../../../actors/kernel/answer.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { StoreUnavailable, type ListedOrder, type ListRequest } from "../../../services/gateway/read-model.ts";
import { found, nothingRecorded, row, view } from "./orders.ts";
import { withGateway } from "./test-gateway.ts";

const away = async () => {
  throw new StoreUnavailable("connection refused");
};

const stock = {
  sku: "tea",
  location: "berlin",
  onHand: 5,
  reserved: 2,
  available: 3,
  oversold: 0,
  backordered: 0,
  shards: 0,
  version: 4,
};
const findStock = async (streamId: string) => (streamId === "tea~berlin" ? stock : undefined);

describe("an order", () => {
  test("is read from the snapshot database, with its version as ETag", async () => {
    await withGateway({ readModel: { findView: async () => view } }, async (gateway) => {
      const reply = await gateway.send("GET", "/v1/orders/order-1");
      expect(reply.status).toBe(200);
      expect(reply.body).toEqual(view);
      expect(reply.headers.get("etag")).toBe('"1"');
    });
  });

  test.each(['"1"', 'W/"1"', '"0", "1"', "*"])("is not sent again to whoever has it: %s", async (etag) => {
    await withGateway({ readModel: { findView: async () => view } }, async (gateway) => {
      const reply = await gateway.send("GET", "/v1/orders/order-1", { headers: { "if-none-match": etag } });
      expect(reply.status).toBe(304);
      expect(reply.text).toBe("");
      expect(reply.headers.get("etag")).toBe('"1"');
    });
  });

  test("is sent again to whoever has an older one", async () => {
    await withGateway({ readModel: { findView: async () => view } }, async (gateway) => {
      const reply = await gateway.send("GET", "/v1/orders/order-1", { headers: { "if-none-match": '"0"' } });
      expect(reply.status).toBe(200);
    });
  });

  test("is asked of its actor for a strong read", async () => {
    await withGateway({ read: () => found }, async (gateway) => {
      const reply = await gateway.send("GET", "/v1/orders/order-1?consistency=strong");
      expect(reply.status).toBe(200);
      expect(reply.body).toEqual(view);
    });
  });

  test("that nobody placed is a 404 from either side", async () => {
    await withGateway(
      { read: () => nothingRecorded, readModel: { findView: async () => undefined } },
      async (gateway) => {
        for (const consistency of ["snapshot", "strong"]) {
          const reply = await gateway.send("GET", `/v1/orders/order-1?consistency=${consistency}`);
          expect(reply.status).toBe(404);
          expect(reply.body).toMatchObject({ code: "UnknownStream" });
        }
      },
    );
  });

  test.each([
    "/v1/orders/a%2Fb",
    "/v1/orders/order-1?consistency=weak",
    "/v1/orders/order-1?expand=lines",
    "/v1/orders/%ZZ",
  ])("cannot be asked for as %s", async (path) => {
    await withGateway({}, async (gateway) => {
      expect((await gateway.send("GET", path)).status).toBe(400);
    });
  });

  test("is a 503, not a 404, while the database is away", async () => {
    await withGateway({ readModel: { findView: away } }, async (gateway) => {
      const reply = await gateway.send("GET", "/v1/orders/order-1");
      expect(reply.status).toBe(503);
      expect(reply.headers.get("retry-after")).toBe("2");
    });
  });
});

describe("stock", () => {
  test("is read from the snapshot database", async () => {
    await withGateway({ readModel: { findView: findStock } }, async (gateway) => {
      const reply = await gateway.send("GET", "/v1/stock/tea/berlin");
      expect(reply.body).toEqual(stock);
      expect(reply.headers.get("etag")).toBe('"4"');
      expect((await gateway.send("GET", "/v1/stock/tea/munich")).status).toBe(404);
    });
  });

  test("of which nothing was received yet is a 404 from either side, also if reservations were released there", async () => {
    const state = { status: "Unknown", refusedReservations: ["order-1"], deniedReservations: [] };
    const read = (): ReadAnswer => ({ ok: { streamId: "tea~berlin", version: 1, state, updatedAt: "" } });
    await withGateway({ read, readModel: { findView: async () => undefined } }, async (gateway) => {
      for (const consistency of ["snapshot", "strong"]) {
        const reply = await gateway.send("GET", `/v1/stock/tea/berlin?consistency=${consistency}`);
        expect(reply.status).toBe(404);
        expect(reply.body).toMatchObject({ code: "UnknownStream" });
      }
    });
  });
});

describe("stock that is spread over shards", () => {
  const root = { ...stock, onHand: 1, reserved: 1, available: 0, oversold: 2, backordered: 3, shards: 3 };
  const shard = { ...stock, version: 7 };
  const views: Readonly<Record<string, object>> = {
    "tea~berlin": root,
    "tea~berlin~0": shard,
    "tea~berlin~2": { ...shard, onHand: 6, available: 4, version: 8 },
  };
  const sum = { ...root, onHand: 12, reserved: 5, available: 7 };

  test("is the sum of all, and its ETag changes with each", async () => {
    await withGateway({ readModel: { findView: async (streamId) => views[streamId] } }, async (gateway) => {
      const reply = await gateway.send("GET", "/v1/stock/tea/berlin");
      expect(reply.body).toEqual(sum);
      expect(reply.headers.get("etag")).toBe('"4.15"');
      const headers = { "if-none-match": '"4.15"' };
      expect((await gateway.send("GET", "/v1/stock/tea/berlin", { headers })).status).toBe(304);
      const older = { "if-none-match": '"4.14"' };
      expect((await gateway.send("GET", "/v1/stock/tea/berlin", { headers: older })).status).toBe(200);
    });
  });

  test("is read strongly from all of their actors", async () => {
    const books = { oversold: 0, openReservations: [], endedReservations: [], movements: [], updatedAt: "" };
    const nothingKept = { refusedReservations: [], deniedReservations: [] };
    const stocked = { status: "Stocked", onHand: 5, reserved: 0, ...books, ...nothingKept };
    const sharded = { ...stocked, status: "Sharded", onHand: 0, shards: 2, nextShard: 0 };
    const read = (_: string, streamId: string): ReadAnswer =>
      streamId === "tea~berlin~1"
        ? { error: { kind: "unknownStream", code: "UnknownStream", message: "" } }
        : { ok: { streamId, version: 3, state: streamId === "tea~berlin" ? sharded : stocked, updatedAt: "" } };
    await withGateway({ read }, async (gateway) => {
      const reply = await gateway.send("GET", "/v1/stock/tea/berlin?consistency=strong");
      expect(reply.body).toMatchObject({ onHand: 5, available: 5, shards: 2, version: 3 });
      expect(reply.headers.get("etag")).toBe('"3.3"');
    });
  });

  test("counts units on their way to a shard nowhere rather than twice", async () => {
    let hasMoved = false;
    const findView = async (streamId: string): Promise<object | undefined> => {
      if (streamId === "tea~berlin") return { ...root, onHand: hasMoved ? 1 : 4 };
      // The shards are read after the item, and have got what left it since.
      hasMoved = true;
      return streamId === "tea~berlin~0" ? { ...shard, onHand: 8 } : undefined;
    };
    await withGateway({ readModel: { findView } }, async (gateway) => {
      expect((await gateway.send("GET", "/v1/stock/tea/berlin")).body).toMatchObject({ onHand: 9 });
    });
  });

  test("is a 503 if one of its shards cannot be read", async () => {
    const state = {
      status: "Sharded",
      onHand: 0,
      reserved: 0,
      oversold: 0,
      openReservations: [],
      endedReservations: [],
      refusedReservations: [],
      deniedReservations: [],
      movements: [],
      updatedAt: "",
      shards: 2,
      nextShard: 0,
    };
    const read = (_: string, streamId: string): ReadAnswer =>
      streamId === "tea~berlin"
        ? { ok: { streamId, version: 3, state, updatedAt: "" } }
        : { error: { kind: "fault", code: "StoreUnavailable", message: "away" } };
    await withGateway({ read }, async (gateway) => {
      expect((await gateway.send("GET", "/v1/stock/tea/berlin?consistency=strong")).status).toBe(503);
    });
  });

  test("written before there were shards has none", async () => {
    const { oversold: _, backordered: __, shards: ___, ...older } = stock;
    await withGateway({ readModel: { findView: async () => older } }, async (gateway) => {
      expect((await gateway.send("GET", "/v1/stock/tea/berlin")).body).toEqual(stock);
    });
  });
});

const event = (version: number): RecordedEvent => ({
  kind: "event",
  streamType: "Order",
  streamId: "order-1",
  version,
  type: "OrderPlaced",
  schemaVersion: 1,
  data: { n: version },
  at: row.placedAt,
  commandId: "k",
  commandType: "PlaceOrder",
  requestHash: "h",
  statusAfter: "Placed",
  correlationId: "c",
  causationId: "k",
  by: "gateway",
  hostEpoch: "e",
  hostSeq: version,
});

describe("the history of an order", () => {
  const history = [1, 2, 3, 4, 5].map(event);
  const listEvents = async (streamId: string, after: number, limit: number) =>
    streamId === "order-1" ? history.filter(({ version }) => version > after).slice(0, limit) : [];

  test("comes in pages that say how to go on", async () => {
    await withGateway({ readModel: { listEvents } }, async (gateway) => {
      const first = await gateway.send("GET", "/v1/orders/order-1/events?limit=3");
      expect(first.body).toEqual({
        events: history.slice(0, 3).map(({ version, type, data, at }) => ({ version, type, data, at })),
        nextAfter: 3,
      });
      const last = await gateway.send("GET", "/v1/orders/order-1/events?limit=3&after=3");
      expect(last.body).toMatchObject({ events: [{ version: 4 }, { version: 5 }], nextAfter: null });
    });
  });

  test("is empty after its end, and a 404 for an unknown order", async () => {
    await withGateway({ readModel: { listEvents } }, async (gateway) => {
      expect(await gateway.send("GET", "/v1/orders/order-1/events?after=5")).toMatchObject({
        status: 200,
        body: { events: [], nextAfter: null },
      });
      expect((await gateway.send("GET", "/v1/orders/order-2/events")).status).toBe(404);
      expect((await gateway.send("GET", "/v1/orders/order-2/events?after=5")).status).toBe(404);
    });
  });

  test.each(["limit=0", "limit=1001", "after=-1", "after=1.5", "after=", "limit=1&limit=2", "before=3"])(
    "cannot be asked for with %s",
    async (query) => {
      await withGateway({}, async (gateway) => {
        const reply = await gateway.send("GET", `/v1/orders/order-1/events?${query}`);
        expect(reply.status).toBe(400);
        expect(reply.body).toMatchObject({ errors: [{ field: query.split("=")[0] }] });
      });
    },
  );
});

describe("a list of orders", () => {
  const listed: ListedOrder[] = ["c", "b", "a"].map((id) => ({
    sortKey: `${row.placedAt}~${id}`,
    row: { ...row, orderId: id },
  }));
  const recorded = (requests: ListRequest[]) => async (request: ListRequest) => {
    requests.push(request);
    const { before } = request;
    return listed.filter(({ sortKey }) => before === undefined || sortKey < before).slice(0, request.limit);
  };

  test.each([
    ["customerId=customer-1", "customer:customer-1", undefined],
    ["status=Placed", "status:Placed", undefined],
    ["status=Placed&customerId=customer-1", "customer:customer-1", "Placed"],
  ])("with %s reads one partition", async (query, partition, status) => {
    const requests: ListRequest[] = [];
    await withGateway({ readModel: { listOrders: recorded(requests) } }, async (gateway) => {
      const reply = await gateway.send("GET", `/v1/orders?${query}`);
      expect(reply.body).toEqual({ items: listed.map((order) => order.row), nextCursor: null });
      expect(requests).toEqual([{ partition, status, before: undefined, limit: 51 }]);
    });
  });

  test("goes on where its cursor says, to the end", async () => {
    await withGateway({ readModel: { listOrders: recorded([]) } }, async (gateway) => {
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const path: string = `/v1/orders?status=Placed&limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`;
        const body = (await gateway.send("GET", path)).body as {
          items: { orderId: string }[];
          nextCursor: string | null;
        };
        seen.push(...body.items.map(({ orderId }) => orderId));
        cursor = body.nextCursor;
      }
      expect(seen).toEqual(["c", "b", "a"]);
    });
  });

  test("refuses a cursor that was changed, made up, or made for another list", async () => {
    await withGateway({ readModel: { listOrders: recorded([]) } }, async (gateway) => {
      const { body } = await gateway.send("GET", "/v1/orders?status=Placed&limit=1");
      const { nextCursor } = body as { nextCursor: string };
      const changed = nextCursor.replace(/^./, (first) => (first === "e" ? "f" : "e"));
      for (const path of [
        `/v1/orders?status=Placed&cursor=${changed}`,
        `/v1/orders?status=Placed&cursor=abc.def`,
        `/v1/orders?status=Placed&cursor=${nextCursor}x`,
        `/v1/orders?status=Cancelled&cursor=${nextCursor}`,
        `/v1/orders?status=Placed&customerId=customer-1&cursor=${nextCursor}`,
      ]) {
        const reply = await gateway.send("GET", path);
        expect(reply.status).toBe(400);
        expect(reply.body).toMatchObject({ errors: [{ field: "cursor" }] });
      }
    });
  });

  test.each([
    ["", "customerId"],
    ["status=Lost", "status"],
    ["customerId=", "customerId"],
    ["status=Placed&limit=201", "limit"],
    ["status=Placed&page=2", "page"],
  ])("cannot be asked for with %j", async (query, field) => {
    await withGateway({}, async (gateway) => {
      const reply = await gateway.send("GET", `/v1/orders?${query}`);
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ errors: [{ field }] });
    });
  });
});
