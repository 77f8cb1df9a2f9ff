// The library: every document with its state, filtered by name and collection; adding, retrying, deleting.
// Documents change in the store; this file only shows them and sends what the reader asks for.

import { call } from "./api.js";
import { editCollection, fillCollections, groupDocument, newCollection } from "./collections.js";
import { askName, askPassword, confirm } from "./dialogs.js";
import { DocumentRow, SendingRow } from "./document_row.js";
import { button, element, fill, part } from "./dom.js";
import { searchPages } from "./page_search.js";
import { store } from "./store.js";
import { send } from "./upload.js";
import { countOf } from "./wording.js";

const rows = new Map();
const asked = new Set(); // documents whose password has been asked for since they last failed
const mine = new Set(); // documents sent from this page: only these ask by themselves
const underWay = new Set(); // files whose upload has not been answered, with the documents known when each began
let reader = null;

/** Show the library; `open(documentId, place)` shows a document in the reader. */
export function showLibrary({ open, only }) {
  reader = { open, only, current: null };
  part("add").addEventListener("click", () => part("files").click());
  part("files").addEventListener("change", () => {
    addFiles(part("files").files);
    part("files").value = "";
  });
  part("filter").addEventListener("submit", (event) => {
    event.preventDefault();
    void searchPages(part("filter-text").value, part("collection").value, open);
  });
  part("filter-text").addEventListener("input", () => {
    part("hits").hidden = true;
    draw();
  });
  part("collection").addEventListener("change", draw);
  part("collection-new").addEventListener("click", () => guarded(newCollection));
  part("collection-edit").addEventListener("click", () => guarded(() => editCollection(part("collection").value)));
  for (const kind of ["documents", "selected"]) store.addEventListener(kind, draw);
  store.addEventListener("collections", () => {
    fillCollections(part("collection"));
    draw();
  });
  store.addEventListener("document", (event) => void whenLocked(event.detail.document));
  acceptDrops();
}

/** Mark the document the reader shows. */
export function markOpen(documentId) {
  reader.current = documentId;
  draw();
}

/** Send files to the server, into the collection shown. */
export function addFiles(files) {
  for (const file of files) addFile(file, part("collection").value);
}

function addFile(file, collection) {
  const sent = { name: file.name, known: new Set(store.documents.keys()) };
  let stop = () => {};
  const away = () => {
    underWay.delete(sent);
    row.element.remove();
    draw();
  };
  const row = new SendingRow(file.name, {
    stop: () => {
      stop();
      away();
    },
    retry: () => {
      away();
      addFile(file, collection);
    },
    drop: away,
  });
  underWay.add(sent);
  part("documents").prepend(row.element);
  part("library-empty").hidden = true;
  stop = send(file, collection, {
    progress: (share) => row.progress(share),
    refused: (problem) => {
      underWay.delete(sent);
      row.refused(problem);
      draw();
    },
    stored: (document) => {
      mine.add(document.id);
      if (!store.documents.has(document.id)) store.put(document); // the event stream may have been faster
      away();
      void whenLocked(store.documents.get(document.id));
    },
  });
}

/** Whether a document stands in the list as a file being sent: the event stream may tell of it before the upload is answered. */
function isArriving(document) {
  return [...underWay].some((sent) => sent.name === document.name && !sent.known.has(document.id));
}

function acceptDrops() {
  let inside = 0;
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = (on) => (part("drop").hidden = !on);
  addEventListener("dragenter", (event) => carriesFiles(event) && show((inside += 1) > 0));
  addEventListener("dragleave", (event) => carriesFiles(event) && show((inside -= 1) > 0));
  addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show((inside = 0) > 0);
    addFiles(event.dataTransfer.files);
  });
}

function draw() {
  const wanted = part("filter-text").value.trim().toLowerCase();
  const collection = part("collection").value;
  const shown = store.list.filter(
    (document) => matches(document, wanted) && (!collection || document.collections.includes(collection)) && !isArriving(document),
  );
  const list = part("documents");
  for (const [id, row] of rows) {
    if (!shown.some((document) => document.id === id)) {
      row.element.remove();
      rows.delete(id);
    }
  }
  let before = list.querySelector(".document:not(.sending)");
  for (const document of shown) {
    const row = rows.get(document.id) ?? new DocumentRow(document, actions);
    rows.set(document.id, row);
    row.update(document);
    row.mark({ open: document.id === reader.current, selected: store.selected.has(document.id) });
    if (row.element === before) before = before.nextElementSibling;
    else list.insertBefore(row.element, before);
  }
  part("collection-edit").hidden = !collection;
  drawEmpty(shown.length, wanted || collection);
}

