// Calls to the server this page came from, and what went wrong in words. Addresses are relative to the page, so that
// the page works behind any path prefix. Knows nothing of what is shown.

const ROOT = new URL("../", import.meta.url);

/** What the server refused, or that it did not answer: a sentence for people, a stable code, whether a retry helps. */
export class Problem extends Error {
  constructor(code, detail, status = 0, retry = false) {
    super(detail);
    this.code = code;
    this.status = status;
    this.retry = retry;
  }
}

export const AWAY = "server_away";
const listeners = { lost: [], answered: [] };

/** Be told when the server stops answering (`lost`) and with every reply (`answered`). */
export function onConnection(kind, listener) {
  listeners[kind].push(listener);
}

/** Tell everyone that the server does not answer. */
export function reportLost() {
  for (const listener of listeners.lost) listener();
}

let token = null;

/** The token that changes carry while somebody is signed in with a key. */
export function setToken(value) {
  token = value;
}

/** The headers of a signed-in page's request. */
export function tokenHeaders() {
  return token ? { "X-CSRF-Token": token } : {};
}

/** The absolute address of a path of the API. */
export function address(path) {
  return new URL(path, ROOT).href;
}

/** The path of a page's picture. */
export function picturePath(documentId, number, dpi) {
  return `v1/documents/${documentId}/pages/${number}.png?dpi=${dpi}`;
}

/** A reply whose status is good; raises Problem. */
export async function reply(method, path, body, signal) {
  let answer;
  try {
    answer = await fetch(address(path), {
      method,
      signal,
      headers: { ...tokenHeaders(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    reportLost();
    throw new Problem(AWAY, "The server does not answer.", 0, true);
  }
  for (const listener of listeners.answered) listener();
  if (answer.status === 401 && token) location.reload(); // the session is over: the page asks for a key again
  if (!answer.ok) throw problemOf(answer.status, await answer.text());
  return answer;
}

/** The JSON of a reply; raises Problem. */
export async function call(method, path, body, signal) {
  return (await reply(method, path, body, signal)).json();
}

/** The bytes of a reply; raises Problem. */
export async function bytes(path, signal) {
  return (await reply("GET", path, undefined, signal)).blob();
}

/** The problem a refusal's text describes. */
export function problemOf(status, text) {
  try {
    const told = JSON.parse(text);
    return new Problem(told.code, told.detail, status, told.retry);
  } catch {
    return new Problem("unknown", `The server replied with status ${status}.`, status, status >= 500);
  }
}

/** A path with its query; values that are undefined or null are left out. */
export function withQuery(path, values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return `${path}?${new URLSearchParams(given)}`;
}
