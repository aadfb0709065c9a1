// @ts-check
import { button, element, errorBlock, jsonBlock } from "./dom.js";
import { RequestFailed } from "./client.js";
import { markedQuery, placeOfError } from "./query-error.js";
import { cellOf, columnsOf, isSystemMember } from "./results.js";

/** @typedef {import("./container-view.js").Opened} Opened */

const PAGE_SIZE = 100;
const LONGEST_CELL = 500;

/** @param {string} text */
const shortened = (text) => (text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text);

/** @param {string} column */
const classOf = (column) => (isSystemMember(column) ? "system" : "");

/** @param {any} result @param {string} column */
const cell = (result, column) => {
  const text = shortened(cellOf(result, column));
  return element("td", { class: classOf(column), title: text }, text);
};

/** @param {any[]} results */
const table = (results) => {
  const columns = columnsOf(results);
  const head = columns.map((column) => element("th", { scope: "col", class: classOf(column) }, column));
  const rows = results.map((result) => element("tr", {}, ...columns.map((column) => cell(result, column))));
  return element(
    "div",
    { class: "scroll", tabindex: "0" },
    element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
  );
};

/**
 * Reads parameters: a JSON object whose members are their names (with or without @) and values.
 * @param {string} text
 */
const parametersIn = (text) => {
  if (text.trim() === "") return [];
  const parsed = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new Error('Parameters are a JSON object, such as {"@customer": "c-1"}.');
  }
  return Object.entries(parsed).map(([name, value]) => ({ name: name.startsWith("@") ? name : `@${name}`, value }));
};

/** @param {string} query @param {unknown} error */
const queryErrorBlock = (query, error) => {
  const block = errorBlock(error);
  const place = error instanceof RequestFailed ? placeOfError(error.body) : undefined;
  if (place !== undefined) {
    const { before, marked, after } = markedQuery(query, place);
    block.append(element("pre", { class: "marked" }, before, element("mark", {}, marked), after));
  }
  return block;
};

/**
 * A query box with its results.
 * @param {Opened} opened
 * @returns {HTMLElement}
 */
export const queryView = ({ client, database, container, remembered }) => {
  const text = element("textarea", { class: "code query", spellcheck: "false", "aria-label": "Query" });
  text.value = remembered.query ?? "SELECT * FROM c";
  const parameters = element("input", {
    class: "code",
    spellcheck: "false",
    placeholder: 'Parameters, such as {"@customer": "c-1"}',
    "aria-label": "Parameters as a JSON object",
  });
  parameters.value = remembered.parameters ?? "";
  const facts = element("span", { class: "hint", role: "status" });
  const output = element("div", { class: "output" });
  const shape = element(
    "select",
    { "aria-label": "Show results as" },
    element("option", { value: "table" }, "Table"),
    element("option", { value: "json" }, "JSON"),
  );
  /** @type {any[]} */
  let results = [];
  /** @type {string | undefined} */
  let next;
  let charge = 0;
  /** What is running: an answer that comes after another run has begun is not shown. */
  let run = 0;

  const show = () => {
    const shown = shape.value === "table" ? table(results) : jsonBlock(results);
    const empty = element("p", { class: "hint" }, "No results.");
    output.replaceChildren(
      results.length === 0 && next === undefined ? empty : shown,
      next === undefined
        ? ""
        : element(
            "div",
            { class: "more" },
            button("More", () => fetchPage(run)),
          ),
    );
    const count = `${results.length} result${results.length === 1 ? "" : "s"}${next === undefined ? "" : ", and more"}`;
    facts.textContent = `${count} · ${charge.toFixed(2)} RU`;
  };

  /** @param {number} ofRun */
  const fetchPage = async (ofRun) => {
    const query = text.value;
    facts.textContent = "Running…";
    try {
      const asked = { query, parameters: parametersIn(parameters.value) };
      const page = await client.query(database, container, asked, PAGE_SIZE, next);
      if (ofRun !== run) return;
      results = [...results, ...page.items];
      charge += page.charge;
      next = page.continuation;
      show();
    } catch (error) {
      if (ofRun !== run) return;
      facts.textContent = "";
      output.replaceChildren(queryErrorBlock(query, error));
    }
  };

  const start = () => {
    remembered.query = text.value;
    remembered.parameters = parameters.value;
    [results, next, charge] = [[], undefined, 0];
    run++;
    void fetchPage(run);
  };

  /** @param {KeyboardEvent} event */
  const runOnControlEnter = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) start();
  };
  text.addEventListener("keydown", runOnControlEnter);
  parameters.addEventListener("keydown", runOnControlEnter);
  shape.addEventListener("change", () => {
    if (run > 0) show();
  });

  const bar = element(
    "div",
    { class: "bar" },
    button("Run", start, { class: "primary", title: "Ctrl+Enter" }),
    shape,
    facts,
  );
  return element("div", { class: "stack" }, text, parameters, bar, output);
};
