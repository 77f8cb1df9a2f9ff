// Small helpers over the document. Knows nothing of Pincite.

/** The element with this id. */
export function part(id) {
  return document.getElementById(id);
}

/** A new element. Attributes that begin with "on" are listeners; false, null and undefined leave an attribute out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A button that is not a submit button. */
export function button(label, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, label);
}

/** An option of a select. */
export function option(value, label, attributes = {}) {
  return element("option", { value, ...attributes }, label);
}

/** Put these children in the place of all others. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
}

/** Call `action` once calls have stopped for so many milliseconds. */
export function settled(milliseconds, action) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}

/** Say something to people who listen to the page. */
export function announce(text) {
  part("live").textContent = text;
}

/** Whether a key press belongs to something one types or chooses in. */
export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
