import { Presets, SingleBar } from "cli-progress";

/** Shows how far something is. */
export interface Progress {
  /** Begins a phase of so many steps, or changes what is known of the one that goes on. */
  begin(phase: string, total: number, done?: number): void;
  advanceTo(done: number): void;
  /** Says something, above what shows how far it is. */
  note(line: string): void;
  end(): void;
}

const bar = (stream: NodeJS.WriteStream): Progress => {
  let current: { readonly phase: string; readonly bar: SingleBar } | undefined;
  const end = (): void => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    begin: (phase, total, done = 0) => {
      if (current?.phase === phase) {
        current.bar.setTotal(total);
        current.bar.update(done);
        return;
      }
      end();
      const format = "{phase} |{bar}| {value}/{total} {duration_formatted}";
      const started = new SingleBar({ format, stream, hideCursor: true }, Presets.shades_classic);
      started.start(total, done, { phase: phase.padEnd(16) });
      current = { phase, bar: started };
    },
    advanceTo: (done) => current?.bar.update(done),
    note: (line) => {
      // The bar has the last line: it is drawn again below this one, and ends where the cursor is kept (ESC 7) now.
      stream.write(`\r\u001B[K${line}\n\u001B7`);
      current?.bar.render();
    },
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
    begin: (phase, total, done = 0) => {
      if (current?.phase !== phase) end();
      current = { phase, total, done };
    },
    advanceTo: (done) => {
      if (current !== undefined) current.done = done;
    },
    note: (line) => {
      stream.write(`${line}\n`);
    },
    end,
  };
};

/** A bar on a terminal; elsewhere one line when a phase ends. */
export const createProgress = (stream: NodeJS.WriteStream, wantsBar: boolean): Progress =>
  wantsBar && stream.isTTY ? bar(stream) : lines(stream);
