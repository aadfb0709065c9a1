import { Ajv } from "ajv";
import { parse } from "yaml";
import { z } from "zod";
import { readAsyncApiText } from "../../contracts/asyncapi/file.ts";
import { jsonSchema } from "../../contracts/json-schema.ts";

const documentId = "https://orders.test/asyncapi";

/** What tells which message of the document a published event is. */
const named = z.looseObject({ dataschema: z.string() });

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ ...jsonSchema.parse(parse(readAsyncApiText())), $id: documentId });

/**
 * What is wrong with a published event according to docs/asyncapi.yaml; empty if nothing is.
 *
 * @param event the CloudEvent as it was parsed. Throws if it has no `dataschema`.
 */
export const publishedEventProblems = (event: unknown): readonly string[] => {
  const { dataschema } = named.parse(event);
  const [, , , streamType, type, version] = dataschema.split(":");
  const isValid = ajv.getSchema(`${documentId}#/components/messages/${streamType}.${type}.v${version}/payload`);
  if (isValid === undefined) return [`${dataschema} is not in the document`];
  return isValid(event) === true
    ? []
    : (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};
