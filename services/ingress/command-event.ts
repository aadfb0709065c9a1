import { z } from "zod";
import { outsideCommandId } from "../../actors/kernel/envelope.ts";
import { identifier } from "../../actors/kernel/stream-id.ts";

/** What every type of a command begins with. */
export const commandTypePrefix = "orders.command.";

/** Text that an optional attribute may hold; what does not fit is as good as absent, since nothing depends on it. */
const optionalText = (maximum: number) => z.string().min(1).max(maximum).optional().catch(undefined);

/** JSON under any of its media types: `application/json`, with parameters, or `application/<anything>+json`. */
const jsonMediaType = /^application\/([a-z0-9.+-]+\+)?json\s*(;.*)?$/i;

/**
 * A CloudEvents 1.0 event in structured JSON form that carries one command for one order. Attributes and extensions that
 * are not named here are allowed, as that standard asks, and ignored.
 */
export const commandEvent = z.looseObject(
  {
    specversion: z.literal("1.0", 'must be "1.0"'),
    id: outsideCommandId,
    source: z.string("must be a text").min(1),
    type: z
      .string("must be a text")
      .startsWith(commandTypePrefix, `must begin with ${commandTypePrefix}`)
      .transform((type) => type.slice(commandTypePrefix.length)),
    subject: identifier,
    datacontenttype: z.string().regex(jsonMediaType, "must be a JSON media type").optional(),
    data: z.record(z.string(), z.unknown(), "must be a JSON object of the command's fields"),
    traceparent: optionalText(128),
    correlationid: optionalText(256),
    causationid: optionalText(256),
  },
  "must be a JSON object",
);
