// @ts-check
import { button, element, errorBlock, jsonBlock, moveByArrows } from "./dom.js";
import { partitionKeyOf, shownKey } from "./partition-key.js";
import { isSystemMember } from "./results.js";

/** @typedef {import("./client.js").Item} Item */
/** @typedef {import("./container-view.js").Opened} Opened */

const PAGE_SIZE = 50;

/** @param {Item} item */
const withoutSystem = (item) => Object.fromEntries(Object.entries(item).filter(([name]) => !isSystemMember(name)));

/**
 * The items of a container: a list that grows page by page, and one item to look at, change or delete.
 * @param {Opened} opened
 * @returns {HTMLElement}
 */
export const itemsView = ({ client, database, container, paths }) => {
  const list = element("ul", { class: "list", keydown: moveByArrows });
  const more = element("div", { class: "more" });
  const detail = element("section", { class: "detail", "aria-label": "Item" });
  const hint = element("p", { class: "hint" }, "Choose an item to see it.");

  /** Where the list goes on. @type {string | undefined} */
  let next;

  /** @param {Item} item */
  const keyOf = (item) => partitionKeyOf(paths, item);

  /** @param {unknown} error */
  const showError = (error) => {
    detail.querySelector(".error")?.remove();
    detail.prepend(errorBlock(error));
  };

  /** @param {HTMLElement} entry @param {Item} item */
  const open = async (entry, item) => {
    for (const other of list.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    entry.querySelector("button")?.setAttribute("aria-current", "true");
    try {
      show(await client.read(database, container, keyOf(item), item.id), entry);
    } catch (error) {
      detail.replaceChildren(errorBlock(error));
    }
  };

  /** @param {Item} item */
  const entryOf = (item) => {
    const entry = element("li");
    entry.append(
      element(
        "button",
        { type: "button", click: () => open(entry, item) },
        element("span", { class: "name" }, item.id),
        element("span", { class: "hint" }, shownKey(keyOf(item))),
      ),
    );
    return entry;
  };

  /** @param {Item} item @param {HTMLElement} entry */
  const show = (item, entry) => {
    const remove = async () => {
      if (!confirm(`Delete the item '${item.id}'?`)) return;
      try {
        await client.remove(database, container, keyOf(item), item.id, item._etag);
        entry.remove();
        showCount();
        detail.replaceChildren(hint);
      } catch (error) {
        showError(error);
      }
    };
    detail.replaceChildren(
      element(
        "div",
        { class: "bar" },
        button("Edit", () => edit(item, entry)),
        button("Delete", remove, { class: "danger" }),
      ),
      jsonBlock(item),
    );
  };

  /**
   * @param {Item} item @param {string} label @param {(item: Item) => Promise<void>} save @param {() => void} cancel
   */
  const editor = (item, label, save, cancel) => {
    const text = element("textarea", { class: "code", spellcheck: "false", "aria-label": label });
    text.value = JSON.stringify(item, null, 2);
    const submit = async () => {
      try {
        await save(JSON.parse(text.value));
      } catch (error) {
        showError(error);
      }
    };
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
      if (event.key === "Escape") cancel();
    });
    detail.replaceChildren(
      element("div", { class: "bar" }, button("Save", submit, { class: "primary" }), button("Cancel", cancel)),
      text,
    );
    text.focus();
  };

  /** @param {Item} item @param {HTMLElement} entry */
  const edit = (item, entry) =>
    editor(
      withoutSystem(item),
      "The item as JSON",
      async (changed) =>
        show(await client.replace(database, container, keyOf(item), item.id, changed, item._etag), entry),
      () => show(item, entry),
    );

  const create = () => {
    /** @type {Item} */
    const draft = { id: crypto.randomUUID() };
    // A key deeper than one level, or with a quoted name, is for the person to write.
    for (const path of paths) if (/^\/[^/"]+$/.test(path)) draft[path.slice(1)] ??= "";
    editor(
      draft,
      "The new item as JSON",
      async (item) => {
        const created = await client.create(database, container, keyOf(item), item);
        const entry = entryOf(created);
        list.prepend(entry);
        showCount();
        await open(entry, created);
      },
      () => detail.replaceChildren(hint),
    );
  };

  const showCount = () => {
    const count = `${list.children.length} item${list.children.length === 1 ? "" : "s"}`;
    const from = next;
    more.replaceChildren(
      element("span", { class: "hint" }, from === undefined ? count : `${count}, and more`),
      from === undefined ? "" : button("More", () => load(from)),
    );
  };

  /** @param {string} [continuation] */
  const load = async (continuation) => {
    more.replaceChildren(element("span", { class: "hint" }, "Reading…"));
    try {
      const page = await client.list(database, container, PAGE_SIZE, continuation);
      list.append(...page.items.map(entryOf));
      next = page.continuation;
      showCount();
    } catch (error) {
      more.replaceChildren(errorBlock(error));
    }
  };

  const reload = () => {
    list.replaceChildren();
    void load();
  };

  detail.append(hint);
  void load();
  const bar = element("div", { class: "bar" }, button("New item", create), button("Reload", reload));
  return element("div", { class: "split" }, element("section", { "aria-label": "Items" }, bar, list, more), detail);
};
