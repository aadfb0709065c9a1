import type { Aggregate, DomainEvent, Issuer } from "../../actors/kernel/aggregate.ts";
import { specificationTime, stateAfter } from "./state-after.ts";

/** A command that stands for all of its type, or for one kind of them. */
export interface CommandExample<Command> {
  readonly command: Command;
  /** Who sends it; both are tried if nobody is named. */
  readonly issuer?: Issuer;
}

/** What a table of decisions is made of. */
export interface DecisionExamples<Command, Event> {
  /** The stream that commands are sent to in a state. */
  readonly streamIdIn: (state: string) => string;
  /** A history that leads to each state, by the name of the state. */
  readonly states: Readonly<Record<string, readonly Event[]>>;
  /** An example of every command, by the name of its column. */
  readonly commands: Readonly<Record<string, CommandExample<Command>>>;
}

/** One table: what each command does in each state when this sender sends it. */
export interface DecisionTable {
  readonly issuer: Issuer;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly state: string; readonly cells: readonly string[] }[];
}

const ignoredType = "MessageIgnored";

/**
 * What a command does in a state, in one word.
 *
 * - `accept`: something is recorded.
 * - `ignore`: nothing changes, since it is satisfied or known already, or comes too late to matter.
 * - `reject(code)`: it is refused.
 */
const cellOf = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  streamId: string,
  state: State,
  command: Command,
  issuer: Issuer,
): string => {
  const context = { streamId, commandId: "example", at: specificationTime, issuer };
  const decision = aggregate.decide(command, state, context);
  if (decision.outcome === "rejected") return `reject(${decision.rejection.code})`;
  return decision.events.every(({ type }) => type === ignoredType) ? "ignore" : "accept";
};

/** The tables of an aggregate: one for each sender that some command may have. */
export const decisionTables = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  { streamIdIn, states, commands }: DecisionExamples<Command, Event>,
  issuers: readonly Issuer[],
): DecisionTable[] =>
  issuers.map((issuer) => {
    const columns = Object.entries(commands).filter(([, example]) => (example.issuer ?? issuer) === issuer);
    return {
      issuer,
      columns: columns.map(([name]) => name),
      rows: Object.entries(states).map(([name, history]) => {
        const state = stateAfter(aggregate, history);
        return {
          state: name,
          cells: columns.map(([, { command }]) => cellOf(aggregate, streamIdIn(name), state, command, issuer)),
        };
      }),
    };
  });

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const titleOf = (issuer: Issuer): string =>
  issuer === "outside" ? "Sent from outside" : `Sent by the ${issuer.replace("-", " ")}`;

const markdownOf = (table: DecisionTable): string =>
  [
    `## ${titleOf(table.issuer)}`,
    "",
    row(["state", ...table.columns]),
    row(["state", ...table.columns].map(() => "---")),
    ...table.rows.map(({ state, cells }) => row([state, ...cells])),
  ].join("\n");

/** The document that shows the tables. */
export const decisionDocument = (title: string, introduction: string, tables: readonly DecisionTable[]): string =>
  `# ${title}\n\n${introduction.trim()}\n\n${tables.map(markdownOf).join("\n\n")}\n`;
