import type { z } from "zod";
import type { auditView, MessageView, redriveReport, StreamView } from "../admin/views.ts";

/** What the command line prints for people: one thing a line. */
export const streamLine = ({ streamId, messages, waitingSince, fault, nextRedriveAt, heldBy }: StreamView): string => {
  const next = nextRedriveAt === null ? "only by hand" : `again at ${nextRedriveAt}`;
  return `${streamId}  ${messages} waiting since ${waitingSince}  ${heldBy === null ? next : `held by ${heldBy}`}  ${fault.reason}`;
};

export const messageLine = ({ messageId, messageType, commandId, parkedAt, reason }: MessageView): string =>
  `${messageId}  ${messageType}  ${commandId}  ${parkedAt}  ${reason ?? "behind the one before"}`;

export const auditLine = (entry: z.output<typeof auditView>): string => {
  const { at, by, action, streamId, messageId, messageType, result, reason } = entry;
  return [at, by, action, streamId, messageId, messageType, result, ...(reason === null ? [] : [reason])].join("  ");
};

export const reportLines = ({ settled, left, stoppedBy }: z.output<typeof redriveReport>): string[] => [
  ...settled.map(({ messageId, result, reason }) =>
    [messageId, result, ...(reason === null ? [] : [reason])].join("  "),
  ),
  ...(stoppedBy === null ? [] : [`${stoppedBy.messageId}  fault  ${stoppedBy.reason}`]),
  `${settled.length} settled, ${left} left`,
];
