// An answer as Markdown with its citations as footnotes, for a memo or a mail. Pure.

import { quoteOf } from "./citation.js";
import { citedPage } from "./wording.js";

/** The text of an answer body. */
export function asMarkdown(body) {
  const lines = [`**${body.question}**`, ""];
  if (body.statements.length) lines.push(...body.statements.map(statementLine));
  else lines.push(body.answer);
  for (const calculation of body.calculations ?? []) {
    lines.push("", `- ${calculation.name}: \`${calculation.expression}\` = ${calculation.result} ${calculation.unit ?? ""}`.trimEnd());
  }
  if (body.citations.length) lines.push("");
  body.citations.forEach((citation, index) => {
    lines.push(`[^${index + 1}]: ${citation.document_name}, ${citedPage(citation)}: “${quoteOf(citation)}” (${citation.verification})`);
  });
  return `${lines.join("\n")}\n`;
}

function statementLine(statement) {
  const notes = statement.citations.map((index) => `[^${index + 1}]`).join("");
  return `${statement.text.trim()}${notes}${statement.supported ? "" : " *(not supported by a checked quote)*"}\n`;
}
