import { z } from "zod";

/** True if the text holds no control character and no half of a surrogate pair: such text would not survive storing. */
const isStorable = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);

/** Text for people, trimmed: 1 to `maximum` UTF-16 units of any script on one line. */
export const text = (maximum: number) =>
  z.string().trim().min(1).max(maximum).refine(isStorable, "must not contain control characters");

/** An id that another system gave (a shipment, an authorisation, a receipt): compared byte by byte, so never trimmed. */
export const reference = z
  .string()
  .regex(
    /^[\x21-\x7e]([\x20-\x7e]{0,126}[\x21-\x7e])?$/,
    "must be 1 to 128 printable ASCII characters without a space at either end",
  );

/** A point in time: ISO 8601, UTC, with exactly three digits of a second, so that times sort as texts do. */
export const instant = z.iso.datetime({ precision: 3, error: "must be a time like 2026-01-31T12:00:00.000Z" });

/** An amount of money in minor units of the order's currency: an integer from 0 to 2^53 - 1. */
export const amountMinor = z.int().min(0);
