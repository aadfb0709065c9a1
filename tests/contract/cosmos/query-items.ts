import type { Container, FeedOptions, SqlQuerySpec } from "@azure/cosmos";

/** Items of three partitions, for the tests of queries. */
export const PEOPLE = [
  {
    id: "1",
    partitionKey: "a",
    name: "Anna",
    age: 30,
    team: "red",
    tags: ["x", "y"],
    pets: [
      { name: "Rex", kind: "dog", age: 3 },
      { name: "Tom", kind: "cat", age: 9 },
    ],
  },
  { id: "2", partitionKey: "a", name: "Ben", age: 25, team: "blue", tags: ["y"], pets: [] },
  {
    id: "3",
    partitionKey: "a",
    name: "Cyd",
    age: 30,
    team: "red",
    tags: [],
    pets: [{ name: "Kim", kind: "cat", age: 1 }],
  },
  { id: "4", partitionKey: "a", name: "Dan", age: 41, tags: ["x", "z"] },
  { id: "5", partitionKey: "b", name: "Eve", age: 25, team: "blue", tags: ["y", "z"], pets: [] },
  {
    id: "6",
    partitionKey: "b",
    name: "Fay",
    age: 41,
    team: "red",
    tags: ["x"],
    pets: [{ name: "Bob", kind: "dog", age: 7 }],
  },
  { id: "7", partitionKey: "c", name: "Gus", age: 30, team: "green", tags: ["x", "y", "z"], pets: [] },
] as const;

/** Creates the items, one after the other, so that the order of their creation is known. */
export const createPeople = async (container: Container): Promise<void> => {
  for (const person of PEOPLE) await container.items.create(structuredClone(person));
};

/** Reads all results of a query. */
export const readAll = async (
  container: Container,
  query: string | SqlQuerySpec,
  options: FeedOptions = {},
): Promise<unknown[]> => (await container.items.query(query, options).fetchAll()).resources;

/** A text for each result, sorted: results whose order is not promised are compared by it. */
export const inAnyOrder = (results: readonly unknown[]): string[] =>
  results.map((result) => JSON.stringify(result)).toSorted();
