"""Makes an attempt ready: reads the pages of a mode, puts the prompt together, sets tools and grounder over them.

Calls no model. Knows no HTTP.
"""

from collections.abc import Collection
from dataclasses import dataclass

from ingest.catalog import Catalog
from ingest.pages import Pages
from ingest.text.marked import in_force
from ingest.types import Scope
from service.calculation.calculation import Calculation
from service.citation.evidence import Evidence
from service.contract.answer import Warning
from service.contract.question import Mode, Question
from service.entailment.judge import Judge
from service.entailment.quoted_rows import remembered
from service.generation.attempt_state import Attempt, AttemptInputs
from service.generation.output_policy import policy_for
from service.grounding.attribution import Attributor
from service.grounding.grounding import Grounder
from service.llm.spending import Spending
from service.prompting.pictures import illustrated
from service.prompting.prompts import Block, answer_prompt
from service.prompting.tools import ToolBox
from service.question.understand import Query
from service.question.vocabulary_files import Vocabulary
from service.retrieval.filters import PageFilter
from service.retrieval.retriever import Retriever
from service.routing.context import MAX_PICTURES, Context, Part
from service.routing.planner import PromptCache
from service.routing.router import Escalate, Route


@dataclass(frozen=True)
class Task:
    """One question on its way through the model; `query` is the question as understood, a follow-up made whole."""

    scope: Scope
    question: Question
    query: Query
    context: Context
    page_filter: PageFilter
    spending: Spending
    route: Route
    escalate: Escalate


@dataclass(frozen=True)
class Preparation:
    """Prepares attempts; `own_tools` is whether the model may call ours."""

    pages: Pages
    catalog: Catalog
    retriever: Retriever
    vocabulary: Vocabulary
    prompt_cache: PromptCache
    own_tools: bool

    def attempt(self, task: Task, mode: Mode) -> Attempt:
        """The first attempt over the pages of a mode."""
        evidence, parts = Evidence(), task.context.of(mode)
        blocks = []
        for part in parts:
            pages = [in_force(page) for page in self.pages.pages(part.document, part.numbers)]
            alias = evidence.add(part.document, pages)
            blocks.append(Block(alias, part.document, tuple(pages)))
        toolbox = ToolBox(
            task.scope, self.retriever, self.pages, self.catalog, self.vocabulary, evidence, task.page_filter
        )
        if mode == Mode.FULL:
            self.prompt_cache.record(task.spending.model.name, tuple(block.document.content for block in blocks))
        prompt = answer_prompt(task.question, blocks, self.own_tools)
        aliases = {block.document.id: block.alias for block in blocks}
        messages, warnings = illustrated(prompt.messages, task.context.pictures(mode), self.pages, aliases)
        inputs = AttemptInputs(task.question, mode, parts, evidence, toolbox, prompt, self.own_tools)
        unseen = [_unseen(part) for part in parts if part.unseen]
        grounder = self.grounder(task, evidence)
        return Attempt(inputs, grounder, policy_for(task.question), messages, [*warnings, *unseen])

    def grounder(self, task: Task, evidence: Evidence, calculations: Collection[Calculation] = ()) -> Grounder:
        """A grounder for one attempt; `calculations` are those recorded before it."""
        tables = remembered(self.pages.tables)
        judge = Judge(tables, task.query, self.vocabulary)
        attributor = Attributor(evidence, tables, task.query, self.vocabulary)
        strict, marks = task.question.strict, task.question.mark_unsupported
        return Grounder(evidence, judge, tuple(calculations), attributor.find, strict=strict, at_once=strict or marks)


def _unseen(part: Part) -> Warning:
    message = (
        f"{part.unseen} page(s) of {part.document.name} without text were not shown to the model: "
        f"it is shown {MAX_PICTURES} pictures at the most."
    )
    return Warning("pages_not_shown", message)
