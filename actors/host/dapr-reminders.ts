import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { StoreFault } from "../event-store/event-store.ts";
import { encodeReminderRequest } from "./reminder-message.ts";
import { wakeReminder, type Reminders } from "./reminders.ts";

/** How often, and how many times at the most, a reminder is delivered again that nobody took. */
interface Redelivery {
  readonly everySeconds: number;
  readonly most: number;
}

/**
 * Without a policy of its own, Dapr drops a reminder that failed four times within three seconds: an actor host that is being
 * restarted would miss it. This one lasts four months. Deliveries that were due while the scheduler was away count too, and are
 * made up for at once.
 */
const patiently: Redelivery = { everySeconds: 10, most: 1_000_000 };

const asItIs = (message: Buffer): Buffer => message;

const registerReminder = "/dapr.proto.runtime.v1.Dapr/RegisterActorReminder";

/**
 * Reminders of Dapr's scheduler, set through the sidecar at this gRPC port. Not over HTTP: there the sidecar (1.18) takes no
 * failure policy, and says nothing when it is given one.
 */
export const createDaprReminders = (
  daprGrpcPort: number,
  { everySeconds, most } = patiently,
): { readonly reminders: Reminders; readonly close: () => void } => {
  const client = new Client(`127.0.0.1:${daprGrpcPort}`, credentials.createInsecure());

  const call = async (method: string, message: Buffer, timeoutMs: number): Promise<void> =>
    new Promise((resolve, fail) => {
      const options = { deadline: Date.now() + timeoutMs };
      client.makeUnaryRequest(
        method,
        asItIs,
        () => undefined,
        message,
        new Metadata(),
        options,
        (error) => (error === null ? resolve() : fail(error)),
      );
    });

  return {
    reminders: {
      set: async (actorType, actorId, dueAt, { timeoutMs }) => {
        const redelivery = { redeliverySeconds: everySeconds, maxRedeliveries: most };
        const request = { actorType, actorId, name: wakeReminder, dueAt, ...redelivery };
        try {
          await call(registerReminder, encodeReminderRequest(request), timeoutMs);
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          // Whether the reminder was set or not, nothing was written to the stream.
          throw new StoreFault(`the reminder of ${actorId} could not be set: ${reason}`, false, error);
        }
      },
    },
    close: () => client.close(),
  };
};
