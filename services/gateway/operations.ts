import type { RequestHandler } from "express";
import { z } from "zod";
import { parseFields } from "./field-issues.ts";
import { invalidRequest, sendProblem } from "./problem.ts";
import { listCursor, wholeNumber, type QueryDependencies } from "./queries.ts";

export const stuckOrdersQuery = z.strictObject({ limit: wholeNumber(1, 200, 50), cursor: listCursor });

const list = "stuck-orders";

/** `GET /v1/operations/stuck-orders`: managed orders that wait for longer than is allowed, in the order of their ids. */
export const createStuckOrdersHandler =
  ({ readModel, cursors }: Pick<QueryDependencies, "readModel" | "cursors">): RequestHandler =>
  async (request, response) => {
    const query = parseFields(stuckOrdersQuery, request.query);
    if (!query.valid) {
      sendProblem(response, invalidRequest(query.issues));
      return;
    }
    const { limit, cursor } = query.value;
    const position = cursor === undefined ? undefined : cursors.decode(cursor, list);
    if (cursor !== undefined && position === undefined) {
      sendProblem(response, invalidRequest([{ field: "cursor", message: "is not a cursor of this list" }]));
      return;
    }
    const found = await readModel.listStuckOrders(position?.after ?? "", limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const nextCursor =
      found.length > limit && last !== undefined ? cursors.encode({ list, after: last.orderId }) : null;
    response.json({ items, nextCursor });
  };
