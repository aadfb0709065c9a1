import { styleText } from "node:util";
import type { Books } from "../scenarios/books.ts";
import type { Finding, Topic } from "../scenarios/checks/finding.ts";
import type { Told } from "../scenarios/tell.ts";

interface ToldStory {
  readonly name: string;
  readonly title: string;
  readonly durationMs: number;
  /** Why it did not go as it must; null if it did. */
  readonly failure: string | null;
}

/** What a run gave, as `--json` prints it. */
export interface Report {
  readonly run: string;
  readonly ok: boolean;
  readonly orders: number;
  /** Commands by HTTP, and messages by Kafka. */
  readonly requests: number;
  readonly messages: number;
  readonly durationsMs: { readonly playing: number; readonly checking: number };
  readonly stories: readonly ToldStory[];
  readonly checks: readonly Finding[];
}

/** Puts a report together. Pure. */
export const reportOf = ({
  run,
  told,
  books,
  findings,
  durationsMs,
}: Pick<Report, "run" | "durationsMs"> & {
  readonly told: readonly Told[];
  readonly books: Books;
  readonly findings: readonly Finding[];
}): Report => ({
  run,
  ok: findings.every(({ ok }) => ok) && told.every(({ failure }) => failure === undefined),
  orders: books.orders.size,
  requests: books.requests,
  messages: books.messages,
  durationsMs,
  stories: told.map(({ story: { name, title }, durationMs, failure }) => ({
    name,
    title,
    durationMs,
    failure: failure ?? null,
  })),
  checks: findings,
});

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

const table = (topic: Topic, checks: readonly Finding[], paint: Paint): string => {
  const head: Record<"check" | "expected" | "actual", string> = {
    check: topic,
    expected: "expected",
    actual: "actual",
  };
  const width = (column: keyof typeof head): number => Math.max(...[head, ...checks].map((row) => row[column].length));
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

const failure = ({ name, failure: reason }: ToldStory, paint: Paint): string =>
  `${paint("red", `The story ${name} did not go as it must`)}\n  ${clipped(reason ?? "")}`;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** The report for people: a table for each topic, whatever is wrong, and one closing line. */
export const formatReport = (report: Report, stream: NodeJS.WriteStream): string => {
  const paint = paintFor(stream);
  const { checks, stories, durationsMs } = report;
  const failedChecks = checks.filter(({ ok }) => !ok);
  const failedStories = stories.filter((story) => story.failure !== null);
  const closing = report.ok
    ? paint("green", `Every story went as it must (${stories.length}), and every check holds (${checks.length}).`)
    : paint(
        "red",
        `${failedStories.length} of ${stories.length} stories and ${failedChecks.length} of ${checks.length} checks failed.`,
      );
  return [
    ...[...Map.groupBy(checks, ({ topic }) => topic)].flatMap(([topic, group]) => [table(topic, group, paint), ""]),
    ...failedStories.flatMap((story) => [failure(story, paint), ""]),
    ...failedChecks.filter((check) => check.mismatches.length > 0).flatMap((check) => [mismatches(check, paint), ""]),
    `${report.orders} orders and sales of run ${report.run}: ${report.requests} commands by HTTP, ${report.messages} messages by Kafka; ` +
      `played in ${seconds(durationsMs.playing)}, caught up and checked in ${seconds(durationsMs.checking)}.`,
    closing,
    "",
  ].join("\n");
};
