import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { findPortConflicts, stackPorts } from "../../../deploy/local/launcher/ports.ts";
import { freePort } from "../../support/free-port.ts";

const servers: Server[] = [];

const listen = (host: string): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    servers.push(server);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

describe("the ports of a stack", () => {
  test("are all different", () => {
    const ports = Object.values(stackPorts(8080));
    expect(new Set(ports).size).toBe(ports.length);
  });

  test("that are free are no conflict", async () => {
    expect(await findPortConflicts([{ port: await freePort(), owner: "Kafka" }])).toEqual([]);
  });

  test.each(["127.0.0.1", "0.0.0.0"])(
    "that somebody listens on at %s are named with whom they are for",
    async (host) => {
      const port = await listen(host);
      expect(await findPortConflicts([{ port, owner: "Kafka" }])).toEqual([`port ${port} (Kafka) is in use already`]);
    },
  );

  test("that are given out twice are named with both owners", async () => {
    const port = await freePort();
    const claims = ["gateway", "Kafka"].map((owner) => ({ port, owner }));
    expect(await findPortConflicts(claims)).toEqual([`port ${port} is given to both gateway and Kafka`]);
  });
});
