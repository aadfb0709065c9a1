import { describe, expect, test } from "@jest/globals";
import { effectivePartitionKey, evenBoundaries } from "../../../deploy/local/cosmos/keys/effective-partition-key.ts";
import type { PartitionKeyComponent } from "../../../deploy/local/cosmos/keys/partition-key.ts";

describe("an effective partition key", () => {
  // The values of Microsoft's own SDKs, for version 2 of the hashing.
  test.each<[PartitionKeyComponent, string]>([
    ["redmond", "22E342F38A486A088463DFF7838A5963"],
    ["partitionKey", "013AEFCF77FA271571CF665A58C933F1"],
    ["", "32E9366E637A71B4E710384B2F4970A0"],
    [5.123124190509124, "0EF2E2D82460884AF0F6440BE4F726A8"],
    [0, "155B95BEDAC4B1E9EC1CDC9BB0DDDE58"],
    [-1.5, "151793206780805FF6E1DCAE6C787B6A"],
    [true, "0E711127C5B5A8E4726AC6DD306A3E59"],
    [false, "2FE1BE91E90A3439635E0E9E37361EF2"],
    [null, "378867E4430E67857ACE5C908374FE16"],
    [undefined, "11622DAA78F835834610ABE56EFF5CB5"],
    ["a".repeat(14), "227A2D683A8CF6F91A1D5B052D42FA88"],
    ["a".repeat(15), "0692BC76024BBD9574AEE442CE6DB70D"],
    ["a".repeat(30), "26C0581C31882A40CD66EDB6508E245C"],
    ["é😀".repeat(20), "15F98191D8A933A8FA3B6DD90BED1C83"],
  ])("of %j is what Azure computes", (component, expected) => {
    expect(effectivePartitionKey([component])).toBe(expected);
  });
});

describe("the ranges of a container", () => {
  test("cut the key space as Azure cuts it", () => {
    expect(evenBoundaries(1)).toEqual(["", "FF"]);
    expect(evenBoundaries(4)).toEqual([
      "",
      "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
      "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
      "2FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
      "FF",
    ]);
  });
});
