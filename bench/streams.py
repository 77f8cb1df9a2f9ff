"""Many answers streaming at once: is any event lost, and what do we add to the model's own delay and to memory?

Streams arrive at a steady pace at a real `pincite serve`, which asks a scripted model in a process of its own; the
script is paced so that all streams are open at once. One stream's delay is the time from its `evidence` event to its
first `delta`, both as they arrive at the reader, less the model's own time from the request to its first words, which
the scripted model notes itself. Start-up is the time from the request to `route`: search and planning. Resident
memory is the server's alone, without its worker. Readers, model and server share the machine's cores, so the delays
are an upper bound.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from bench.machine import keep
from bench.served import Served, fill_home, pincite, scripted_model
from bench.stream_client import Stream, missing, read_stream

SAMPLE_SECONDS = 0.5
WARM_UP = 3  # plans before anything is measured: the first search loads the encoder
QUESTION = "What was Quillmere's total revenue in fiscal year 2024?"
FACTS = (
    ("Total revenue was 2,230 million dollars in 2024.", "Total revenue 2,230 2,116 1,956"),
    ("Net income came to 238 million dollars in that year.", "Net income $ 238 $ 222 $ 209"),
    ("The company spent 116 million dollars on research and development.", "Research and development 116 105 93"),
)
PAGE = 61
REMARK = "What follows is said slowly so that the stream stays open for a while and others can join it meanwhile."
console = Console()


@dataclass(frozen=True)
class Load:
    """How many streams, how many of them a second, and the model's pacing in seconds."""

    streams: int
    a_second: float
    first: float
    between: float
    remarks: int

    @property
    def script(self) -> str:
        """What the model says: proved sentences among others."""
        cited = [f'{text} <cite doc="D1" page="{PAGE}">{quote}</cite>' for text, quote in FACTS]
        share = self.remarks // len(cited)
        return " ".join(part for sentence in cited for part in (sentence, *[REMARK] * share))


@dataclass
class Watch:
    """Resident memory and processor time of the server, and how many streams were open at once."""

    process: psutil.Process
    open_streams: int = 0
    most_open: int = 0
    peak_bytes: int = 0

    def now(self) -> int:
        """Resident bytes."""
        found: int = self.process.memory_info().rss
        self.peak_bytes = max(self.peak_bytes, found)
        return found

    async def sample(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self.now()
            await asyncio.sleep(SAMPLE_SECONDS)


async def run_round(server: Served, load: Load, document: str, first_number: int, watch: Watch) -> list[Stream]:
    """Let the streams arrive at their pace and read each to its end."""

    async def one(number: int, after: float) -> Stream:
        await asyncio.sleep(after)
        watch.open_streams += 1
        watch.most_open = max(watch.most_open, watch.open_streams)
        try:
            return await read_stream(server.port, number, {**_question(document), "stream": True, "seed": number})
        finally:
            watch.open_streams -= 1

    sampling = asyncio.create_task(watch.sample())
    try:
        return await asyncio.gather(
            *(one(first_number + index, index / load.a_second) for index in range(load.streams))
        )
    finally:
        sampling.cancel()


def _question(document: str) -> dict[str, Any]:
    return {"question": QUESTION, "mode": "retrieval", "document_ids": [document]}


def measure(folder: Path, load: Load, rounds: int = 1) -> dict[str, Any]:
    """Everything, in a scratch folder; one row per round against the same server."""
    home = fill_home(folder)
    rows = []
    with (
        scripted_model(load.script, load.first, load.between) as model,
        pincite(home, model, folder / "server.log") as server,
    ):
        document = server.get("/v1/documents")["documents"][0]["id"]
        process = psutil.Process(server.process.pid)
        for _time in range(WARM_UP):
            server.post("/v1/answers/plan", _question(document))
        for number in range(rounds):
            watch = Watch(process)
            before, used = watch.now(), sum(process.cpu_times()[:2])
            first_number = 1000 * (number + 1)  # a stream's number travels as `seed`, by which the model knows it
            streams = asyncio.run(run_round(server, load, document, first_number, watch))
            memory = {"before": before, "peak": watch.peak_bytes, "after": watch.now()}
            row = summary(streams, load.script, model.get("/received")["requests"])
            row["most_open"] = watch.most_open
            row["server_cpu_seconds"] = round(sum(process.cpu_times()[:2]) - used, 1)
            row["rss_mb"] = {name: round(value / 2**20, 1) for name, value in memory.items()}
            rows.append(row)
    return {"streams": load.streams, "a_second": load.a_second, "words": len(load.script.split(" ")), "rounds": rows}


def summary(streams: Sequence[Stream], script: str, received: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What was lost, and the delays of the streams that were whole."""
    by_seed = {row["seed"]: row for row in received}
    lost = {stream.number: wrong for stream in streams if (wrong := missing(stream, script))}
    parts: dict[str, list[float]] = {"start_up": [], "evidence_to_delta": [], "to_model": [], "from_model": []}
    for stream in streams:
        route, evidence, delta = (stream.first(kind) for kind in ("route", "evidence", "delta"))
        asked = by_seed.get(stream.number)
        if stream.number in lost or asked is None or not (route and evidence and delta):
            continue
        parts["start_up"].append(route.at - stream.asked_at)
        parts["to_model"].append(asked["at"] - evidence.at)
        parts["from_model"].append(delta.at - asked["first_at"])
        parts["evidence_to_delta"].append(delta.at - evidence.at - (asked["first_at"] - asked["at"]))
    return {
        "lost": len(lost),
        "problems": sorted({problem for wrong in lost.values() for problem in wrong})[:5],
        "events": sum(len(stream.events) for stream in streams),
        "open_seconds": round(statistics.median(s.events[-1].at - s.asked_at for s in streams if s.events), 1),
        "longest_silence_ms": round(1000 * max(stream.longest_silence() for stream in streams)),
        "ms": {name: _spread(values) for name, values in parts.items() if values},
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(1000 * value for value in seconds)
    return {
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "most": round(ordered[-1], 1),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--a-second", type=float, default=5.0, help="streams that arrive a second")
    parser.add_argument("--first", type=float, default=0.3, help="seconds the model takes to its first words")
    parser.add_argument("--between", type=float, default=0.25, help="seconds between two words of the model")
    parser.add_argument("--remarks", type=int, default=9, help="sentences that fill the reply")
    parser.add_argument("--rounds", type=int, default=2, help="times the whole is done with one server")
    parser.add_argument("--folder", type=Path, help="scratch folder; default: one that is removed again")
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    load = Load(options.streams, options.a_second, options.first, options.between, options.remarks)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch:
        result = measure(options.folder or Path(scratch), load, options.rounds)
    result["load_average_before"] = round(before, 2)
    result["niceness"] = os.nice(0)  # inherited by server and model
    console.print(result)
    if options.keep:
        console.print("kept", keep("streams", result))


if __name__ == "__main__":
    main()
