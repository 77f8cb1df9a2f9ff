// The route of an answer and its price, before and after: what was chosen, why, and what else was weighed.

import { element } from "./dom.js";
import { dollars, grouped } from "./wording.js";

/** One line naming a route: mode, model, tokens, price. */
export function routeLine(route, usage = null) {
  const chosen = (route.considered ?? []).find((other) => other.mode === route.mode);
  const tokens = usage ? (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0) : chosen?.tokens;
  const price = usage ? usage.cost_usd : chosen?.cost_usd;
  const cached = usage?.cached_tokens ? ` (${grouped(usage.cached_tokens)} cached)` : "";
  const about = usage && !usage.estimated ? "" : "about ";
  return [
    route.mode,
    route.model,
    tokens ? `${usage ? "" : about}${grouped(tokens)} tokens${cached}` : "",
    price === null || price === undefined ? (route.mode === "extractive" ? "free" : "") : price === 0 ? "free" : `${about}${dollars(price)}`,
    usage?.seconds === undefined ? "" : `${usage.seconds.toFixed(1)} s`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The line, unfolding to the reason and everything weighed. */
export function routeDetails(route, usage = null) {
  const rows = (route.considered ?? []).map((other) =>
    element(
      "tr",
      { class: other.mode === route.mode ? "chosen" : "" },
      element("th", { scope: "row" }, other.mode),
      element("td", { class: "number" }, other.tokens === null || other.tokens === undefined ? "" : grouped(other.tokens)),
      element("td", { class: "number" }, dollars(other.cost_usd)),
      element("td", {}, other.why_not ?? (other.fits === false ? "does not fit" : "")),
    ),
  );
  return element(
    "details",
    { class: "route" },
    element("summary", {}, element("span", { class: "route-line" }, routeLine(route, usage))),
    element("p", {}, `${route.reason}.`),
    rows.length > 0 &&
      element(
        "table",
        {},
        element("caption", { class: "unseen" }, "Routes weighed"),
        element("thead", {}, element("tr", {}, ...["Route", "Tokens", "Price", ""].map((name) => element("th", { scope: "col" }, name)))),
        element("tbody", {}, ...rows),
      ),
    route.tokenizer && element("p", { class: "hint" }, `Counted with ${route.tokenizer}.`),
  );
}
