import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";
import type { HistoryName } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { authorise, authorised, decline, declined, ignored, paymentRequested, requestPayment, cancelling } = example;
const { voidPayment, voided, linesCancelled } = example;
const reserved = histories["managed Reserved"];
const reservedOut = histories["external Reserved"];
const late = ["managed Authorised", "managed Fulfilling, planned", "managed Completed", "managed Returning"] as const;
const over = ["managed Cancelled", "managed Rejected", "managed Expired"] as const;

describe("the authorisation of a managed order", () => {
  test("is recorded, whoever tells it, with the request or without", () => {
    given(...reserved)
      .when(authorise())
      .then(authorised());
    given(...reserved)
      .whenProcessManager({ ...authorise(), requestId: "order-1~a1" })
      .then(authorised());
  });
  test("is of exactly what was asked for", () => {
    given(...reserved)
      .when(authorise(1_749))
      .thenRejected("AmountMismatch");
    given(...reserved)
      .when(authorise(1_751))
      .thenRejected("AmountMismatch");
  });
  test("is of what was asked for even if less is due by now", () => {
    const history = [...reserved, linesCancelled(1, 0, example.heldAt(1, 0))];
    given(...history)
      .when(authorise(1_750))
      .then(authorised(1_750));
    given(...history)
      .when(authorise(1_500))
      .thenRejected("AmountMismatch");
  });
  test("answers a request that the order made", () => {
    given(...reserved)
      .when({ ...authorise(), requestId: "order-1~a2" })
      .thenRejected("AuthorisationMismatch");
    given(...reserved)
      .when({ ...authorise(), requestId: "order-2~a1" })
      .thenRejected("AuthorisationMismatch");
  });
  test("of a request that was declined is not wanted any more", () => {
    const history = histories["managed Reserved, declined"];
    const notWanted = ignored("RecordAuthorisation", "authorisation-1", "RequestSuperseded");
    given(...history)
      .when(authorise())
      .then(notWanted);
    given(...history)
      .when({ ...authorise(), requestId: "order-1~a1" })
      .then(notWanted);
    given(...history)
      .when({ ...authorise(), requestId: "order-1~a2" })
      .thenRejected("AuthorisationMismatch");
    given(...history, paymentRequested(1_750, 2))
      .when({ ...authorise(), requestId: "order-1~a1" })
      .then(notWanted);
    given(...history, paymentRequested(1_750, 2))
      .when({ ...authorise(), requestId: "order-1~a2" })
      .then(authorised());
    given(...history, paymentRequested(1_750, 2), declined(true, 2), paymentRequested(1_750, 3))
      .when({ ...authorise(), requestId: "order-1~a2" })
      .then(notWanted);
  });
  test("comes before its time while nothing is reserved", () => {
    given(...histories["managed Placed"])
      .when(authorise())
      .thenRejected("NotReserved");
    given(...histories["managed AwaitingCustomer"])
      .when(authorise())
      .thenRejected("AwaitingCustomer");
  });
  test("gives the order its payment", () =>
    expect(stateAfter(orderAggregate, histories["managed Authorised"])).toMatchObject({
      status: "Authorised",
      payment: {
        status: "authorised",
        authorisationId: "authorisation-1",
        authorisedMinor: 1_750,
        capturedMinor: 0,
        voidedMinor: 0,
        refundedMinor: 0,
      },
    }));
});

describe("the authorisation of an external order", () => {
  test("is of what is due", () => {
    given(...reservedOut)
      .when(authorise())
      .then(authorised());
    given(...reservedOut)
      .when(authorise(1_749))
      .thenRejected("AmountMismatch");
    given(...reservedOut, linesCancelled(1, 0))
      .when(authorise(1_500))
      .then(authorised(1_500));
  });
  test("may be another one after one was declined, under whatever request", () => {
    given(...histories["external Reserved, declined"])
      .when(authorise())
      .then(authorised());
    given(...histories["external Reserved, declined"])
      .when({ ...authorise(), requestId: "their-1" })
      .then(authorised());
  });
  test("is not the process manager's", () =>
    given(...reservedOut)
      .whenProcessManager(authorise())
      .thenRejected("ExternalOrder"));
});