function matches(document, wanted) {
  const { detected } = document;
  return !wanted || [document.name, detected.company, detected.form, detected.period].some((text) => text?.toLowerCase().includes(wanted));
}

function drawEmpty(count, filtered) {
  const empty = part("library-empty");
  const sending = part("documents").querySelector(".sending");
  empty.hidden = !store.loaded || count > 0 || Boolean(sending);
  fill(
    empty,
    filtered && store.documents.size
      ? element("p", {}, "No document here fits. Press Enter to search the pages of all of them.")
      : element("p", {}, "Nothing here yet. Drop PDF files anywhere on this page, or add them: 10-Ks, contracts, papers, scans, plain text."),
    !filtered && button("Add files", () => part("files").click(), { class: "primary" }),
  );
  const pages = store.list.reduce((sum, document) => sum + (document.pages ?? 0), 0);
  part("library-foot").textContent = store.documents.size ? `${countOf(store.documents.size, "document")}, ${countOf(pages.toLocaleString("en-US"), "page")}` : "";
}

const actions = {
  open: (document) => reader.open(document.id),
  only: (document) => reader.only(document.id),
  select: (document, on) => store.select(document.id, on),
  group: (document) => guarded(() => groupDocument(document)),
  unlock: (document) => void guarded(() => unlock(document)),
  retry: (document) => guarded(async () => store.put(await call("POST", `v1/documents/${document.id}/retry`, {}))),
  rename: (document) =>
    guarded(async () => {
      const name = await askName("Rename document", "Name", document.name);
      if (name) store.put(await call("PATCH", `v1/documents/${document.id}`, { name }));
    }),
  remove: (document) => guarded(() => remove(document)),
};

async function remove(document) {
  const sentence = `${document.name}, its pages and every answer that quotes it are removed. This cannot be undone.`;
  if (!(await confirm("Delete this document?", sentence, "Delete"))) return;
  const receipt = await call("DELETE", `v1/documents/${document.id}`);
  store.drop(document.id);
  dispatchEvent(new CustomEvent("document-deleted", { detail: document.id }));
  notice(`Deleted ${document.name}: ${receiptOf(receipt)}.`);
  part("filter-text").focus();
}

/** What a deletion removed, in words. */
function receiptOf(receipt) {
  const nouns = { pages: "page", sections: "section", chunks: "passage", files: "file", answers: "answer" };
  const counted = Object.entries(nouns).flatMap(([key, noun]) => (receipt.deleted[key] ? [countOf(receipt.deleted[key], noun)] : []));
  const shared = receipt.deleted.still_shared_by ?? receipt.still_shared_by;
  if (shared) counted.push(`the same file stays in ${countOf(shared, "other document")}`);
  return counted.join(", ") || "nothing had been read of it yet";
}

/** A file of this page turns out to be encrypted: ask for its password, once per failure. */
async function whenLocked(document) {
  const locked = document.error && ["password_required", "password_wrong"].includes(document.error.code);
  if (!locked) asked.delete(document.id);
  if (!locked || !mine.has(document.id) || asked.has(document.id) || part("dialogs").childElementCount) return;
  asked.add(document.id);
  await guarded(() => unlock(document));
}

async function unlock(document) {
  const password = await askPassword(document.name, document.error?.code === "password_wrong");
  if (password === null) return;
  mine.add(document.id);
  asked.delete(document.id);
  store.put(await call("POST", `v1/documents/${document.id}/retry`, { password }));
}

/** Run an action; what the server refuses is said in the library. */
async function guarded(action) {
  try {
    await action();
  } catch (problem) {
    notice(problem.message, true);
  }
}

/** A line above the documents, until it is dismissed. */
function notice(text, bad = false) {
  const line = element("p", { class: bad ? "notice bad" : "notice" }, text, " ");
  line.append(button("Dismiss", () => line.remove(), { class: "link" }));
  fill(part("notices"), line);
}
