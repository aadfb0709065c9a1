import { z } from "zod";
import { causationId, outsideCommandId } from "../../actors/kernel/envelope.ts";
import { identifier } from "../../actors/kernel/stream-id.ts";

/** Text that an optional attribute may hold; what does not fit is as good as absent, since nothing depends on it. */
const optionalText = (maximum: number) => z.string().min(1).max(maximum).optional().catch(undefined);

/** JSON under any of its media types: `application/json`, with parameters, or `application/<anything>+json`. */
const jsonMediaType = /^application\/([a-z0-9.+-]+\+)?json\s*(;.*)?$/i;

const attributes = {
  specversion: z.literal("1.0", 'must be "1.0"'),
  id: outsideCommandId,
  source: z.string("must be a text").min(1),
  type: z.string("must be a text").min(1),
  datacontenttype: z.string().regex(jsonMediaType, "must be a JSON media type").optional(),
  data: z.record(z.string(), z.unknown(), "must be a JSON object of the command's fields"),
  traceparent: optionalText(128),
  correlationid: optionalText(256),
  causationid: causationId.optional().catch(undefined),
};

const notAnObject = "must be a JSON object";

/**
 * A CloudEvents 1.0 event in structured JSON form whose subject names an order. Attributes and extensions that are not named
 * here are allowed, as that standard asks, and ignored.
 */
export const eventOfSubject = z.looseObject({ ...attributes, subject: identifier }, notAnObject);

/** An event whose data name what it is about; its subject is the sender's own affair. */
export const eventOfData = z.looseObject(attributes, notAnObject);

/** As much of an event as tells of which type it is. */
export const typedEvent = z.looseObject({ type: z.string() });

/** The command id of a back end's message. Each source numbers its own, so they are told apart by source and id together. */
export const sourcedCommandId = z
  .object({ source: z.string(), id: z.string() })
  .transform(({ source, id }) => `${source}#${id}`)
  .pipe(outsideCommandId);