describe("an authorisation that is known", () => {
  test.each(late)("changes nothing, and contradicts if it is another one: %s", (name) => {
    given(...histories[name])
      .when(authorise())
      .then(ignored("RecordAuthorisation", "authorisation-1", "Repeated"));
    given(...histories[name])
      .when(authorise(1_000))
      .thenRejected("AmountMismatch");
    given(...histories[name])
      .when({ ...authorise(), authorisationId: "authorisation-2" })
      .thenRejected("AuthorisationMismatch");
  });
  test("of a request that was given up is not wanted, however far the order has come", () => {
    const second = [...histories["managed Reserved, declined"], paymentRequested(1_750, 2), authorised()];
    const other = { ...authorise(), authorisationId: "authorisation-2" };
    for (const later of [[], histories["managed Completed"].slice(histories["managed Authorised"].length)]) {
      given(...second, ...later)
        .when({ ...other, requestId: "order-1~a1" })
        .then(ignored("RecordAuthorisation", "authorisation-2", "RequestSuperseded"));
      given(...second, ...later)
        .when({ ...other, requestId: "order-1~a2" })
        .thenRejected("AuthorisationMismatch");
      given(...second, ...later)
        .when(other)
        .thenRejected("AuthorisationMismatch");
    }
  });
  test("of an external order is not known by such a request", () =>
    given(...histories["external Reserved, declined"], authorised())
      .when({ ...authorise(), authorisationId: "authorisation-2", requestId: "order-1~a1" })
      .thenRejected("AuthorisationMismatch"));
  test("changes nothing while the order is being cancelled, and another one is ignored", () => {
    const history = histories["managed Cancelling"];
    given(...history)
      .when(authorise())
      .then(ignored("RecordAuthorisation", "authorisation-1", "Repeated"));
    given(...history)
      .when(authorise(1_000))
      .thenRejected("AmountMismatch");
    given(...history)
      .when({ ...authorise(), authorisationId: "authorisation-2" })
      .then(ignored("RecordAuthorisation", "authorisation-2", "OrderOver"));
  });
});

describe("an authorisation that comes when the order is given up", () => {
  test("is ignored, so that it can be voided", () => {
    const ignoredNow = ignored("RecordAuthorisation", "authorisation-1", "OrderOver");
    for (const name of over) {
      given(...histories[name])
        .when(authorise())
        .then(ignoredNow);
    }
    given(...reserved, cancelling())
      .when(authorise())
      .then(ignoredNow);
  });
});

describe("a declined authorisation", () => {
  test("can be asked for again", () => {
    given(...reserved)
      .when(decline(true))
      .then(declined(true));
    given(...reserved, declined(true))
      .when(requestPayment)
      .then(paymentRequested(1_750, 2));
    given(...reserved, declined(true), paymentRequested(1_750, 2), declined(true, 2))
      .whenProcessManager(requestPayment)
      .then(paymentRequested(1_750, 3));
  });
  test("gives the order up if it is final", () => {
    given(...reserved)
      .when(decline(false))
      .then(declined(false), cancelling("paymentDeclined", "insufficient-funds"));
    given(...reservedOut)
      .when(decline(false))
      .then(declined(false, 1, null), {
        type: "OrderRejected",
        data: { cause: "paymentDeclined", reason: "insufficient-funds" },
      });
  });
  test("is asked for again with what is due by then", () =>
    given(...reserved, declined(true), linesCancelled(1, 0, example.heldAt(1, 0)))
      .when(requestPayment)
      .then(paymentRequested(1_500, 2)));
  test("is told with its request, or without", () => {
    given(...reserved)
      .when({ ...decline(true), requestId: "order-1~a1" })
      .then(declined(true));
    given(...reserved)
      .when({ ...decline(true), requestId: "order-1~a2" })
      .thenRejected("AuthorisationMismatch");
    given(...reserved, declined(true), paymentRequested(1_750, 2))
      .when({ ...decline(true), requestId: "order-1~a1" })
      .then(ignored("RecordPaymentFailure", "order-1~a1", "RequestSuperseded"));
  });
  test("told again changes nothing, and once more if there is something new", () => {
    const history = histories["managed Reserved, declined"];
    given(...history)
      .when(decline(true))
      .then(ignored("RecordPaymentFailure", "insufficient-funds", "Repeated"));
    given(...history)
      .when(decline(true, "expired-card"))
      .then(declined(true, 1, "order-1~a1", "expired-card"));
    given(...history)
      .when(decline(false))
      .then(declined(false), cancelling("paymentDeclined", "insufficient-funds"));
  });
  test("of an external order counts when another request was declined", () => {
    const history = histories["external Reserved, declined"];
    given(...history)
      .when(decline(true))
      .then(ignored("RecordPaymentFailure", "insufficient-funds", "Repeated"));
    given(...history)
      .when({ ...decline(true), requestId: "their-2" })
      .then(declined(true, 2, "their-2"));
    given(...history, declined(true, 2, "their-2"))
      .when(decline(true))
      .then(declined(true, 3, null));
    given(...reservedOut)
      .when({ ...decline(true), requestId: "their-1" })
      .then(declined(true, 1, "their-1"));
  });
  test("comes before its time while nothing is reserved", () => {
    given(...histories["managed Placed"])
      .when(decline(true))
      .thenRejected("NotReserved");
    given(...histories["managed AwaitingCustomer"])
      .when(decline(true))
      .thenRejected("AwaitingCustomer");
  });
  test.each(late)("comes too late: %s", (name) =>
    given(...histories[name])
      .when(decline(false))
      .then(ignored("RecordPaymentFailure", "insufficient-funds", "AlreadyAuthorised")),
  );
  test.each(["managed Cancelling", ...over] as const)("comes too late: %s", (name) =>
    given(...histories[name])
      .when(decline(false))
      .then(ignored("RecordPaymentFailure", "insufficient-funds", "OrderOver")),
  );
});

