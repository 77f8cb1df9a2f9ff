// Find in the open document: the server names every place, pages in view outline theirs, Enter goes from one to the
// next. The server finds; this file only asks, counts and steps.

import { call, withQuery } from "./api.js";
import { announce, part, settled } from "./dom.js";

const A_REPLY = 1000;
const MOST = 5000;

/** The find bar of a reader. `strip` shows pages; `documentId()` names the document open. */
export class Find {
  constructor(strip, documentId) {
    this.strip = strip;
    this.documentId = documentId;
    this.matches = [];
    this.at = -1;
    this.asked = 0;
    part("find-text").addEventListener("input", settled(200, () => void this.#look()));
    part("find").addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    part("find-text").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        this.step(-1);
      }
    });
    part("find-next").addEventListener("click", () => this.step(1));
    part("find-previous").addEventListener("click", () => this.step(-1));
    part("find-close").addEventListener("click", () => this.close());
    part("find-toggle").addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
  }

  get isOpen() {
    return !part("find").hidden;
  }

  /** Open the bar and put the cursor in it. */
  open() {
    part("find").hidden = false;
    part("find-toggle").setAttribute("aria-expanded", "true");
    part("find-text").focus();
    part("find-text").select();
  }

  /** Close the bar and take its outlines away. */
  close() {
    part("find").hidden = true;
    part("find-toggle").setAttribute("aria-expanded", "false");
    this.#take([]);
    part("find-text").value = "";
    this.strip.scroller.focus();
  }

  /** Forget everything found: another document is open. */
  reset() {
    this.#take([]);
    if (this.isOpen && part("find-text").value) void this.#look();
  }

  /** Go on to the next match, or back. */
  step(by) {
    if (!this.matches.length) return;
    this.at = (this.at + by + this.matches.length) % this.matches.length;
    this.#show();
  }

  /** Outline the matches of a page that has come into view. */
  async outline(view) {
    const asked = this.asked;
    if (!this.matches.some((match) => match.page === view.page.number)) return;
    const path = withQuery(`v1/documents/${this.documentId()}/find`, {
      query: part("find-text").value,
      after: view.page.number - 1,
      limit: 1,
      rectangles: true,
    });
    const found = (await call("GET", path)).matches.filter((match) => match.page === view.page.number);
    if (asked !== this.asked) return;
    view.matches = found;
    this.#draw(view);
  }

  async #look() {
    const query = part("find-text").value.trim();
    const asked = (this.asked += 1);
    if (!query || !this.documentId()) return this.#take([]);
    const matches = [];
    let after = 0;
    try {
      do {
        const found = await call("GET", withQuery(`v1/documents/${this.documentId()}/find`, { query, after, limit: A_REPLY }));
        if (asked !== this.asked) return;
        matches.push(...found.matches);
        after = found.next_after;
      } while (after !== null && matches.length < MOST);
    } catch (problem) {
      part("find-count").textContent = problem.message;
      return;
    }
    this.#take(matches, after !== null);
    const here = matches.findIndex((match) => match.page >= this.strip.current);
    this.at = here < 0 ? (matches.length ? 0 : -1) : here;
    this.#show();
    if (!matches.length) announce("No match");
  }

  #take(matches, more = false) {
    this.matches = matches;
    this.more = more;
    this.at = -1;
    this.asked += 1;
    for (const view of this.strip.views.values()) {
      view.matches = [];
      view.outline([], "found");
      void this.outline(view);
    }
    this.#count();
  }

  #count() {
    const total = `${this.matches.length}${this.more ? "+" : ""}`;
    part("find-count").textContent = !part("find-text").value.trim() ? "" : this.matches.length ? `${this.at + 1} of ${total}` : "No match";
  }

  #show() {
    this.#count();
    const match = this.matches[this.at];
    if (!match) return;
    const shown = [...this.strip.views.values()].find((view) => view.page.number === match.page);
    const box = shown?.matches?.find((other) => other.span.start === match.span.start)?.rectangles[0];
    if (box) this.strip.go(match.page, box.y0);
    else this.strip.go(match.page);
    announce(`Match ${this.at + 1} of ${this.matches.length}, page ${match.page_label ?? match.page}`);
    for (const view of this.strip.views.values()) this.#draw(view);
  }

  #draw(view) {
    const current = this.matches[this.at];
    const boxes = (view.matches ?? []).flatMap((match) =>
      match.rectangles.map((box) => ({ ...box, current: current?.page === match.page && current.span.start === match.span.start })),
    );
    view.outline(boxes, "found");
    const chosen = boxes.find((box) => box.current);
    if (chosen && this.waitsFor === current) this.strip.go(current.page, chosen.y0);
    this.waitsFor = chosen ? null : current;
  }
}
