// Selectable text over a page's picture: each piece of a line is a transparent span stretched to the place its words
// have on the page. Positions are in points; the layer as a whole is scaled, so zooming rebuilds nothing.

import { element } from "./dom.js";
import { offsetsOf } from "./offsets.js";

const FAMILY = "serif";
const measure = document.createElement("canvas").getContext("2d");

/** The layer of a page: `layout` is what the server tells of its lines. */
export function textLayer(layout) {
  const layer = element("div", { class: "text-layer" });
  layer.style.width = `${layout.width}px`;
  layer.style.height = `${layout.height}px`;
  const { toUnits } = offsetsOf(layout.text);
  for (const line of layout.lines) {
    for (const piece of piecesOf(line)) {
      const text = layout.text.slice(toUnits(piece.start), toUnits(piece.end));
      if (text.trim()) layer.append(spanFor(text, piece, line));
    }
    layer.append(document.createElement("br"));
  }
  return layer;
}

/** A line in runs whose horizontal place is known: its marked words, or the line whole. */
function piecesOf(line) {
  const marks = line.marks;
  if (!marks.length) return [{ start: line.span.start, end: line.span.end, x0: line.x0, x1: line.x1 }];
  const pieces = [];
  if (marks[0].span.start > line.span.start) {
    pieces.push({ start: line.span.start, end: marks[0].span.start, x0: line.x0, x1: marks[0].x0 });
  }
  marks.forEach((mark, at) => {
    const next = marks[at + 1];
    pieces.push({ start: mark.span.start, end: next?.span.start ?? line.span.end, x0: mark.x0, x1: next?.x0 ?? Math.max(mark.x1, line.x1) });
  });
  return pieces;
}

function spanFor(text, piece, line) {
  const height = Math.max(1, line.y1 - line.y0);
  const span = element("span", {}, text);
  const size = Math.max(1, height * 0.9);
  measure.font = `${size}px ${FAMILY}`;
  const natural = measure.measureText(text).width || 1;
  span.style.left = `${piece.x0}px`;
  span.style.top = `${line.y0}px`;
  span.style.fontSize = `${size}px`;
  span.style.lineHeight = `${height}px`;
  span.style.transform = `scaleX(${Math.max(0.01, (piece.x1 - piece.x0) / natural)})`;
  return span;
}
