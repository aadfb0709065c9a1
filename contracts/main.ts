import { Command } from "commander";
import { unreachable } from "../actors/kernel/decision.ts";
import { writeAsyncApiText } from "./asyncapi/file.ts";
import { compareContracts, describeBreak } from "./compatibility/compare-contracts.ts";
import type { Break } from "./compatibility/compare-contracts.ts";
import { currentContract } from "./current-contract.ts";
import { planRelease } from "./plan-release.ts";
import { readRetired, releases } from "./releases.ts";
import { readRecordedShapes, writeRecordedShapes } from "./recorded-shapes.ts";
import { softwareVersion } from "./software-version.ts";
import { compareShapes, readableShapes } from "./stored-shapes.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const fail = (lines: readonly string[]): void => {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exitCode = 1;
};

const advice =
  "Give the form its next version beside the one that is published, or take the change back. " +
  "A version that nobody needs any more is listed in contracts/retired.json.";

const failForBreaks = (version: string, breaks: readonly Break[]): void =>
  fail([`The contract of ${version} is broken:`, ...breaks.map(describeBreak), advice]);

const check = (): void => {
  const last = releases.last();
  if (last === undefined) return fail(["No contract was ever released: npm run contract:release writes the first."]);
  const altered = releases.altered();
  if (altered.length > 0) {
    return fail(altered.map((version) => `${version} is not as it was released: a release never changes.`));
  }
  const { breaks, added } = compareContracts(last.contract, currentContract, readRetired());
  if (breaks.length > 0) return failForBreaks(last.version, breaks);
  print(`${last.contract.length} schemas of ${last.version} hold; ${added.length} are new.`);
};

const release = (): void => {
  const version = softwareVersion();
  const wanted = { version, contract: currentContract };
  const plan = planRelease(wanted, releases.of(version), releases.last(), readRetired());
  switch (plan.outcome) {
    case "write":
      releases.write(plan.release);
      return print(`${plan.release.contract.length} schemas are released as ${version}.`);
    case "released":
      return print(`${version} is released as it is.`);
    case "taken":
      return fail([`${version} is released with another contract: raise the version in package.json.`]);
    case "broken":
      return failForBreaks(plan.since, plan.breaks);
    default:
      return unreachable(plan);
  }
};

/** Adds what is new; what is recorded never changes. */
const recordShapes = (): void => {
  const recorded = readRecordedShapes();
  const { changed, gone, added } = compareShapes(recorded, readableShapes);
  if (changed.length + gone.length > 0) {
    return fail([
      ...changed.map((name) => `${name} has another shape than it was stored in: add a version with an upcaster.`),
      ...gone.map((name) => `${name} was stored and can no longer be read.`),
    ]);
  }
  writeRecordedShapes({ ...readableShapes, ...recorded });
  print(added.length === 0 ? "Every stored shape is recorded." : `Recorded ${added.join(", ")}.`);
};

const program = new Command("contracts").description("The contract with those who send commands and receive events.");
program.command("check").description("compares the code with the contract that was released last").action(check);
program
  .command("release")
  .description("releases the code's contract under the version of package.json")
  .action(release);
program.command("record-shapes").description("records the stored shapes that are new").action(recordShapes);
program
  .command("asyncapi")
  .description("writes docs/asyncapi.yaml")
  .action(() => writeAsyncApiText(softwareVersion()));
program.parse();
