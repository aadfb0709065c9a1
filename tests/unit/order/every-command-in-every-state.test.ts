import { describe, expect, test } from "@jest/globals";
import type { Issuer } from "../../../actors/kernel/aggregate.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { orderRejectionCodes } from "../../../actors/order/rejections.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import type { HistoryName } from "./examples.ts";

const commands = {
  place: example.placeExternal,
  reserve: example.recordReservation,
  authorise: example.recordAuthorisation,
  dispatch: example.dispatchFirst,
  deliver: example.deliverFirst,
  cancel: example.requestCancel,
  short: example.recordShortage,
  endCancel: example.completeCancel,
};
type CommandName = keyof typeof commands;

/** The types of the events joined by `+`, `-` for none, or the code of the rejection after `!`. */
const outcomeOf = (history: HistoryName, command: CommandName, issuer: Issuer): string => {
  const state = stateAfter(orderAggregate, example.histories[history]);
  const context = { streamId: "order-1", commandId: "command-1", at: specificationTime, issuer };
  const decision = orderAggregate.decide(commands[command], state, context);
  if (decision.outcome === "rejected") return `!${decision.rejection.code}`;
  return decision.events.map((event) => event.type).join("+") || "-";
};

const dispatched = "PaymentCaptured+ShipmentDispatched";
const never = (code: string): Record<CommandName, string> => ({
  place: code,
  reserve: code,
  authorise: code,
  dispatch: code,
  deliver: code,
  cancel: code,
  short: code,
  endCancel: code,
});

