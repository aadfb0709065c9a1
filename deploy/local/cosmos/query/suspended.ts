import { randomUUID } from "node:crypto";
import { badRequest } from "../errors.ts";
import { type Progress, sizeOfProgress } from "./progress.ts";

/**
 * Keeps what queries have gathered until their next pages. It may be lost at any time, also by a restart: then a query
 * gathers it again.
 */
export interface SuspendedQueries {
  /**
   * Keeps what a query has gathered, as far as there is room.
   * @param before the name that its last page got, which tells since when the query is under way
   * @returns the name under which `progress` can be had again
   * @throws Refusal (400) when it is more than can be kept at all
   */
  readonly keep: (text: string, progress: Progress, before: string | undefined) => string;
  /** @returns what was kept for the same query text under a name, if it is still there */
  readonly find: (text: string, name: string | undefined) => Progress | undefined;
  /** Forgets what was kept: it has moved on. */
  readonly drop: (name: string | undefined) => void;
}

/** What all suspended queries may keep together, in characters: as much again, or twice as much, in bytes. */
const MOST_CHARACTERS = 256 * 1024 * 1024;

/** What a suspended query takes beside what it has gathered, and beside its text, which it has compiled. */
const ENVELOPE = 1_024;
const COMPILED_SIZE = 16;

/** A query whose next page is not asked for in this time makes room for others. */
const IDLE_MS = 10_000;

interface Kept {
  readonly text: string;
  readonly progress: Progress;
  readonly size: number;
  readonly begunAt: number;
  usedAt: number;
}

interface Room {
  /** The time in milliseconds. */
  readonly now?: () => number;
  readonly mostCharacters?: number;
}

/** When a query began, from the name that its last page got. */
const beginningIn = (name: string | undefined): number | undefined => {
  const digits = /^(\d{1,15})-/.exec(name ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/**
 * Makes an empty store of suspended queries. Where there is no room for all, those that nobody goes on with make room, then
 * those that began last. So the one that began first always gets on, and each in its turn becomes that one.
 */
export const suspendedQueries = ({ now = Date.now, mostCharacters = MOST_CHARACTERS }: Room = {}): SuspendedQueries => {
  const kept = new Map<string, Kept>();
  let total = 0;
  let lastBegunAt = 0;

  const forget = (name: string): void => {
    total -= kept.get(name)?.size ?? 0;
    kept.delete(name);
  };

  /** The query that is to make room for one that began at some time, if any is. */
  const giver = (begunAt: number): string | undefined => {
    const nowMs = now();
    let [idle, youngest]: (readonly [string, Kept] | undefined)[] = [];
    for (const entry of kept) {
      const [, { usedAt, begunAt: at }] = entry;
      if (nowMs - usedAt >= IDLE_MS && (idle === undefined || usedAt < idle[1].usedAt)) idle = entry;
      if (at > begunAt && (youngest === undefined || at > youngest[1].begunAt)) youngest = entry;
    }
    return (idle ?? youngest)?.[0];
  };

  const hasRoom = (size: number, begunAt: number): boolean => {
    let fits = total + size <= mostCharacters;
    while (!fits) {
      const name = giver(begunAt);
      if (name === undefined) return false;
      forget(name);
      fits = total + size <= mostCharacters;
    }
    return true;
  };

  return {
    keep: (text, progress, before) => {
      const size = sizeOfProgress(progress) + COMPILED_SIZE * text.length + ENVELOPE;
      if (size > mostCharacters) {
        throw badRequest(
          `The query gathers more than ${mostCharacters} characters, which is more than can be kept for it.`,
        );
      }
      lastBegunAt = Math.max(lastBegunAt + 1, now());
      const begunAt = beginningIn(before) ?? lastBegunAt;
      const name = `${begunAt}-${randomUUID()}`;
      if (hasRoom(size, begunAt)) {
        kept.set(name, { text, progress, size, begunAt, usedAt: now() });
        total += size;
      }
      return name;
    },
    find: (text, name) => {
      const found = name === undefined ? undefined : kept.get(name);
      if (found?.text !== text) return undefined;
      found.usedAt = now();
      return found.progress;
    },
    drop: (name) => {
      if (name !== undefined) forget(name);
    },
  };
};
