import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { StreamType } from "../../actors/kernel/aggregate.ts";
import { fixtureFolder } from "../../contracts/recorded-shapes.ts";

const fixture = z.strictObject({
  type: z.string(),
  schemaVersion: z.int().min(1),
  data: z.record(z.string(), z.unknown()),
});

/** An event as it stands in the store, in one of the versions that were ever stored. */
export interface EventFixture extends z.output<typeof fixture> {
  readonly streamType: StreamType;
  /** The name of its shape: `Order/OrderPlaced.v1`. */
  readonly name: string;
}

const extension = ".json";

/** One event of every type and version that was ever stored for streams of this type. */
export const eventFixtures = (streamType: StreamType): readonly EventFixture[] =>
  readdirSync(join(fixtureFolder, streamType))
    .toSorted()
    .map((file) => ({
      ...fixture.parse(JSON.parse(readFileSync(join(fixtureFolder, streamType, file), "utf8"))),
      streamType,
      name: `${streamType}/${file.slice(0, -extension.length)}`,
    }));
