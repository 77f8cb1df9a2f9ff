// Sends files, a few at a time, with their progress: XMLHttpRequest because fetch cannot tell how far an upload is.
// Knows nothing of what is shown; what happens is told to the listener given.

import { address, AWAY, Problem, problemOf, tokenHeaders } from "./api.js";

const AT_ONCE = 3;
const queue = [];
let running = 0;

/** Queue a file. `told` has `progress(share)`, `stored(document)`, `refused(problem)`; returns a function that stops it. */
export function send(file, collection, told) {
  const job = { file, collection, told, request: null, stopped: false };
  queue.push(job);
  next();
  return () => {
    job.stopped = true;
    job.request?.abort();
  };
}

function next() {
  while (running < AT_ONCE && queue.length) {
    const job = queue.shift();
    if (!job.stopped) start(job);
  }
}

function start(job) {
  const { file, collection, told } = job;
  const request = new XMLHttpRequest();
  running += 1;
  job.request = request;
  const form = new FormData();
  form.append("file", file, file.name);
  if (collection) form.append("collection", collection);
  request.upload.addEventListener("progress", (event) => event.lengthComputable && told.progress(event.loaded / event.total));
  request.addEventListener("load", () => {
    if (request.status < 300) told.stored(JSON.parse(request.responseText));
    else told.refused(problemOf(request.status, request.responseText));
  });
  request.addEventListener("error", () => told.refused(new Problem(AWAY, "The server did not answer; the file was not stored.", 0, true)));
  request.addEventListener("loadend", () => {
    running -= 1;
    next();
  });
  request.open("POST", address("v1/documents"));
  for (const [name, value] of Object.entries(tokenHeaders())) request.setRequestHeader(name, value);
  request.send(form);
}
