import { Pool } from "undici";
import { hitFailpoint } from "../failpoint.ts";
import type { PublicationPorts } from "./publication-ports.ts";
import { watermark } from "./watermark.ts";

const timeoutMs = 5_000;
const maxConnections = 4;

export interface WatermarkStore extends Pick<PublicationPorts, "readWatermark" | "writeWatermark"> {
  readonly close: () => Promise<void>;
}

/** Keeps watermarks in a Dapr state component, one item per epoch; the epoch is its key and its partition. */
export const createWatermarkStore = (daprHttpPort: number, component: string): WatermarkStore => {
  const pool = new Pool(`http://127.0.0.1:${daprHttpPort}`, { connections: maxConnections, pipelining: 1 });

  const request = async (method: "GET" | "POST", path: string, body?: string): Promise<string | undefined> => {
    const response = await pool.request({
      method,
      path: `/v1.0/state/${component}${path}`,
      headers: { "content-type": "application/json" },
      body: body ?? null,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.body.text();
    if (response.statusCode === 204) return undefined;
    if (response.statusCode === 200) return text;
    throw new Error(`the sidecar answered ${response.statusCode}: ${text.slice(0, 500)}`);
  };

  return {
    readWatermark: async (hostEpoch) => {
      const key = encodeURIComponent(hostEpoch);
      const text = await request("GET", `/${key}?consistency=strong&metadata.partitionKey=${key}`);
      return text === undefined ? undefined : watermark.parse(JSON.parse(text));
    },
    writeWatermark: async (value) => {
      const { hostEpoch } = value;
      const item = { key: hostEpoch, value, metadata: { partitionKey: hostEpoch } };
      await request("POST", "", JSON.stringify([item]));
      hitFailpoint("after-watermark", hostEpoch);
    },
    close: async () => pool.destroy(),
  };
};
