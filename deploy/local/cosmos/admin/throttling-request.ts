import type { JsonObject } from "../json.ts";
import { isThroughput, type Throttling } from "../throttling/throttling.ts";
import { wrongField } from "./problem.ts";

/**
 * Reads how requests are to be held to a throughput.
 * @throws Problem (400) that names the member that is wrong
 */
export const parseThrottlingRequest = (sent: JsonObject): Throttling => {
  for (const name of Object.keys(sent)) {
    if (name !== "mode" && name !== "requestUnitsPerSecond") {
      throw wrongField(name, "There is no such member; there are mode and requestUnitsPerSecond.");
    }
  }
  const { mode, requestUnitsPerSecond } = sent;
  if (mode !== "off" && mode !== "provisioned" && mode !== "fixed") {
    throw wrongField("mode", "It must be off, provisioned or fixed.");
  }
  if (mode !== "fixed") {
    if (requestUnitsPerSecond === undefined) return { mode };
    throw wrongField("requestUnitsPerSecond", "It goes with the mode fixed only.");
  }
  if (isThroughput(requestUnitsPerSecond)) return { mode, requestUnitsPerSecond };
  throw wrongField("requestUnitsPerSecond", "It must be a number above 0.");
};
