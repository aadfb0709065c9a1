import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { styleText } from "node:util";
import { type LogLine, readableLine, type Severity } from "./log-line.ts";

const PREFIX_COLOURS = ["cyan", "magenta", "blue", "green", "yellow"] as const;
const SEVERITY_COLOURS = { error: "red", warn: "yellow", normal: "reset" } as const;
const PREFIX_WIDTH = 21;

export interface MergedLog {
  /** Copies what a process writes, line by line, behind its name, but for the lines that are noise. */
  readonly follow: (name: string, stream: Readable, isNoise: (line: LogLine) => boolean) => void;
  /** A line of the launcher's own. */
  readonly say: (text: string, severity?: Severity) => void;
  /** Text without a prefix, for summaries. */
  readonly print: (text: string) => void;
}

/**
 * One log for the whole stack: every line has the name of who wrote it in front, in a colour of its own on a terminal.
 *
 * @param stream where it goes in the end; colours are left out when it is no terminal, or by NO_COLOR
 * @param print writes a text to it
 */
export const mergedLog = (stream: NodeJS.WriteStream, print: (text: string) => void): MergedLog => {
  const colours = new Map<string, (typeof PREFIX_COLOURS)[number]>();
  const colourOf = (name: string): (typeof PREFIX_COLOURS)[number] => {
    // An app and its sidecar share a colour, so that they are seen to belong together.
    const owner = name.replace(/-daprd$/, "");
    const colour = colours.get(owner) ?? PREFIX_COLOURS[colours.size % PREFIX_COLOURS.length] ?? "cyan";
    colours.set(owner, colour);
    return colour;
  };
  const write = (name: string, severity: Severity, text: string): void => {
    const prefix = styleText(colourOf(name), `${name.padEnd(PREFIX_WIDTH)} |`, { stream });
    const body = severity === "normal" ? text : styleText(SEVERITY_COLOURS[severity], text, { stream });
    print(`${prefix} ${body}\n`);
  };
  return {
    follow: (name, source, isNoise) => {
      createInterface({ input: source }).on("line", (text) => {
        const line = readableLine(text);
        if (!isNoise(line)) write(name, line.severity, line.text);
      });
    },
    say: (text, severity = "normal") => write("stack", severity, text),
    print: (text) => print(`${text}\n`),
  };
};
