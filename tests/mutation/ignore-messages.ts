/** The little that is needed here of a node of the syntax tree and its surroundings, as Babel knows them. */
interface Path {
  readonly listKey?: string;
  readonly key: number | string;
  readonly node: { readonly type: string };
  readonly parent: { readonly type: string; readonly callee?: { readonly name?: string } };
}

const refusing = /^(reject|refuse[A-Z]?\w*)$/;

const isMessage = ({ listKey, key, node, parent }: Path): boolean =>
  (node.type === "StringLiteral" || node.type === "TemplateLiteral") &&
  parent.type === "CallExpression" &&
  refusing.test(parent.callee?.name ?? "") &&
  listKey === "arguments" &&
  key !== 0;

/** The name by which Stryker knows what is ignored here. */
export const messages = "messages";

/**
 * Leaves the messages of rejections as they are: they are for people, and no test reads them.
 *
 * @public Stryker looks for a plugin's parts under this name.
 */
export const strykerPlugins = [
  {
    kind: "Ignore",
    name: messages,
    value: {
      shouldIgnore: (path: Path): string | undefined =>
        isMessage(path) ? "The message of a rejection is for people and may change." : undefined,
    },
  },
];
