// @ts-check

/** The views of a container, in the order of their tabs. */
export const VIEWS = /** @type {const} */ (["items", "query", "feed", "settings"]);

/** @typedef {typeof VIEWS[number]} View */
/** @typedef {{database: string, container: string, view: View}} Place */

/**
 * Reads where the page is from the URL's fragment, so that reloading and going back work.
 * @param {string} fragment
 * @returns {Place | undefined}
 */
export const placeIn = (fragment) => {
  const [database, container, view] = fragment.replace(/^#\/?/, "").split("/");
  if (!database || !container) return undefined;
  try {
    return {
      database: decodeURIComponent(database),
      container: decodeURIComponent(container),
      view: VIEWS.find((known) => known === view) ?? "items",
    };
  } catch {
    return undefined;
  }
};

/**
 * Writes where the page is as a fragment.
 * @param {Place} place
 * @returns {string}
 */
export const fragmentOf = ({ database, container, view }) =>
  `#/${encodeURIComponent(database)}/${encodeURIComponent(container)}/${view}`;
