// The outline at the side of the reader: the sections the server found, the one being read marked.

import { button, element, fill } from "./dom.js";

/** Fill the outline; `go(page)` jumps. Returns a function that marks the section around a page. */
export function showOutline(panel, sections, go) {
  let chosen = null; // the row pressed last: it stays the current one while its page is in view
  const rows = sections.map((section) => {
    const row = { section };
    const press = () => {
      chosen = row;
      go(section.start_page);
      mark(section.start_page);
    };
    row.button = button("", press, { class: "outline-row", "data-level": Math.min(section.level, 4) });
    return row;
  });
  for (const { section, button: row } of rows) {
    row.append(element("span", { class: "outline-title" }, section.title), element("span", { class: "outline-page" }, String(section.start_page)));
  }
  const list = rows.length
    ? element("ol", {}, ...rows.map(({ button: row }) => element("li", {}, row)))
    : element("p", { class: "hint" }, "No outline was found in this document.");
  fill(panel, list);
  function mark(page) {
    if (chosen?.section.start_page !== page) chosen = null;
    const around = rows.filter(({ section }) => section.start_page <= page && page <= Math.max(section.start_page, section.end_page));
    const current = chosen ?? around.find(({ section }) => section.start_page === page) ?? around.at(-1);
    for (const row of rows) {
      if (row === current) {
        row.button.setAttribute("aria-current", "true");
        if (!panel.hidden) row.button.scrollIntoView({ block: "nearest" });
      } else row.button.removeAttribute("aria-current");
    }
  }
  return mark;
}
