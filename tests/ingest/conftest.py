"""Shared by the tests of the ingest room: one data folder built once, and fresh ones for tests that change them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ingest_samples import House, build_house, mixed_pdf, pdf

from ingest.types import Document

FILING = pdf(
    [
        [
            "UNITED STATES SECURITIES AND EXCHANGE COMMISSION",
            "FORM 10-K",
            "For the fiscal year ended December 31, 2023",
            "Brightwater Kettles, Inc.",
            "(Exact name of registrant as specified in its charter)",
        ],
        ["Item 1. Business", "Brightwater makes kettles and teapots for the home.", "", "1"],
        ["Item 1A. Risk Factors", "The price of copper may rise, and kettles are made of copper.", "", "2"],
        ["Item 2. Properties", "We own a foundry in Leeds and rent an office in York.", "", "3"],
        ["Item 3. Legal Proceedings", "A lawsuit over whistling lids was settled in May.", "", "4"],
    ]
)
NATIVE, SCANNED = "This native page speaks of herons and ferries.", ["Walnut orchard", "ledger 4711"]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A data folder with the real encoder; tests only read from it."""
    house = build_house(tmp_path_factory.mktemp("shared"), real_encoder=True)
    yield house
    house.parts.close()


@pytest.fixture(scope="session")
def filing(shared: House) -> Document:
    """A small 10-K with numbered pages, ingested whole."""
    return shared.ingest(FILING, "kettles.pdf")


@pytest.fixture(scope="session")
def mixed(shared: House) -> Document:
    """A page of text and a scanned page, ingested whole."""
    return shared.ingest(mixed_pdf(NATIVE, SCANNED), "mixed.pdf")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A fresh data folder with the letter encoder."""
    house = build_house(tmp_path / "home")
    yield house
    house.parts.close()


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Builds fresh data folders with settings of the test's choice."""
    built: list[House] = []

    def build(name: str = "home", **settings: Any) -> House:
        built.append(build_house(tmp_path / name, **settings))
        return built[-1]

    yield build
    for house in built:
        house.parts.close()
