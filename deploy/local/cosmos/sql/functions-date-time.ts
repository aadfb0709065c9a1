import {
  type DateTimeParts,
  floorDivide,
  formatDateTime,
  fromParts,
  parseDateTime,
  TICKS_PER_MILLISECOND,
  type Ticks,
  toParts,
  writeDateTime,
} from "./date-time.ts";
import { type CallContext, define, type NamedFunction } from "./function-definition.ts";
import type { Value } from "./values.ts";

type Unit = "year" | "month" | "day" | "hour" | "minute" | "second" | "millisecond" | "microsecond" | "nanosecond";

const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...(["year", "yyyy", "yy"] as const).map((name) => [name, "year"] as const),
  ...(["month", "mm", "m"] as const).map((name) => [name, "month"] as const),
  ...(["day", "dd", "d"] as const).map((name) => [name, "day"] as const),
  ...(["hour", "hh"] as const).map((name) => [name, "hour"] as const),
  ...(["minute", "mi", "n"] as const).map((name) => [name, "minute"] as const),
  ...(["second", "ss", "s"] as const).map((name) => [name, "second"] as const),
  ...(["millisecond", "ms"] as const).map((name) => [name, "millisecond"] as const),
  ...(["microsecond", "mcs"] as const).map((name) => [name, "microsecond"] as const),
  ...(["nanosecond", "ns"] as const).map((name) => [name, "nanosecond"] as const),
]);

const MONTHS_PER_YEAR = 12;
const NANOSECONDS_PER_TICK = 100n;

/** How long the units of fixed length are, in nanoseconds. */
const NANOSECONDS: Readonly<Record<Exclude<Unit, "year" | "month">, bigint>> = {
  day: 86_400_000_000_000n,
  hour: 3_600_000_000_000n,
  minute: 60_000_000_000n,
  second: 1_000_000_000n,
  millisecond: 1_000_000n,
  microsecond: 1_000n,
  nanosecond: 1n,
};

const unitOf = (value: Value): Unit | undefined =>
  typeof value === "string" ? UNITS.get(value.toLowerCase()) : undefined;

const ticksOf = (value: Value): Ticks | undefined => (typeof value === "string" ? parseDateTime(value) : undefined);

const whole = (value: Value): bigint | undefined =>
  typeof value === "number" && Number.isInteger(value) ? BigInt(value) : undefined;

const written = (ticks: Ticks | undefined): Value => (ticks === undefined ? undefined : writeDateTime(ticks));

const monthOf = ({ year, month }: DateTimeParts): number => year * MONTHS_PER_YEAR + month - 1;

/** Adds months of different lengths: the day is the last of the month when the month has no such day. */
const addMonths = (ticks: Ticks, count: number): Ticks | undefined => {
  const parts = toParts(ticks);
  if (parts === undefined) return undefined;
  const total = monthOf(parts) + count;
  const year = Math.floor(total / MONTHS_PER_YEAR);
  const month = total - year * MONTHS_PER_YEAR + 1;
  for (const day of [parts.day, 30, 29, 28]) {
    const found = day > parts.day ? undefined : fromParts({ ...parts, year, month, day });
    if (found !== undefined) return found;
  }
  return undefined;
};

const add = (unit: Unit, count: bigint, ticks: Ticks): Ticks | undefined => {
  if (unit === "year") return addMonths(ticks, Number(count) * MONTHS_PER_YEAR);
  if (unit === "month") return addMonths(ticks, Number(count));
  return ticks + (NANOSECONDS[unit] * count) / NANOSECONDS_PER_TICK;
};

const dateTimeAdd = ([part, number, from]: readonly Value[]): Value => {
  const [unit, count, ticks] = [unitOf(part), whole(number), ticksOf(from)];
  return unit === undefined || count === undefined || ticks === undefined
    ? undefined
    : written(add(unit, count, ticks));
};

/** The number of boundaries of a unit between two times. */
const dateTimeDiff = ([part, from, to]: readonly Value[]): Value => {
  const [unit, start, end] = [unitOf(part), ticksOf(from), ticksOf(to)];
  if (unit === undefined || start === undefined || end === undefined) return undefined;
  if (unit !== "year" && unit !== "month") {
    const boundary = (ticks: Ticks): bigint => floorDivide(ticks * NANOSECONDS_PER_TICK, NANOSECONDS[unit]);
    return Number(boundary(end) - boundary(start));
  }
  const [first, last] = [toParts(start), toParts(end)];
  if (first === undefined || last === undefined) return undefined;
  return unit === "year" ? last.year - first.year : monthOf(last) - monthOf(first);
};

