import { describe, expect, test } from "@jest/globals";
import { readProcessManagerSettings } from "../../../services/process-manager/settings.ts";

const required = {
  HTTP_PORT: "1",
  DAPR_HTTP_PORT: "2",
  COSMOS_ENDPOINT: "http://127.0.0.1:3",
  COSMOS_KEY: "key",
};
const urlsOf = (environment: NodeJS.ProcessEnv) => {
  const { PAYMENT_URL, CARRIER_URL } = readProcessManagerSettings({ ...required, ...environment });
  return { PAYMENT_URL, CARRIER_URL };
};
const payments = "https://payments.example/v2";

describe("the providers of the process manager", () => {
  test("are the simulated one where there is one", () => {
    const simulated = "http://127.0.0.1:8155";
    expect(urlsOf({ SIMULATED_PROVIDER_PORT: "8155" })).toEqual({ PAYMENT_URL: simulated, CARRIER_URL: simulated });
  });

  test("are those that are named, each by itself", () => {
    expect(urlsOf({ SIMULATED_PROVIDER_PORT: "8155", PAYMENT_URL: payments, CARRIER_URL: "" })).toEqual({
      PAYMENT_URL: payments,
      CARRIER_URL: "http://127.0.0.1:8155",
    });
  });

  test("are never simulated by oversight", () => {
    expect(() => urlsOf({})).toThrow(/PAYMENT_URL: is required.*\n.*CARRIER_URL: is required/);
    expect(() => urlsOf({ PAYMENT_URL: payments })).toThrow(/1 mistake.*\n.*CARRIER_URL/);
  });

  test("must have an address that can be called", () => {
    expect(() => urlsOf({ SIMULATED_PROVIDER_PORT: "8155", PAYMENT_URL: "payments" })).toThrow(/PAYMENT_URL/);
  });
});

const timesOf = (environment: NodeJS.ProcessEnv) =>
  readProcessManagerSettings({ ...required, SIMULATED_PROVIDER_PORT: "8155", ...environment });

describe("the times of the process manager", () => {
  test("are the usual ones unless they are named", () => {
    const usual = { RESERVATION_TTL_SECONDS: 1_800, WATCHDOG_INTERVAL_MS: 10_000, PARKED_RETRY_MS: 10_000 };
    expect(timesOf({})).toMatchObject(usual);
    const empty = { RESERVATION_TTL_SECONDS: "", STEP_LIMITS: "", WATCHDOG_INTERVAL_MS: "", PARKED_RETRY_MS: "" };
    expect(timesOf(empty)).toMatchObject(usual);
    expect(timesOf({ STEP_LIMITS: "pack=7", WATCHDOG_INTERVAL_MS: "60" })).toMatchObject({
      STEP_LIMITS: { pack: { allowedSeconds: 7 }, capture: { allowedSeconds: 300 } },
      WATCHDOG_INTERVAL_MS: 60,
    });
  });

  test("are refused together with all other mistakes", () => {
    expect(() => timesOf({ STEP_LIMITS: "pick=7", PARKED_RETRY_MS: "1" })).toThrow(
      /2 mistake.*\n.*STEP_LIMITS: pick=7.*\n.*PARKED_RETRY_MS/,
    );
  });
});
