import { describe, expect, test } from "@jest/globals";
import { readTestEvents } from "../../suites/go/test-events.ts";
import { contradictions } from "../../suites/known-outcomes.ts";
import { readReport } from "../../suites/python/report.ts";
import type { TestResult } from "../../suites/test-result.ts";

const lines = (...events: object[]): string[] => events.map((event) => JSON.stringify(event));

const report = (...events: object[]): string => `${lines(...events).join("\n")}\n`;
const began = (name: string): object => ({ name, outcome: "began", message: "" });
const result = (name: string, outcome: TestResult["outcome"]): TestResult => ({
  file: "f",
  name,
  outcome,
  message: "",
});

describe("the events of a Go test program", () => {
  test("give a result for every test, with what a failed or skipped one said", () => {
    const events = [
      ...lines(
        { Action: "run", Test: "TestA" },
        { Action: "output", Test: "TestA", Output: "=== RUN   TestA\n" },
        { Action: "output", Test: "TestA", Output: "    a_test.go:3: it broke\n" },
        { Action: "fail", Test: "TestA" },
      ),
      "a line that the test wrote on standard error",
      ...lines({ Action: "pass", Test: "TestB" }, { Action: "skip", Test: "TestC" }, { Action: "fail" }),
    ];
    expect(readTestEvents("a.go", events)).toEqual([
      { file: "a.go", name: "TestA", outcome: "failed", message: "a_test.go:3: it broke" },
      { file: "a.go", name: "TestB", outcome: "passed", message: "" },
      { file: "a.go", name: "TestC", outcome: "skipped", message: "" },
    ]);
  });

  test("leave out a test that only holds others, but not when it failed by itself", () => {
    const failing = lines({ Action: "fail", Test: "T/one" }, { Action: "fail", Test: "T" });
    expect(readTestEvents("a.go", failing).map(({ name }) => name)).toEqual(["T/one"]);
    const failingItself = lines({ Action: "pass", Test: "T/one" }, { Action: "fail", Test: "T" });
    expect(readTestEvents("a.go", failingItself).map(({ name }) => name)).toEqual(["T/one", "T"]);
  });

  test("count a test that never ended as failed", () => {
    expect(readTestEvents("a.go", lines({ Action: "run", Test: "T" }))).toMatchObject([{ outcome: "failed" }]);
  });
});

describe("the report of a Python file", () => {
  test("gives the last word on each test, and takes one that only began as failed", () => {
    const text = report(
      began("tests/t.py::A::a"),
      { name: "tests/t.py::A::a", outcome: "passed", message: "" },
      began("tests/t.py::A::b"),
    );
    expect(readReport("t.py", text, "Ended after 3 s.")).toEqual([
      { file: "t.py", name: "A::a", outcome: "passed", message: "" },
      { file: "t.py", name: "A::b", outcome: "failed", message: "Ended after 3 s." },
    ]);
  });

  test("says that the file failed when pytest failed and no test did", () => {
    expect(readReport("t.py", "", "pytest ended with exit code 3\nno such fixture")).toMatchObject([
      { name: "(the whole file)", outcome: "failed" },
    ]);
  });

  test("takes a file without tests as no failure", () => {
    expect(readReport("t.py", "", "python -m ended with exit code 5\n")).toEqual([]);
  });
});

describe("results beside the reviewed reasons", () => {
  const known = [{ reason: "because", tests: ["f::known", "other::known"] }];

  test("agree when exactly the recorded tests fail", () => {
    const results = [result("known", "failed"), result("sound", "passed")];
    expect(contradictions(results, known, ["f"])).toEqual({ unexplained: [], outdated: [] });
  });

  test("contradict each other when another test fails, or a recorded one does not", () => {
    const results = [result("known", "passed"), result("new", "failed")];
    expect(contradictions(results, known, ["f"])).toEqual({
      unexplained: [result("new", "failed")],
      outdated: ["f::known"],
    });
  });
});
