import { describe, expect, test } from "@jest/globals";
import type {
  Obstacle,
  ParkedStreams,
  StoredParkedStream,
} from "../../../services/platform/change-feed/parked-streams.ts";

const faultAt = (version: number, reason = "no answer"): Obstacle => ({ version, cause: "fault", reason });

/** Parks a stream from version 3 on, and reads it. */
const parkOneIn = async (parked: ParkedStreams): Promise<{ parked: ParkedStreams; read: StoredParkedStream }> => {
  await parked.park("order-1", faultAt(3));
  const read = await parked.find("order-1");
  if (read === undefined) throw new Error("order-1 is not parked");
  return { parked, read };
};

/** What every store of parked streams does; `open` opens an empty one. */
export const describeParkedStreams = (name: string, open: () => Promise<ParkedStreams>): void => {
  describe(`parked streams in ${name}`, () => {
    test("are listed, and found one by one, until they are unparked", async () => {
      const parked = await open();
      await parked.park("sku~berlin~for~order-1", faultAt(3));
      await parked.park("order-1", { version: 1, cause: "notUnderstood", reason: "unknown schema version" });
      const records = await parked.list();
      expect([...records.keys()].toSorted()).toEqual(["order-1", "sku~berlin~for~order-1"]);
      expect(records.get("order-1")).toMatchObject({
        version: 1,
        cause: "notUnderstood",
        reason: "unknown schema version",
      });
      for (const [streamId, record] of records) expect(await parked.find(streamId)).toEqual(record);
      expect(await parked.find("order-2")).toBeUndefined();
      for (const record of records.values()) expect(await parked.unpark(record)).toBe(true);
      expect((await parked.list()).size).toBe(0);
    });

    test("wait from the first of the events that were left, for the reason that this one has", async () => {
      const { parked } = await parkOneIn(await open());
      await parked.park("order-1", faultAt(7, "later"));
      expect(await parked.find("order-1")).toMatchObject({ version: 3, reason: "no answer" });
      await parked.park("order-1", faultAt(2, "earlier"));
      expect(await parked.find("order-1")).toMatchObject({ version: 2, reason: "earlier" });
    });

    test.each([
      ["more of them was left to wait", 7],
      ["the same was left to wait once more", 3],
    ])("are not unparked, nor advanced, by one who does not know that %s", async (_, version) => {
      const { parked, read } = await parkOneIn(await open());
      await parked.park("order-1", faultAt(version));
      expect(await parked.unpark(read)).toBe(false);
      expect(await parked.advance(read, faultAt(5))).toBe(false);
      expect(await parked.find("order-1")).toMatchObject({ version: 3 });
    });

    test("advance to what cannot be handled next", async () => {
      const { parked, read } = await parkOneIn(await open());
      expect(await parked.advance(read, faultAt(9, "next"))).toBe(true);
      expect(await parked.find("order-1")).toMatchObject({ version: 9, reason: "next" });
      expect(await parked.unpark(read)).toBe(false);
    });

    test("are unparked once, and parked anew after that stay parked whoever still wants to unpark them", async () => {
      const { parked, read } = await parkOneIn(await open());
      expect(await parked.unpark(read)).toBe(true);
      expect(await parked.unpark(read)).toBe(false);
      expect(await parked.advance(read, faultAt(4))).toBe(false);
      expect((await parked.list()).size).toBe(0);
      await parked.park("order-1", faultAt(3));
      expect(await parked.unpark(read)).toBe(false);
      expect((await parked.list()).size).toBe(1);
    });

    test("are kept for each of those who park them at the same time", async () => {
      const parked = await open();
      await Promise.all([5, 3, 4, 6].map(async (version) => parked.park("order-1", faultAt(version))));
      expect(await parked.find("order-1")).toMatchObject({ version: 3 });
    });
  });
};
