import type { OrderView } from "../../actors/order/view.ts";
import type { SaleView } from "../../actors/order/sale/view.ts";
import type { StockItemView } from "../../actors/stock-item/view.ts";
import { waitFor } from "../support/wait-for.ts";
import { createBackEnd, type BackEnd } from "./actors/back-end.ts";
import { createCustomer, type Customer } from "./actors/customer.ts";
import type { Account } from "./actors/provider.ts";
import { createWarehouse, type Warehouse } from "./actors/warehouse.ts";
import type { OpenBooks } from "./books.ts";
import type { World } from "./world.ts";

/** Where a story is played: who takes part, and what can be seen. */
export interface Stage {
  /** An id that no other story has. */
  readonly id: (name: string) => string;
  readonly books: OpenBooks;
  readonly world: World;
  readonly customer: Customer;
  readonly warehouse: Warehouse;
  /** A further system that reports by Kafka. */
  readonly backEnd: (name: string) => BackEnd;
  /** Another customer of the story. */
  readonly anotherCustomer: (name: string) => Customer;
  /** Waits until the read model shows the order in a status, and keeps in the books that this is its status now. */
  readonly untilStatus: (orderId: string, status: OrderView["status"]) => Promise<OrderView>;
  /** Waits until the order is as the condition says. */
  readonly untilOrder: (orderId: string, what: string, isSo: (order: OrderView) => boolean) => Promise<OrderView>;
  /** Like `untilStatus`, for a sale. */
  readonly untilSale: (saleId: string, status: SaleView["status"]) => Promise<SaleView>;
  /** Waits until the read model shows this of a stock item. */
  readonly untilStock: (sku: string, location: string, shown: Partial<StockItemView>) => Promise<StockItemView>;
  /** The provider's ledger of an order. Throws if there is none. */
  readonly ledgerOf: (orderId: string) => Promise<Account>;
}

/** Longer than anything takes on a machine that does much else. */
const settleMs = 120_000;

/** Everything in `shown` is the same in `actual`. */
const shows = (actual: object, shown: object): boolean => {
  const found = new Map(Object.entries(actual));
  return Object.entries(shown).every(([name, value]) => found.get(name) === value);
};

/**
 * Sets the stage for one telling of a story.
 *
 * @param prefix begins every id of the telling
 */
export const createStage = (story: string, prefix: string, world: World, books: OpenBooks): Stage => {
  const { gateway, writer, provider } = world;
  const id = (name: string): string => `${prefix}-${name}`;
  const backEnd = (name: string): BackEnd => createBackEnd(`/${id(name)}`, writer, books);
  const anotherCustomer = (name: string): Customer => createCustomer(id(name), story, gateway, books);

  const untilOrder: Stage["untilOrder"] = async (orderId, what, isSo) => {
    let last: string | undefined;
    try {
      return await waitFor(
        async () => {
          const order = await gateway.readOrder(orderId).catch(() => undefined);
          last = order?.status;
          return order !== undefined && isSo(order) && order;
        },
        { what: `${orderId} to be ${what}`, timeoutMs: settleMs },
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${reason}; it is ${last ?? "unknown"}`, { cause: error });
    }
  };
  return {
    id,
    books,
    world,
    customer: anotherCustomer("customer"),
    warehouse: createWarehouse(backEnd("warehouse"), books),
    backEnd,
    anotherCustomer,
    untilOrder,
    untilStatus: async (orderId, status) => {
      books.noteOrder({ orderId, story, isSale: false, status });
      return untilOrder(orderId, status, (order) => order.status === status);
    },
    untilSale: async (saleId, status) => {
      books.noteOrder({ orderId: saleId, story, isSale: true, status });
      return waitFor(
        async () => {
          const sale = await gateway.readSale(saleId).catch(() => undefined);
          return sale?.status === status && sale;
        },
        { what: `the sale ${saleId} to be ${status}`, timeoutMs: settleMs },
      );
    },
    untilStock: async (sku, location, shown) => {
      let last: StockItemView | undefined;
      try {
        return await waitFor(
          async () => {
            last = await gateway.readStock(sku, location).catch(() => undefined);
            return last !== undefined && shows(last, shown) && last;
          },
          { what: `${JSON.stringify(shown)} of ${sku} at ${location}`, timeoutMs: settleMs },
        );
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${reason}; it is ${JSON.stringify(last)}`, { cause: error });
      }
    },
    ledgerOf: async (orderId) => {
      const account = await provider.readAccount(orderId);
      if (account === undefined) throw new Error(`the provider knows nothing of ${orderId}`);
      return account;
    },
  };
};
