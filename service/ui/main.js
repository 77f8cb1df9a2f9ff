// Joins the parts of the page and starts them. Nothing else imports this file.

import { listenToDocuments, watchConnection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { part } from "./dom.js";
import { listenToKeys } from "./keyboard.js";
import { markOpen, showLibrary } from "./library.js";
import { recall, remember } from "./memory.js";
import { askOnly, setOpenDocument, setUpForm } from "./question_form.js";
import { Reader } from "./reader.js";
import { signedIn } from "./session.js";
import { store } from "./store.js";

const NARROW = matchMedia("(max-width: 47.99rem)");
const WIDE = matchMedia("(min-width: 74rem)");

/** Show one of the views where there is no room for all. */
function show(view) {
  document.body.dataset.view = view;
  for (const choice of document.querySelectorAll("[data-show]")) {
    if (choice.dataset.show === view) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
  if (view === "library") showPane(true);
}

/** Show or hide the library where it has a column of its own. */
function showPane(on) {
  document.body.dataset.library = on ? "open" : "closed";
  part("library-toggle").setAttribute("aria-expanded", String(on));
  if (WIDE.matches) remember("library", on);
}

function start() {
  const reader = new Reader((documentId) => {
    remember("document", documentId);
    markOpen(documentId);
    setOpenDocument(documentId);
  });
  const openAt = (documentId, place) => {
    if (NARROW.matches) show("reader");
    return reader.open(documentId, place);
  };
  const conversation = new Conversation((citation) => openAt(citation.document_id, { page: citation.start_page_number, rectangles: citation.rectangles }));
  showLibrary({
    open: openAt,
    only: (documentId) => {
      show("conversation");
      askOnly(documentId);
    },
  });
  setUpForm();
  listenToKeys({ reader, conversation, show });
  for (const choice of document.querySelectorAll("[data-show]")) choice.addEventListener("click", () => show(choice.dataset.show));
  part("library-toggle").addEventListener("click", () => showPane(document.body.dataset.library === "closed"));
  addEventListener("document-deleted", (event) => reader.close(event.detail));
  show("conversation");
  showPane(recall("library", true));
  const load = async () => {
    try {
      await signedIn();
      await Promise.all([store.load(), conversation.threads.load()]);
      listenToDocuments();
      const last = recall("document");
      if (!reader.document && last && store.documents.has(last)) await reader.open(last);
    } catch (problem) {
      if (problem.code !== "server_away") throw problem; // the banner says so, and `load` runs again
    }
  };
  watchConnection(() => void load());
  void load();
}

start();
