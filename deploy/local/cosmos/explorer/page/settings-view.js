// @ts-check
import { element, errorBlock, jsonBlock } from "./dom.js";

/** @typedef {import("./container-view.js").Opened} Opened */

/** @param {any} offer */
const throughputOf = (offer) => {
  const content = offer?.content;
  const most = content?.offerAutopilotSettings?.maxThroughput;
  if (most !== undefined) return `${most} RU/s at most (autoscale)`;
  return content?.offerThroughput === undefined ? "that of its database" : `${content.offerThroughput} RU/s`;
};

/** @param {any} seconds */
const timeToLive = (seconds) =>
  seconds === undefined ? "off" : seconds === -1 ? "on, items without a ttl stay" : `${seconds} s`;

/** @param {import("./client.js").Range[]} ranges */
const rangeTable = (ranges) =>
  element(
    "table",
    {},
    element(
      "thead",
      {},
      element("tr", {}, ...["Range", "From", "To", "Parents"].map((name) => element("th", { scope: "col" }, name))),
    ),
    element(
      "tbody",
      {},
      ...ranges.map(({ id, minInclusive, maxExclusive, parents }) =>
        element(
          "tr",
          {},
          ...[id, minInclusive || "(first)", maxExclusive, (parents ?? []).join(", ")].map((text) =>
            element("td", { class: "code" }, text),
          ),
        ),
      ),
    ),
  );

/**
 * A container's settings and ranges.
 * @param {Opened} opened
 * @returns {HTMLElement}
 */
export const settingsView = ({ client, database, container }) => {
  const view = element("div", { class: "stack scroll" });
  const load = async () => {
    const [definition, ranges, offers] = await Promise.all([
      client.container(database, container),
      client.ranges(database, container),
      client.offers(),
    ]);
    const facts = {
      "Partition key": definition.partitionKey.paths.join(", "),
      "Time to live": timeToLive(definition.defaultTtl),
      Throughput: throughputOf(offers.find(({ resource }) => resource === definition._self)),
    };
    view.replaceChildren(
      element(
        "dl",
        {},
        ...Object.entries(facts).flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]),
      ),
      element("h3", {}, `${ranges.length} ranges`),
      rangeTable(ranges),
      element("h3", {}, "Definition"),
      jsonBlock(definition),
    );
  };
  load().catch((error) => view.replaceChildren(errorBlock(error)));
  return view;
};
