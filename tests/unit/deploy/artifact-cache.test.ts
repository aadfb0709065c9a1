import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { cacheRoot, ensureFolder } from "../../../deploy/local/artifact/cache.ts";
import { contentHash, filesEndingWith } from "../../../deploy/local/artifact/content-hash.ts";

const root = mkdtempSync(join(tmpdir(), "orders-artifact-"));
afterAll(() => rmSync(root, { recursive: true }));

const folderWith = (files: Record<string, string>): string => {
  const folder = mkdtempSync(join(root, "module-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
};

const hashOf = (files: Record<string, string>, facts?: string[]): string => {
  const folder = folderWith(files);
  return contentHash(folder, filesEndingWith(folder, [".go", "go.mod"]), facts);
};

describe("the hash of a folder", () => {
  const original = hashOf({ "go.mod": "module a", "cmd/main.go": "package main" });

  test("is the same wherever the folder is", () => {
    expect(hashOf({ "cmd/main.go": "package main", "go.mod": "module a" })).toBe(original);
  });

  test("is another when a file is changed, renamed, added or removed", () => {
    const others = [
      hashOf({ "go.mod": "module b", "cmd/main.go": "package main" }),
      hashOf({ "go.mod": "module a", "cmd/other.go": "package main" }),
      hashOf({ "go.mod": "module a", "cmd/main.go": "package main", "b.go": "" }),
      hashOf({ "go.mod": "module a" }),
    ];
    expect(new Set([original, ...others]).size).toBe(5);
  });

  test("is another with another compiler", () => {
    const files = { "go.mod": "module a" };
    expect(hashOf(files, ["go1.26"])).not.toBe(hashOf(files, ["go1.27"]));
  });

  test("does not depend on files that take no part", () => {
    expect(hashOf({ "go.mod": "module a", "cmd/main.go": "package main", "build.ts": "x" })).toBe(original);
  });
});

const fillWithFile = async (folder: string): Promise<void> => writeFileSync(join(folder, "file"), "content");

const failHalfway = async (folder: string): Promise<void> => {
  writeFileSync(join(folder, "half"), "");
  throw new Error("disk full");
};

const fillInTwoSteps = async (folder: string): Promise<void> => {
  writeFileSync(join(folder, "first"), "1");
  await new Promise((resolve) => setImmediate(resolve));
  writeFileSync(join(folder, "second"), "2");
};

describe("a cached folder", () => {
  test("is filled once", async () => {
    const target = join(root, "once");
    expect(await ensureFolder(target, fillWithFile)).toBe("made");
    expect(await ensureFolder(target, fillWithFile)).toBe("cached");
    expect(readFileSync(join(target, "file"), "utf8")).toBe("content");
  });

  test("stays absent when filling it fails, and leaves no draft", async () => {
    const target = join(root, "failing");
    await expect(ensureFolder(target, failHalfway)).rejects.toThrow("disk full");
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(root).filter((name) => name.startsWith("failing"))).toEqual([]);
  });

  test("is whole when two fill it at the same time", async () => {
    const target = join(root, "raced");
    await Promise.all([ensureFolder(target, fillInTwoSteps), ensureFolder(target, fillInTwoSteps)]);
    expect(readdirSync(target).sort()).toEqual(["first", "second"]);
    expect(readdirSync(root).filter((name) => name.startsWith("raced"))).toEqual(["raced"]);
  });

  test("is where XDG_CACHE_HOME says", () => {
    expect(cacheRoot({ XDG_CACHE_HOME: "/caches" })).toBe("/caches/order-processor");
    expect(cacheRoot({ XDG_CACHE_HOME: "" })).toBe(cacheRoot({}));
  });
});
