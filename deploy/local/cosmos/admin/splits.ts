import type { Endpoint } from "../endpoint.ts";
import { Refusal } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { splitRange } from "../resources/split.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { Problem, wrongField } from "./problem.ts";
import { itemCounts } from "./status.ts";

const MEMBERS = ["database", "container", "range", "at"];

const textIn = (sent: JsonObject, field: string): string | undefined => {
  const value = sent[field];
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw wrongField(field, "It must be a string that is not empty.");
};

const required = (sent: JsonObject, field: string): string => {
  const value = textIn(sent, field);
  if (value === undefined) throw wrongField(field, "It is missing.");
  return value;
};

const fullestRange = (container: Container, nowMs: number): string => {
  const counts = itemCounts(container, nowMs);
  const itemsIn = ({ key }: Range): number => counts.get(key) ?? 0;
  const [first, ...others] = container.ranges;
  if (first === undefined) throw new Error(`The container '${container.id}' has no ranges.`);
  return others.reduce((fullest, range) => (itemsIn(range) > itemsIn(fullest) ? range : fullest), first).id;
};

const findContainer = ({ catalogue }: Endpoint, database: string, id: string): Container => {
  const parent = catalogue.databases.get(database);
  if (parent === undefined) throw new Problem(404, `There is no database '${database}'.`, "database");
  const container = parent.containers.get(id);
  if (container === undefined) throw new Problem(404, `There is no container '${id}' in '${database}'.`, "container");
  return container;
};

const problemOf = (error: unknown): unknown => {
  if (!(error instanceof Refusal)) return error;
  if (error.status === 410) return new Problem(404, error.message, "range");
  return new Problem(error.status, error.message, "at");
};

/**
 * Splits a range of a container in two.
 * @returns the range that is gone and those in its place, once the split is on the disk
 * @throws Problem (400 or 404) that names the member that is wrong
 */
export const split = async (endpoint: Endpoint, sent: JsonObject): Promise<object> => {
  for (const name of Object.keys(sent)) {
    if (!MEMBERS.includes(name)) throw wrongField(name, `There is no such member; there are ${MEMBERS.join(", ")}.`);
  }
  const container = findContainer(endpoint, required(sent, "database"), required(sent, "container"));
  const at = textIn(sent, "at");
  const range = textIn(sent, "range") ?? fullestRange(container, endpoint.now());
  return new Promise((resolve, reject) => {
    endpoint.commits.write(
      () => splitRange(endpoint, container, range, at),
      ({ parent, children }) =>
        resolve({
          parent: parent.id,
          children: children.map((child) => ({ id: child.id, minInclusive: child.min, maxExclusive: child.max })),
        }),
      (error) => reject(problemOf(error)),
    );
  });
};
