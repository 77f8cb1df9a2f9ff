// One row of the library: name, state or progress, the reason of a failure, and what can be done with the document.
// Calls nothing itself; every action is handed to it.

import { button, element, fill } from "./dom.js";
import { READABLE } from "./store.js";
import { countOf, size, stateOf } from "./wording.js";

const LOCKED = ["password_required", "password_wrong"];

/** A row for a document id; `actions` are functions of the document. */
export class DocumentRow {
  constructor(document, actions) {
    this.actions = actions;
    this.box = element("input", { type: "checkbox", onchange: () => actions.select(this.document, this.box.checked) });
    this.name = button("", () => actions.open(this.document), { class: "document-name" });
    this.state = element("span", { class: "document-state" });
    this.bar = element("progress", { class: "document-progress", max: 1 });
    this.more = button("⋯", () => this.#unfold(), { class: "quiet round", "aria-expanded": "false" });
    this.reason = element("p", { class: "document-reason" });
    this.panel = element("div", { class: "document-panel", hidden: true });
    this.element = element(
      "li",
      { class: "document" },
      this.box,
      element("div", { class: "document-main" }, this.name, this.state, this.bar, this.reason),
      this.more,
      this.panel,
    );
    this.update(document);
  }

  /** Show a new state. */
  update(document) {
    const changed = JSON.stringify(document) !== JSON.stringify(this.document);
    this.document = document;
    if (!changed) return;
    const readable = READABLE.includes(document.status);
    const settled = ["ready", "partial", "failed"].includes(document.status);
    this.element.dataset.status = document.status;
    this.element.dataset.document = document.id;
    this.name.textContent = document.name;
    this.name.disabled = !readable;
    this.name.title = document.name;
    this.box.disabled = !readable;
    this.box.setAttribute("aria-label", `Ask ${document.name}`);
    this.more.setAttribute("aria-label", `Actions for ${document.name}`);
    this.state.textContent = this.#line();
    this.bar.hidden = settled;
    this.bar.setAttribute("aria-label", `Reading ${document.name}`);
    this.#progress();
    this.#reason();
    if (!this.panel.hidden) this.#fillPanel();
  }

  /** Mark the row as the open document, and as chosen for questions. */
  mark({ open, selected }) {
    this.element.classList.toggle("open", open);
    if (open) this.name.setAttribute("aria-current", "true");
    else this.name.removeAttribute("aria-current");
    this.box.checked = selected;
  }

  #line() {
    const { detected } = this.document;
    const about = [detected.form, detected.fiscal_year ?? detected.period].filter(Boolean).join(" ");
    return [stateOf(this.document), about].filter(Boolean).join(" · ");
  }

  #progress() {
    const { done, total } = this.document.progress;
    if (this.document.status === "queued" || total === 0) this.bar.removeAttribute("value");
    else this.bar.value = done / total;
  }

  #reason() {
    const { error } = this.document;
    this.reason.hidden = !error;
    if (!error) return;
    const locked = LOCKED.includes(error.code);
    fill(
      this.reason,
      error.message,
      " ",
      locked
        ? button("Enter password…", () => this.actions.unlock(this.document), { class: "link" })
        : button("Try again", () => this.actions.retry(this.document), { class: "link" }),
    );
  }

  #unfold() {
    this.panel.hidden = !this.panel.hidden;
    this.more.setAttribute("aria-expanded", String(!this.panel.hidden));
    if (!this.panel.hidden) this.#fillPanel();
  }

  #fillPanel() {
    const { document, actions } = this;
    const { detected } = document;
    const facts = [
      ["Company", detected.company],
      ["Period", detected.period],
      ["Size", `${size(document.bytes)}${document.tokens ? `, ${countOf(document.tokens.toLocaleString("en-US"), "token")}` : ""}`],
      ["Added", new Date(document.created_at * 1000).toLocaleString()],
    ].filter(([, value]) => value);
    const readable = READABLE.includes(document.status);
    fill(
      this.panel,
      element("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
      element(
        "div",
        { class: "document-actions" },
        readable && button("Ask only this", () => actions.only(document), { class: "link" }),
        button("Collections…", () => actions.group(document), { class: "link" }),
        button("Rename…", () => actions.rename(document), { class: "link" }),
        document.status === "partial" && button("Read again", () => actions.retry(document), { class: "link" }),
        button("Delete…", () => actions.remove(document), { class: "link danger" }),
      ),
    );
  }
}

/** A row for a file on its way; `stop` ends the upload, `drop` removes the row. */
export class SendingRow {
  constructor(name, { stop, retry, drop }) {
    this.state = element("span", { class: "document-state" }, "Sending");
    this.bar = element("progress", { class: "document-progress", max: 1, value: 0, "aria-label": `Sending ${name}` });
    this.reason = element("p", { class: "document-reason", hidden: true });
    this.stop = button("×", stop, { class: "quiet round", "aria-label": `Stop sending ${name}` });
    this.retry = retry;
    this.drop = drop;
    this.element = element(
      "li",
      { class: "document sending" },
      element("span", { class: "spacer" }),
      element("div", { class: "document-main" }, element("span", { class: "document-name" }, name), this.state, this.bar, this.reason),
      this.stop,
    );
  }

  /** So much of the file has gone out. */
  progress(share) {
    this.bar.value = share;
    this.state.textContent = share < 1 ? `Sending ${Math.round(share * 100)} %` : "Storing";
  }

  /** The server refused the file. */
  refused(problem) {
    this.element.dataset.status = "failed";
    this.state.textContent = "Not stored";
    this.bar.hidden = true;
    this.stop.hidden = true;
    this.reason.hidden = false;
    fill(
      this.reason,
      problem.message,
      " ",
      problem.retry && button("Try again", this.retry, { class: "link" }),
      " ",
      button("Dismiss", this.drop, { class: "link" }),
    );
  }
}
