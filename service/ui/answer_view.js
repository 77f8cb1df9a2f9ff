// One question with its answer: grows while the events arrive, is set anew when the answer is whole, and says what
// went wrong when it cannot be. Fetches nothing; opening pages and asking again are handed to it.

import { address } from "./api.js";
import { chip, source } from "./citation.js";
import { announce, button, element, fill } from "./dom.js";
import { showText } from "./dialogs.js";
import { calculationBlock, figureBlock, valuesTable } from "./figures.js";
import { asMarkdown } from "./markdown.js";
import { routeDetails } from "./route_view.js";
import { countOf, pageName } from "./wording.js";

const FLAGS = {
  no_citation: "No quote was given",
  quote_failed: "A quote given stands nowhere",
  quote_found: "Quote found by Pincite; the model gave none",
  another_document: "Quoted from another document than named",
  number_not_quoted: "A number here stands in no quote",
  quote_says_too_little: "The quote says too little",
  not_stated: "Words here stand in no quote",
  other_period: "The figure quoted is of another period",
  other_line: "The row quoted is another line",
  other_segment: "The row quoted is of another segment",
  unit: "The figure quoted has another unit",
  scale: "The figure quoted has another scale",
  scale_assumed: "Nothing says what scale the figure has",
  scale_left_out: "The page gives this in thousands, millions or billions",
  currency_assumed: "The page names no currency",
  negated: "The quote says the opposite, or says it of a loss",
  modality: "The quote says what may be, not what is",
  condition_dropped: "The quote says it on a condition",
  reordered: "The quote has these words in another order",
};

/** The view of one question. `actions`: `open(citation)`, `again(question)`, `raiseBudget()`, `name(documentId)`. */
export class AnswerView {
  constructor(question, actions) {
    this.actions = actions;
    this.question = question;
    this.citations = [];
    this.state = element("p", { class: "answer-state" }, "Looking for the pages…");
    this.text = element("div", { class: "answer-text" });
    this.body = element("div", { class: "answer-body" }, this.text);
    this.element = element(
      "article",
      { class: "answer streaming", "aria-busy": "true", "aria-label": `Answer to: ${question}` },
      element("h3", { class: "question" }, question),
      this.state,
      this.body,
    );
  }

  /** Take in one event of the stream. */
  take({ event, data }) {
    if (event === "route") this.#begin(data);
    if (event === "evidence") this.#evidence(data);
    if (event === "delta") this.text.append(data.text);
    if (event === "citation") this.#citation(data);
    if (event === "done") this.finish(data);
    if (event === "error") this.fail(data);
  }

  /** Set the whole answer. */
  finish(body) {
    this.done = body;
    this.citations = body.citations;
    this.#settle();
    const chipFor = (index) => this.#chip(body.citations[index], index);
    fill(
      this.body,
      body.resolved_question && element("p", { class: "hint" }, `Understood as: ${body.resolved_question}`),
      body.figure && figureBlock(body.figure, body.citations),
      this.#statements(body, chipFor),
      Object.keys(body.values ?? {}).length > 0 && valuesTable(body.values, chipFor),
      (body.calculations ?? []).map((calculation) => calculationBlock(calculation, chipFor)),
      this.#warnings(body),
      !body.answered && this.#nearest(body.searched),
      body.citations.length > 0 && this.#sources(body.citations),
      routeDetails(body.route, body.usage),
      this.#tools(body),
    );
    announce(body.answered ? `Answered with ${countOf(body.citations.length, "citation")}.` : "Not found in the documents.");
  }

  /** Say why there is no answer, or no whole one. */
  fail(problem) {
    this.#settle();
    const refused = problem.code === "budget_exceeded";
    this.body.append(
      element(
        "div",
        { class: "notice bad", role: "alert" },
        element("p", {}, problem.detail ?? problem.message),
        refused && button("Raise the ceiling", this.actions.raiseBudget, { class: "link" }),
        button("Ask again", () => this.actions.again(this.question), { class: "link" }),
      ),
    );
  }

  /** Say that the asker stopped the answer. */
  stopped() {
    this.#settle();
    this.body.append(element("p", { class: "hint" }, "Stopped."));
  }

