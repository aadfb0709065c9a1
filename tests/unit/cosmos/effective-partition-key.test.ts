import { describe, expect, test } from "@jest/globals";
import {
  effectivePartitionKey,
  evenBoundaries,
  middleOf,
  prefixRange,
} from "../../../deploy/local/cosmos/keys/effective-partition-key.ts";
import type { PartitionKeyComponent } from "../../../deploy/local/cosmos/keys/partition-key.ts";

const HASH_1 = { kind: "Hash", version: 1 } as const;
const HASH_2 = { kind: "Hash", version: 2 } as const;
const HIERARCHICAL = { kind: "MultiHash", version: 2 } as const;

// All values are those of Microsoft's own SDKs.
describe("an effective partition key of version 2", () => {
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
    expect(effectivePartitionKey(HASH_2, [component])).toBe(expected);
  });
});

describe("an effective partition key of version 1", () => {
  test.each<[PartitionKeyComponent, string]>([
    ["redmond", "05C1EFE313830C087366656E706F6500"],
    ["partitionKey", "05C1E1B3D9CD2608716273756A756A706F4C667A00"],
    ["", "05C1CF33970FF80800"],
    [5.123124190509124, "05C1CD6757FB7805C0153F858949735550"],
    [-1.5, "05C1E901090F44054008"],
    [374, "05C1E3B55BDB4605C077B0"],
    [0, "05C1BF6DA11560058000"],
    [true, "05C1D7C5A903D803"],
    [false, "05C1DB857D857C02"],
    [null, "05C1ED45D7475601"],
    [undefined, "05C1D529E345DC00"],
    ["a".repeat(100), `05C1EB5921F70608${"62".repeat(100)}00`],
    // Only the first hundred characters are hashed ...
    ["a".repeat(101), `05C1EB5921F70608${"62".repeat(100)}00`],
    // ... and 101 of their bytes are written.
    ["é".repeat(60), `05C1A329C995C008${"C4AA".repeat(50)}C4`],
    ["é".repeat(120), `05C1D9C91DF1D808${"C4AA".repeat(50)}C4`],
  ])("of %j is what Azure computes", (component, expected) => {
    expect(effectivePartitionKey(HASH_1, [component])).toBe(expected);
  });
});

describe("an effective partition key of a hierarchical key", () => {
  const california = "2F442D3F30B24D244283F3B36B4CB88B";
  const oxnard = "3BCEFBDDC93E6B92BBF05E9CF2116729";

  test.each<[PartitionKeyComponent[], string]>([
    [["CA"], california],
    [["CA", "Oxnard"], california + oxnard],
    [["CA", "Oxnard", "93033"], `${california}${oxnard}3F3866B6199C2C6C89F7F0BAB7CCCA72`],
    [
      ["WA", null, 5.5],
      "0845FB119899DE50766A2C4CEFC2FA73378867E4430E67857ACE5C908374FE160E2EE47829D1AF775EEFB6540FD1D0ED",
    ],
    [
      [true, false, null],
      "0E711127C5B5A8E4726AC6DD306A3E592FE1BE91E90A3439635E0E9E37361EF2378867E4430E67857ACE5C908374FE16",
    ],
    [[undefined, "z"], "11622DAA78F835834610ABE56EFF5CB50A35DCD01A675F45B7B7D0CFCE672B6B"],
    [["", 0], "32E9366E637A71B4E710384B2F4970A0155B95BEDAC4B1E9EC1CDC9BB0DDDE58"],
  ])("of %j is what Azure computes", (key, expected) => {
    expect(effectivePartitionKey(HIERARCHICAL, key)).toBe(expected);
  });

  test("lies in the range of each of its beginnings", () => {
    const whole = effectivePartitionKey(HIERARCHICAL, ["CA", "Oxnard", "93033"]);
    for (const prefix of [["CA"], ["CA", "Oxnard"]]) {
      const { min, max } = prefixRange(HIERARCHICAL, prefix);
      expect(whole >= min && whole < max).toBe(true);
    }
    const { min, max } = prefixRange(HIERARCHICAL, ["CA", "Ojai"]);
    expect(whole >= min && whole < max).toBe(false);
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

  test("are cut by the numbers that version 1 hashes to", () => {
    expect(evenBoundaries(1, 1)).toEqual(["", "FF"]);
    expect(evenBoundaries(4, 1)).toEqual(["", "05C1CFFFFFFFF8", "05C1DFFFFFFFFC", "05C1E7FFFFFFFE", "FF"]);
  });

  test.each([HASH_1, HASH_2])("have a middle that halves them, in version $version", (hashing) => {
    const [min = "", quarter = "", half = "", , max = ""] = evenBoundaries(4, hashing.version);
    const middle = middleOf(hashing, { min, max });
    expect(middle > quarter && middle < max).toBe(true);
    const keys = Array.from({ length: 400 }, (_, index) => effectivePartitionKey(hashing, [`key ${index}`]));
    expect(keys.filter((key) => key < middle).length).toBeGreaterThan(150);
    expect(keys.filter((key) => key >= middle).length).toBeGreaterThan(150);
    const left = middleOf(hashing, { min, max: half });
    expect(left > min && left < half).toBe(true);
  });
});
