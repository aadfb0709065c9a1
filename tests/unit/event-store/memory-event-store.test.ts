import { describeEventStore } from "../../contract/event-store/event-store-contract.ts";
import { createMemoryEventStore } from "../../support/memory-event-store.ts";

const store = createMemoryEventStore();

describeEventStore("the event store in memory", () => store);
