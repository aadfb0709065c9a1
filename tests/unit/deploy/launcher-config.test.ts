import { describe, expect, test } from "@jest/globals";
import { readLauncherConfig } from "../../../deploy/local/launcher/config.ts";

describe("the launcher's settings", () => {
  test("have a default each", () => {
    const config = readLauncherConfig({}, "/project");
    expect(config).toMatchObject({ portBase: 8080, dataDir: "/project/.data", brokers: undefined });
    expect(config.cosmos).toMatchObject({ endpoint: undefined, database: "orders" });
  });

  test("take an empty variable for one that is not set", () => {
    const empty = { ORDERS_PORT_BASE: "", COSMOS_ENDPOINT: "", KAFKA_BROKERS: "", ORDERS_DATA_DIR: "" };
    expect(readLauncherConfig(empty, "/project")).toEqual(readLauncherConfig({}, "/project"));
  });

  test("name another account and other brokers", () => {
    const env = { COSMOS_ENDPOINT: "https://a.example/", COSMOS_KEY: "c2VjcmV0", KAFKA_BROKERS: "a:9092, b:9092" };
    const config = readLauncherConfig(env, "/project");
    expect(config.cosmos).toEqual({ endpoint: "https://a.example/", key: "c2VjcmV0", database: "orders" });
    expect(config.brokers).toEqual(["a:9092", "b:9092"]);
  });

  test("that are wrong are named all at once, without their values", () => {
    const env = { ORDERS_PORT_BASE: "80", COSMOS_ENDPOINT: "secret-place", KAFKA_BROKERS: "x", CURSOR_KEY: "short" };
    const read = (): unknown => readLauncherConfig(env, "/project");
    for (const name of ["ORDERS_PORT_BASE", "COSMOS_ENDPOINT", "COSMOS_KEY", "KAFKA_BROKERS", "CURSOR_KEY"]) {
      expect(read).toThrow(name);
    }
    expect(read).not.toThrow(/secret-place|short\b/);
  });

  test("of the processes that it starts are checked too", () => {
    const env = {
      LOG_LEVEL: "loud",
      PAYMENT_URL: "ftp://x",
      CARRIER_URL: "x",
      SIMULATED_PROVIDER_BEHAVIOUR: '{"seed": -1}',
    };
    const read = (): unknown => readLauncherConfig(env, "/project");
    for (const name of Object.keys(env)) expect(read).toThrow(name);
    expect(() =>
      readLauncherConfig({ SIMULATED_PROVIDER_BEHAVIOUR: '{"declineRate": 0.5}' }, "/project"),
    ).not.toThrow();
  });

  test("leave room for all ports above the base", () => {
    expect(() => readLauncherConfig({ ORDERS_PORT_BASE: "65500" }, "/")).toThrow(/ORDERS_PORT_BASE/);
  });
});
