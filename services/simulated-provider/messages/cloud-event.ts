import type { Sending } from "../behaviour/schedule.ts";

const source = "/simulated-provider";

/**
 * The CloudEvents 1.0 event, in structured JSON, of one sending: what the back ends of a real provider would put on the
 * topic.
 *
 * @param decidedAtMs when the provider decided what it tells, in milliseconds since the epoch
 */
export const toCloudEvent = ({ message, eventId }: Sending, decidedAtMs: number): string =>
  JSON.stringify({
    specversion: "1.0",
    id: eventId,
    source,
    type: message.type,
    subject: message.orderId,
    time: new Date(decidedAtMs).toISOString(),
    datacontenttype: "application/json",
    data: message.data,
  });
