import { describe, expect, test } from "@jest/globals";
import { sectionOf, withSection } from "../../suites/document.ts";

describe("the compatibility document", () => {
  test("gets a suite's section between the suite's markers, and keeps the rest", () => {
    const document = "# Title\n<!-- begin a -->\nold\n<!-- end a -->\n<!-- begin b -->\nkept\n<!-- end b -->\n";
    expect(withSection(document, "a", "new")).toBe(
      "# Title\n<!-- begin a -->\n\nnew\n<!-- end a -->\n<!-- begin b -->\nkept\n<!-- end b -->\n",
    );
    expect(() => withSection(document, "c", "new")).toThrow("lacks the markers of the suite c");
  });

  test("counts the outcomes of each file and gives the reasons for failures, skips and files left out", () => {
    const section = sectionOf({
      suite: { name: "s", title: "Suite 1.0", description: "What it is." },
      results: [
        { file: "a.py", name: "one", outcome: "passed", message: "" },
        { file: "a.py", name: "two", outcome: "failed", message: "boom" },
        { file: "b.py", name: "three", outcome: "skipped", message: "b_test.go:7: not | today" },
      ],
      leftOut: [{ file: "c.py", reason: "not ours" }],
      known: [
        { reason: "It is hard.", tests: ["a.py::two"] },
        { reason: "Never mentioned.", tests: ["a.py::gone"] },
      ],
    });
    expect(section.split("\n").filter((line) => line !== "")).toEqual([
      "## Suite 1.0",
      "What it is.",
      "**1 passed, 1 failed, 1 skipped.**",
      "| file | passed | failed | skipped |",
      "| --- | ---: | ---: | ---: |",
      "| a.py | 1 | 1 | 0 |",
      "| b.py | 0 | 0 | 1 |",
      "### Why tests fail",
      "- It is hard.",
      "  - `a.py::two`",
      "### Why tests are skipped",
      "| reason | tests |",
      "| --- | ---: |",
      "| not \\| today | 1 |",
      "### What is not run",
      "| reason | files |",
      "| --- | --- |",
      "| not ours | `c.py` |",
    ]);
  });
});
