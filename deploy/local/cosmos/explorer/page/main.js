// @ts-check
import { createClient } from "./client.js";
import { showContainer } from "./container-view.js";
import { element, errorBlock } from "./dom.js";
import { placeIn } from "./place.js";
import { markInTree, showTree } from "./tree.js";

/** The key of Microsoft's emulator, which is public; offered only where the endpoint says that it is in use. */
const WELL_KNOWN_KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";
/** The key is kept for as long as the tab is open, and nowhere else. */
const KEPT_AS = "key";

/** @template {HTMLElement} Kind @param {string} id @param {new () => Kind} kind @returns {Kind} */
const byId = (id, kind) => {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no '${id}'.`);
  return found;
};

const tree = byId("tree", HTMLElement);
const main = byId("main", HTMLElement);
const account = byId("account", HTMLElement);
const form = byId("key-form", HTMLFormElement);
const keyField = byId("key", HTMLInputElement);

/** @type {import("./client.js").Client | undefined} */
let client;
/** What was written in the query box of each container. @type {Map<string, {query?: string, parameters?: string}>} */
const remembered = new Map();

/** @param {string} id */
const rememberedOf = (id) => {
  const known = remembered.get(id) ?? {};
  remembered.set(id, known);
  return known;
};

const showPlace = async () => {
  const place = placeIn(location.hash);
  markInTree(tree, place);
  if (client === undefined) return;
  if (place === undefined) main.replaceChildren(element("p", { class: "hint" }, "Choose a container."));
  else await showContainer(main, client, place, rememberedOf(`${place.database}/${place.container}`));
};

const reloadTree = async () => {
  if (client === undefined) return;
  await showTree(tree, client);
  markInTree(tree, placeIn(location.hash));
};

/** @param {string} key */
const connect = async (key) => {
  try {
    const opened = await createClient(key);
    const { readableLocations, userConsistencyPolicy } = await opened.account();
    client = opened;
    sessionStorage.setItem(KEPT_AS, key);
    const region = readableLocations?.[0]?.name ?? "";
    account.textContent = `${location.host} · ${region} · ${userConsistencyPolicy?.defaultConsistencyLevel ?? ""}`;
    await Promise.all([reloadTree(), showPlace()]);
  } catch (error) {
    client = undefined;
    account.textContent = "";
    tree.replaceChildren();
    main.replaceChildren(errorBlock(error));
  }
};

const knownKey = async () => {
  const kept = sessionStorage.getItem(KEPT_AS);
  if (kept !== null) return kept;
  const { usesWellKnownKey } = await (await fetch("endpoint.json")).json();
  return usesWellKnownKey === true ? WELL_KNOWN_KEY : "";
};

const start = async () => {
  if (!isSecureContext) {
    // A browser signs nothing for a page that anybody on the way could have changed.
    const how = "Open it on localhost, or over https: the browser signs requests in a secure context only.";
    main.replaceChildren(errorBlock(new Error(how)));
    return;
  }
  const key = await knownKey();
  keyField.value = key;
  if (key === "") {
    main.replaceChildren(element("p", { class: "hint" }, "Enter the account's key to connect."));
    keyField.focus();
  } else await connect(key);
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void connect(keyField.value.trim());
});
byId("reload-tree", HTMLButtonElement).addEventListener("click", () => void reloadTree());
addEventListener("hashchange", () => void showPlace());
void start();
