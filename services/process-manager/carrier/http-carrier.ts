import { z } from "zod";
import type { ProviderClient } from "../provider-client.ts";
import type { Carrier } from "./carrier.ts";

const booking = z.object({ carrier: z.string().min(1).max(128), trackingNumber: z.string().min(1).max(128) });

/** A carrier with the HTTP interface of docs/simulated-provider.md. */
export const createHttpCarrier = (client: Pick<ProviderClient, "post">): Carrier => ({
  book: async (request) => {
    const answer = await client.post("/shipments", request, booking);
    return answer.kind === "answered"
      ? { status: "booked", carrier: answer.body.carrier, trackingNumber: answer.body.trackingNumber }
      : { status: "refused", code: answer.code };
  },
});
