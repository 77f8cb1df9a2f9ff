"""Makes the sample filings and their gold facts: python -m examples.make_samples --out DIR."""

import argparse
import json
from pathlib import Path
from typing import Any

from examples.agreement import supply_agreement
from examples.annual_report import annual_report
from examples.facts import Sample, gather_facts
from examples.figures import load_figures
from examples.letter import scanned_letter
from examples.memo import PASSWORD, encrypted_memo

ANNUAL_REPORT = "quillmere-10k-2024.pdf"
AGREEMENT = "supply-agreement.pdf"
LETTER = "scanned-letter.pdf"
MEMO = "encrypted-memo.pdf"
FACTS = "facts.json"


def typeset_samples() -> dict[str, Sample]:
    """The four documents, by file name."""
    years = load_figures()
    return {
        ANNUAL_REPORT: Sample(*annual_report(years)),
        AGREEMENT: Sample(*supply_agreement(years)),
        LETTER: Sample(scanned_letter(), [None]),
        MEMO: Sample(*encrypted_memo(years), password=PASSWORD),
    }


def make_samples(folder: Path) -> list[dict[str, Any]]:
    """Writes the documents and facts.json into the folder; returns the facts."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = typeset_samples()
    for name, sample in samples.items():
        (folder / name).write_bytes(sample.content)
    facts = gather_facts(samples, load_figures())
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    (folder / FACTS).write_text(text + "\n", encoding="utf-8")
    return facts


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the sample filings of fictitious companies.")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write them into")
    folder: Path = parser.parse_args().out
    facts = make_samples(folder)
    print(f"{folder}: four documents and {len(facts)} facts")


if __name__ == "__main__":
    main()
