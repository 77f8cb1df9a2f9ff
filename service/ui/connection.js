// Notices that the server is away, says so, and tries again until it is back. Holds the one stream of document events.

import { address, onConnection, reportLost } from "./api.js";
import { announce, fill, part } from "./dom.js";
import { store } from "./store.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;
let lost = false;
let stream = null;

/** Begin to listen. `onReturn` is called each time the server is back after an absence. */
export function watchConnection(onReturn) {
  onConnection("lost", () => {
    if (lost) return;
    lost = true;
    void tryAgain(onReturn);
  });
}

/** Open the one event stream; every document's state arrives in it. */
export function listenToDocuments() {
  stream?.close();
  stream = new EventSource(address("v1/events"));
  stream.addEventListener("document", (event) => store.put(JSON.parse(event.data)));
  stream.addEventListener("deleted", (event) => store.drop(JSON.parse(event.data).id));
  stream.addEventListener("error", () => {
    stream.close();
    reportLost();
  });
}

async function tryAgain(onReturn) {
  stream?.close();
  for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 2)) {
    say(`The server does not answer. Trying again every ${Math.max(1, Math.round(wait / 1000))} s; what you see stays.`);
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (await answers()) break;
  }
  lost = false;
  part("banner").hidden = true;
  announce("The server is back.");
  onReturn();
}

async function answers() {
  try {
    return (await fetch(address("healthz"))).ok;
  } catch {
    return false;
  }
}

function say(text) {
  fill(part("banner"), text);
  part("banner").hidden = false;
}
