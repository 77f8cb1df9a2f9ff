// Collections: create, rename, remove, and which documents belong. Shows nothing but dialogs and the select.

import { call } from "./api.js";
import { askName, askNameOrRemoval, choose, REMOVE } from "./dialogs.js";
import { fill, option } from "./dom.js";
import { store } from "./store.js";

/** The collections in a select, with the whole library first; keeps what is chosen. */
export function fillCollections(select) {
  const chosen = select.value;
  fill(select, option("", "All documents"), ...store.collections.map((row) => option(row.id, `${row.name} (${row.documents})`)));
  select.value = store.collections.some((row) => row.id === chosen) ? chosen : "";
}

/** Create a collection. */
export async function newCollection() {
  const name = await askName("New collection", "Name");
  if (!name) return;
  await call("POST", "v1/collections", { name });
  await store.loadCollections();
}

/** Rename or remove a collection; its documents stay. */
export async function editCollection(id) {
  const collection = store.collections.find((row) => row.id === id);
  if (!collection) return;
  const answer = await askNameOrRemoval("Collection", "Name", collection.name, "Remove the collection");
  if (answer === REMOVE) await call("DELETE", `v1/collections/${id}`);
  else if (answer && answer !== collection.name) await call("PATCH", `v1/collections/${id}`, { name: answer });
  await store.load();
}

/** Choose the collections a document belongs to. */
export async function groupDocument(document) {
  const rows = store.collections.map((row) => ({ value: row.id, label: row.name, checked: document.collections.includes(row.id) }));
  const chosen = await choose(`Collections of ${document.name}`, rows, "There is no collection yet. Create one with “New…” above the list.");
  if (chosen === null) return;
  store.put(await call("PATCH", `v1/documents/${document.id}`, { collections: chosen }));
  await store.loadCollections();
}
