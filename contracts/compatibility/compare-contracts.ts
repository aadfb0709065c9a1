import type { Contract } from "../contract-schema.ts";
import { breakingChanges } from "./compare-schemas.ts";
import type { BreakingChange } from "./compare-schemas.ts";

/** A published schema that nobody needs any more, by decision. */
export interface Retired {
  readonly name: string;
  /** The first release without it. */
  readonly since: string;
  readonly reason: string;
}

/** A break of the contract, and of which of its schemas. */
export interface Break extends BreakingChange {
  readonly name: string;
}

/** What changed from one contract to the next. */
export interface ContractChange {
  /** What somebody would notice who relies on the earlier one. */
  readonly breaks: readonly Break[];
  /** Names of schemas that the earlier one does not have. */
  readonly added: readonly string[];
}

/**
 * Compares a contract with the one that was released last. A schema may only go if it is retired.
 */
export const compareContracts = (
  released: Contract,
  current: Contract,
  retired: readonly Retired[],
): ContractChange => {
  const [earlier, later] = [released, current].map(
    (contract) => new Map(contract.map((schema) => [schema.name, schema])),
  );
  const isRetired = new Set(retired.map(({ name }) => name));
  return {
    breaks: released.flatMap(({ name, direction, schema }): Break[] => {
      const now = later?.get(name);
      if (now !== undefined)
        return breakingChanges(schema, now.schema, direction).map((change) => ({ name, ...change }));
      return isRetired.has(name) ? [] : [{ name, path: "", what: "is gone" }];
    }),
    added: current.map(({ name }) => name).filter((name) => earlier?.has(name) !== true),
  };
};

/** A break as one line for people. */
export const describeBreak = ({ name, path, what }: Break): string => `${name}: ${path === "" ? "it" : path} ${what}`;
