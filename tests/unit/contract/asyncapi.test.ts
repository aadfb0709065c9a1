import specifications from "@asyncapi/specs";
import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { createAsyncApiDocument } from "../../../contracts/asyncapi/document.ts";
import { asyncApiText, readAsyncApiText } from "../../../contracts/asyncapi/file.ts";
import { jsonSchema } from "../../../contracts/json-schema.ts";
import { softwareVersion } from "../../../contracts/software-version.ts";

const document: unknown = parse(readAsyncApiText());

/** What a JSON pointer of the form `#/a/b` leads to, or undefined. */
const found = (pointer: string): unknown =>
  pointer
    .slice("#/".length)
    .split("/")
    .reduce<unknown>((value, name) => jsonSchema.safeParse(value).data?.[name], document);

describe("docs/asyncapi.yaml", () => {
  test("is what npm run docs:asyncapi writes", () => expect(readAsyncApiText()).toBe(asyncApiText(softwareVersion())));

  test("is an AsyncAPI 3.0 document", () => {
    // The published schema brings the meta-schema of JSON Schema along.
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, meta: false, validateSchema: false });
    const isValid = ajv.compile(jsonSchema.parse(specifications.schemas["3.0.0"]));
    isValid(document);
    expect(isValid.errors ?? []).toEqual([]);
    expect(isValid({ ...createAsyncApiDocument("1.0.0"), operations: { receive: { action: "take" } } })).toBe(false);
  });

  test("refers only to what it has", () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, pointer]) => pointer ?? "");
    expect(pointers.length).toBeGreaterThan(50);
    expect(pointers.filter((pointer) => found(pointer) === undefined)).toEqual([]);
  });
});
