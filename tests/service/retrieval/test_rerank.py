"""A reranker's opinion moves pages among the first ones and nowhere else; a model on disk can give one."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from ingest.errors import EncoderUnavailable
from ingest.indexing.cross_encoder import CrossEncoder
from ingest.types import Document
from service.contract.caller import scope_for
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.ranking.row_signal import RowSignal
from service.retrieval.rerank import FIRST, OPINION, reranked
from service.retrieval.retriever import Retriever
from service.retrieval.signals import Hit
from service.wiring import Service


class Liking:
    """Prefers texts that hold its word."""

    def __init__(self, word: str) -> None:
        self._word = word

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [float(self._word in text) for text in texts]


def test_only_the_first_pages_are_read_and_moved(report_10k: Document) -> None:
    hits = [Hit(report_10k, number, 1.0 - 0.01 * number) for number in range(1, FIRST + 5)]
    found = reranked(hits, "?", Liking("page 3"), lambda hit: f"page {hit.page}")
    assert [hit.page for hit in found] == [3, 1, 2, *range(4, FIRST + 5)]
    assert found[0].signals["reranker"] == OPINION
    assert found[FIRST:] == hits[FIRST:]
    assert reranked([], "?", Liking("x"), lambda hit: "") == []


def test_the_retriever_asks_it_about_the_passages_found(service: Service, report_10k: Document) -> None:
    query = understand("What was total revenue in 2024?", load_vocabulary())
    plain = service.retriever.search(scope_for([report_10k.id]), query, 10)
    last = plain.hits[-1]
    word = service.ingest.pages.page(report_10k, last.page).text[:60]
    parts = service.ingest
    rows = RowSignal(parts.pages.tables_alone)
    liking = Retriever(parts.catalog, parts.index, service.encoder, Liking(word), rows)
    liked = liking.search(scope_for([report_10k.id]), query, 10)
    assert {hit.page for hit in liked.hits} == {hit.page for hit in plain.hits}
    assert all("reranker" in hit.signals for hit in liked.hits)


def test_a_cross_encoder_on_disk_scores_pairs(tmp_path: Path) -> None:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "tea", "kettle", "copper"]
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        num_labels=1,
    )
    torch.manual_seed(7)  # without it, two of the scores are now and then the same
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    fast.save_pretrained(tmp_path)
    scores = CrossEncoder(tmp_path).scores("tea", ["kettle", "copper kettle", "tea"])
    assert len(scores) == 3 and len(set(scores)) == 3
    assert CrossEncoder(tmp_path).scores("tea", []) == []


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable):
        CrossEncoder(tmp_path / "nothing")
