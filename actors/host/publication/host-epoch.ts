import { randomBytes } from "node:crypto";

const hexDigits = 12;

/**
 * A name for one start of a host: a UUID version 7, whose first 48 bits are the time and 74 of the others are random, so
 * that epochs sort by time and none is used twice, also when the clock went back.
 */
export const newHostEpoch = (nowMs: number): string => {
  const time = Math.trunc(nowMs).toString(16).padStart(hexDigits, "0");
  const random = randomBytes(10);
  random[0] = 0x70 | ((random[0] ?? 0) & 0x0f);
  random[2] = 0x80 | ((random[2] ?? 0) & 0x3f);
  const hex = time + random.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};
