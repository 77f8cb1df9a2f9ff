"""Loads the vocabulary files into frozen data. Knows nothing of questions."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Item:
    """A line item: how it is asked for, how statements label it, and which statement it stands on."""

    name: str
    statement: str
    ask: tuple[str, ...]
    labels: tuple[str, ...]
    cost: bool = False  # printed with or without a minus sign


@dataclass(frozen=True)
class Ratio:
    """A ratio and the line items it is made of.

    `formula` is over line items' names, one with `_before` is that of the year before; empty where practice differs.
    """

    ask: tuple[str, ...]
    operands: tuple[str, ...]
    name: str = ""
    formula: str = ""
    percent: bool = False


@dataclass(frozen=True)
class Topic:
    """A theme of the narrative or a clause family: how it is asked for and in which words it is written.

    `place` is "start" for what stands at an agreement's beginning, "cover" for what a filing's cover says.
    """

    ask: tuple[str, ...]
    terms: tuple[str, ...]
    sections: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """All vocabulary files together."""

    ask_words: frozenset[str]
    defined_terms: frozenset[str]
    document_kinds: tuple[str, ...]
    intents: dict[str, tuple[str, ...]]
    extremes: dict[str, tuple[str, ...]]
    statements: dict[str, tuple[str, ...]]
    items: tuple[Item, ...]
    ratios: tuple[Ratio, ...]
    topics: tuple[Topic, ...]
    clauses: tuple[Topic, ...]

    def item(self, name: str) -> Item:
        """A line item by name."""
        return next(item for item in self.items if item.name == name)


@cache
def load_vocabulary() -> Vocabulary:
    """Read the packaged files once."""
    general, finance, legal = (_read(name) for name in ("general", "finance", "legal"))
    return Vocabulary(
        frozenset(general["ask_words"].split()),
        frozenset(legal["defined_terms"].split()),
        tuple(general["document_kinds"]),
        {name: tuple(words) for name, words in general["intents"].items()},
        {name: tuple(words) for name, words in general["extremes"].items()},
        {name: tuple(words) for name, words in finance["statements"].items()},
        tuple(_item(row) for row in finance["item"]),
        tuple(_ratio(row) for row in finance["ratio"]),
        tuple(_topic(row) for row in finance["topic"]),
        tuple(_topic(row) for row in legal["clause"]),
    )


def _item(row: dict[str, Any]) -> Item:
    return Item(row["name"], row["statement"], tuple(row["ask"]), tuple(row["labels"]), row.get("cost", False))


def _ratio(row: dict[str, Any]) -> Ratio:
    ask, operands = tuple(row["ask"]), tuple(row["operands"])
    return Ratio(ask, operands, row.get("name", ask[0]), row.get("formula", ""), row.get("percent", False))


def _topic(row: dict[str, Any]) -> Topic:
    return Topic(tuple(row["ask"]), tuple(row["terms"]), tuple(row.get("sections", ())), row.get("place", ""))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("service.question.vocabulary") / f"{name}.toml").read_text(encoding="utf-8"))
