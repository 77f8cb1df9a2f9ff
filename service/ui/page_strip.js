// All pages of a document one below the other. Only those near the viewport exist; the others are room left free, so
// a thousand pages cost what ten do. Knows places and sizes, nothing of documents' contents.

import { PageView } from "./page_view.js";

const GAP = 14;
const EDGE = 16;
const POINT = 96 / 72; // CSS pixels of a point at 100 %
const FROM_TOP = 0.3; // where in the viewport a place that is shown comes to stand

/** The strip inside a scrolling element. `told.moved(page)` hears of the page in view, `told.mounted(view)` of each page made. */
export class PageStrip {
  constructor(scroller, told) {
    this.scroller = scroller;
    this.told = told;
    this.track = document.createElement("div");
    this.track.className = "track";
    this.views = new Map();
    this.pages = [];
    this.tops = [];
    this.zoom = null; // null: as wide as there is room
    this.current = 0;
    scroller.replaceChildren(this.track);
    scroller.addEventListener("scroll", () => this.#soon(), { passive: true });
    this.waiting = false;
    new ResizeObserver(() => this.pages.length && this.#keepingPlace(() => this.#measure())).observe(scroller);
  }

  /** Show a document's pages from its page report. */
  show(documentId, pages) {
    this.clear();
    this.documentId = documentId;
    this.pages = pages;
    this.#measure();
  }

  /** Show nothing. */
  clear() {
    for (const view of this.views.values()) view.remove();
    this.views.clear();
    this.pages = [];
    this.current = 0;
    this.track.style.height = "0";
    this.scroller.scrollTop = 0;
  }

  /** Bring a page into view, with this height on it (in points) a third down; without one, its top edge. */
  go(number, y = null) {
    const at = this.pages.findIndex((page) => page.number === number);
    if (at < 0) return;
    const scale = this.#scale(this.pages[at]);
    const inPage = y === null ? -EDGE / 2 : y * scale - this.#readingLine;
    this.scroller.scrollTop = Math.max(0, this.tops[at] + inPage);
    this.scroller.scrollLeft = Math.max(0, (this.track.scrollWidth - this.scroller.clientWidth) / 2);
    this.#mount(at, true); // its picture is asked for before its neighbours'
    this.#draw(false);
  }

  /** Change the zoom: a factor, or null to fit the width. */
  setZoom(zoom) {
    this.zoom = zoom;
    if (this.pages.length) this.#keepingPlace(() => this.#measure());
  }

  /** The zoom in force, 1 being 100 %. */
  get factor() {
    return this.pages.length ? this.#scale(this.pages[Math.max(0, this.#indexAt(this.scroller.scrollTop))]) / POINT : 1;
  }

  /** Where the reader is: {page, share}, the share of the page's height above the line one reads at. */
  get place() {
    const line = this.scroller.scrollTop + this.#readingLine;
    const at = this.#indexAt(line);
    const page = this.pages[at];
    return page ? { page: page.number, share: (line - this.tops[at]) / (page.height * this.#scale(page)) } : null;
  }

  /** Return to a place. */
  restore({ page, share }) {
    const at = Math.max(0, this.pages.findIndex((row) => row.number === page));
    this.scroller.scrollTop = this.tops[at] + share * this.pages[at].height * this.#scale(this.pages[at]) - this.#readingLine;
    this.#draw(true);
  }

  get #readingLine() {
    return this.scroller.clientHeight * FROM_TOP;
  }

  #scale(page) {
    return this.zoom === null ? Math.max(0.1, (this.scroller.clientWidth - 2 * EDGE) / page.width) : this.zoom * POINT;
  }

  #measure() {
    let top = EDGE;
    let widest = 0;
    this.tops = this.pages.map((page) => {
      const here = top;
      top += page.height * this.#scale(page) + GAP;
      widest = Math.max(widest, page.width * this.#scale(page));
      return here;
    });
    this.track.style.height = `${top + EDGE}px`;
    this.track.style.width = `${Math.max(widest + 2 * EDGE, this.scroller.clientWidth)}px`;
    this.#draw(true);
  }

  #keepingPlace(change) {
    const place = this.place;
    change();
    if (place) this.restore(place);
  }

  #soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.#draw(false);
    });
  }

  #draw(atOnce) {
    if (!this.pages.length) return;
    const { scrollTop, clientHeight } = this.scroller;
    const first = this.#indexAt(scrollTop - clientHeight / 2);
    const last = this.#indexAt(scrollTop + clientHeight * 1.5);
    for (const [at, view] of this.views) {
      if (at < first || at > last) {
        view.remove();
        this.views.delete(at);
      }
    }
    for (let at = first; at <= last; at += 1) this.#mount(at, atOnce);
    this.#follow(scrollTop + this.#readingLine);
  }

  #mount(at, atOnce) {
    const page = this.pages[at];
    const scale = this.#scale(page);
    let view = this.views.get(at);
    const isNew = !view;
    if (isNew) {
      view = new PageView(this.documentId, page);
      this.views.set(at, view);
      const after = [...this.views.keys()].filter((other) => other > at).sort((one, other) => one - other)[0];
      this.track.insertBefore(view.element, after === undefined ? null : this.views.get(after).element);
    }
    const width = parseFloat(this.track.style.width);
    view.place(this.tops[at], Math.max(EDGE, (width - page.width * scale) / 2), scale, atOnce);
    if (isNew) this.told.mounted(view);
  }

  #follow(height) {
    const number = this.pages[this.#indexAt(height)].number;
    this.told.moved(number, number !== this.current);
    this.current = number;
  }

  /** The index of the page at a height of the track. */
  #indexAt(height) {
    let low = 0;
    let high = this.pages.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= height) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
