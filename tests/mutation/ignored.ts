/** The little that is needed here of a node of the syntax tree, as Babel knows it. */
interface Node {
  readonly type: string;
  readonly callee?: { readonly name?: string; readonly property?: { readonly name?: string } };
  readonly argument?: Node | null;
  readonly consequent?: Node | readonly Node[];
}

/** A node and where it stands. */
interface Path {
  readonly listKey?: string;
  readonly key: number | string;
  readonly node: Node;
  readonly parent: Node;
}

const refusing = /^(reject|refuse[A-Z]?\w*)$/;

const isMessage = ({ listKey, key, node, parent }: Path): boolean =>
  (node.type === "StringLiteral" || node.type === "TemplateLiteral") &&
  parent.type === "CallExpression" &&
  refusing.test(parent.callee?.name ?? "") &&
  listKey === "arguments" &&
  key !== 0;

const isDescription = ({ listKey, parent }: Path): boolean =>
  parent.type === "CallExpression" && parent.callee?.property?.name === "describe" && listKey === "arguments";

/** Whether a case of a switch is `default: return unreachable(...)`. */
const isUnreachable = ({ node }: Path): boolean =>
  node.type === "SwitchCase" &&
  Array.isArray(node.consequent) &&
  node.consequent.some((statement: Node) => statement.argument?.callee?.name === "unreachable");

/** The name by which Stryker knows what is ignored here. */
export const ignored = "ignored";

/**
 * Leaves alone what no test can or should notice.
 *
 * @public Stryker looks for a plugin's parts under this name.
 */
export const strykerPlugins = [
  {
    kind: "Ignore",
    name: ignored,
    value: {
      shouldIgnore: (path: Path): string | undefined => {
        if (isMessage(path)) return "The message of a rejection is for people and may change.";
        if (isDescription(path)) return "The description of a field is for people.";
        return isUnreachable(path) ? "The compiler sees that no value gets here." : undefined;
      },
    },
  },
];
