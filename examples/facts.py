"""The gold facts: questions and quotes from data/facts.toml, their pages found in the produced PDFs."""

import tomllib
from dataclasses import dataclass
from typing import Any

import pypdfium2

from examples.books import DATA_FOLDER
from examples.figures import FiscalYear
from examples.prose import filled, typographic

Labels = list[str | None]


@dataclass(frozen=True)
class Sample:
    """A produced document: its bytes and the printed label of each page."""

    content: bytes
    labels: Labels
    password: str | None = None

    def page_texts(self) -> list[str]:
        """The pages' texts with all white space folded."""
        document = pypdfium2.PdfDocument(self.content, password=self.password)
        try:
            # get_text_bounded would join lines without a space on a turned page; get_text_range does not.
            return [folded(page.get_textpage().get_text_range()) for page in document]
        finally:
            document.close()


def folded(text: str) -> str:
    return " ".join(text.split())


def find_page(texts: list[str], quote: str, beside: str) -> int:
    """The physical number of the only page with the quote (and with what stands beside it, where given)."""
    pages = [number for number, text in enumerate(texts, 1) if quote in text and beside in text]
    if len(pages) != 1:
        raise ValueError(f"the quote stands on pages {pages}, not on one: {quote}")
    return pages[0]


def gather_facts(samples: dict[str, Sample], years: dict[int, FiscalYear]) -> list[dict[str, Any]]:
    """Every fact with the page where it stands and that page's printed label."""
    table = tomllib.loads((DATA_FOLDER / "facts.toml").read_text(encoding="utf-8"))
    texts = {name: sample.page_texts() for name, sample in samples.items()}
    return [_fact(entry, samples, texts, years) for entry in table["facts"]]


def _fact(
    entry: dict[str, str],
    samples: dict[str, Sample],
    texts: dict[str, list[str]],
    years: dict[int, FiscalYear],
) -> dict[str, Any]:
    document = entry["document"]
    quote = filled(entry["quote"], years)
    scan = entry["kind"] == "scan"
    quote = quote if scan else typographic(quote)
    page = 1 if scan else find_page(texts[document], quote, typographic(entry.get("beside", "")))
    return {
        "document": document,
        "question": entry["question"],
        "answer": filled(entry["answer"], years),
        "page": page,
        "label": samples[document].labels[page - 1],
        "quote": quote,
        "kind": entry["kind"],
    }
