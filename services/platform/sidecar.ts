import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import type { z } from "zod";
import type { StreamType } from "../../actors/kernel/aggregate.ts";
import {
  commandAnswer,
  flushAnswer,
  readAnswer,
  type CommandAnswer,
  type FlushAnswer,
  type ReadAnswer,
} from "../../actors/kernel/answer.ts";
import type { CommandEnvelope } from "../../actors/kernel/envelope.ts";

/** The sidecar, the actor's host or the store behind it is away, or did not answer in time; repeat with the same command id. */
export class SidecarUnavailable extends Error {
  override readonly name = "SidecarUnavailable";
}

export interface CallLimits {
  /** How long all attempts together may take. */
  readonly deadlineMs: number;
}

/** Calls of actors through the Dapr sidecar of this process. */
export interface Sidecar {
  /** Sends a command; `method` is `execute` for everyone but the process manager, which may `drive`. */
  command(
    method: "execute" | "drive",
    streamType: StreamType,
    streamId: string,
    envelope: CommandEnvelope,
    limits?: CallLimits,
  ): Promise<CommandAnswer>;
  read(streamType: StreamType, streamId: string, limits?: CallLimits): Promise<ReadAnswer>;
  flush(streamType: StreamType, streamId: string, version: number, limits?: CallLimits): Promise<FlushAnswer>;
  /** Throws unless the sidecar says that it is healthy. */
  checkHealth(): Promise<void>;
  close(): Promise<void>;
}

const usualLimits: CallLimits = { deadlineMs: 10_000 };
const firstBackOffMs = 100;
const longestBackOffMs = 1_000;

/**
 * A client of the Dapr sidecar on this machine.
 *
 * Every call may be repeated safely (commands by their id), so an attempt that failed or was answered with an error of
 * the sidecar is repeated with back-off until the deadline; then `SidecarUnavailable` is thrown with the last reason.
 *
 * @param defaultLimits of calls that name none
 */
export const createSidecar = (daprHttpPort: number, defaultLimits: CallLimits = usualLimits): Sidecar => {
  const pool = new Pool(`http://127.0.0.1:${daprHttpPort}`, { connections: 64, pipelining: 1 });

  const attempt = async (path: string, body: unknown, timeoutMs: number): Promise<unknown> => {
    const response = await pool.request({
      method: "PUT",
      path,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.body.text();
    if (response.statusCode !== 200)
      throw new Error(`the sidecar answered ${response.statusCode}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as unknown;
  };

  const invoke = async <Answer extends { ok: unknown } | { error: { kind: string; message: string } }>(
    method: string,
    streamType: StreamType,
    streamId: string,
    body: unknown,
    schema: z.ZodType<Answer>,
    { deadlineMs }: CallLimits,
  ): Promise<Answer> => {
    const path = `/v1.0/actors/${streamType}/${encodeURIComponent(streamId)}/method/${method}`;
    const endsAt = performance.now() + deadlineMs;
    let backOffMs = firstBackOffMs;
    for (;;) {
      let reason: string;
      try {
        const answer = schema.parse(await attempt(path, body, Math.max(1, Math.ceil(endsAt - performance.now()))));
        if (!("error" in answer) || answer.error.kind !== "fault") return answer;
        reason = answer.error.message;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      if (performance.now() + backOffMs >= endsAt) throw new SidecarUnavailable(reason);
      await delay(backOffMs);
      backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
    }
  };

  return {
    command: async (method, streamType, streamId, envelope, limits = defaultLimits) =>
      invoke(method, streamType, streamId, envelope, commandAnswer, limits),
    read: async (streamType, streamId, limits = defaultLimits) =>
      invoke("read", streamType, streamId, {}, readAnswer, limits),
    flush: async (streamType, streamId, version, limits = defaultLimits) =>
      invoke("flush", streamType, streamId, { version }, flushAnswer, limits),
    checkHealth: async () => {
      const response = await pool.request({
        method: "GET",
        path: "/v1.0/healthz/outbound",
        signal: AbortSignal.timeout(2_000),
      });
      await response.body.dump();
      if (response.statusCode !== 204) throw new Error(`the sidecar answered ${response.statusCode}`);
    },
    close: async () => pool.destroy(),
  };
};