const partOf = (unit: Unit, parts: DateTimeParts): number => {
  if (unit === "nanosecond") return parts.fraction * Number(NANOSECONDS_PER_TICK);
  if (unit === "microsecond") return Math.floor(parts.fraction / 10);
  if (unit === "millisecond") return Math.floor(parts.fraction / 10_000);
  return parts[unit];
};

const dateTimePart = ([part, from]: readonly Value[]): Value => {
  const [unit, ticks] = [unitOf(part), ticksOf(from)];
  const parts = ticks === undefined ? undefined : toParts(ticks);
  return unit === undefined || parts === undefined ? undefined : partOf(unit, parts);
};

const dateTimeFromParts = (values: readonly Value[]): Value => {
  if (!values.every((value) => typeof value === "number")) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0] = values;
  return written(fromParts({ year, month, day, hour, minute, second, fraction }));
};

/** Bins begin at 1970 unless it is said where, but never before 1601. */
const EARLIEST_BIN = parseDateTime("1601-01-01") ?? 0n;

const dateTimeBin = ([from, part, size = 1, origin = "1970-01-01"]: readonly Value[]): Value => {
  const [ticks, unit, count, start] = [ticksOf(from), unitOf(part), whole(size), ticksOf(origin)];
  if (ticks === undefined || unit === undefined || count === undefined || start === undefined) return undefined;
  if (unit === "year" || unit === "month" || count <= 0n || start < EARLIEST_BIN) return undefined;
  const length = (NANOSECONDS[unit] * count) / NANOSECONDS_PER_TICK;
  // A bin cannot be shorter than a tick.
  const bin = length === 0n ? 1n : length;
  return written(start + floorDivide(ticks - start, bin) * bin);
};

/** Defines a function of one date and time. */
const ofDateTime = (name: string, apply: (ticks: Ticks) => Value): NamedFunction =>
  define(name, 1, 1, ([value]) => {
    const ticks = ticksOf(value);
    return ticks === undefined ? undefined : apply(ticks);
  });

/** Defines a function that makes a date and time of a number of ticks or milliseconds. */
const ofCount = (name: string, length: bigint): NamedFunction =>
  define(name, 1, 1, ([value]) => {
    const count = whole(value);
    return count === undefined ? undefined : written(count * length);
  });

const nowOf = ({ nowMs }: CallContext): Ticks => BigInt(Math.trunc(nowMs)) * TICKS_PER_MILLISECOND;

/** Defines a function of the present, by each of its names. One page of results has one present. */
const ofPresent = (names: readonly string[], apply: (now: Ticks) => Value): NamedFunction[] =>
  names.map((name) => define(name, 0, 0, (_, context) => apply(nowOf(context))));

/** Functions of dates and times. */
export const DATE_TIME_FUNCTIONS: readonly NamedFunction[] = [
  ...ofPresent(["GETCURRENTDATETIME", "GETCURRENTDATETIMESTATIC", "NOW"], written),
  ...ofPresent(["GETCURRENTTICKS", "GETCURRENTTICKSSTATIC"], Number),
  ...ofPresent(["GETCURRENTTIMESTAMP", "GETCURRENTTIMESTAMPSTATIC"], (now) => Number(now / TICKS_PER_MILLISECOND)),
  define("AGO", 2, 2, ([part, number], context) => {
    const [unit, count] = [unitOf(part), whole(number)];
    return unit === undefined || count === undefined ? undefined : written(add(unit, -count, nowOf(context)));
  }),
  define("DATETIMEADD", 3, 3, dateTimeAdd),
  define("DATETIMEBIN", 2, 4, dateTimeBin),
  define("DATETIMEDIFF", 3, 3, dateTimeDiff),
  define("DATETIMEFORMAT", 2, 2, ([from, format]) => {
    const ticks = ticksOf(from);
    return ticks === undefined || typeof format !== "string" ? undefined : formatDateTime(ticks, format);
  }),
  define("DATETIMEFROMPARTS", 3, 7, dateTimeFromParts),
  define("DATETIMEPART", 2, 2, dateTimePart),
  ofDateTime("DATETIMETOTICKS", Number),
  ofDateTime("DATETIMETOTIMESTAMP", (ticks) => Number(floorDivide(ticks, TICKS_PER_MILLISECOND))),
  ofDateTime("YEAR", (ticks) => toParts(ticks)?.year),
  ofDateTime("MONTH", (ticks) => toParts(ticks)?.month),
  ofDateTime("DAY", (ticks) => toParts(ticks)?.day),
  ofCount("TICKSTODATETIME", 1n),
  ofCount("TIMESTAMPTODATETIME", TICKS_PER_MILLISECOND),
];
