import { styleText } from "node:util";
import type { Finding } from "./checks/finding.ts";

/** What a run gave, as `--json` prints it. */
export interface Report {
  readonly run: string;
  readonly seed: number;
  readonly orders: number;
  readonly ok: boolean;
  readonly sentByHttp: number;
  readonly sentByKafka: number;
  /** Requests that had to be sent again, because a part was away. */
  readonly retried: number;
  readonly durationsMs: { readonly sending: number; readonly checking: number };
  readonly checks: readonly Finding[];
}

const mostMismatches = 5;
const longestMismatch = 300;

const clipped = (text: string): string =>
  text.length <= longestMismatch ? text : `${text.slice(0, longestMismatch)}…`;

type Paint = (format: "green" | "red" | "bold" | "dim", text: string) => string;

/** Colours where the stream shows them; never with NO_COLOR. */
const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (format, text) =>
    styleText(format, text, { stream, validateStream: true });

const table = (checks: readonly Finding[], paint: Paint): string => {
  const head = { check: "check", expected: "expected", actual: "actual" };
  const width = (column: "check" | "expected" | "actual"): number =>
    Math.max(...[head, ...checks].map((row) => row[column].length));
  const [check, expected, actual] = [width("check"), width("expected"), width("actual")];
  const row = (finding: typeof head): string =>
    `${finding.check.padEnd(check)}  ${finding.expected.padStart(expected)}  ${finding.actual.padStart(actual)}`;
  return [
    `${paint("bold", row(head))}  ${paint("bold", "ok")}`,
    ...checks.map((finding) => `${row(finding)}  ${finding.ok ? paint("green", "yes") : paint("red", "NO")}`),
  ].join("\n");
};

const mismatches = ({ check, mismatches }: Finding, paint: Paint): string => {
  const left = mismatches.length - mostMismatches;
  return [
    paint("red", check),
    ...mismatches.slice(0, mostMismatches).map((mismatch) => `  ${clipped(mismatch)}`),
    ...(left > 0 ? [paint("dim", `  and ${left} more (all of them, in full, with --json)`)] : []),
  ].join("\n");
};

/** The report for people: the table, every kind of mismatch, and one closing line. */
export const formatReport = (report: Report, stream: NodeJS.WriteStream): string => {
  const paint = paintFor(stream);
  const failed = report.checks.filter(({ ok }) => !ok);
  const { sending, checking } = report.durationsMs;
  const closing = report.ok
    ? paint("green", `All ${report.checks.length} checks hold.`)
    : paint("red", `${failed.length} of ${report.checks.length} checks failed.`);
  return [
    table(report.checks, paint),
    ...failed.filter(({ mismatches }) => mismatches.length > 0).map((finding) => `\n${mismatches(finding, paint)}`),
    "",
    `${report.orders} ${report.orders === 1 ? "order" : "orders"} of run ${report.run} (seed ${report.seed}): ${report.sentByHttp} requests by HTTP ` +
      `(${report.retried} repeated), ${report.sentByKafka} messages by Kafka; ` +
      `sent in ${(sending / 1_000).toFixed(1)} s, caught up and checked in ${(checking / 1_000).toFixed(1)} s.`,
    closing,
    "",
  ].join("\n");
};
