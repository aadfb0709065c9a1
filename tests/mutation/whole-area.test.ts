import { resolve } from "node:path";

// All tests of the area in one environment: loading what they share, once for each file of tests, would take most of the
// time of a run.
for (const file of (process.env["MUTATION_TESTS"] ?? "").split("\n")) await import(resolve(file));
