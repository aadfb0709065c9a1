import type { Channel } from "./plan.ts";
import type { Random } from "./random.ts";

interface Malformed {
  readonly content: string;
  readonly flaw: string;
}

const place = (changes: object): object => ({
  customerId: "somebody",
  currency: "EUR",
  fulfilment: "external",
  lines: [{ lineId: "1", sku: "mug", location: "north", quantity: 1, unitPriceMinor: 500 }],
  ...changes,
});

const flawedFields: readonly { flaw: string; fields: object }[] = [
  {
    flaw: "a quantity of zero",
    fields: place({ lines: [{ lineId: "1", sku: "mug", location: "north", quantity: 0, unitPriceMinor: 500 }] }),
  },
  { flaw: "no lines", fields: place({ lines: [] }) },
  { flaw: "an empty customer id", fields: place({ customerId: "" }) },
  { flaw: "a currency that does not exist", fields: place({ currency: "euros" }) },
  { flaw: "a field that no command has", fields: place({ colour: "red" }) },
  { flaw: "an unknown way of fulfilment", fields: place({ fulfilment: "magic" }) },
  {
    flaw: "a price with a fraction",
    fields: place({ lines: [{ lineId: "1", sku: "mug", location: "north", quantity: 1, unitPriceMinor: 4.5 }] }),
  },
];

const byHttp: readonly Malformed[] = [
  { flaw: "not JSON", content: '{"type": "PlaceOrder", ' },
  { flaw: "no object", content: '["PlaceOrder"]' },
  { flaw: "an unknown type", content: JSON.stringify({ type: "EatOrder" }) },
  ...flawedFields.map(({ flaw, fields }) => ({ flaw, content: JSON.stringify({ type: "PlaceOrder", ...fields }) })),
];

const byKafka = (commandId: string, orderId: string): readonly Malformed[] => {
  const event = (changes: object): string =>
    JSON.stringify({
      specversion: "1.0",
      id: commandId,
      source: "/demo",
      type: "orders.command.PlaceOrder",
      subject: orderId,
      data: place({}),
      ...changes,
    });
  return [
    { flaw: "not JSON", content: '{"specversion": "1.0", ' },
    { flaw: "no object", content: '["PlaceOrder"]' },
    { flaw: "no CloudEvent", content: JSON.stringify({ type: "PlaceOrder" }) },
    { flaw: "an unknown type", content: event({ type: "orders.command.EatOrder" }) },
    { flaw: "the type of something else", content: event({ type: "parcels.command.PlaceOrder" }) },
    { flaw: "no order id", content: event({ subject: undefined }) },
    { flaw: "no data", content: event({ data: undefined }) },
    ...flawedFields.map(({ flaw, fields }) => ({ flaw, content: event({ data: fields }) })),
  ];
};

/** Picks something that is sent like a command and is not one. */
export const pickMalformed = (channel: Channel, commandId: string, orderId: string, random: Random): Malformed =>
  random.pick(channel === "http" ? byHttp : byKafka(commandId, orderId));
