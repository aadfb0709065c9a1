import { describe, expect, test } from "@jest/globals";
import { authenticator, type SignedRequest, sign } from "../../../deploy/local/cosmos/http/authentication.ts";

// The example in Azure's own documentation of the signature.
const KEY = "dsZQi3KtZmCv1ljt3VNWNm7sQUF1y5rJfC6kv5JiwvW0EndXdDku/dkKBp8/ufDToSxLzR4y+O/0H/t4bQtVNw==";
const DATE = "Thu, 27 Apr 2017 00:51:12 GMT";
const REQUEST: SignedRequest = { verb: "GET", resourceType: "dbs", link: "dbs/ToDoList", date: DATE };
const HEADER = "type%3dmaster%26ver%3d1.0%26sig%3dc09PEVJrgp2uQRkr934kFbTqhByc7TVr3OHyqlu%2bc%2bc%3d";

const at = Date.parse(DATE);
const check = authenticator(KEY, () => at);

describe("a signature", () => {
  test("is what Azure's documentation says", () => {
    expect(sign(Buffer.from(KEY, "base64"), REQUEST)).toBe("c09PEVJrgp2uQRkr934kFbTqhByc7TVr3OHyqlu+c+c=");
  });

  test("is accepted, also when it comes again", () => {
    expect(() => check(HEADER, REQUEST, REQUEST.link)).not.toThrow();
    expect(() => check(HEADER, REQUEST, REQUEST.link)).not.toThrow();
  });

  test("is accepted over the link as it was sent or as it is decoded", () => {
    const raw = "dbs/To%20Do";
    const overRaw = encodeURIComponent(
      `type=master&ver=1.0&sig=${sign(Buffer.from(KEY, "base64"), { ...REQUEST, link: raw })}`,
    );
    expect(() => check(overRaw, { ...REQUEST, link: "dbs/To Do" }, raw)).not.toThrow();
  });

  test.each([
    ["another verb", { ...REQUEST, verb: "DELETE" }],
    ["another resource", { ...REQUEST, link: "dbs/Other" }],
    ["another type", { ...REQUEST, resourceType: "colls" }],
    ["another date", { ...REQUEST, date: "Thu, 27 Apr 2017 00:51:13 GMT" }],
  ])("does not fit %s", (_, request) => {
    expect(() => check(HEADER, request, request.link)).toThrow(expect.objectContaining({ status: 401 }));
  });

  test("must be there, and of the master kind", () => {
    expect(() => check(undefined, REQUEST, REQUEST.link)).toThrow(expect.objectContaining({ status: 401 }));
    expect(() => check("Bearer x", REQUEST, REQUEST.link)).toThrow(expect.objectContaining({ status: 401 }));
  });

  test("is too old after fifteen minutes", () => {
    const later = authenticator(KEY, () => at + 16 * 60_000);
    expect(() => later(HEADER, REQUEST, REQUEST.link)).toThrow(expect.objectContaining({ status: 403 }));
  });
});
