import { createParkedClient, type ParkedClient } from "../../services/ingress/cli/client.ts";
import { openGateway, type GatewayApi } from "../support/api.ts";
import { openWriter, type TopicWriter } from "../support/kafka.ts";
import { openProvider, type ProviderApi } from "./actors/provider.ts";

/** Where the parts of a running stack are. */
export interface Whereabouts {
  /** Base URLs without a slash at their end. */
  readonly gateway: string;
  readonly ingress: string;
  readonly provider: string;
  /** `host:port` each. */
  readonly brokers: readonly string[];
  readonly cosmos: { readonly endpoint: string; readonly key: string; readonly database: string };
}

/** Where the parts of a stack on this machine are whose first port is this; `dapr.yaml` has the same distances. */
export const whereaboutsOf = ({
  portBase,
  brokers,
  cosmos,
}: {
  readonly portBase: number;
  readonly brokers: readonly string[];
  readonly cosmos: Whereabouts["cosmos"];
}): Whereabouts => ({
  gateway: `http://127.0.0.1:${portBase}`,
  ingress: `http://127.0.0.1:${portBase + 35}`,
  provider: `http://127.0.0.1:${portBase + 75}`,
  brokers,
  cosmos,
});

/** The running stack as those see it who play the stories. */
export interface World {
  readonly whereabouts: Whereabouts;
  readonly gateway: GatewayApi;
  readonly writer: TopicWriter;
  readonly provider: ProviderApi;
  readonly parked: ParkedClient;
  close(): Promise<void>;
}

/** So many that a crowd is under way at once: nobody's request waits here for the answer to another's. */
const connections = 512;

/** Opens clients of every part of a stack. */
export const openWorld = (whereabouts: Whereabouts): World => {
  const gateway = openGateway(whereabouts.gateway, connections);
  const writer = openWriter(whereabouts.brokers);
  return {
    whereabouts,
    gateway,
    writer,
    provider: openProvider(whereabouts.provider),
    parked: createParkedClient(whereabouts.ingress),
    close: async () => {
      await Promise.all([gateway.close(), writer.close()]);
    },
  };
};