/** Every status and command, sent from outside. */
const fromOutside: Record<HistoryName, Record<CommandName, string>> = {
  "never placed": { ...never("!OrderNotPlaced"), place: "OrderPlaced" },
  "external Placed": {
    place: "!OrderAlreadyPlaced",
    reserve: "LinesReserved",
    authorise: "!NotReserved",
    dispatch: "!NotAuthorised",
    deliver: "!UnknownShipment",
    cancel: "OrderCancelled",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "external Reserved": {
    place: "!OrderAlreadyPlaced",
    reserve: "-",
    authorise: "PaymentAuthorised",
    dispatch: "!NotAuthorised",
    deliver: "!UnknownShipment",
    cancel: "OrderCancelled",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "external Authorised": {
    place: "!OrderAlreadyPlaced",
    reserve: "-",
    authorise: "-",
    dispatch: dispatched,
    deliver: "!UnknownShipment",
    cancel: "OrderCancelled",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "external Fulfilling": {
    place: "!OrderAlreadyPlaced",
    reserve: "-",
    authorise: "-",
    dispatch: "-",
    deliver: "ShipmentDelivered",
    cancel: "!AlreadyDispatched",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "external Fulfilling, all sent": {
    place: "!OrderAlreadyPlaced",
    reserve: "-",
    authorise: "-",
    dispatch: "-",
    deliver: "ShipmentDelivered",
    cancel: "!AlreadyDispatched",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "external Completed": {
    place: "!OrderAlreadyPlaced",
    reserve: "-",
    authorise: "-",
    dispatch: "-",
    deliver: "-",
    cancel: "!AlreadyDispatched",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "external Cancelled": {
    place: "!OrderAlreadyPlaced",
    reserve: "!AlreadyCancelled",
    authorise: "!AlreadyCancelled",
    dispatch: "!AlreadyCancelled",
    deliver: "!UnknownShipment",
    cancel: "-",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "managed Placed": {
    place: "!OrderAlreadyPlaced",
    reserve: "!ManagedOrder",
    authorise: "!ManagedOrder",
    dispatch: "!NotAuthorised",
    deliver: "!UnknownShipment",
    cancel: "CancellationRequested",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "managed AwaitingCustomer": {
    place: "!OrderAlreadyPlaced",
    reserve: "!ManagedOrder",
    authorise: "!ManagedOrder",
    dispatch: "!AwaitingCustomer",
    deliver: "!UnknownShipment",
    cancel: "CancellationRequested",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "managed Reserved": {
    place: "!OrderAlreadyPlaced",
    reserve: "!ManagedOrder",
    authorise: "!ManagedOrder",
    dispatch: "!NotAuthorised",
    deliver: "!UnknownShipment",
    cancel: "CancellationRequested",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "managed Authorised": {
    place: "!OrderAlreadyPlaced",
    reserve: "!ManagedOrder",
    authorise: "!ManagedOrder",
    dispatch: dispatched,
    deliver: "!UnknownShipment",
    cancel: "CancellationRequested",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "managed Fulfilling": {
    place: "!OrderAlreadyPlaced",
    reserve: "!ManagedOrder",
    authorise: "!ManagedOrder",
    dispatch: "-",
    deliver: "ShipmentDelivered",
    cancel: "!AlreadyDispatched",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "managed Completed": {
    place: "!OrderAlreadyPlaced",
    reserve: "!ManagedOrder",
    authorise: "!ManagedOrder",
    dispatch: "-",
    deliver: "-",
    cancel: "!AlreadyDispatched",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "managed Cancelling": {
    place: "!OrderAlreadyPlaced",
    reserve: "!ManagedOrder",
    authorise: "!ManagedOrder",
    dispatch: "!AlreadyCancelled",
    deliver: "!UnknownShipment",
    cancel: "-",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
  "managed Cancelled": {
    place: "!OrderAlreadyPlaced",
    reserve: "!ManagedOrder",
    authorise: "!ManagedOrder",
    dispatch: "!AlreadyCancelled",
    deliver: "!UnknownShipment",
    cancel: "-",
    short: "!NotForOutside",
    endCancel: "!NotForOutside",
  },
};

const notExternal = {
  reserve: "!ExternalOrder",
  authorise: "!ExternalOrder",
  short: "!ExternalOrder",
  endCancel: "!ExternalOrder",
};

/** Where the process manager is answered otherwise than anyone else. */
const fromProcessManager: Record<HistoryName, Partial<Record<CommandName, string>>> = {
  "never placed": {},
  "external Placed": notExternal,
  "external Reserved": notExternal,
  "external Authorised": notExternal,
  "external Fulfilling": notExternal,
  "external Fulfilling, all sent": notExternal,
  "external Completed": notExternal,
  "external Cancelled": notExternal,
  "managed Placed": {
    reserve: "LinesReserved",
    authorise: "!NotReserved",
    short: "ShortageRaised",
    endCancel: "!CancelNotRequested",
  },
  "managed AwaitingCustomer": {
    reserve: "!AwaitingCustomer",
    authorise: "!AwaitingCustomer",
    short: "-",
    endCancel: "!CancelNotRequested",
  },
  "managed Reserved": {
    reserve: "-",
    authorise: "PaymentAuthorised",
    short: "!AlreadyReserved",
    endCancel: "!CancelNotRequested",
  },
  "managed Authorised": { reserve: "-", authorise: "-", short: "!AlreadyReserved", endCancel: "!CancelNotRequested" },
  "managed Fulfilling": { reserve: "-", authorise: "-", short: "!AlreadyReserved", endCancel: "!CancelNotRequested" },
  "managed Completed": { reserve: "-", authorise: "-", short: "!AlreadyReserved", endCancel: "!CancelNotRequested" },
  "managed Cancelling": {
    reserve: "!AlreadyCancelled",
    authorise: "!AlreadyCancelled",
    short: "!AlreadyCancelled",
    endCancel: "OrderCancelled",
  },
  "managed Cancelled": {
    reserve: "!AlreadyCancelled",
    authorise: "!AlreadyCancelled",
    short: "!AlreadyCancelled",
    endCancel: "-",
  },
};

const isHistory = (name: string): name is HistoryName => Object.hasOwn(example.histories, name);
const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
const historyNames = Object.keys(example.histories).filter(isHistory);
const commandNames = Object.keys(commands).filter(isCommand);
const answersTo = (history: HistoryName, issuer: Issuer): Record<string, string> =>
  Object.fromEntries(commandNames.map((command) => [command, outcomeOf(history, command, issuer)]));

describe("every command", () => {
  test.each(historyNames)("from outside on an order that is: %s", (history) =>
    expect(answersTo(history, "outside")).toEqual(fromOutside[history]),
  );
  test.each(historyNames)("from the process manager on an order that is: %s", (history) =>
    expect(answersTo(history, "process-manager")).toEqual({ ...fromOutside[history], ...fromProcessManager[history] }),
  );
  test("is refused only for a documented reason", () => {
    const codes = new Set<string>(orderRejectionCodes);
    const used = historyNames
      .flatMap((history) => [...Object.values(fromOutside[history]), ...Object.values(fromProcessManager[history])])
      .filter((outcome) => outcome.startsWith("!"))
      .map((outcome) => outcome.slice(1));
    expect(used.filter((code) => !codes.has(code))).toEqual([]);
  });
});

/** Histories are named after the status they lead to. */
const statusNamedIn = (history: HistoryName): string =>
  history === "never placed" ? "NotPlaced" : history.replace(/^(external|managed) /, "").replace(/,.*$/, "");

describe("the status", () => {
  test.each(historyNames)("of an order that is: %s", (history) => {
    const state = stateAfter(orderAggregate, example.histories[history]);
    expect(orderAggregate.statusOf(state)).toBe(statusNamedIn(history));
  });
});
