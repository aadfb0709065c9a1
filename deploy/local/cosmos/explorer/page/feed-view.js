// @ts-check
import { button, element, errorBlock, jsonBlock } from "./dom.js";
import { RequestFailed } from "./client.js";
import { firstPositions, positionsAfterSplit, withNewest } from "./feed-positions.js";
import { partitionKeyOf, shownKey } from "./partition-key.js";

/** @typedef {import("./client.js").Item} Item */
/** @typedef {import("./container-view.js").Opened} Opened */
/** @typedef {{range: string, item: Item, seenAt: Date}} Change */

const POLL_INTERVAL_MS = 1_000;
const MOST_SHOWN = 200;

/** @param {unknown} error */
const isSplit = (error) => error instanceof RequestFailed && error.status === 410;

/**
 * The change feed of a container, live: the latest version of what changes, the newest on top.
 * @param {Opened} opened
 * @returns {HTMLElement}
 */
export const feedView = ({ client, database, container, paths, whileOpen }) => {
  const list = element("ol", { class: "changes" });
  const facts = element("span", { class: "hint", role: "status" });
  const trouble = element("div");
  /** @type {Change[]} */
  let shown = [];
  /** @type {import("./feed-positions.js").Positions | undefined} */
  let positions;
  let fromBeginning = false;
  let isPaused = false;
  let seen = 0;
  /** What is being followed: pages that come after another beginning are not shown. */
  let run = 0;

  /** @param {Change} change */
  const entryOf = ({ range, item, seenAt }) =>
    element(
      "li",
      {},
      element(
        "details",
        {},
        element(
          "summary",
          {},
          element("time", {}, seenAt.toLocaleTimeString()),
          element("span", { class: "name" }, String(item.id)),
          element(
            "span",
            { class: "hint" },
            `${shownKey(partitionKeyOf(paths, item))} · range ${range} · lsn ${item._lsn}`,
          ),
        ),
        jsonBlock(item),
      ),
    );

  const showFacts = () => {
    const what = `${seen} change${seen === 1 ? "" : "s"}${seen > MOST_SHOWN ? `, the last ${MOST_SHOWN} shown` : ""}`;
    facts.textContent = `${isPaused ? "Paused" : "Following"} ${positions?.size ?? 0} ranges · ${what}`;
  };

  /** @param {Change[]} fresh */
  const add = (fresh) => {
    if (fresh.length === 0) return;
    seen += fresh.length;
    shown = withNewest(shown, fresh, MOST_SHOWN);
    list.prepend(...fresh.toReversed().slice(0, MOST_SHOWN).map(entryOf));
    while (list.children.length > MOST_SHOWN) list.lastElementChild?.remove();
  };

  const readRanges = async () => {
    const ranges = await client.ranges(database, container);
    positions =
      positions === undefined ? firstPositions(ranges, fromBeginning) : positionsAfterSplit(positions, ranges);
  };

  /** @param {string} range @param {number} ofRun */
  const readRange = async (range, ofRun) => {
    const page = await client.changes(database, container, range, positions?.get(range));
    if (ofRun !== run) return;
    positions = new Map([...(positions ?? []), [range, page.position]]);
    const seenAt = new Date();
    add(page.items.map((item) => ({ range, item, seenAt })));
  };

  const poll = async () => {
    const ofRun = run;
    try {
      if (positions === undefined) await readRanges();
      for (const range of positions?.keys() ?? []) await readRange(range, ofRun);
      trouble.replaceChildren();
    } catch (error) {
      if (isSplit(error)) await readRanges().catch(() => undefined);
      else trouble.replaceChildren(errorBlock(error));
    }
    showFacts();
  };

  const follow = async () => {
    if (!isPaused) await poll();
    if (whileOpen()) setTimeout(follow, POLL_INTERVAL_MS);
  };

  /** @param {boolean} beginning */
  const begin = (beginning) => {
    run++;
    [positions, fromBeginning, shown, seen] = [undefined, beginning, [], 0];
    list.replaceChildren();
  };

  const pause = button("Pause", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? "Go on" : "Pause";
    showFacts();
  });
  const bar = element(
    "div",
    { class: "bar" },
    pause,
    button("From the beginning", () => begin(true)),
    button("From now", () => begin(false)),
    facts,
  );
  void follow();
  return element("div", { class: "stack" }, bar, trouble, list);
};
