// @ts-check
import { RequestFailed } from "./client.js";
import { jsonTokens } from "./results.js";

/** @typedef {Node | string | undefined} Child */

/**
 * Makes an element. Texts become text nodes and nothing else, because names and contents are anybody's.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{[name: string]: string | boolean | ((event: any) => unknown)}} [attributes] a function listens to the event of its name
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
};

/**
 * A button that does not submit.
 * @param {string} label
 * @param {(event: Event) => unknown} onClick
 * @param {{[name: string]: string | boolean}} [attributes]
 */
export const button = (label, onClick, attributes = {}) =>
  element("button", { type: "button", ...attributes, click: onClick }, label);

/**
 * Shows a JSON value, what the system added dimmed.
 * @param {any} value
 */
export const jsonBlock = (value) =>
  element(
    "pre",
    { class: "json", tabindex: "0" },
    ...jsonTokens(value).map(({ text, kind, isSystem }) =>
      kind === "mark" && !isSystem ? text : element("span", { class: isSystem ? `${kind} system` : kind }, text),
    ),
  );

/**
 * Shows what went wrong, as it came.
 * @param {unknown} error
 */
export const errorBlock = (error) => {
  const title =
    error instanceof RequestFailed
      ? `${error.status}${error.substatus === 0 ? "" : `/${error.substatus}`} ${error.body?.code ?? ""}`
      : "The request failed";
  const text = error instanceof Error ? error.message : String(error);
  return element("div", { class: "error", role: "alert" }, element("strong", {}, title), element("pre", {}, text));
};

/**
 * Lets the arrow keys move between the buttons of a list.
 * @param {KeyboardEvent} event
 */
export const moveByArrows = (event) => {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.findIndex((candidate) => candidate === document.activeElement);
  if (at === -1) return;
  event.preventDefault();
  buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)]?.focus();
};