describe("a request for the payment", () => {
  test("is made once until it is answered", () =>
    given(...reserved)
      .when(requestPayment)
      .thenNothing());
  test("is made so often and not once more", () => {
    const tried = (times: number) => [
      ...reserved,
      declined(true),
      ...Array.from({ length: times - 1 }, (_, index) => [
        paymentRequested(1_750, index + 2),
        declined(true, index + 2),
      ]).flat(),
    ];
    given(...tried(orderBounds.authorisationAttempts - 1))
      .when(requestPayment)
      .then(paymentRequested(1_750, orderBounds.authorisationAttempts));
    given(...tried(orderBounds.authorisationAttempts))
      .when(requestPayment)
      .thenRejected("TooManyAttempts");
  });
  test.each<[HistoryName, string]>([
    ["managed Placed", "NotReserved"],
    ["managed AwaitingCustomer", "AwaitingCustomer"],
    ["external Reserved, declined", "ExternalOrder"],
    ["managed Authorised", "AlreadyAuthorised"],
    ["managed Fulfilling, planned", "AlreadyAuthorised"],
    ["managed Completed", "AlreadyAuthorised"],
    ["managed Returning", "AlreadyAuthorised"],
    ["managed Cancelling", "AlreadyCancelled"],
    ["managed Cancelled", "AlreadyCancelled"],
    ["managed Rejected", "AlreadyCancelled"],
    ["managed Expired", "AlreadyCancelled"],
  ])("is refused: %s", (name, code) =>
    given(...histories[name])
      .when(requestPayment)
      .thenRejected(code),
  );
});

describe("a voided authorisation", () => {
  const partlySent = [...histories["managed Fulfilling, delivered"], linesCancelled(0, 1, example.heldAt(0, 1))];
  const completed = [...partlySent, example.completed];
  test("of an order that is being cancelled is void as a whole", () => {
    given(...histories["managed Cancelling"])
      .whenProcessManager(voidPayment)
      .then(voided(1_750));
    expect(stateAfter(orderAggregate, [...histories["managed Cancelling"], voided(1_750)])).toMatchObject({
      payment: { authorisedMinor: 1_750, voidedMinor: 1_750 },
    });
  });
  test("of a completed order is void as far as it was not captured", () => {
    given(...completed)
      .whenProcessManager(voidPayment)
      .then(voided(1_000));
    given(...completed, ...example.cameBack("return-1", 1, 0), example.refundRequested("return-1", 250))
      .whenProcessManager(voidPayment)
      .then(voided(1_000));
    expect(stateAfter(orderAggregate, [...completed, voided(1_000)])).toMatchObject({
      payment: { authorisedMinor: 1_750, capturedMinor: 750, voidedMinor: 1_000 },
    });
  });
  test("cannot be void twice", () => {
    given(...completed, voided(1_000))
      .whenProcessManager(voidPayment)
      .thenNothing();
    given(...histories["managed Completed"])
      .whenProcessManager(voidPayment)
      .thenNothing();
    given(...histories["managed Cancelling, nothing held"])
      .whenProcessManager(voidPayment)
      .thenNothing();
    for (const name of over) {
      given(...histories[name])
        .whenProcessManager(voidPayment)
        .thenNothing();
    }
  });
  test("is the order's", () => {
    const other = { ...voidPayment, authorisationId: "authorisation-2" };
    given(...completed)
      .whenProcessManager(other)
      .thenRejected("AuthorisationMismatch");
    given(...histories["managed Cancelling"])
      .whenProcessManager(other)
      .thenRejected("AuthorisationMismatch");
  });
  test.each<[HistoryName, string]>([
    ["managed Placed", "NotAuthorised"],
    ["managed AwaitingCustomer", "NotAuthorised"],
    ["managed Reserved", "NotAuthorised"],
    ["managed Authorised", "AuthorisationInUse"],
    ["managed Fulfilling, dispatched", "AuthorisationInUse"],
  ])("is refused: %s", (name, code) =>
    given(...histories[name])
      .whenProcessManager(voidPayment)
      .thenRejected(code),
  );
  test("is refused of an order that is cancelled before it was paid", () =>
    given(...reserved, cancelling())
      .whenProcessManager(voidPayment)
      .thenRejected("NotAuthorised"));
  test("is the process manager's to tell", () =>
    given(...completed)
      .when(voidPayment)
      .thenRejected("NotForOutside"));
});
