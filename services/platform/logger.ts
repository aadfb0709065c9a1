import winston from "winston";

export type Logger = Pick<winston.Logger, "error" | "warn" | "info" | "debug">;

const secretName = /(key|secret|password|authorization|token)$/i;

const redact = winston.format((entry) => {
  for (const name of Object.keys(entry)) if (secretName.test(name)) entry[name] = "[redacted]";
  return entry;
});

/** Errors are logged with their message, cause and stack rather than as `{}`. */
const describeErrors = winston.format((entry) => {
  for (const [name, value] of Object.entries(entry)) {
    if (value instanceof Error) entry[name] = { name: value.name, message: value.message, stack: value.stack };
  }
  return entry;
});

/** A JSON logger on standard output; fields that are named like secrets are redacted. */
export const createLogger = (service: string, level: string): Logger =>
  winston.createLogger({
    level,
    defaultMeta: { service },
    format: winston.format.combine(describeErrors(), redact(), winston.format.timestamp(), winston.format.json()),
    transports: [new winston.transports.Console({ stderrLevels: [] })],
  });
