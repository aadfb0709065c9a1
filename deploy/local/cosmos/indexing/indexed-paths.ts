import { isObject, type Json, type JsonObject } from "../json.ts";

/** What an indexing policy says of a place in an item, and of the places below it. */
interface PathNode {
  /** Whether everything at and below the place is indexed (`/*`); undefined: as above it. */
  subtree: boolean | undefined;
  /** Whether a value at the place itself is indexed (`/?`); undefined: as its subtree. */
  value: boolean | undefined;
  readonly members: Map<string, PathNode>;
}

/** Which places of a container's items are indexed. */
export interface IndexedPaths {
  readonly root: PathNode;
}

/** Stands for the elements of an array, whatever their number. */
export const ELEMENTS = "[]";

const newNode = (): PathNode => ({ subtree: undefined, value: undefined, members: new Map() });

/** Splits an indexing path such as `/a/[]/"b c"/?` into names, the last of which is `?` or `*`. */
const namesIn = (path: string): string[] => {
  const names = path.match(/\/(?:"(?:[^"\\]|\\.)*"|[^/"]*)/g) ?? [];
  return names.map((name) => (name[1] === '"' ? name.slice(2, -1).replace(/\\(.)/g, "$1") : name.slice(1)));
};

const addPath = (root: PathNode, path: string, isIncluded: boolean): void => {
  const names = namesIn(path);
  const last = names.pop();
  let node = root;
  for (const name of names) {
    const next = node.members.get(name) ?? newNode();
    node.members.set(name, next);
    node = next;
  }
  if (last === "?") node.value = isIncluded;
  else node.subtree = isIncluded;
};

const pathsIn = (policy: JsonObject, member: string): string[] => {
  const entries = policy[member];
  if (!Array.isArray(entries)) return [];
  return entries.map((entry) => (isObject(entry) && typeof entry["path"] === "string" ? entry["path"] : "/*"));
};

/** Reads which places are indexed out of a container's definition, as it is stored. */
export const indexedPathsIn = (definition: JsonObject): IndexedPaths => {
  const root = newNode();
  const policy = definition["indexingPolicy"];
  if (!isObject(policy) || policy["indexingMode"] === "none") return { root };
  for (const path of pathsIn(policy, "includedPaths")) addPath(root, path, true);
  for (const path of pathsIn(policy, "excludedPaths")) addPath(root, path, false);
  return { root };
};

/** Tells whether values at a place are indexed: the longest path of the policy that names the place decides. */
export const isIndexed = ({ root }: IndexedPaths, path: readonly string[]): boolean => {
  let node: PathNode | undefined = root;
  let subtree = root.subtree ?? false;
  for (const name of path) {
    node = node?.members.get(name);
    subtree = node?.subtree ?? subtree;
  }
  return node?.value ?? subtree;
};

const countBelow = (value: Json | undefined, node: PathNode | undefined, inherited: boolean): number => {
  if (value === undefined) return 0;
  const subtree = node?.subtree ?? inherited;
  if (typeof value !== "object" || value === null) return (node?.value ?? subtree) ? 1 : 0;
  // What is wholly left out is not walked through.
  if (!subtree && (node === undefined || node.members.size === 0)) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    const elements = node?.members.get(ELEMENTS);
    for (const element of value) count += countBelow(element, elements, subtree);
    return count;
  }
  for (const name in value) count += countBelow(value[name], node?.members.get(name), subtree);
  return count;
};

/** How many values of an item are indexed: what a write of it costs depends on that. */
export const countIndexed = ({ root }: IndexedPaths, document: JsonObject): number => countBelow(document, root, false);
