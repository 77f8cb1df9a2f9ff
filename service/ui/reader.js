// The reader: opens a document at a place, outlines what a citation quotes, jumps by either page number, zooms,
// and remembers where the reader was. Pages themselves are the strip's business.

import { call, withQuery } from "./api.js";
import { announce, button, element, fill, part, settled } from "./dom.js";
import { Find } from "./find.js";
import { keepPlace, placeIn, recall, remember } from "./memory.js";
import { showOutline } from "./outline.js";
import { PageStrip } from "./page_strip.js";
import { pageName } from "./wording.js";

const OUTLINE_BESIDE = 640; // CSS pixels; the style sheet's container query says the same
const ZOOMS = [0.4, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];

/** The reader of the page. `opened(documentId)` is told of each document shown. */
export class Reader {
  constructor(opened) {
    this.opened = opened;
    this.document = null;
    this.quoted = null; // {page, rectangles} of the citation shown
    this.markSection = () => {};
    this.strip = new PageStrip(part("strip"), {
      moved: (page, changed) => this.#moved(page, changed),
      mounted: (view) => this.#dress(view),
    });
    this.find = new Find(this.strip, () => this.document?.id);
    this.strip.setZoom(recall("zoom"));
    this.keep = settled(400, () => this.document && keepPlace(this.document.id, this.strip.place));
    this.#listen();
  }

  /** Show a document. `place` may name a page, rectangles to outline, or a span to find the rectangles of. */
  async open(documentId, place = null) {
    const asked = (this.asked = (this.asked ?? 0) + 1);
    const other = this.document?.id !== documentId;
    try {
      if (other) await this.#load(documentId, () => asked === this.asked);
      if (asked !== this.asked) return;
      if (place) await this.#show(place);
      else if (other) this.strip.restore(placeIn(documentId) ?? { page: 1, share: -0.01 });
    } catch (problem) {
      this.#note(problem.message);
    }
  }

  /** Close the document if it is this one. */
  close(documentId) {
    if (this.document?.id !== documentId) return;
    this.document = null;
    this.quoted = null;
    this.find.reset();
    this.strip.clear();
    fill(part("reader-title"), "No document open");
    fill(part("page-notes"));
    part("reader-tools").hidden = part("find").hidden = part("outline").hidden = true;
    part("reader-empty").hidden = false;
    part("reader").classList.remove("showing");
    this.opened(null);
  }

  /** Go so many pages on or back. */
  turn(by) {
    if (!this.document) return;
    const numbers = this.document.page_report.map((page) => page.number);
    const at = numbers.indexOf(this.strip.current) + by;
    this.strip.go(numbers[Math.max(0, Math.min(numbers.length - 1, at))]);
  }

  /** One step larger (1) or smaller (-1), or fit to the width (null). */
  zoom(step) {
    if (!this.document) return;
    const now = this.strip.factor;
    const next = step === null ? null : step > 0 ? (ZOOMS.find((zoom) => zoom > now + 0.01) ?? ZOOMS.at(-1)) : (ZOOMS.findLast((zoom) => zoom < now - 0.01) ?? ZOOMS[0]);
    this.strip.setZoom(next);
    remember("zoom", next);
    this.#sayZoom();
  }

  /** Show or hide the outline. */
  toggleOutline() {
    const on = part("outline").hidden;
    this.#showOutline(on);
    this.markSection(this.strip.current);
    remember("outline", on);
  }

