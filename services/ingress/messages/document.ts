import type { MessageType } from "./message-type.ts";

const begin = "<!-- Made by `npm run docs:messages` from services/ingress/messages. -->";
const end = "<!-- End of what is made. -->";

/** The members of `data`, in the schema's order; those that may be absent with a question mark. */
const membersOf = ({ data }: MessageType): string =>
  Object.entries(data.shape)
    .map(([name, schema]) => (schema.safeParse(undefined).success ? `\`${name}\`?` : `\`${name}\``))
    .join(", ");

const commandIdOf = ({ commandIds }: MessageType): string => (commandIds === "own" ? "`id`" : "`source#id`");

const rowOf = ([type, message]: readonly [string, MessageType]): string =>
  `| \`${type}\` | \`${message.commandType}\` to ${message.streamIdIs} | ${membersOf(message)} | ${commandIdOf(message)} |`;

/** The table of every message type as Markdown, between its marks. */
const tableOf = (types: Readonly<Record<string, MessageType>>): string =>
  [
    begin,
    "",
    "| type | command | `data` | command id |",
    "| --- | --- | --- | --- |",
    ...Object.entries(types).map(rowOf),
    "",
    end,
  ].join("\n");

/**
 * The document with its table of message types replaced by the present one. Throws if the document has no place for it,
 * marked by the two comments.
 */
export const withMessageTable = (document: string, types: Readonly<Record<string, MessageType>>): string => {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from === -1 || to < from)
    throw new Error(`there is no place for the table; it stands between ${begin} and ${end}`);
  return document.slice(0, from) + tableOf(types) + document.slice(to + end.length);
};
