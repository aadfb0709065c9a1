/** A point in time: ticks of 100 nanoseconds since 1970. */
export type Ticks = bigint;

export const TICKS_PER_MILLISECOND: bigint = 10_000n;
export const TICKS_PER_SECOND: bigint = 10_000_000n;

const MINIMUM_YEAR = 1;
const MAXIMUM_YEAR = 9_999;

/** A date and time by its parts; `fraction` are the ticks within the second. */
export interface DateTimeParts {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: number;
}

/** Divides and rounds down, also below zero. */
export const floorDivide = (dividend: bigint, divisor: bigint): bigint => {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n !== divisor < 0n && dividend % divisor !== 0n ? quotient - 1n : quotient;
};

/** The time that parts name, or undefined when there is no such date or time of day. */
export const fromParts = (parts: DateTimeParts): Ticks | undefined => {
  const { year, month, day, hour, minute, second, fraction } = parts;
  const integers = [year, month, day, hour, minute, second, fraction];
  if (!integers.every(Number.isInteger) || year < MINIMUM_YEAR || year > MAXIMUM_YEAR) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  if (fraction < 0 || fraction >= Number(TICKS_PER_SECOND)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second);
  return BigInt(date.getTime()) * TICKS_PER_MILLISECOND + BigInt(fraction);
};

/** The parts of a time, or undefined when it is before year 1 or after year 9999. */
export const toParts = (ticks: Ticks): DateTimeParts | undefined => {
  const seconds = floorDivide(ticks, TICKS_PER_SECOND);
  const date = new Date(Number(seconds) * 1_000);
  const year = date.getUTCFullYear();
  if (!(year >= MINIMUM_YEAR && year <= MAXIMUM_YEAR)) return undefined;
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    fraction: Number(ticks - seconds * TICKS_PER_SECOND),
  };
};

const FORMAT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?)?Z?$/;

/** Reads a date, or a date and time in UTC, in the form of ISO 8601 that Cosmos takes; undefined when it is not one. */
export const parseDateTime = (text: string): Ticks | undefined => {
  const found = FORMAT.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  const fraction = Number((found[7] ?? "").padEnd(7, "0"));
  return fromParts({ year, month, day, hour, minute, second, fraction });
};

const digits = (value: number, count: number): string => String(value).padStart(count, "0");

/** Writes a time as `YYYY-MM-DDThh:mm:ss.fffffffZ`, or gives undefined when its year has not four digits. */
export const writeDateTime = (ticks: Ticks): string | undefined => {
  const parts = toParts(ticks);
  if (parts === undefined) return undefined;
  const { year, month, day, hour, minute, second, fraction } = parts;
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  return `${date}T${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(fraction, 7)}Z`;
};

const formatted = (letters: string, parts: DateTimeParts): string | undefined => {
  const { year, month, day, hour, minute, second, fraction } = parts;
  const { length } = letters;
  switch (letters.charAt(0)) {
    case "y":
      return length <= 2 ? digits(year % 100, length) : digits(year, length);
    case "M":
      return digits(month, length);
    case "d":
      return digits(day, length);
    case "H":
      return digits(hour, length);
    case "h":
      return digits(hour % 12 === 0 ? 12 : hour % 12, length);
    case "m":
      return digits(minute, length);
    case "s":
      return digits(second, length);
    case "t":
      return (hour < 12 ? "AM" : "PM").slice(0, length);
    case "f":
      return digits(fraction, 7).slice(0, length);
    default:
      return digits(fraction, 7).slice(0, length).replace(/0+$/, "");
  }
};

/** Runs of letters that stand for a part, or a backslash and the character that it makes stand for itself. */
const SPECIFIER = /\\([\s\S])|y{1,4}|M{1,2}|d{1,2}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|t{1,2}|f{1,7}|F{1,7}/g;

/** Writes a time by a format such as `yyyy-MM-dd HH:mm:ss.fff`; undefined when its year has not four digits. */
export const formatDateTime = (ticks: Ticks, format: string): string | undefined => {
  const parts = toParts(ticks);
  if (parts === undefined) return undefined;
  return format.replace(
    SPECIFIER,
    (letters, escaped: string | undefined) => escaped ?? formatted(letters, parts) ?? "",
  );
};
