import { commandIdHash, type RecentCommand } from "../event-store/items.ts";

/** The command ids that a stream answered lately, oldest first, as its snapshot carries them. */
export interface RecentCommands {
  readonly commands: readonly RecentCommand[];
  /** Whether no command id of the stream is missing, so that an id that is not here was never used. */
  readonly complete: boolean;
}

/** So many that a caller's immediate repeats are answered from memory, so few that the snapshot stays small. */
export const maxRecentCommands = 20;

export const noCommands: RecentCommands = { commands: [], complete: true };

/** The index with one more command; the oldest one leaves it when it is full. */
export const withCommand = ({ commands, complete }: RecentCommands, command: RecentCommand): RecentCommands => {
  const all = [...commands, command];
  return all.length <= maxRecentCommands
    ? { commands: all, complete }
    : { commands: all.slice(-maxRecentCommands), complete: false };
};

/** The entry of a command id, if it is in the index. */
export const recentCommandOf = ({ commands }: RecentCommands, commandId: string): RecentCommand | undefined => {
  const id = commandIdHash(commandId);
  return commands.find((command) => command.id === id);
};

/** Whether two indexes name the same commands in the same order. */
export const sameCommands = (a: readonly RecentCommand[], b: readonly RecentCommand[]): boolean =>
  a.length === b.length && a.every((command, index) => command.id === b[index]?.id);
