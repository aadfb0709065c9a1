import type { z } from "zod";
import type { FieldIssue } from "../../../actors/kernel/answer.ts";
import { fieldIssuesOf } from "../../../actors/kernel/field-issues.ts";
import type { Behaviour } from "../behaviour/behaviour.ts";
import type { Account } from "../ledger/account.ts";
import { authorise } from "../ledger/authorise.ts";
import { capture } from "../ledger/capture.ts";
import type { Decision } from "../ledger/decision.ts";
import { refund } from "../ledger/refund.ts";
import {
  authorisationRequest,
  captureRequest,
  refundRequest,
  shipmentRequest,
  voidRequest,
} from "../ledger/requests.ts";
import { bookShipment } from "../ledger/ship.ts";
import { voidAuthorisations } from "../ledger/void.ts";
import type { Handled, Provider } from "../provider.ts";

/** Something that the provider can be asked to do for an order. */
export interface Question {
  readonly path: string;
  readonly name: string;
  /** Has the provider decide what the body asks for, or names every field that is wrong with it. */
  ask(
    provider: Pick<Provider, "handle">,
    body: unknown,
  ): { readonly issues: readonly FieldIssue[] } | { readonly handled: Handled<object> };
}

const question = <Request extends { readonly orderId: string }, Outcome extends object>(
  { path, name }: Pick<Question, "path" | "name">,
  schema: z.ZodType<Request>,
  idOf: (request: Request) => string,
  decide: (account: Account, request: Request, behaviour: Behaviour) => Decision<Outcome>,
): Question => ({
  path,
  name,
  ask: (provider, body) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) return { issues: fieldIssuesOf(parsed.error) };
    const request = parsed.data;
    const asked = { orderId: request.orderId, kind: name, id: idOf(request) };
    return { handled: provider.handle(asked, (account, behaviour) => decide(account, request, behaviour)) };
  },
});

/** Everything that the provider can be asked to do. */
export const questions: readonly Question[] = [
  question(
    { path: "/payments/authorisations", name: "authorisation" },
    authorisationRequest,
    ({ requestId }) => requestId,
    authorise,
  ),
  question({ path: "/payments/captures", name: "capture" }, captureRequest, ({ requestId }) => requestId, capture),
  question({ path: "/payments/refunds", name: "refund" }, refundRequest, ({ refundId }) => refundId, refund),
  question(
    { path: "/payments/voids", name: "void" },
    voidRequest,
    ({ requestId = "", authorisationId = "" }) => JSON.stringify([requestId, authorisationId]),
    voidAuthorisations,
  ),
  question({ path: "/shipments", name: "shipment" }, shipmentRequest, ({ shipmentId }) => shipmentId, bookShipment),
];
