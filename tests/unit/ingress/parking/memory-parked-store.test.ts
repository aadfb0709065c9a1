import { describeParkedStore } from "../../../contract/parked-store/parked-store-contract.ts";
import { createMemoryParkedStore, noParkedItems } from "../../../support/memory-parked-store.ts";

const items = noParkedItems();
describeParkedStore("memory", () => createMemoryParkedStore(items));
