// @ts-check
import { element, errorBlock, moveByArrows } from "./dom.js";
import { fragmentOf } from "./place.js";

/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./place.js").Place} Place */

/**
 * Shows the databases with their containers.
 * @param {HTMLElement} tree
 * @param {Client} client
 */
export const showTree = async (tree, client) => {
  try {
    const databases = await client.databases();
    const lists = await Promise.all(databases.map(({ id }) => client.containers(id)));
    const groups = databases.map(({ id: database }, index) =>
      element(
        "section",
        {},
        element("h2", {}, database),
        element(
          "ul",
          {},
          ...(lists[index] ?? []).map(({ id: container }) =>
            element(
              "li",
              {},
              element(
                "button",
                {
                  type: "button",
                  "data-database": database,
                  "data-container": container,
                  title: container,
                  click: () => {
                    location.hash = fragmentOf({ database, container, view: "items" });
                  },
                },
                container,
              ),
            ),
          ),
        ),
      ),
    );
    const empty = element("p", { class: "hint" }, "There are no databases yet.");
    tree.replaceChildren(element("div", { keydown: moveByArrows }, ...(groups.length === 0 ? [empty] : groups)));
  } catch (error) {
    tree.replaceChildren(errorBlock(error));
  }
};

/**
 * Marks the container that is open.
 * @param {HTMLElement} tree
 * @param {Place | undefined} place
 */
export const markInTree = (tree, place) => {
  for (const entry of tree.querySelectorAll("button")) {
    const { database, container } = entry.dataset;
    if (database === place?.database && container === place?.container) entry.setAttribute("aria-current", "true");
    else entry.removeAttribute("aria-current");
  }
};
