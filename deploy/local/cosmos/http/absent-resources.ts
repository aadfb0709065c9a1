import { SMALL_CHARGE } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { badRequest, notFound, Refusal, SUBSTATUS } from "../errors.ts";
import { crossPartitionDisabled, isQuery } from "../query/query-requests.ts";
import { findContainer } from "../resources/containers.ts";
import { findDatabase } from "../resources/databases.ts";
import { containerRid, databaseRid } from "../storage/resource-ids.ts";
import type { Answer } from "./answer.ts";
import { header, isSet, type WireRequest } from "./request.ts";

/** A kind of resource that an account of Azure's may have and this endpoint never has. */
interface AbsentKind {
  /** What it is called in a sentence. */
  readonly name: string;
  /** The member of a list's answer that holds the resources. */
  readonly member: string;
  /** Whether each lies in a partition. */
  readonly isPartitioned?: boolean;
}

const IN_DATABASE: Readonly<Record<string, AbsentKind>> = {
  users: { name: "Users and permissions", member: "Users" },
  clientencryptionkeys: { name: "Client encryption keys", member: "ClientEncryptionKeys" },
};

const IN_CONTAINER: Readonly<Record<string, AbsentKind>> = {
  sprocs: { name: "Stored procedures", member: "StoredProcedures" },
  triggers: { name: "Triggers", member: "Triggers" },
  udfs: { name: "User-defined functions", member: "UserDefinedFunctions" },
  conflicts: { name: "Conflicts", member: "Conflicts", isPartitioned: true },
};

/** The headers that name a part of a container. */
const REACH = ["x-ms-documentdb-partitionkey", "x-ms-documentdb-partitionkeyrangeid", "x-ms-start-epk"];

const emptyList = (rid: string, { member }: AbsentKind): Answer => ({
  status: 200,
  body: JSON.stringify({ _rid: rid, [member]: [], _count: 0 }),
  charge: SMALL_CHARGE,
  headers: { "x-ms-item-count": "0" },
});

/** Refuses (400) a query that names no partition and has no leave to reach over all of them. */
const checkReach = (request: WireRequest): void => {
  const isOfPart = REACH.some((name) => header(request, name) !== undefined);
  if (!isOfPart && !isSet(request, "x-ms-documentdb-query-enablecrosspartition")) throw crossPartitionDisabled();
};

/**
 * Answers for resources of a kind that is never there: a list is empty, one of them is not found, and making one is a
 * bad request (400), which no SDK tries again.
 */
const answerFor = (kind: AbsentKind, rid: string, request: WireRequest, id: string | undefined): Answer => {
  if (id !== undefined) throw notFound(`There is no '${id}': ${kind.name} are not supported by this endpoint.`);
  if (request.method === "GET") return emptyList(rid, kind);
  if (request.method === "POST" && isQuery(request)) {
    if (kind.isPartitioned === true) checkReach(request);
    return emptyList(rid, kind);
  }
  if (request.method === "POST") throw badRequest(`${kind.name} are not supported by this endpoint.`);
  throw new Refusal(405, `The method ${request.method} is not supported for /${request.path.join("/")}.`);
};

/**
 * Finds what answers for a resource of a kind that this endpoint never has.
 * @returns undefined when the path names no such kind
 */
export const absentResource = (endpoint: Endpoint, request: WireRequest): (() => Answer) | undefined => {
  const [dbs, database, second, container, third, id] = request.path;
  if (dbs !== "dbs" || database === undefined || second === undefined) return undefined;
  const inDatabase = Object.hasOwn(IN_DATABASE, second) ? IN_DATABASE[second] : undefined;
  if (inDatabase !== undefined) {
    return () => {
      const { rid } = findDatabase(endpoint, database, SUBSTATUS.ownerNotFound);
      return answerFor(inDatabase, databaseRid(rid), request, container);
    };
  }
  if (second !== "colls" || container === undefined || third === undefined) return undefined;
  const inContainer = Object.hasOwn(IN_CONTAINER, third) ? IN_CONTAINER[third] : undefined;
  if (inContainer === undefined) return undefined;
  return () => {
    const owner = findContainer(endpoint, database, container, SUBSTATUS.ownerNotFound);
    return answerFor(inContainer, containerRid(owner.database.rid, owner.rid), request, id);
  };
};
