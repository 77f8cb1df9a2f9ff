// A citation as a chip: the page it names, how it was checked, its quote on hover or focus, its page on a click.

import { element, fill, part } from "./dom.js";
import { checkOf, citedPage, pagesOf } from "./wording.js";

/** A chip for a citation; `open(citation)` shows its page. `named` also shows the document's name. */
export function chip(citation, open, { named = false, ordinal = null } = {}) {
  const [check] = checkOf(citation.verification);
  const label = citation.page_label ? `p. ${citation.page_label}` : `PDF p. ${pagesOf(citation)}`;
  const attributes = {
    type: "button",
    class: `chip ${check}`,
    "data-citation": ordinal,
    "aria-label": `${citation.document_name}, ${citedPage(citation)}, checked: ${check}. Open the page`,
    onclick: () => {
      hideQuote();
      markShown(made);
      open(citation);
    },
    onmouseenter: () => showQuote(made, citation),
    onmouseleave: hideQuote,
    onfocus: () => showQuote(made, citation),
    onblur: hideQuote,
  };
  const made = element(
    "button",
    attributes,
    element("span", { class: "chip-check", "aria-hidden": "true" }),
    named && element("span", { class: "chip-document" }, shortName(citation.document_name)),
    element("span", {}, label),
    citation.page_label && element("span", { class: "chip-physical" }, `(PDF ${pagesOf(citation)})`),
  );
  return made;
}

/** The quote of a citation with its source and its check, as a list under an answer shows it. */
export function source(citation, ordinal, open) {
  const [check, meaning] = checkOf(citation.verification);
  return element(
    "li",
    { class: "source" },
    element("p", { class: "source-place" }, chip(citation, open, { ordinal }), " ", citation.document_name, citation.section && element("span", { class: "source-section" }, citation.section)),
    element("blockquote", {}, quoteOf(citation)),
    element("p", { class: `check-line ${check}` }, `${capital(check)}: ${meaning}`),
  );
}

/** The page's words on one line. */
export function quoteOf(citation) {
  return citation.cited_text.split(/\s+/).join(" ").trim();
}

function showQuote(anchor, citation) {
  const card = part("quote-card");
  const [check, meaning] = checkOf(citation.verification);
  fill(
    card,
    element("p", { class: "quote-text" }, quoteOf(citation)),
    citation.quote && element("p", { class: "quote-own" }, `The model wrote: ${citation.quote}`),
    element("p", { class: "quote-source" }, `${citation.document_name}, ${citedPage(citation)}`),
    citation.section && element("p", { class: "quote-source" }, citation.section),
    element("p", { class: `check-line ${check}` }, `${capital(check)}: ${meaning}`),
  );
  card.hidden = false;
  anchor.setAttribute("aria-describedby", card.id);
  const place = anchor.getBoundingClientRect();
  const width = Math.min(440, innerWidth - 16);
  card.style.width = `${width}px`;
  card.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  const below = place.bottom + 6;
  const fits = below + card.offsetHeight < innerHeight - 8;
  card.style.top = `${fits ? below : Math.max(8, place.top - card.offsetHeight - 6)}px`;
}

/** Take the quote away. */
export function hideQuote() {
  part("quote-card").hidden = true;
}

/** One citation at a time is the one whose page is shown. */
function markShown(made) {
  for (const other of document.querySelectorAll(".chip.shown")) other.classList.remove("shown");
  made.classList.add("shown");
}

function shortName(name) {
  const bare = name.replace(/\.(pdf|txt|md|png|jpe?g|tiff?|webp)$/i, "");
  return bare.length > 24 ? `${bare.slice(0, 22)}…` : bare;
}

function capital(word) {
  return word[0].toUpperCase() + word.slice(1);
}
