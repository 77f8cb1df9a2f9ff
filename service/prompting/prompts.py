"""Puts messages together: rules, documents byte for byte alike, then what differs from question to question.

The documents come first so that a provider's prompt cache holds them from one question to the next. Their text is
data: it cannot close its own tags. Knows no model client and decides nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.types import Document, Page
from service.contract.question import Question, Turn
from service.prompting.texts import (
    EXAMPLE_HEAD,
    EXAMPLES,
    FINDINGS_HEAD,
    OBJECT_CHECK,
    PERSONAS,
    RULES,
    SELF_CHECK,
    STRUCTURED,
    TOOLS,
    VERSION,
)

Message = dict[str, Any]
TAG = re.compile(r"<(?=\s*[/!?a-zA-Z|])|<$")
ENTITY = re.compile(r"&(?=(?:lt|gt|amp|quot|apos|#\d{1,5});)", re.I)


@dataclass(frozen=True)
class Prompt:
    """Messages in the Chat Completions form; `prefix` is what stays the same for the same documents."""

    messages: tuple[Message, ...]
    prefix: str


@dataclass(frozen=True)
class Block:
    """A document as it stands in the prompt: short name, document, pages in order."""

    alias: str
    document: Document
    pages: tuple[Page, ...]


def escape(text: str) -> str:
    """Make text unable to open or close a tag; service/markup.unescape gives it back."""
    return TAG.sub("&lt;", ENTITY.sub("&amp;", text))


def page_block(page: Page) -> str:
    """One page in its markup."""
    label = f' label="{_attribute(page.label)}"' if page.label else ""
    return f'<page number="{page.number}"{label}>\n{escape(page.text)}\n</page>\n'


def document_block(alias: str, document: Document, pages: Sequence[Page]) -> str:
    """A document in its markup, pages in order; the same bytes for the same document and pages."""
    ordered = sorted(pages, key=lambda page: page.number)
    body = "".join(page_block(page) for page in ordered)
    return f'<document id="{_attribute(alias)}" name="{_attribute(document.name)}">\n{body}</document>\n'


def _attribute(text: str) -> str:
    flat = re.sub(r"\s+", " ", text).replace("&", "&amp;").replace('"', "&quot;")
    return flat.replace("<", "&lt;").replace(">", "&gt;")


def documents_text(blocks: Sequence[Block]) -> str:
    """All documents of a prompt, in the order given."""
    return "".join(document_block(block.alias, block.document, block.pages) for block in blocks)


def answer_prompt(question: Question, blocks: Sequence[Block], tools: bool = False) -> Prompt:
    """The messages of a question: rules, documents, then persona, examples, conversation and the question last."""
    opening = documents_text(blocks)
    task = _task(question, tools)
    turns: list[Message] = []
    for turn in question.history:
        turns += [{"role": "user", "content": turn.question}, {"role": "assistant", "content": turn.answer}]
    turns.append({"role": "user", "content": _question(question)})
    turns[0] = {"role": "user", "content": f"{opening}\n{task}\n\n{turns[0]['content']}"}
    return Prompt(({"role": "system", "content": RULES}, *turns), f"{VERSION}\n{RULES}\n{opening}")


def _task(question: Question, tools: bool) -> str:
    """What may differ between questions on the same documents; therefore it stands behind them."""
    parts = [
        question.instructions.strip() if question.instructions else PERSONAS.get(question.persona, PERSONAS["general"])
    ]
    if tools:
        parts.append(TOOLS)
    if question.schema is not None:
        parts.append(STRUCTURED)
    elif question.examples:
        parts.append(_examples(question.examples))
    else:
        parts.append(_examples([Turn(question, answer) for question, answer in EXAMPLES]))
    return "\n\n".join(parts)


def _examples(examples: Sequence[Turn]) -> str:
    shown = [f"<example>\nQuestion: {turn.question}\nAnswer: {turn.answer}\n</example>" for turn in examples]
    return "\n".join([EXAMPLE_HEAD, *shown])


def _question(question: Question) -> str:
    return f"Question: {question.text}"


def self_check(prompt: Prompt, draft: str, findings: Sequence[str] = (), structured: bool = False) -> Prompt:
    """The prompt that has a draft read against its citations; `findings` are sentences the server has about it."""
    listed = "\n".join([FINDINGS_HEAD, *(f"- {finding}" for finding in findings)]) if findings else ""
    text = OBJECT_CHECK if structured else SELF_CHECK
    check = {"role": "user", "content": text.format(findings=listed)}
    return Prompt((*prompt.messages, {"role": "assistant", "content": draft}, check), prompt.prefix)
