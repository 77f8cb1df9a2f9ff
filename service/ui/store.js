// What the page knows of the server's documents, collections and models; everyone who shows them listens here.

import { call, withQuery } from "./api.js";

export const READABLE = ["searchable", "ready", "partial"];

class Store extends EventTarget {
  documents = new Map();
  collections = [];
  selected = new Set();
  models = { default: null, models: [] };
  loaded = false;

  /** Fetch documents, collections and models anew. */
  async load() {
    const [documents, collections, models] = await Promise.all([allDocuments(), call("GET", "v1/collections"), someModels()]);
    this.documents = new Map(documents.map((document) => [document.id, document]));
    this.collections = collections.collections;
    this.models = models;
    this.loaded = true;
    for (const id of this.selected) if (!this.documents.has(id)) this.selected.delete(id);
    this.#tell("documents", "collections", "models", "selected");
  }

  /** Take in a document's new state. */
  put(document) {
    const before = this.documents.get(document.id);
    this.documents.set(document.id, { ...before, ...document });
    this.dispatchEvent(new CustomEvent("document", { detail: { document, before } }));
    this.#tell("documents");
  }

  /** Forget a document. */
  drop(id) {
    this.documents.delete(id);
    this.selected.delete(id);
    this.#tell("documents", "selected");
  }

  /** Select or unselect documents for questions. */
  select(id, on) {
    if (on) this.selected.add(id);
    else this.selected.delete(id);
    this.#tell("selected");
  }

  /** Fetch the collections anew. */
  async loadCollections() {
    this.collections = (await call("GET", "v1/collections")).collections;
    this.#tell("collections");
  }

  /** Documents newest first, as the server lists them. */
  get list() {
    return [...this.documents.values()].sort((one, other) => other.created_at - one.created_at || (other.id > one.id ? 1 : -1));
  }

  #tell(...kinds) {
    for (const kind of kinds) this.dispatchEvent(new Event(kind));
  }
}

export const store = new Store();

async function allDocuments() {
  const found = [];
  let cursor = null;
  do {
    const reply = await call("GET", withQuery("v1/documents", { limit: 200, cursor }));
    found.push(...reply.documents);
    cursor = reply.next_cursor;
  } while (cursor);
  return found;
}

/** The models, or none when this server has no such route. */
async function someModels() {
  try {
    return await call("GET", "v1/models");
  } catch (problem) {
    if (problem.status === 404) return { default: null, models: [] };
    throw problem;
  }
}
