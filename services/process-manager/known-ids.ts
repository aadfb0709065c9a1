/** Ids that were added, the newest of them. */
export interface KnownIds {
  has(id: string): boolean;
  add(id: string): void;
}

/** Remembers at most `maximum` ids, and forgets the oldest beyond that. */
export const createKnownIds = (maximum: number): KnownIds => {
  const ids = new Set<string>();
  return {
    has: (id) => ids.has(id),
    add: (id) => {
      ids.add(id);
      for (const oldest of ids) {
        if (ids.size <= maximum) break;
        ids.delete(oldest);
      }
    },
  };
};
