// @ts-check
// Places external orders and takes each through all five commands. See README.md beside this file.
import http from "k6/http";
import exec from "k6/execution";
import { check, fail } from "k6";
import { Counter, Trend } from "k6/metrics";

const baseUrl = __ENV.ORDERS_URL || `http://127.0.0.1:${__ENV.ORDERS_PORT_BASE || 8080}`;
const completedOrders = new Counter("orders_completed");
/**
 * How long each kind of command took, each with a line of its own in the summary.
 *
 * @type {Record<string, Trend>}
 */
const durations = {
  PlaceOrder: new Trend("command_PlaceOrder", true),
  RecordReservation: new Trend("command_RecordReservation", true),
  RecordAuthorisation: new Trend("command_RecordAuthorisation", true),
  DispatchShipment: new Trend("command_DispatchShipment", true),
  RecordDelivery: new Trend("command_RecordDelivery", true),
};

/** @type {import("k6/options").Options} */
export const options = {
  scenarios: {
    orders: {
      executor: "constant-vus",
      vus: Number(__ENV.VUS || 16),
      duration: __ENV.DURATION || "30s",
      // An order that was begun is taken to its end.
      gracefulStop: "30s",
    },
  },
  // Only errors decide: how fast a run is depends on the machine, and is read from the summary.
  thresholds: {
    checks: ["rate==1"],
    http_req_failed: ["rate==0"],
    orders_completed: ["count>0"],
  },
  summaryTrendStats: ["min", "med", "p(95)", "p(99)", "max"],
};

/** Ends the run at once if nothing is there to be loaded. Gives the prefix of this run's ids. */
export function setup() {
  const readiness = http.get(`${baseUrl}/readyz`);
  if (readiness.status !== 200)
    fail(`no order processor is ready at ${baseUrl} (${readiness.status || readiness.error})`);
  return { run: `load-${Date.now().toString(36)}` };
}

/** @param {number} quantity */
const lineOf = (quantity) => ({ lineId: "1", sku: "load-mug", location: "north", quantity, unitPriceMinor: 1250 });

/**
 * The five commands that take an external order to completion, and the status after each.
 *
 * @param {string} orderId
 * @param {number} quantity
 */
const commandsOf = (orderId, quantity) => {
  const line = lineOf(quantity);
  const shipmentId = `${orderId}-shipment`;
  return [
    {
      status: "Placed",
      body: {
        type: "PlaceOrder",
        customerId: `load-customer-${exec.vu.idInTest}`,
        currency: "EUR",
        fulfilment: "external",
        lines: [line],
      },
    },
    { status: "Reserved", body: { type: "RecordReservation", reservationId: `${orderId}-reservation` } },
    {
      status: "Authorised",
      body: {
        type: "RecordAuthorisation",
        authorisationId: `${orderId}-authorisation`,
        amountMinor: line.quantity * line.unitPriceMinor,
      },
    },
    {
      status: "Fulfilling",
      body: { type: "DispatchShipment", shipmentId, carrier: "Hare", trackingNumber: `T-${orderId}` },
    },
    { status: "Completed", body: { type: "RecordDelivery", shipmentId } },
  ];
};

/**
 * One order. An order of which a command fails is left where it is; the check says which and why.
 *
 * @param {{ run: string }} data
 */
export default function placeOrder({ run }) {
  const orderId = `${run}-${exec.vu.idInTest}-${exec.vu.iterationInScenario}`;
  const quantity = 1 + (exec.vu.iterationInScenario % 5);
  for (const { body, status } of commandsOf(orderId, quantity)) {
    const response = http.post(`${baseUrl}/v1/orders/${orderId}/commands`, JSON.stringify(body), {
      headers: { "Content-Type": "application/json", "Idempotency-Key": `${orderId}-${body.type}` },
      // Without a name of its own every order id would be a series of its own.
      tags: { name: body.type },
      timeout: "20s",
    });
    durations[body.type].add(response.timings.duration);
    const isRight = check(response, {
      "answered 200": ({ status: httpStatus }) => httpStatus === 200,
      "the order moved on": (answer) => answer.status === 200 && answer.json("status") === status,
    });
    if (!isRight) {
      console.error(`${body.type} of ${orderId} was answered ${response.status}: ${response.body || response.error}`);
      return;
    }
  }
  completedOrders.add(1);
}
