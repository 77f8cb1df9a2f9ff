// One page on the strip: its picture, the text over it, and outlines on it. It lives only while it is near the
// viewport; the strip makes and drops it. The picture is put on a canvas and not into an <img>, because the memory of
// a canvas is given back at once, while browsers keep hundreds of megabytes of decoded images they no longer show.

import { bytes, call, picturePath } from "./api.js";
import { element, fill } from "./dom.js";
import { textLayer } from "./text_layer.js";
import { pageName } from "./wording.js";

const DPI_STEPS = [72, 96, 120, 144, 192, 240, 300];
const PATIENCE = 70; // milliseconds a page must stay before its picture is asked for, so that flying past costs nothing

/** A page of a document; `page` is its row in the page report. */
export class PageView {
  constructor(documentId, page) {
    this.documentId = documentId;
    this.page = page;
    this.image = element("canvas", { class: "picture", "aria-hidden": "true" });
    this.marks = element("div", { class: "marks" });
    this.found = element("div", { class: "marks found" });
    this.label = element("p", { class: "page-label" }, pageName(page.number, page.label));
    this.element = element(
      "section",
      { class: "page loading", "aria-label": pageName(page.number, page.label), "data-page": page.number },
      this.image,
      this.found,
      this.marks,
      this.label,
    );
    this.stop = new AbortController();
    this.timer = 0;
    this.dpi = 0;
    if (page.error) this.element.append(element("p", { class: "page-error" }, `This page could not be read: ${page.error}`));
    this.layer = this.#text();
  }

  /** Lay the page out at `scale` CSS pixels a point, and see to a picture sharp enough for this screen. */
  place(top, left, scale, atOnce) {
    const { width, height } = this.page;
    Object.assign(this.element.style, {
      transform: `translate(${left}px, ${top}px)`,
      width: `${width * scale}px`,
      height: `${height * scale}px`,
    });
    this.element.style.setProperty("--scale", scale);
    const wanted = 72 * scale * devicePixelRatio;
    const dpi = DPI_STEPS.find((step) => step >= wanted - 1) ?? DPI_STEPS.at(-1);
    if (dpi === this.dpi) return;
    this.dpi = dpi;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.#picture(dpi), atOnce ? 0 : PATIENCE);
  }

  /** Outline rectangles (points from the top left) as what a citation quotes, or as hits of a search. */
  outline(rectangles, kind = "quoted") {
    const layer = kind === "quoted" ? this.marks : this.found;
    const { width, height } = this.page;
    fill(
      layer,
      rectangles.map((box) => {
        const mark = element("div", { class: `mark ${kind}${box.current ? " current" : ""}` });
        mark.style.left = `${(100 * box.x0) / width}%`;
        mark.style.top = `${(100 * box.y0) / height}%`;
        mark.style.width = `${(100 * (box.x1 - box.x0)) / width}%`;
        mark.style.height = `${(100 * (box.y1 - box.y0)) / height}%`;
        return mark;
      }),
    );
  }

  /** Take the page away: whatever is still on its way for it is given up. */
  remove() {
    clearTimeout(this.timer);
    this.stop.abort();
    this.image.width = this.image.height = 0;
    this.element.remove();
  }

  async #picture(dpi) {
    try {
      const file = await bytes(picturePath(this.documentId, this.page.number, dpi), this.stop.signal);
      const bitmap = await createImageBitmap(file);
      if (this.stop.signal.aborted || dpi !== this.dpi) return bitmap.close();
      Object.assign(this.image, { width: bitmap.width, height: bitmap.height });
      this.image.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
      this.element.classList.remove("unpictured");
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.dpi = 0; // asked for again the next time the page is laid out
      this.element.classList.add("unpictured");
    }
    this.element.classList.remove("loading");
  }

  async #text() {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    if (this.stop.signal.aborted) return;
    try {
      const path = `v1/documents/${this.documentId}/pages/${this.page.number}/layout`;
      const layout = await call("GET", path, undefined, this.stop.signal);
      this.image.after(textLayer(layout));
      this.element.classList.add("with-text");
    } catch {
      // gone from view, or the server is away: the picture stands without selectable text
    }
  }
}
