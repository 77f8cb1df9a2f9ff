// The outline at the side of the reader: the sections the server found, the one being read marked.

import { button, element, fill } from "./dom.js";

/** Fill the outline; `go(page)` jumps. Returns a function that marks the section around a page. */
export function showOutline(panel, sections, go) {
  const rows = sections.map((section) => ({
    section,
    button: button("", () => go(section.start_page), { class: "outline-row", "data-level": Math.min(section.level, 4) }),
  }));
  for (const { section, button: row } of rows) {
    row.append(element("span", { class: "outline-title" }, section.title), element("span", { class: "outline-page" }, String(section.start_page)));
  }
  const list = rows.length
    ? element("ol", {}, ...rows.map(({ button: row }) => element("li", {}, row)))
    : element("p", { class: "hint" }, "No outline was found in this document.");
  fill(panel, list);
  return (page) => {
    const inside = rows.filter(({ section }) => section.start_page <= page && page <= Math.max(section.start_page, section.end_page));
    const deepest = inside.filter(({ section }) => section.start_page <= page).at(-1);
    for (const row of rows) {
      if (row === deepest) {
        row.button.setAttribute("aria-current", "true");
        if (!panel.hidden) row.button.scrollIntoView({ block: "nearest" });
      } else row.button.removeAttribute("aria-current");
    }
  };
}
