/** What a client may ask of one item. `etag` is a condition: If-Match for writes, If-None-Match for reads. */
export interface Operation {
  readonly kind: "create" | "upsert" | "replace" | "patch" | "delete" | "read";
  readonly id: string;
  readonly value: number;
  /** Which ETag the condition names: the item's present one, one that it had before, or any. */
  readonly condition: "none" | "present" | "past" | "any";
}

/** An item as a client should see it. */
export interface Item {
  readonly value: number;
  /** How often a patch has been applied since the item was last written whole. */
  readonly patched: number;
  readonly etag: string;
}

/** One partition's items, by id. */
export type Partition = ReadonlyMap<string, Item>;

/** What an operation should come to: its status and the item it leaves, or undefined when it leaves none. */
export interface Outcome {
  readonly status: number;
  readonly item: Omit<Item, "etag"> | undefined;
}

/** The patch's condition lets items pass that have been patched less often than this. */
export const MOST_PATCHES = 1;

const matches = ({ condition }: Operation): boolean => condition !== "past";

/** Says what an operation should do to an item that is there. */
const onPresent = (operation: Operation, { value, patched }: Item): Outcome => {
  const unchanged = { value, patched };
  switch (operation.kind) {
    case "create":
      return { status: 409, item: unchanged };
    case "read":
      return { status: operation.condition !== "none" && matches(operation) ? 304 : 200, item: unchanged };
    case "delete":
      return matches(operation) ? { status: 204, item: undefined } : { status: 412, item: unchanged };
    case "patch": {
      const allowed = matches(operation) && patched < MOST_PATCHES;
      return allowed
        ? { status: 200, item: { value: value + operation.value, patched: patched + 1 } }
        : { status: 412, item: unchanged };
    }
    default:
      return matches(operation)
        ? { status: 200, item: { value: operation.value, patched: 0 } }
        : { status: 412, item: unchanged };
  }
};

/** Says what an operation should come to in a partition. */
export const expectedOutcome = (partition: Partition, operation: Operation): Outcome => {
  const present = partition.get(operation.id);
  if (present !== undefined) return onPresent(operation, present);
  // An upsert inserts what is not there, whatever its condition.
  const inserts = operation.kind === "create" || operation.kind === "upsert";
  return inserts ? { status: 201, item: { value: operation.value, patched: 0 } } : { status: 404, item: undefined };
};

/** Tells whether a status says that an operation was done. */
export const isDone = (status: number): boolean => status < 300 || status === 304;
