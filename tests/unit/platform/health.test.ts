import { describe, expect, test } from "@jest/globals";
import { findUnready } from "../../../services/platform/health.ts";

describe("readiness", () => {
  test("names exactly the parts that fail, with the reason", async () => {
    const unready = await findUnready({
      store: async () => {},
      sidecar: async () => {
        throw new Error("connection refused");
      },
    });
    expect(unready).toEqual([{ name: "sidecar", reason: "connection refused" }]);
  });

  test("does not wait for ever for a part that hangs", async () => {
    const unready = await findUnready({ store: async () => new Promise(() => {}) });
    expect(unready).toEqual([{ name: "store", reason: "no answer within 2000 ms" }]);
  });
});
