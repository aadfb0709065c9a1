/** Turns names and values into `--name value` pairs for a command line; what is undefined is left out. */
export const flags = (values: Readonly<Record<string, string | number | undefined>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
