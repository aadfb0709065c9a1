import { z } from "zod";
import type { StreamType } from "../kernel/aggregate.ts";
import { flushRequest } from "../kernel/answer.ts";
import { fieldIssuesOf } from "../kernel/field-issues.ts";
import { outsideEnvelope, processEnvelope } from "../kernel/envelope.ts";
import { unreachable } from "../kernel/decision.ts";
import type { ActorAnswer, ActorHandler, ActorMethod } from "./actor-host.ts";
import { fault, invalid, invalidRequest } from "./answers.ts";
import type { ExecuteCommand } from "./command-execution.ts";
import type { Deadline } from "./deadline.ts";
import type { StreamReads } from "./stream-reads.ts";
import { wakeReminder } from "./reminders.ts";
import { TurnRefused, type StreamTurns } from "./stream-turns.ts";
import type { Wake } from "./wake.ts";

/** What a turn is for: a method that somebody calls, or the reminder of the stream. */
export type TurnKind = ActorMethod | "wake";

/** What the host measures and logs about turns. */
export interface TurnObserver {
  /** `outcome` is `ok` or the kind of the error. */
  turnEnded(turn: {
    readonly streamType: StreamType;
    readonly method: TurnKind;
    readonly outcome: string;
    readonly durationMs: number;
  }): void;
  /** A fault was answered: an outage, overload, or (with `error`) a bug. */
  turnFailed(turn: {
    readonly streamId: string;
    readonly method: TurnKind;
    readonly code: string;
    readonly message: string;
    readonly error?: unknown;
  }): void;
}

export interface ActorMethodsParts {
  readonly streamType: StreamType;
  /** Whether an actor id is a stream id of this type. */
  readonly isStreamId: (actorId: string) => boolean;
  readonly turns: StreamTurns;
  readonly execute: ExecuteCommand;
  readonly wake: Wake;
  readonly reads: StreamReads;
  readonly observer: TurnObserver;
  readonly deactivated: (actorId: string) => void;
}

/** The actor methods of one type: every body is parsed here, every failure becomes an answer. */
export const createActorMethods = ({
  streamType,
  isStreamId,
  turns,
  execute,
  wake,
  reads,
  observer,
  deactivated,
}: ActorMethodsParts): ActorHandler => {
  const inTurn = async <Request>(
    streamId: string,
    schema: z.ZodType<Request>,
    body: unknown,
    turn: (request: Request, deadline: Deadline) => Promise<ActorAnswer>,
  ): Promise<ActorAnswer> => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) return invalid(fieldIssuesOf(parsed.error));
    return turns.run(streamId, async (deadline) => turn(parsed.data, deadline));
  };

  const dispatch = async (streamId: string, method: ActorMethod, body: unknown): Promise<ActorAnswer> => {
    if (!isStreamId(streamId)) return invalidRequest("InvalidStreamId", `not an id of a ${streamType}`);
    switch (method) {
      case "execute":
        return inTurn(streamId, outsideEnvelope, body, async (envelope, deadline) =>
          execute(streamId, "outside", envelope, deadline),
        );
      case "drive":
        return inTurn(streamId, processEnvelope, body, async (envelope, deadline) =>
          execute(streamId, "process-manager", envelope, deadline),
        );
      case "read":
        return inTurn(streamId, z.unknown(), body, async (_, deadline) => reads.read(streamId, deadline));
      case "flush":
        return inTurn(streamId, flushRequest, body, async ({ version }, deadline) =>
          reads.flush(streamId, version, deadline),
        );
      default:
        return unreachable(method);
    }
  };

  const answer = async (streamId: string, method: TurnKind, turn: () => Promise<ActorAnswer>): Promise<ActorAnswer> => {
    try {
      const answered = await turn();
      if ("error" in answered && answered.error.kind === "fault")
        observer.turnFailed({ streamId, method, code: answered.error.code, message: answered.error.message });
      return answered;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof TurnRefused) {
        observer.turnFailed({ streamId, method, code: error.code, message });
        return fault(error.code, message);
      }
      observer.turnFailed({ streamId, method, code: "InternalError", message, error });
      return fault("InternalError", "the actor host failed; its log says why");
    }
  };

  const observed = async (
    streamId: string,
    method: TurnKind,
    turn: () => Promise<ActorAnswer>,
  ): Promise<ActorAnswer> => {
    const startedAt = performance.now();
    const answered = await answer(streamId, method, turn);
    const durationMs = performance.now() - startedAt;
    const outcome = "error" in answered ? answered.error.kind : "ok";
    observer.turnEnded({ streamType, method, outcome, durationMs });
    return answered;
  };

  return {
    handle: async (streamId, method, body) => observed(streamId, method, async () => dispatch(streamId, method, body)),
    woken: async (streamId, reminder) =>
      observed(streamId, "wake", async () =>
        // A reminder that this code does not set has nothing to say, however often it is delivered.
        reminder === wakeReminder && isStreamId(streamId)
          ? turns.run(streamId, async (deadline) => wake(streamId, deadline))
          : { ok: { ignored: reminder } },
      ),
    deactivated,
  };
};
