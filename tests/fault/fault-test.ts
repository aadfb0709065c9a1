import { openGateway, type GatewayApi } from "../support/api.ts";
import { processes, sharedStack, waitFor } from "../support/stack.ts";
import { openObserver, type Observer } from "./observer.ts";
import { createRecorder, type Recorder } from "./recorder.ts";

/** What every fault test needs: a client that writes everything down, and eyes on the stores. */
export interface FaultTest {
  readonly gateway: GatewayApi;
  readonly recorder: Recorder;
  readonly observer: Observer;
  /** Starts the ids of this test, so that no two tests meet. */
  readonly prefix: string;
  /** Waits until the whole stack serves again, which it has to within this time after a fault. */
  untilHealthy(): Promise<void>;
  close(): Promise<void>;
}

const recoveryMs = 45_000;

const isWhole = async (gateway: GatewayApi): Promise<boolean> => {
  const parts = await processes();
  return parts.every(({ state }) => state === "ready" || state === "done") && (await gateway.isReady());
};

/** Begins a fault test on the shared stack, which must be healthy. */
export const beginFaultTest = async (name: string): Promise<FaultTest> => {
  const stack = sharedStack();
  const gateway = openGateway(stack.gateway);
  const untilHealthy = async (): Promise<void> => {
    await waitFor(async () => isWhole(gateway), { what: "the stack to be whole again", timeoutMs: recoveryMs });
  };
  await untilHealthy();
  const observer = await openObserver(stack, gateway);
  return {
    gateway,
    recorder: createRecorder(gateway),
    observer,
    prefix: `fault-${name}-${Date.now().toString(36)}`,
    untilHealthy,
    close: async () => {
      await untilHealthy();
      await observer.close();
      await gateway.close();
    },
  };
};
