"""Answers streaming side by side through real processes: nothing of any of them is lost. Long form: bench/streams.py."""

from pathlib import Path

import pytest

from bench.stream_client import Arrived, Stream, missing
from bench.streams import Load, measure

SCRIPT = 'One sentence. <cite doc="D1" page="1">a quote</cite>'


def stream(*blocks: str) -> Stream:
    """A stream that brought these events."""
    return Stream(1, events=[Arrived(0.0, block.encode()) for block in blocks])


@pytest.mark.soak
def test_twenty_streams_at_once_bring_every_event(tmp_path: Path) -> None:
    result = measure(tmp_path, Load(20, 20, 0.2, 0.02, 3))["rounds"][0]
    assert result["lost"] == 0, result["problems"]
    assert result["most_open"] >= 10
    assert set(result["ms"]) == {"start_up", "evidence_to_delta", "to_model", "from_model"}


def test_a_lost_delta_a_lost_citation_and_a_lost_end_are_noticed() -> None:
    start = ["event: route\ndata: {}", "event: evidence\ndata: {}"]
    said = ['event: delta\ndata: {"text": "One "}', 'event: delta\ndata: {"text": "sentence. "}']
    cited, end = "event: citation\ndata: {}", ["event: usage\ndata: {}", "event: done\ndata: {}"]
    assert missing(stream(*start, *said, cited, *end), SCRIPT) == []
    assert "the whole text" in missing(stream(*start, said[0], cited, *end), SCRIPT)[0]
    assert "every citation" in missing(stream(*start, *said, *end), SCRIPT)[0]
    assert "done once" in missing(stream(*start, *said, cited, end[0]), SCRIPT)[0]
    assert "behind the evidence" in missing(stream(start[0], said[0], start[1], said[1], cited, *end), SCRIPT)[0]
    assert missing(Stream(1, failure="cut"), SCRIPT) == ["cut"]