  #settle() {
    this.element.classList.remove("streaming");
    this.element.setAttribute("aria-busy", "false");
    this.state.remove();
  }

  /** A route begins an answer; a second one begins it anew with more evidence. */
  #begin(route) {
    this.state.textContent = `Route: ${route.mode}. Looking for the pages…`;
    this.citations = [];
    fill(this.text);
  }

  #evidence({ pages, documents }) {
    const what = pages ? countOf(pages.length, "page") : countOf(documents?.length, "document");
    this.state.textContent = `Reading ${what}…`;
  }

  #citation(citation) {
    this.citations.push(citation);
    const last = this.text.lastChild;
    if (last?.nodeType === Node.TEXT_NODE) last.data = last.data.trimEnd() + " ";
    this.text.append(this.#chip(citation, this.citations.length - 1), "\n");
  }

  #chip(citation, ordinal) {
    const named = new Set(this.citations.map((other) => other.document_id)).size > 1;
    return chip(citation, this.actions.open, { named, ordinal });
  }

  #statements(body, chipFor) {
    if (!body.statements.length) return element("p", { class: "answer-text" }, body.answer);
    return element("div", { class: "answer-text" }, ...body.statements.map((statement) => this.#statement(statement, chipFor)));
  }

  #statement(statement, chipFor) {
    const flags = statement.flags ?? [];
    const unsupported = !statement.supported;
    const line = element("p", { class: unsupported ? "statement unsupported" : "statement" }, element("span", { class: "statement-text" }, statement.text.trim()), " ");
    statement.citations.forEach((index) => line.append(chipFor(index), " "));
    if (unsupported) line.append(element("span", { class: "unsupported-mark" }, "Unsupported: no checked quote says this"));
    for (const flag of flags) {
      const name = flag.split(":")[0];
      line.append(" ", element("span", { class: `flag ${name}` }, FLAGS[name] ?? flag.replaceAll("_", " ")));
    }
    return line;
  }

  #warnings(body) {
    const texts = (body.warnings ?? []).map((warning) => warning.message ?? warning); // older answers hold plain sentences
    for (const part of body.parts ?? []) if (!part.answered) texts.push(`Not found: ${part.question} (${part.reason})`);
    const left = body.not_yet_searchable ?? [];
    if (left.length) texts.push(`Left out, because still being read: ${left.map(this.actions.name).join(", ")}.`);
    if (body.searched?.lexical_only) texts.push("Found by words alone: the search by meaning is still being prepared.");
    return texts.map((text) => element("p", { class: "notice" }, text));
  }

  #nearest(searched) {
    const hits = searched?.nearest ?? [];
    if (!hits.length) return null;
    const rows = hits.map((hit) => {
      const place = { document_id: hit.document_id, start_page_number: hit.page, rectangles: [] };
      return element("li", {}, button(`${hit.document_name}, ${pageName(hit.page, hit.page_label)}`, () => this.actions.open(place), { class: "link" }));
    });
    return element("div", { class: "nearest" }, element("p", { class: "hint" }, "The nearest pages:"), element("ul", {}, ...rows));
  }

  #sources(citations) {
    const checks = new Set(citations.map((citation) => citation.verification));
    const summary = checks.size === 1 && checks.has("exact") ? "checked word for word" : "checked";
    return element(
      "details",
      { class: "sources" },
      element("summary", {}, `${countOf(citations.length, "source")}, ${summary}`),
      element("ol", {}, ...citations.map((citation, index) => source(citation, index, this.actions.open))),
    );
  }

  #tools(body) {
    const copy = button("Copy as Markdown", () => void this.#copy(copy, asMarkdown(body)), { class: "link" });
    const path = `v1/answers/${body.id}/export`;
    return element(
      "p",
      { class: "answer-tools" },
      copy,
      element("a", { class: "link", href: address(path), target: "_blank", rel: "noopener" }, "Print view"),
      element("a", { class: "link", href: address(`${path}?download=true`), download: true }, "Export with pages"),
    );
  }

  async #copy(pressed, text) {
    try {
      await navigator.clipboard.writeText(text);
      pressed.textContent = "Copied";
      announce("Copied");
      setTimeout(() => (pressed.textContent = "Copy as Markdown"), 2000);
    } catch {
      await showText("Copy this answer", text); // not a secure context, or not allowed
    }
  }
}
