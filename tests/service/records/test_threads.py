"""Threads: nothing is lost or out of order, they end with their time, and a deleted document leaves no trace in them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ingest.errors import AnswerNotFound, BadRequest, ThreadNotFound
from ingest.types import Scope
from service.contract.question import Turn
from service.records import Records
from service.records.threads import MAX_NAME
from service.wiring import Service

LOCAL, STRANGER = Scope("local"), Scope("stranger")


def body(number: int, document: str = "doc_1", **rest: Any) -> dict[str, Any]:
    return {"question": f"Question {number}?", "answer": f"Answer {number}.", "quotes": document, **rest}


def questions(records: Records, thread: str) -> list[str]:
    return [row["question"] for row in records.threads.bodies(LOCAL, thread)]


def test_answers_stand_in_their_thread_in_the_order_they_came(fresh: Service) -> None:
    thread, other = (fresh.records.threads.add(LOCAL).id for _ in range(2))
    for number in range(3):
        fresh.records.keep(LOCAL, f"ans_{number}", body(number), thread)
    fresh.records.keep(LOCAL, "ans_x", body(9), other)
    fresh.records.keep(LOCAL, "ans_alone", body(10))
    assert questions(fresh.records, thread) == ["Question 0?", "Question 1?", "Question 2?"]
    assert fresh.records.threads.get(LOCAL, thread).answers == 3
    assert fresh.records.get(LOCAL, "ans_1") == body(1)


def test_answers_kept_at_the_same_time_each_get_their_own_place(fresh: Service) -> None:
    thread = fresh.records.threads.add(LOCAL).id
    with ThreadPoolExecutor(20) as pool:
        jobs = [pool.submit(fresh.records.keep, LOCAL, f"ans_{n}", body(n), thread) for n in range(20)]
    assert [job.result() for job in jobs] == [None] * 20
    assert sorted(questions(fresh.records, thread)) == sorted(f"Question {n}?" for n in range(20))


def test_history_is_the_last_turns_as_they_were_understood(fresh: Service) -> None:
    thread = fresh.records.threads.add(LOCAL).id
    for number in range(4):
        fresh.records.keep(LOCAL, f"ans_{number}", body(number), thread)
    fresh.records.keep(LOCAL, "ans_4", body(4, resolved_question="What was question 4?"), thread)
    assert fresh.records.threads.history(LOCAL, thread, 2) == (
        Turn("Question 3?", "Answer 3."),
        Turn("What was question 4?", "Answer 4."),
    )


def test_the_first_question_names_an_unnamed_thread_and_no_other(fresh: Service) -> None:
    unnamed, named = fresh.records.threads.add(LOCAL).id, fresh.records.threads.add(LOCAL, "Diligence").id
    long = body(1) | {"question": "  What was  " + "very " * 40 + "long? "}
    for thread in (unnamed, named):
        fresh.records.keep(LOCAL, f"{thread}_1", long, thread)
        fresh.records.keep(LOCAL, f"{thread}_2", body(2), thread)
    name = fresh.records.threads.get(LOCAL, unnamed).name or ""
    assert name.startswith("What was very very") and name.endswith("very…") and len(name) <= MAX_NAME
    assert fresh.records.threads.get(LOCAL, named).name == "Diligence"


def test_threads_are_listed_by_newest_activity_page_by_page(fresh: Service) -> None:
    threads = fresh.records.threads
    ids = [threads.add(LOCAL, f"thread {number}").id for number in range(5)]
    fresh.records.keep(LOCAL, "ans_1", body(1), ids[1])
    threads.rename(LOCAL, ids[0], "renaming is no activity")
    expected = [ids[1], ids[4], ids[3], ids[2], ids[0]]
    seen, cursor = [], None
    for size in (2, 2, 1):
        page, cursor = threads.page(LOCAL, 2, cursor)
        assert len(page) == size
        seen += [thread.id for thread in page]
    assert (seen, cursor) == (expected, None)


def test_a_cursor_nobody_gave_out_is_a_bad_request(fresh: Service) -> None:
    with pytest.raises(BadRequest):
        fresh.records.threads.page(LOCAL, 2, "yesterday")


def test_another_tenant_neither_sees_nor_changes_a_thread(fresh: Service) -> None:
    threads = fresh.records.threads
    thread = threads.add(LOCAL, "mine").id
    fresh.records.keep(LOCAL, "ans_1", body(1), thread)
    for attempt in (threads.get, threads.delete, lambda scope, key: threads.rename(scope, key, "theirs")):
        with pytest.raises(ThreadNotFound):
            attempt(STRANGER, thread)
    assert threads.page(STRANGER, 10, None) == ([], None) and threads.bodies(STRANGER, thread) == []
    fresh.records.keep(STRANGER, "ans_2", body(2), thread)
    assert threads.get(LOCAL, thread).name == "mine" and questions(fresh.records, thread) == ["Question 1?"]


def test_a_deleted_thread_takes_its_answers_along_and_no_others(fresh: Service) -> None:
    thread = fresh.records.threads.add(LOCAL).id
    fresh.records.keep(LOCAL, "ans_1", body(1), thread)
    fresh.records.keep(LOCAL, "ans_alone", body(2))
    assert fresh.records.threads.delete(LOCAL, thread) == {"threads": 1, "answers": 1}
    with pytest.raises(AnswerNotFound):
        fresh.records.get(LOCAL, "ans_1")
    assert fresh.records.get(LOCAL, "ans_alone") == body(2)


def test_an_answer_that_comes_after_its_thread_was_deleted_is_not_kept(fresh: Service) -> None:
    thread = fresh.records.threads.add(LOCAL).id
    fresh.records.threads.delete(LOCAL, thread)
    fresh.records.keep(LOCAL, "ans_late", body(1), thread)
    with pytest.raises(AnswerNotFound):
        fresh.records.get(LOCAL, "ans_late")


def test_answers_in_a_thread_outlive_those_outside_and_end_with_the_thread(fresh: Service) -> None:
    patient = Records(fresh.ingest.database, keep_days=-1, thread_days=1)
    thread = patient.threads.add(LOCAL).id
    patient.keep(LOCAL, "ans_1", body(1), thread)
    patient.keep(LOCAL, "ans_alone", body(2))
    assert questions(patient, thread) == ["Question 1?"]
    with pytest.raises(AnswerNotFound):
        patient.get(LOCAL, "ans_alone")
    hasty = Records(fresh.ingest.database, keep_days=1, thread_days=-1)
    hasty.keep(LOCAL, "ans_2", body(3))
    with pytest.raises(ThreadNotFound):
        hasty.threads.get(LOCAL, thread)
    with pytest.raises(AnswerNotFound):
        hasty.get(LOCAL, "ans_1")


def test_a_forgotten_document_leaves_its_threads_in_order_and_its_place_in_their_scope(fresh: Service) -> None:
    records = fresh.records
    both = records.threads.add(Scope("local", ("doc_1", "doc_2"))).id
    alone = records.threads.add(Scope("local", ("doc_1",))).id
    for number, document in enumerate(("doc_2", "doc_1", "doc_2")):
        records.keep(LOCAL, f"ans_{number}", body(number, document), both)
    assert records.forget(LOCAL, "doc_1") == 1
    records.keep(LOCAL, "ans_3", body(3, "doc_2"), both)
    assert questions(records, both) == ["Question 0?", "Question 2?", "Question 3?"]
    assert records.threads.get(LOCAL, both).scope == Scope("local", ("doc_2",))
    assert records.threads.get(LOCAL, alone).scope == Scope("local", ())
