// Dialogs: ask for a password, for a name, for a yes; show text to copy; list the keys. Each answers with a promise.
// The browser's own <dialog> keeps the focus inside, closes on Escape and gives the focus back.

import { button, element, part } from "./dom.js";

export const REMOVE = Symbol("remove");

/** Show a dialog; the promise holds what `accept` returns, or null when it is closed without. `other` is a second
 * way out: {label, value}. */
function ask({ title, body, accept, label, other = null, danger = false }) {
  return new Promise((resolve) => {
    let result = null;
    const form = element("form", { method: "dialog" });
    const dialog = element("dialog", { "aria-labelledby": "dialog-title" }, form);
    form.append(element("h2", { id: "dialog-title" }, title), ...body);
    const leave = (value) => {
      result = value;
      dialog.close();
    };
    const actions = element("div", { class: "dialog-actions" }, button(accept ? "Cancel" : "Close", () => leave(null)));
    if (other) actions.prepend(button(other.label, () => leave(other.value), { class: "link danger" }));
    if (accept) actions.append(element("button", { type: "submit", class: danger ? "primary danger" : "primary" }, label));
    form.append(actions);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave(accept ? accept() : null);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    part("dialogs").append(dialog);
    dialog.showModal();
  });
}

/** A file's password, or null. */
export function askPassword(name, wrong) {
  const input = element("input", { type: "password", id: "password", autocomplete: "off", required: true });
  const body = [
    element("p", {}, wrong ? `The password given does not open ${name}.` : `${name} is encrypted.`),
    element("label", { class: "stacked", for: "password" }, "Password", input),
    element("p", { class: "hint" }, "It is kept only until the file has been read."),
  ];
  return ask({ title: "Password needed", body, label: "Read the file", accept: () => input.value });
}

/** A key to sign in with, or null. */
export function askKey(wrong) {
  const input = element("input", { type: "password", id: "key", autocomplete: "current-password", required: true });
  const body = [
    element("p", {}, wrong ? "This key is unknown, expired or revoked." : "This server asks for a key."),
    element("label", { class: "stacked", for: "key" }, "Key", input),
    element("p", { class: "hint" }, "`pincite keys create NAME` makes one, on the machine that holds the documents."),
  ];
  return ask({ title: "Sign in", body, label: "Sign in", accept: () => input.value.trim() });
}

/** A name, or null. */
export function askName(title, label, value = "") {
  const input = element("input", { id: "dialog-name", value, required: true, maxlength: 200, autocomplete: "off" });
  const body = [element("label", { class: "stacked", for: "dialog-name" }, label, input)];
  return ask({ title, body, label: "Save", accept: () => input.value.trim() || null });
}

/** A new name, REMOVE, or null. */
export function askNameOrRemoval(title, label, value, removal) {
  const input = element("input", { id: "dialog-name", value, required: true, maxlength: 200, autocomplete: "off" });
  const body = [element("label", { class: "stacked", for: "dialog-name" }, label, input)];
  return ask({ title, body, label: "Save", other: { label: removal, value: REMOVE }, accept: () => input.value.trim() || null });
}

/** Whether to go on. */
export async function confirm(title, sentence, label) {
  return (await ask({ title, body: [element("p", {}, sentence)], label, danger: true, accept: () => true })) === true;
}

/** Which of these are ticked, or null: `rows` of {value, label, checked}. */
export function choose(title, rows, otherwise) {
  const boxes = rows.map((row) => element("input", { type: "checkbox", value: row.value, checked: row.checked }));
  const body = rows.length
    ? [element("div", { class: "choices" }, ...rows.map((row, at) => element("label", { class: "check" }, boxes[at], row.label)))]
    : [element("p", {}, otherwise)];
  return ask({ title, body, label: "Save", accept: rows.length ? () => boxes.filter((box) => box.checked).map((box) => box.value) : null });
}

/** Text for a person to copy when the browser does not let the page write to the clipboard. */
export function showText(title, text) {
  const area = element("textarea", { readonly: true, rows: 12, "aria-label": title });
  area.value = text;
  const shown = ask({ title, body: [area] });
  area.select();
  return shown;
}

/** The keys, in groups of [keys, meaning], with the switch that turns single letters off. */
export function showKeys(rows, lettersOn, onSwitch) {
  const box = element("input", { type: "checkbox", checked: lettersOn, onchange: () => onSwitch(box.checked) });
  const list = element(
    "dl",
    { class: "keys" },
    ...rows.flatMap(([keys, meaning]) => [
      element("dt", {}, ...keys.map((key) => element("kbd", {}, key))),
      element("dd", {}, meaning),
    ]),
  );
  return ask({ title: "Keyboard shortcuts", body: [list, element("label", { class: "check" }, box, "Single-key shortcuts")] });
}
