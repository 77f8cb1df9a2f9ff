// The question box: what is asked, of which documents, by which route, model and ceiling; and what that would cost.
// Makes the body of a request; sends nothing but the request for a plan.

import { call } from "./api.js";
import { element, fill, option, part, settled } from "./dom.js";
import { recall, remember } from "./memory.js";
import { routeDetails } from "./route_view.js";
import { READABLE, store } from "./store.js";
import { countOf } from "./wording.js";

const MODES = [
  ["auto", "chosen by Pincite"],
  ["full", "whole documents"],
  ["sections", "sections"],
  ["retrieval", "retrieved pages"],
  ["extractive", "quotes only"],
];
const PAUSE = 350;
let openDocument = null;
let planned = 0;

/** Set the form up; the plan follows what is typed and chosen. */
export function setUpForm() {
  const plan = settled(PAUSE, () => void showPlan());
  part("question").addEventListener("input", () => {
    grow();
    plan();
  });
  for (const id of ["scope", "mode", "model", "budget", "persona"]) part(id).addEventListener("change", plan);
  part("budget").addEventListener("input", plan);
  part("mode").addEventListener("change", () => remember("mode", part("mode").value));
  part("model").addEventListener("change", () => remember("model", part("model").value));
  part("question").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      part("ask").requestSubmit();
    }
  });
  for (const kind of ["documents", "collections"]) store.addEventListener(kind, () => (fillScope(), sayReading(), plan()));
  store.addEventListener("selected", () => {
    fillScope();
    if (store.selected.size) part("scope").value = "selected";
    plan();
  });
  store.addEventListener("models", () => (fillModels(), plan()));
  fillModels();
  fillScope();
}

/** The reader shows another document. */
export function setOpenDocument(documentId) {
  openDocument = documentId;
  fillScope();
}

/** Ask only one document. */
export function askOnly(documentId) {
  for (const id of [...store.selected]) store.select(id, false);
  store.select(documentId, true);
  part("question").focus();
}

/** The body of a request, without the question's thread. Fields left alone are not sent. */
export function requestBody(question) {
  const body = { question, ...scopeFields() };
  if (part("mode").value !== "auto") body.mode = part("mode").value;
  if (part("model").value) body.model = part("model").value;
  if (part("persona").value) body.persona = part("persona").value;
  if (part("strict").checked) body.strict = true;
  if (part("verify").checked) body.verify = true;
  const budget = Number(part("budget").value.replace(",", "."));
  if (part("budget").value.trim() && budget >= 0) body.budget_usd = budget;
  return body;
}

/** Bring the ceiling into view, ready to be changed. */
export function raiseBudget() {
  part("more").open = true;
  part("budget").focus();
  part("budget").select();
}

/** Take a question out of the box. */
export function clearQuestion() {
  part("question").value = "";
  grow();
  fill(part("preview"));
}

/** Whether a model answers, or quotes alone. */
export function hasModel() {
  return Boolean(store.models.default);
}

function scopeFields() {
  const [kind, id] = part("scope").value.split(":");
  if (kind === "collection") return { collection: id };
  if (kind === "document") return { document_ids: [id] };
  if (kind === "selected") return { document_ids: [...store.selected] };
  return {};
}

function fillScope() {
  const select = part("scope");
  const chosen = select.value;
  const readable = store.list.filter((document) => READABLE.includes(document.status));
  const shown = openDocument && store.documents.get(openDocument);
  fill(
    select,
    option("", `all ${countOf(readable.length, "document")}`),
    shown && option(`document:${shown.id}`, `the open document, ${shown.name}`),
    store.selected.size > 0 && option("selected", `${countOf(store.selected.size, "ticked document")}`),
    store.collections.map((row) => option(`collection:${row.id}`, row.name)),
  );
  select.value = [...select.options].some((row) => row.value === chosen) ? chosen : "";
}

function fillModels() {
  const able = hasModel();
  const mode = part("mode");
  const chosen = mode.value || recall("mode", "auto");
  fill(mode, MODES.filter(([value]) => able || value === "auto" || value === "extractive").map(([value, label]) => option(value, label)));
  mode.value = [...mode.options].some((row) => row.value === chosen) ? chosen : "auto";
  part("mode-field").hidden = !able; // without a model there is nothing to choose
  part("model-field").hidden = !able || store.models.models.length < 2;
  part("more").hidden = !able;
  const model = part("model").value || recall("model", "");
  const names = store.models.models.map((row) => row.name).filter((name) => name !== store.models.default);
  fill(part("model"), option("", store.models.default ?? ""), names.map((name) => option(name, name)));
  part("model").value = names.includes(model) ? model : "";
  part("model-state").textContent = !store.loaded ? "" : able ? store.models.default : "No language model: answers quote the documents";
}

/** Documents that cannot be asked yet, and those found by words alone so far. */
function sayReading() {
  const waiting = store.list.filter((document) => ["queued", "reading"].includes(document.status));
  const lexical = store.list.filter((document) => document.status === "searchable");
  const notes = [];
  if (waiting.length) notes.push(`${countOf(waiting.length, "document")} still being read; an answer now leaves ${waiting.length === 1 ? "it" : "them"} out.`);
  if (lexical.length) notes.push(`${countOf(lexical.length, "document")} can be asked already; until reading ends, pages are found by words alone.`);
  fill(part("ask-notes"), notes.map((text) => element("p", { class: "hint" }, text)));
}

async function showPlan() {
  const question = part("question").value.trim();
  const asked = (planned += 1);
  if (!question || !store.documents.size) return fill(part("preview"));
  let shown;
  try {
    const plan = await call("POST", "v1/answers/plan", requestBody(question));
    shown = [element("span", { class: "hint" }, "Would go: "), routeDetails(plan.route)];
  } catch (problem) {
    const missing = problem.status === 404 || problem.status === 405; // a server without plans
    shown = missing ? [] : [element("p", { class: "notice bad" }, problem.message)];
  }
  if (asked === planned && part("question").value.trim()) fill(part("preview"), shown);
}

function grow() {
  const box = part("question");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, innerHeight * 0.3)}px`;
}
