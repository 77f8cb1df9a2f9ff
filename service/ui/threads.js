// Conversations kept on the server: the list, opening one, naming and deleting. A server without them just has none.

import { call, withQuery } from "./api.js";
import { askName, confirm } from "./dialogs.js";
import { button, element, fill, part } from "./dom.js";
import { countOf } from "./wording.js";

const MOST = 50;
const LONGEST_NAME = 80;

/** The conversation under way. `show(turns)` puts its answers on the page. */
export class Threads {
  constructor(show) {
    this.show = show;
    this.current = null;
    this.available = false;
    part("threads-toggle").addEventListener("click", () => void this.toggle());
    part("new-thread").addEventListener("click", () => this.begin());
  }

  /** Find out whether the server keeps conversations. */
  async load() {
    try {
      this.rows = (await call("GET", withQuery("v1/threads", { limit: MOST }))).threads;
      this.available = true;
    } catch (problem) {
      if (problem.status !== 404 && problem.status !== 405) throw problem;
      this.available = false;
      this.rows = [];
    }
    part("threads-toggle").hidden = !this.available;
    part("new-thread").hidden = !this.available;
    this.#draw();
  }

  /** The id to send a question under; a first question begins a conversation named after it. The conversation gets
   * no scope of its own: each question carries its own, and one without means everything. */
  async idFor(body) {
    if (!this.available) return null;
    if (!this.current) {
      this.current = (await call("POST", "v1/threads", { name: body.question.slice(0, LONGEST_NAME) })).id;
    }
    return this.current;
  }

  /** Start over with an empty page. */
  begin() {
    this.current = null;
    this.toggle(false);
    this.show([]);
    part("question").focus();
  }

  /** Show or hide the list. */
  async toggle(on = part("threads").hidden) {
    part("threads").hidden = !on;
    part("threads-toggle").setAttribute("aria-expanded", String(on));
    if (on) await this.load();
  }

  async #open(id) {
    const thread = await call("GET", `v1/threads/${id}`);
    this.current = id;
    await this.toggle(false);
    this.show(thread.turns);
  }

  async #rename(row) {
    const name = await askName("Rename conversation", "Name", row.name ?? "");
    if (!name) return;
    await call("PATCH", `v1/threads/${row.id}`, { name });
    await this.load();
  }

  async #remove(row) {
    if (!(await confirm("Delete this conversation?", "Its questions and answers are removed.", "Delete"))) return;
    await call("DELETE", `v1/threads/${row.id}`);
    if (this.current === row.id) this.begin();
    await this.load();
  }

  #draw() {
    const rows = this.rows.map((row) =>
      element(
        "li",
        {},
        button(row.name || "Without a name", () => void this.#open(row.id), { class: "thread-name", "aria-current": row.id === this.current ? "true" : null }),
        element("span", { class: "hint" }, `${countOf(row.answers, "answer")}, ${new Date(row.updated_at * 1000).toLocaleDateString()}`),
        button("Rename", () => void this.#rename(row), { class: "link" }),
        button("Delete", () => void this.#remove(row), { class: "link danger" }),
      ),
    );
    fill(part("threads"), rows.length ? element("ul", {}, ...rows) : element("p", { class: "hint" }, "No earlier conversation."));
  }
}
