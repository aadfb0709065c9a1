import { describeParkedStreams } from "../../contract/change-feed/parked-streams-contract.ts";
import { createMemoryParked } from "../projector/memory-store.ts";

describeParkedStreams("memory", async () => createMemoryParked());
