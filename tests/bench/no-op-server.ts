import { createServer } from "node:http";

const BODY = JSON.stringify({ payload: "x".repeat(1_000) });
const HEADERS = {
  "content-type": "application/json",
  "content-length": Buffer.byteLength(BODY),
  "x-ms-activity-id": "00000000-0000-0000-0000-000000000000",
  "x-ms-request-charge": "1",
  "x-ms-session-token": "0:-1#1",
};

/** Reads a request and answers it with a kibibyte: what node:http costs before any work is done. */
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    response.writeHead(200, HEADERS);
    response.end(BODY);
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
  process.stdout.write(`ready http://127.0.0.1:${address.port}/\n`);
});
process.on("SIGTERM", () => process.exit(0));
