// @ts-check
import { element, errorBlock, moveByArrows } from "./dom.js";
import { feedView } from "./feed-view.js";
import { itemsView } from "./items-view.js";
import { fragmentOf, VIEWS } from "./place.js";
import { queryView } from "./query-view.js";
import { settingsView } from "./settings-view.js";

/** @typedef {import("./place.js").Place} Place */
/** @typedef {import("./client.js").Client} Client */

/**
 * What a view of a container works with.
 * @typedef {object} Opened
 * @property {Client} client
 * @property {string} database
 * @property {string} container
 * @property {readonly string[]} paths the paths of its partition key
 * @property {{query?: string, parameters?: string}} remembered what the person wrote here before
 * @property {() => boolean} whileOpen tells whether the view is still shown
 */

const TITLES = { items: "Items", query: "Query", feed: "Change feed", settings: "Settings" };
const SHOW = { items: itemsView, query: queryView, feed: feedView, settings: settingsView };

/** @param {Place} place */
const tabs = (place) =>
  element(
    "div",
    { class: "tabs", role: "tablist", keydown: moveByArrows },
    ...VIEWS.map((view) =>
      element(
        "button",
        {
          type: "button",
          role: "tab",
          "aria-selected": String(view === place.view),
          tabindex: view === place.view ? "0" : "-1",
          click: () => {
            location.hash = fragmentOf({ ...place, view });
          },
        },
        TITLES[view],
      ),
    ),
  );

/**
 * Shows one view of a container.
 * @param {HTMLElement} main
 * @param {Client} client
 * @param {Place} place
 * @param {Opened["remembered"]} remembered
 */
export const showContainer = async (main, client, place, remembered) => {
  const { database, container, view } = place;
  const panel = element("div", { class: "panel", role: "tabpanel" });
  const hadFocusOnTab = document.activeElement?.getAttribute("role") === "tab";
  const title = element("h2", {}, element("span", { class: "hint" }, `${database} / `), container);
  main.replaceChildren(element("div", { class: "head" }, title, tabs(place)), panel);
  // The tabs are made anew with every view; whoever walks through them by keyboard stays on them.
  const selected = main.querySelector("[aria-selected=true]");
  if (hadFocusOnTab && selected instanceof HTMLElement) selected.focus();
  try {
    const definition = await client.container(database, container);
    const paths = definition.partitionKey.paths;
    const whileOpen = () => panel.isConnected;
    panel.append(SHOW[view]({ client, database, container, paths, remembered, whileOpen }));
  } catch (error) {
    panel.append(errorBlock(error));
  }
};
