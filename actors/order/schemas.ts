import type { z } from "zod";
import type { ParsedCommand } from "../kernel/aggregate.ts";
import { parseCommandWith } from "../kernel/parse-command.ts";
import { fulfilmentCommandSchemas, fulfilmentParsers, fulfilmentProcessCommandSchemas } from "./commands/fulfilment.ts";
import type { FulfilmentCommand } from "./commands/fulfilment.ts";
import { intakeCommandSchemas, intakeParsers, intakeProcessCommandSchemas } from "./commands/intake.ts";
import type { IntakeCommand } from "./commands/intake.ts";
import { paymentCommandSchemas, paymentParsers, paymentProcessCommandSchemas } from "./commands/payment.ts";
import type { PaymentCommand } from "./commands/payment.ts";
import {
  reservationCommandSchemas,
  reservationParsers,
  reservationProcessCommandSchemas,
} from "./commands/reservation.ts";
import type { ReservationCommand } from "./commands/reservation.ts";
import { returnCommandSchemas, returnParsers } from "./commands/returns.ts";
import type { ReturnCommand } from "./commands/returns.ts";
import { saleParsers, saleCommandSchemas } from "./sale/schemas.ts";
import type { SaleCommand } from "./sale/schemas.ts";

/** The fields of every command that anyone may send, by command type. */
export const orderCommandSchemas = {
  ...intakeCommandSchemas,
  ...reservationCommandSchemas,
  ...paymentCommandSchemas,
  ...fulfilmentCommandSchemas,
  ...returnCommandSchemas,
  ...saleCommandSchemas,
} as const;

/** The fields of the commands that only the process manager may send, by command type. */
export const orderProcessCommandSchemas = {
  ...intakeProcessCommandSchemas,
  ...reservationProcessCommandSchemas,
  ...paymentProcessCommandSchemas,
  ...fulfilmentProcessCommandSchemas,
} as const;

/** A command of an order proper, as opposed to a sale. */
export type OrderProperCommand =
  | IntakeCommand
  | ReservationCommand
  | PaymentCommand
  | FulfilmentCommand
  | ReturnCommand;

export type OrderCommand = OrderProperCommand | SaleCommand;

const parsers: { readonly [Type in OrderCommand["type"]]: z.ZodType<OrderCommand> } = {
  ...intakeParsers,
  ...reservationParsers,
  ...paymentParsers,
  ...fulfilmentParsers,
  ...returnParsers,
  ...saleParsers,
};

/** Parses a command of the order, whoever sent it; gives the command or every wrong field. */
export const parseOrderCommand = (type: string, fields: unknown): ParsedCommand<OrderCommand> =>
  parseCommandWith(parsers, type, fields);
