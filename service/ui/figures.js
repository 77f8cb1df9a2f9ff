// Numbers in an answer: the figure asked for with its unit, scale and period; calculations down to their operands;
// values of a caller's schema. Every number that comes from a page carries its chip.

import { element } from "./dom.js";
import { amount, grouped, unitOf } from "./wording.js";

/** The figure a table row carried; `citations` are those of the answer, one of which is its source. */
export function figureBlock(figure, citations) {
  const digits = grouped(Math.abs(Number(figure.value)));
  const row = citations.find((citation) => citation.section && citation.cited_text.includes(digits));
  const facts = [
    ["Unit", unitOf(figure.unit, figure.scale)],
    ["Period", figure.period],
    ["From", row ? row.section.split(" › ").at(-1) : figure.statement],
  ].filter(([, value]) => value);
  return element(
    "div",
    { class: "figure", role: "group", "aria-label": "Figure" },
    element("p", { class: "figure-value" }, amount(figure.value)),
    element("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
  );
}

/** A calculation that unfolds to its operands; `chipFor(index)` makes the chip of a citation. */
export function calculationBlock(calculation, chipFor) {
  const rows = calculation.operands.map((operand) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, operand.name),
      element("td", { class: "number" }, amount(operand.value)),
      element("td", {}, unitOf(operand.unit, operand.scale)),
      element("td", {}, operand.citation === null || operand.citation === undefined ? "given" : chipFor(operand.citation)),
    ),
  );
  return element(
    "details",
    { class: "calculation" },
    element("summary", {}, element("span", { class: "calculation-name" }, calculation.name || "Calculation"), element("span", { class: "number" }, `${amount(calculation.result)} ${calculation.unit ?? ""}`.trim())),
    element("p", { class: "expression" }, calculation.expression),
    element("table", {}, element("caption", { class: "unseen" }, "Operands"), head("Operand", "Value", "Unit", "Source"), element("tbody", {}, ...rows)),
  );
}

/** The values of a caller's schema, by JSON pointer. */
export function valuesTable(values, chipFor) {
  const rows = Object.entries(values).map(([pointer, leaf]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, pointer.replace(/^\//, "").replaceAll("/", " › ")),
      element("td", {}, leaf.value === null ? element("span", { class: "missing" }, leaf.reason ?? "not found") : String(leaf.value)),
      element("td", {}, ...(leaf.citations ?? []).map(chipFor)),
    ),
  );
  return element("table", { class: "values" }, element("caption", { class: "unseen" }, "Values"), head("Field", "Value", "Source"), element("tbody", {}, ...rows));
}

function head(...names) {
  return element("thead", {}, element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name))));
}
