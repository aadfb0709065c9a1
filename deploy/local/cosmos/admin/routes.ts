import type { Endpoint } from "../endpoint.ts";
import type { Switches } from "../http/gate.ts";
import type { Json, JsonObject } from "../json.ts";
import { parseFaultRule } from "./fault-rule.ts";
import { Problem } from "./problem.ts";
import { split } from "./splits.ts";
import { statusOf } from "./status.ts";
import { parseThrottlingRequest } from "./throttling-request.ts";

/** What the admin endpoint works on. */
export interface Administered {
  readonly endpoint: Endpoint;
  readonly switches: Switches;
}

/** What a request to the admin endpoint is answered with. */
export interface AdminAnswer {
  readonly status: number;
  /** Undefined: the answer has no body. */
  readonly body?: object;
}

/** A request that a route is for. */
export interface AdminRequest {
  /** The last segment of the path, where the route has `{id}`. */
  readonly id: string;
  /** The body; throws a `Problem` (400) when there is none or it is no JSON object. */
  readonly body: () => JsonObject;
}

/** One thing that the admin endpoint does. */
export interface AdminRoute {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly what: string;
  /** A body that it takes. */
  readonly example?: Json;
  readonly run: (administered: Administered, request: AdminRequest) => AdminAnswer | Promise<AdminAnswer>;
}

const MOST_RULES = 100;

const SPLIT_EXAMPLE: Json = { database: "orders", container: "events", range: "0" };
const FAULT_EXAMPLE: Json = {
  operations: ["create", "batch"],
  container: "events",
  times: 3,
  effect: { kind: "answer", status: 429, retryAfterMs: 50 },
};

const ok = (body: object): AdminAnswer => ({ status: 200, body });

const addFault: AdminRoute["run"] = ({ switches }, { body }) => {
  const rule = parseFaultRule(body());
  if (switches.faults.list().length >= MOST_RULES) {
    throw new Problem(409, `There are ${MOST_RULES} rules already; remove some first.`);
  }
  return { status: 201, body: switches.faults.add(rule) };
};

const removeFault: AdminRoute["run"] = ({ switches }, { id }) => {
  if (!switches.faults.remove(id)) throw new Problem(404, `There is no fault rule '${id}'.`);
  return { status: 204 };
};

const setThrottling: AdminRoute["run"] = ({ switches }, { body }) => {
  switches.throttle.set(parseThrottlingRequest(body()));
  return ok(switches.throttle.throttling);
};

const DESCRIBED: readonly AdminRoute[] = [
  {
    method: "GET",
    path: "/status",
    what: "databases, containers, ranges with their LSNs and item counts, fault rules with their hits, refusals",
    run: ({ endpoint, switches }) => ok(statusOf(endpoint, switches)),
  },
  {
    method: "GET",
    path: "/faults",
    what: "the fault rules in force, in the order in which they apply",
    run: ({ switches }) => ok({ faults: switches.faults.list() }),
  },
  { method: "POST", path: "/faults", what: "adds a fault rule", example: FAULT_EXAMPLE, run: addFault },
  {
    method: "DELETE",
    path: "/faults",
    what: "removes every fault rule",
    run: ({ switches }) => ok({ removed: switches.faults.clear() }),
  },
  { method: "DELETE", path: "/faults/{id}", what: "removes one fault rule", run: removeFault },
  {
    method: "GET",
    path: "/throttling",
    what: "how requests are held to a throughput",
    run: ({ switches }) => ok(switches.throttle.throttling),
  },
  {
    method: "PUT",
    path: "/throttling",
    what: "holds containers to no throughput (off), to their own (provisioned) or to one figure (fixed)",
    example: { mode: "fixed", requestUnitsPerSecond: 400 },
    run: setThrottling,
  },
  {
    method: "POST",
    path: "/splits",
    what: "splits a range of a container (without 'range' the one with the most items) in two: at the middle of its key space or, with 'at', between the 'keys' that it holds or at an effective partition key",
    example: SPLIT_EXAMPLE,
    run: async ({ endpoint }, { body }) => ({ status: 201, body: await split(endpoint, body()) }),
  },
];

const describe = (): AdminAnswer =>
  ok({
    what: "Fault switches, forced splits and throttling of an embedded Cosmos endpoint.",
    routes: DESCRIBED.map(({ method, path, what, example }) => ({ method, path, what, example })),
  });

/** Everything that the admin endpoint does. */
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  { method: "GET", path: "/", what: "this description", run: describe },
  ...DESCRIBED,
];
