import { MultiBar, Presets, type SingleBar } from "cli-progress";

/** How often a run without a terminal says where it is. */
const PLAIN_INTERVAL_MS = 5_000;

export interface ProgressTask {
  /** Says how far the task is: `done` of `total` steps, and what is being done at the moment. */
  readonly report: (done: number, total: number, detail: string) => void;
  /** Ends the task's display with one closing line. */
  readonly finish: (outcome: string) => void;
}

export interface ProgressBoard {
  readonly task: (title: string) => ProgressTask;
  /** Writes text that ends with a line feed, above what is shown. */
  readonly print: (text: string) => void;
  /** Removes what is still shown; lines already printed stay. */
  readonly close: () => void;
}

/**
 * Shows how far long-running steps are: bars on a terminal, a plain line every few seconds elsewhere.
 *
 * @param stream where to write
 * @param now a clock in milliseconds
 */
export const progressBoard = (stream: NodeJS.WriteStream, now: () => number = Date.now): ProgressBoard =>
  stream.isTTY ? barBoard(stream, now) : plainBoard(stream, now);

const barBoard = (stream: NodeJS.WriteStream, now: () => number): ProgressBoard => {
  const bars = new MultiBar(
    {
      stream,
      format: "{title} {bar} {percentage}% | {value}/{total} | {seconds} s | {detail}",
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      stopOnComplete: false,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const shown = new Set<SingleBar>();
  const print = (text: string): void => {
    if (shown.size === 0) stream.write(text);
    else bars.log(text);
  };
  return {
    print,
    task: (title) => {
      const started = now();
      let bar: SingleBar | undefined;
      return {
        report: (done, total, detail) => {
          const payload = { title, detail: detail.slice(0, 40), seconds: secondsSince(started, now) };
          bar ??= bars.create(total, done, payload);
          shown.add(bar);
          bar.setTotal(total);
          bar.update(done, payload);
        },
        finish: (outcome) => {
          print(`${title}: ${outcome}\n`);
          if (bar === undefined) return;
          bars.update();
          bars.remove(bar);
          shown.delete(bar);
          if (shown.size === 0) bars.stop();
        },
      };
    },
    close: () => {
      // Lines that wait to be shown above the bars must not be lost with them.
      if (shown.size > 0) bars.update();
      shown.clear();
      bars.stop();
    },
  };
};

const plainBoard = (stream: NodeJS.WriteStream, now: () => number): ProgressBoard => ({
  task: (title) => {
    const started = now();
    let lastLine = Number.NEGATIVE_INFINITY;
    return {
      report: (done, total, detail) => {
        if (now() - lastLine < PLAIN_INTERVAL_MS) return;
        lastLine = now();
        stream.write(`${title}: ${done}/${total}, ${secondsSince(started, now)} s, ${detail}\n`);
      },
      finish: (outcome) => {
        stream.write(`${title}: ${outcome}\n`);
      },
    };
  },
  print: (text) => void stream.write(text),
  close: () => undefined,
});

const secondsSince = (started: number, now: () => number): string => ((now() - started) / 1000).toFixed(0);
