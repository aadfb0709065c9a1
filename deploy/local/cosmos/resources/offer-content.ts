import { badRequest } from "../errors.ts";
import { header, type WireRequest } from "../http/request.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../json.ts";

// https://learn.microsoft.com/azure/cosmos-db/concepts-limits
const MANUAL = { least: 400, step: 100 };
const AUTOSCALE = { least: 1_000, step: 1_000 };
const MOST = 1_000_000;
/** Autoscale lies between a tenth of its maximum and the maximum; a container at rest has the tenth. */
const AUTOSCALE_REST = 0.1;

const checkedThroughput = (value: Json | undefined, { least, step }: typeof MANUAL): number => {
  if (typeof value !== "number" || !Number.isInteger(value)) throw badRequest("The throughput must be a whole number.");
  if (value < least) {
    throw badRequest(`Requested throughput ${value} is less than required minimum throughput ${least}.`);
  }
  if (value > MOST || value % step !== 0) {
    throw badRequest(
      `The offer should have valid throughput values between ${least} and ${MOST} inclusive in increments of ${step}.`,
    );
  }
  return value;
};

/** The content of an offer with a fixed throughput. @throws Refusal (400) when it is not a valid number of RU/s */
export const manualContent = (throughput: Json | undefined): JsonObject => ({
  offerThroughput: checkedThroughput(throughput, MANUAL),
  offerIsRUPerMinuteThroughputEnabled: false,
});

/** The content of an offer that scales by itself. @throws Refusal (400) when its maximum is not a valid number of RU/s */
export const autoscaleContent = (settings: Json | undefined): JsonObject => {
  if (!isObject(settings)) throw badRequest("The autoscale settings must be an object with 'maxThroughput'.");
  const maxThroughput = checkedThroughput(settings["maxThroughput"], AUTOSCALE);
  const upgrade = settings["autoUpgradePolicy"];
  return {
    offerThroughput: maxThroughput * AUTOSCALE_REST,
    offerIsRUPerMinuteThroughputEnabled: false,
    offerAutopilotSettings: { ...(isObject(upgrade) ? { autoUpgradePolicy: upgrade } : {}), maxThroughput },
  };
};

/**
 * Reads the throughput that a request to create a database or a container asks for.
 * @returns the content of its offer, or undefined when it asks for none
 * @throws Refusal (400) when it is not valid, or both a fixed throughput and autoscale are asked for
 */
export const contentAskedFor = (request: WireRequest): JsonObject | undefined => {
  const manual = header(request, "x-ms-offer-throughput");
  const autoscale = header(request, "x-ms-cosmos-offer-autopilot-settings");
  if (manual !== undefined && autoscale !== undefined) {
    throw badRequest("A request can ask for a throughput or for autoscale, not for both.");
  }
  if (autoscale !== undefined) return autoscaleContent(parseJson(autoscale));
  return manual === undefined ? undefined : manualContent(Number(manual));
};

/** What every container has for which nothing else was asked, unless its database shares a throughput. */
export const DEFAULT_CONTENT = manualContent(MANUAL.least);

/** The most request units that an offer gives in a second. */
export const mostPerSecond = (content: JsonObject): number => {
  const { offerAutopilotSettings: autoscale, offerThroughput } = content;
  const most = isObject(autoscale) ? autoscale["maxThroughput"] : offerThroughput;
  return typeof most === "number" ? most : MANUAL.least;
};

const isAutoscale = (content: JsonObject): boolean => isObject(content["offerAutopilotSettings"]);

const nextStep = (throughput: number, { least, step }: typeof MANUAL): number =>
  Math.max(least, Math.ceil(throughput / step) * step);

/**
 * Works out an offer's new content.
 * @param now what it has
 * @param sent what the client wants it to have
 * @param migration to which kind of throughput it is to change, when the client says that it is to
 * @throws Refusal (400) when it is not valid, or of the other kind without being a migration
 */
export const replacedContent = (
  now: JsonObject,
  sent: Json | undefined,
  migration: "autoscale" | "manual" | undefined,
): JsonObject => {
  if (migration === "autoscale") {
    return isAutoscale(now) ? now : autoscaleContent({ maxThroughput: nextStep(mostPerSecond(now), AUTOSCALE) });
  }
  if (migration === "manual") return isAutoscale(now) ? manualContent(mostPerSecond(now)) : now;
  if (!isObject(sent)) throw badRequest("An offer needs the member 'content'.");
  if (isAutoscale(now)) {
    if (!isAutoscale(sent)) {
      throw badRequest("The offer is on autoscale: its throughput cannot be set by hand without a migration.");
    }
    return autoscaleContent(sent["offerAutopilotSettings"]);
  }
  if (isAutoscale(sent))
    throw badRequest("The offer's throughput is fixed: it cannot be on autoscale without a migration.");
  return manualContent(sent["offerThroughput"]);
};

/** The least throughput that an offer can be set to. */
export const leastThroughput = (content: JsonObject): number => (isAutoscale(content) ? AUTOSCALE.least : MANUAL.least);