  #showOutline(on) {
    part("outline").hidden = !on || !this.document;
    part("outline-toggle").setAttribute("aria-expanded", String(!part("outline").hidden));
  }

  /** Whether the outline lies over the page, for want of room beside it. */
  #outlineCovers() {
    return part("reader").clientWidth < OUTLINE_BESIDE;
  }

  async #load(documentId, wanted) {
    const detail = await call("GET", `v1/documents/${documentId}`);
    if (!wanted()) return;
    if (!detail.page_report.length) throw new Error(`${detail.name} cannot be shown yet.`);
    if (this.document) keepPlace(this.document.id, this.strip.place);
    this.document = detail;
    this.quoted = null;
    part("reader-title").textContent = detail.name;
    part("reader-title").title = detail.name;
    part("reader-empty").hidden = true;
    part("reader-tools").hidden = false;
    part("reader").classList.add("showing");
    this.markSection = showOutline(part("outline"), detail.sections, (page) => {
      this.strip.go(page);
      if (this.#outlineCovers()) this.#showOutline(false);
    });
    this.#showOutline(recall("outline", false) && !this.#outlineCovers());
    this.strip.show(documentId, detail.page_report);
    this.find.reset();
    this.#sayZoom();
    this.#sayFailures(detail);
    this.opened(documentId);
  }

  async #show({ page, rectangles, span }) {
    if (!rectangles && span) {
      const path = withQuery(`v1/documents/${this.document.id}/pages/${page}/rectangles`, { start: span.start, end: span.end });
      this.strip.go(page);
      rectangles = (await call("GET", path)).rectangles;
    }
    this.quoted = rectangles?.length ? { page, rectangles } : null;
    for (const view of this.strip.views.values()) this.#outlineQuote(view);
    const top = rectangles?.length ? Math.min(...rectangles.filter((box) => box.page === page).map((box) => box.y0)) : null;
    this.strip.go(page, top);
  }

  #dress(view) {
    this.#outlineQuote(view);
    void this.find.outline(view);
  }

  #outlineQuote(view) {
    view.outline((this.quoted?.rectangles ?? []).filter((box) => box.page === view.page.number));
  }

  #moved(number, changed) {
    this.keep();
    if (!changed) return;
    const page = this.document.page_report.find((row) => row.number === number);
    if (document.activeElement !== part("page-field")) part("page-field").value = page.label ?? `#${number}`;
    part("page-place").textContent = `PDF ${number} of ${this.document.pages}`;
    this.markSection(number);
  }

  /** A printed page number first, then a page of the file; "#62" always means the file's. */
  #jump(text) {
    const wanted = text.trim().replace(/^p(age|\.)?\s*/i, "");
    const pages = this.document.page_report;
    const printed = pages.find((page) => page.label?.toLowerCase() === wanted.toLowerCase());
    const physical = pages.find((page) => String(page.number) === wanted.replace(/^(#|pdf)\s*/i, ""));
    const page = printed ?? physical;
    if (!page) {
      announce(`There is no page ${wanted}`);
      part("page-field").setAttribute("aria-invalid", "true");
      return;
    }
    part("page-field").removeAttribute("aria-invalid");
    this.strip.go(page.number);
    this.strip.scroller.focus();
    part("page-field").value = page.label ?? `#${page.number}`;
    announce(pageName(page.number, page.label));
  }

  #sayZoom() {
    part("zoom-value").textContent = `${Math.round(this.strip.factor * 100)} %`;
    part("fit").setAttribute("aria-pressed", String(this.strip.zoom === null));
  }

  #sayFailures(detail) {
    const failed = detail.page_report.filter((page) => page.error);
    if (!failed.length) return fill(part("page-notes"));
    const links = failed.slice(0, 12).map((page) => button(pageName(page.number, page.label), () => this.strip.go(page.number), { class: "link" }));
    this.#note(`${failed.length} of ${detail.pages} pages could not be read; answers do not know them: `, ...links);
  }

  #note(...words) {
    fill(part("page-notes"), element("p", { class: "notice" }, ...words.flatMap((word) => [word, " "])));
  }

  #listen() {
    part("jump").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.document) this.#jump(part("page-field").value);
    });
    part("page-field").addEventListener("focus", () => part("page-field").select());
    part("previous-page").addEventListener("click", () => this.turn(-1));
    part("next-page").addEventListener("click", () => this.turn(1));
    part("zoom-in").addEventListener("click", () => this.zoom(1));
    part("zoom-out").addEventListener("click", () => this.zoom(-1));
    part("fit").addEventListener("click", () => this.zoom(null));
    part("outline-toggle").addEventListener("click", () => this.toggleOutline());
    new ResizeObserver(() => this.document && this.#sayZoom()).observe(part("strip"));
  }
}
