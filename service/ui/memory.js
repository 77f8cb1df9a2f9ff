// What this browser remembers between visits: the place in each document, zoom, panes, shortcuts. Losing it costs
// nothing, so a browser that refuses storage is no error. Keys carry the page's path: two installations on one host
// do not mix.

const PREFIX = `pincite ${new URL("../", import.meta.url).pathname} `;
const MOST_PLACES = 200;

/** A remembered value, or `otherwise`. */
export function recall(name, otherwise = null) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Remember a value. */
export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // storage is full or refused: the page works without it
  }
}

/** Where a document was left: {page, share}, or null. */
export function placeIn(documentId) {
  return recall("places", {})[documentId] ?? null;
}

/** Keep the place in a document; the oldest places are dropped. */
export function keepPlace(documentId, place) {
  const { [documentId]: _before, ...others } = recall("places", {});
  const kept = Object.entries(others).slice(-MOST_PLACES + 1);
  remember("places", { ...Object.fromEntries(kept), [documentId]: place });
}
