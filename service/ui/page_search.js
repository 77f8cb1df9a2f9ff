// Search over the pages of the library: ranked hits, each opening its page with the words that fit outlined.

import { call } from "./api.js";
import { button, element, fill, part } from "./dom.js";
import { pageName } from "./wording.js";

const MOST = 20;

/** Search and list the hits; `open(documentId, place)` shows one. */
export async function searchPages(query, collection, open) {
  const list = part("hits");
  if (!query.trim()) {
    list.hidden = true;
    return;
  }
  list.hidden = false;
  fill(list, element("p", { class: "hint" }, "Searching…"));
  try {
    const body = { query, limit: MOST, ...(collection ? { collection } : {}) };
    const found = await call("POST", "v1/search", body);
    fill(list, head(found, query, list), element("ol", {}, ...found.hits.map((hit) => element("li", {}, hitButton(hit, open)))));
  } catch (problem) {
    fill(list, element("p", { class: "notice bad" }, problem.message));
  }
}

function head(found, query, list) {
  const how = found.lexical_only ? " Meaning search is still being prepared: words only." : "";
  return element(
    "p",
    { class: "hint" },
    found.hits.length ? `Pages for “${query}”.${how} ` : `No page fits “${query}”.${how} `,
    button("Close", () => (list.hidden = true), { class: "link" }),
  );
}

function hitButton(hit, open) {
  const place = { page: hit.page, span: hit.span };
  return button("", () => open(hit.document_id, place), { class: "hit" }).appendChild(
    element(
      "span",
      {},
      element("span", { class: "hit-place" }, `${hit.document_name}, ${pageName(hit.page, hit.page_label)}`),
      element("span", { class: "hit-text" }, hit.snippet),
    ),
  ).parentElement;
}
