// How things are called: pages, checks, states, amounts. Pure functions from values to words.

/** How a page is named: "p. F-4 (PDF 62)", or "PDF p. 62" when nothing is printed on it. */
export function pageName(number, label) {
  return label ? `p. ${label} (PDF ${number})` : `PDF p. ${number}`;
}

/** How a citation's pages are named: "p. F-4 (PDF 62)", or "p. F-4 (PDF 62-63)" when it runs over a page's end. */
export function citedPage(citation) {
  return pageName(pagesOf(citation), citation.page_label);
}

/** The pages of the file a citation stands on: "62" or "62-63". */
export function pagesOf(citation) {
  const [first, last] = [citation.start_page_number, (citation.end_page_number ?? citation.start_page_number + 1) - 1];
  return last > first ? `${first}-${last}` : String(first);
}

const CHECKS = {
  exact: ["exact", "stands on the page word for word"],
  normalized: ["normalized", "equal to the page but for typography and spacing"],
  fuzzy: ["fuzzy", "the same words and numbers, but for damaged letters"],
  moved: ["moved", "found on another page than the one first named"],
};

/** The name of a check and what it says. */
export function checkOf(verification) {
  return CHECKS[verification] ?? [verification, "see the page"];
}

const STAGES = { queued: "Waiting", reading: "Reading", indexing: "Indexing", recognising: "Recognising scans", embedding: "Preparing meaning search", done: "Finishing" };

/** One line on where a document stands. */
export function stateOf(document) {
  const { stage, done, total } = document.progress;
  if (document.status === "ready") return countOf(document.pages, "page");
  if (document.status === "partial") return `${countOf(document.pages, "page")}, not all of it`;
  if (document.status === "failed") return "Could not be read";
  if (document.status === "queued") return "Waiting to be read";
  const share = total > 0 ? ` ${Math.min(100, Math.round((100 * done) / total))} %` : "";
  return `${STAGES[stage] ?? stage}${share}`;
}

/** "1 page", "3 pages". */
export function countOf(count, noun) {
  return `${count ?? 0} ${noun}${count === 1 ? "" : "s"}`;
}

/** A price in dollars, with the digits that matter. */
export function dollars(amount) {
  if (amount === null || amount === undefined) return "";
  if (amount === 0) return "free";
  return amount < 0.01 ? `$${amount.toFixed(4)}` : `$${amount.toFixed(amount < 1 ? 3 : 2)}`;
}

/** 12400 as "12,400". */
export function grouped(number) {
  return Number(number).toLocaleString("en-US", { maximumFractionDigits: 10 });
}

const SCALES = { 1000: "thousands", 1000000: "millions", 1000000000: "billions" };

/** The unit and scale an amount is counted in: "USD in millions". */
export function unitOf(unit, scale) {
  const scaled = SCALES[scale] ? `in ${SCALES[scale]}` : "";
  return [unit, scaled].filter(Boolean).join(" ");
}

/** An amount as accountants set it: negative in brackets. */
export function amount(value) {
  if (value === null || value === undefined || Number.isNaN(Number(value))) return String(value ?? "");
  const digits = grouped(Math.abs(Number(value)));
  return Number(value) < 0 ? `(${digits})` : digits;
}

/** "4.2 MB" */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1 << 20 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}
