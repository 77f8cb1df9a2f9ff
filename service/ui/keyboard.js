// Keys of the page. Single letters work only outside fields and can be turned off; Escape always works.

import { hideQuote } from "./citation.js";
import { showKeys } from "./dialogs.js";
import { isTyping, part } from "./dom.js";
import { recall, remember } from "./memory.js";

/** Listen to keys. `reader`, `conversation` and `show(view)` do what they say. */
export function listenToKeys({ reader, conversation, show }) {
  const keys = bindings(reader, conversation, show);
  const help = () => void showKeys(keys.map(({ shown, meaning }) => [shown, meaning]), recall("letters", true), (on) => remember("letters", on));
  keys.push({ keys: ["?"], shown: ["?"], meaning: "These keys", act: help });
  part("help").addEventListener("click", help);
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return escape(reader, event);
    if (isTyping(event.target) || document.querySelector("dialog[open]") || !recall("letters", true)) return;
    const bound = keys.find((row) => row.keys.includes(event.key));
    if (!bound || (bound.keys[0].startsWith("Arrow") && !inReader())) return;
    event.preventDefault();
    bound.act();
  });
}

function bindings(reader, conversation, show) {
  return [
    { keys: ["j"], shown: ["j", "→"], meaning: "Next page", act: () => reader.turn(1) },
    { keys: ["k"], shown: ["k", "←"], meaning: "Previous page", act: () => reader.turn(-1) },
    { keys: ["ArrowRight"], shown: ["↑", "↓"], meaning: "Scroll, with the pages in focus", act: () => reader.turn(1) },
    { keys: ["ArrowLeft"], shown: [], meaning: "", act: () => reader.turn(-1) },
    { keys: ["]"], shown: ["]"], meaning: "Next citation", act: () => conversation.stepCitation(1) },
    { keys: ["["], shown: ["["], meaning: "Previous citation", act: () => conversation.stepCitation(-1) },
    { keys: ["/"], shown: ["/"], meaning: "Find in the document", act: () => (show("reader"), reader.document && reader.find.open()) },
    { keys: ["n"], shown: ["n"], meaning: "Next match", act: () => reader.find.step(1) },
    { keys: ["N"], shown: ["N"], meaning: "Previous match", act: () => reader.find.step(-1) },
    { keys: ["g"], shown: ["g"], meaning: "Go to a page", act: () => (show("reader"), part("page-field").focus()) },
    { keys: ["o"], shown: ["o"], meaning: "Outline", act: () => reader.toggleOutline() },
    { keys: ["+", "="], shown: ["+"], meaning: "Zoom in", act: () => reader.zoom(1) },
    { keys: ["-"], shown: ["−"], meaning: "Zoom out", act: () => reader.zoom(-1) },
    { keys: ["w"], shown: ["w"], meaning: "Fit width", act: () => reader.zoom(null) },
    { keys: ["a"], shown: ["a"], meaning: "Ask", act: () => (show("conversation"), part("question").focus()) },
    { keys: ["l"], shown: ["l"], meaning: "Filter the library", act: () => (show("library"), part("filter-text").focus()) },
  ];
}

function inReader() {
  return part("reader").contains(document.activeElement) || document.activeElement === document.body;
}

function escape(reader, event) {
  hideQuote();
  if (document.querySelector("dialog[open]")) return;
  if (reader.find.isOpen) {
    event.preventDefault();
    reader.find.close();
  } else if (isTyping(event.target)) event.target.blur();
}
