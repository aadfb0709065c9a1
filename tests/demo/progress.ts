import { Presets, SingleBar } from "cli-progress";

/** Shows how far something is. */
export interface Progress {
  /** Begins a phase of so many steps. */
  begin(phase: string, total: number): void;
  advanceTo(done: number): void;
  end(): void;
}

const bar = (stream: NodeJS.WriteStream): Progress => {
  let current: SingleBar | undefined;
  const end = (): void => {
    current?.stop();
    current = undefined;
  };
  return {
    begin: (phase, total) => {
      end();
      current = new SingleBar(
        { format: "{phase} |{bar}| {value}/{total} {duration_formatted}", stream, hideCursor: true },
        Presets.shades_classic,
      );
      current.start(total, 0, { phase: phase.padEnd(16) });
    },
    advanceTo: (done) => current?.update(done),
    end,
  };
};

const lines = (stream: NodeJS.WriteStream): Progress => {
  let current: { phase: string; total: number; done: number } | undefined;
  const end = (): void => {
    if (current !== undefined) stream.write(`${current.phase}: ${current.done}/${current.total}\n`);
    current = undefined;
  };
  return {
    begin: (phase, total) => {
      end();
      current = { phase, total, done: 0 };
    },
    advanceTo: (done) => {
      if (current !== undefined) current.done = done;
    },
    end,
  };
};

/** A bar on a terminal; elsewhere one line when a phase ends. */
export const createProgress = (stream: NodeJS.WriteStream, wantsBar: boolean): Progress =>
  wantsBar && stream.isTTY ? bar(stream) : lines(stream);
