/** How much attention a line wants. */
export type Severity = "error" | "warn" | "normal";

export interface LogLine {
  /** As the writer named it; undefined for a line without structure. */
  readonly level: string | undefined;
  readonly severity: Severity;
  readonly text: string;
}

/** Said again by the prefix or of no use to a reader; everything else of a JSON line is kept. */
const OMITTED = new Set(
  "level message msg timestamp time ts service app_id instance type ver caller stacktrace".split(" "),
);

/**
 * Turns a line that a process wrote into one for people: structured lines, those of the services and of the
 * sidecars, become a level, the message and `name=value` pairs; any other line stays as it is.
 */
export const readableLine = (line: string): LogLine => {
  const entry = line.startsWith("{") ? parseObject(line) : undefined;
  const message = entry?.["message"] ?? entry?.["msg"];
  if (entry === undefined || typeof message !== "string")
    return { level: undefined, severity: severityOf(line), text: line };
  const level = typeof entry["level"] === "string" ? entry["level"].toLowerCase() : "info";
  const rest = Object.entries(entry)
    .filter(([name]) => !OMITTED.has(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return { level, severity: severityOf(level.toUpperCase()), text: [level.padEnd(5), message, ...rest].join(" ") };
};

const parseObject = (line: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

const severityOf = (line: string): Severity => {
  if (/^(ERROR|FATAL|CRITICAL)\b/.test(line)) return "error";
  return /^WARN(ING)?\b/.test(line) ? "warn" : "normal";
};
