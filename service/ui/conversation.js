// The conversation: sends questions, streams answers in, steps through citations. What is asked comes from the form,
// how an answer looks is the view's business.

import { AWAY, Problem, reply } from "./api.js";
import { AnswerView } from "./answer_view.js";
import { announce, button, element, fill, part } from "./dom.js";
import { clearQuestion, hasModel, raiseBudget, requestBody } from "./question_form.js";
import { eventsOf } from "./sse.js";
import { READABLE, store } from "./store.js";
import { Threads } from "./threads.js";
import { countOf } from "./wording.js";

/** The conversation of the page. `open(citation)` shows a cited page. */
export class Conversation {
  constructor(open) {
    this.open = open;
    this.stop = null;
    this.at = -1;
    this.threads = new Threads((turns) => this.#showTurns(turns));
    part("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.stop) this.stop.abort();
      else void this.ask(part("question").value.trim());
    });
    for (const kind of ["documents", "models"]) store.addEventListener(kind, () => this.#welcome());
    this.#welcome();
  }

  /** Ask a question and show its answer as it comes. */
  async ask(question) {
    if (!question || this.stop) return;
    const view = this.#add(question);
    const body = requestBody(question);
    clearQuestion();
    this.stop = new AbortController();
    this.#sending(true);
    announce("Looking for an answer.");
    try {
      const thread = await this.threads.idFor(body);
      const answer = await reply("POST", "v1/answers", { ...body, ...(thread ? { thread } : {}), stream: true }, this.stop.signal);
      await this.#follow(answer, view);
    } catch (problem) {
      if (problem.name === "AbortError") view.stopped();
      else view.fail(problem instanceof Problem ? problem : new Problem(AWAY, "The answer broke off: the server went away."));
    } finally {
      this.stop = null;
      this.#sending(false);
    }
  }

  /** Show the next citation of the last answer, or the one before. */
  stepCitation(by) {
    const chips = [...part("answers").querySelectorAll(".answer-text .chip")];
    if (!chips.length) return;
    const now = chips.indexOf(document.activeElement);
    this.at = now >= 0 ? now : this.at;
    this.at = (this.at + by + chips.length) % chips.length;
    chips[this.at].focus();
    chips[this.at].click();
  }

  async #follow(answer, view) {
    let ended = false;
    for await (const event of eventsOf(answer)) {
      view.take(event);
      ended ||= event.event === "done" || event.event === "error";
    }
    if (!ended) throw new Problem(AWAY, "The answer broke off before its end.");
  }

  #add(question) {
    part("welcome").hidden = true;
    const view = new AnswerView(question, {
      open: (citation) => this.open(citation),
      again: (again) => void this.ask(again),
      raiseBudget,
      name: (id) => store.documents.get(id)?.name ?? id,
    });
    part("answers").append(view.element);
    view.element.scrollIntoView({ block: "start" });
    this.at = -1;
    return view;
  }

  #showTurns(turns) {
    for (const old of part("answers").querySelectorAll(".answer")) old.remove();
    for (const turn of turns) this.#add(turn.question).finish(turn);
    part("welcome").hidden = turns.length > 0;
    this.#welcome();
  }

  #sending(on) {
    part("send").textContent = on ? "Stop" : "Ask";
  }

  /** What can be done now, while nothing has been asked yet. */
  #welcome() {
    const readable = store.list.filter((document) => READABLE.includes(document.status));
    const pages = readable.reduce((sum, document) => sum + (document.pages ?? 0), 0);
    part("question").disabled = part("send").disabled = store.loaded && !store.documents.size;
    if (!store.loaded) return;
    const lead = readable.length
      ? `Ask ${readable.length === 1 ? readable[0].name : countOf(readable.length, "document")}, ${countOf(pages.toLocaleString("en-US"), "page")}.`
      : store.documents.size
        ? "The first document is being read; it can be asked in a moment."
        : "Add a document to begin.";
    fill(
      part("welcome"),
      element("p", { class: "welcome-lead" }, lead),
      element("p", {}, "Every statement carries the page it stands on, checked against the page itself. Follow a citation and the page opens with the words outlined."),
      !hasModel() && element("p", { class: "hint" }, "No language model is configured. Answers quote the documents and read figures out of their tables; they cost nothing, and nothing leaves this server."),
      !store.documents.size && button("Add files", () => part("files").click(), { class: "primary" }),
    );
  }
}
