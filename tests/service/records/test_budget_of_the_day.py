"""Answers that run at once cannot together pass the day's budget, and nothing stays set aside when they are gone."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from model_server import Talk, cite, events, talking
from scripted_llm import Received, Reply
from service_samples import pdf, work

from ingest.catalog import Database
from ingest.types import Scope
from service.llm.models import cost, load_models
from service.records import DayBudget, Ledger, LedgerEntry
from service.wiring import Service

LOCAL, STRANGER = Scope("local"), Scope("stranger")
MINI = load_models().get("gpt-5.2-mini")
LINE = "The meter reading of station 7 was 70 units."
QUESTION: dict[str, Any] = {"question": "What was the meter reading of station 7?", "mode": "full", "max_tokens": 400}
BUDGET = 0.005
DIES = """
import os, sys
from ingest.catalog import Database
from ingest.types import Scope
from service.records import DayBudget, Ledger
database = Database(sys.argv[1])
assert DayBudget(database, Ledger(database), 1.0, 0.6).hold(Scope("local")).reserve(0.9)
os._exit(9)
"""


def day(service: Service, usd: float = 1.0, lease: float = 30.0) -> DayBudget:
    return DayBudget(service.ingest.database, Ledger(service.ingest.database), usd, lease)


def spend(service: Service, usd: str) -> None:
    entry = LedgerEntry("ans_1", "full", "small", 1, 1, 0, 1, Decimal(usd), 0.1, "done")
    service.records.ledger.add(LOCAL, entry)


def test_what_one_answer_holds_another_cannot_have(fresh: Service) -> None:
    budget = day(fresh)
    first, second = budget.hold(LOCAL), budget.hold(LOCAL)
    assert first.reserve(0.6) and not second.reserve(0.5) and second.reserve(0.4)
    assert budget.remaining(LOCAL) == 0 and budget.remaining(STRANGER) == 1
    first.release()
    assert budget.remaining(LOCAL) == Decimal("0.6") and second.reserve(1.0) and not first.reserve(0.1)


def test_a_hold_grows_but_does_not_shrink(fresh: Service) -> None:
    budget = day(fresh)
    hold = budget.hold(LOCAL)
    assert hold.reserve(0.5) and hold.reserve(0.2) and budget.remaining(LOCAL) == Decimal("0.5")
    assert hold.reserve(0.7) and budget.remaining(LOCAL) == Decimal("0.3")
    assert not hold.reserve(1.1) and budget.remaining(LOCAL) == Decimal("0.3")


def test_what_has_been_spent_cannot_be_held(fresh: Service) -> None:
    spend(fresh, "0.75")
    hold = day(fresh).hold(LOCAL)
    assert not hold.reserve(0.26) and hold.reserve(0.25)


def test_without_a_budget_nothing_is_written(fresh: Service) -> None:
    hold = day(fresh, 0.0).hold(LOCAL)
    assert hold.reserve(1e9)
    with fresh.ingest.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM holds").scalar() == 0
    hold.release()


def test_a_hold_outlives_its_lease_while_its_process_lives(fresh: Service) -> None:
    budget = day(fresh, lease=0.4)
    hold = budget.hold(LOCAL)
    assert hold.reserve(0.9)
    time.sleep(1.0)
    assert budget.remaining(LOCAL) == Decimal("0.1")
    hold.release()
    assert budget.remaining(LOCAL) == 1


def test_what_a_crashed_process_held_comes_back(fresh: Service) -> None:
    url = str(fresh.ingest.database.engine.url)
    assert subprocess.run([sys.executable, "-c", DIES, url], check=False, timeout=60).returncode == 9
    database = Database(url)
    budget = DayBudget(database, Ledger(database), 1.0)
    deadline = time.monotonic() + 10
    while budget.remaining(LOCAL) != 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert budget.hold(LOCAL).reserve(1.0)
    database.close()


def test_a_hold_that_has_lapsed_is_taken_anew_or_not_at_all(fresh: Service) -> None:
    budget = day(fresh)
    hold, other = budget.hold(LOCAL), budget.hold(LOCAL)
    assert hold.reserve(0.6)
    with fresh.ingest.database.write() as connection:
        connection.exec_driver_sql("UPDATE holds SET until = 0")  # as if the process had slept
    assert other.reserve(0.7) and not hold.reserve(0.6)
    other.release()
    assert hold.reserve(0.6) and budget.remaining(LOCAL) == Decimal("0.4")


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    """A server with a daily budget and one small document."""
    with talking(tmp_path, PINCITE_DAILY_BUDGET_USD=str(BUDGET)) as found:
        found.http.post("/v1/documents", files={"file": ("meters.pdf", pdf(["Meters", LINE]))})
        work(found.service)
        yield found


def worst(one: Received) -> float:
    return cost(MINI, one.input_tokens, 0, one.body.get("max_completion_tokens") or one.body["max_tokens"])


def ask(talk: Talk) -> int:
    return int(talk.http.post("/v1/answers", json=QUESTION).status_code)


def usage(talk: Talk) -> dict[str, Any]:
    found: dict[str, Any] = talk.http.get("/v1/usage").json()
    return found


def settled(talk: Talk) -> dict[str, Any]:
    """The usage once every answer has ended."""
    deadline = time.monotonic() + 10
    found = usage(talk)
    while abs(found["remaining_usd"] + found["spent_today_usd"] - BUDGET) > 1e-9 and time.monotonic() < deadline:
        time.sleep(0.05)
        found = usage(talk)
    return found


def test_answers_at_once_stay_together_below_the_daily_budget(talk: Talk) -> None:
    talk.says([Reply(f"It was 70 units. {cite(1, LINE)}", first_after=1.0)])
    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(lambda _number: ask(talk), range(16)))
    assert sum(worst(one) for one in talk.model.received) <= BUDGET  # all were on their way at once
    assert codes.count(200) == len(talk.model.received) >= 2 and codes.count(402) == 16 - codes.count(200)
    found = settled(talk)
    assert found["remaining_usd"] == pytest.approx(BUDGET - found["spent_today_usd"], abs=1e-9)
    assert found["spent_today_usd"] < BUDGET and ask(talk) == 200  # what was held and not spent is there again


def test_an_answer_refused_says_that_others_hold_the_money(talk: Talk) -> None:
    hold = talk.service.records.budget.hold(LOCAL)
    assert hold.reserve(BUDGET)
    status, problem = talk.refused(**QUESTION)
    assert (status, problem["code"]) == (402, "budget_exceeded")
    assert talk.ask(QUESTION["question"])["route"]["mode"] == "extractive"
    hold.release()
    talk.says([Reply("Nothing.")])
    assert ask(talk) == 200


def test_an_answer_that_fails_or_is_given_up_holds_nothing_any_more(talk: Talk) -> None:
    talk.says([Reply(kind="status", status=401)])
    assert ask(talk) == 502
    assert settled(talk)["remaining_usd"] == BUDGET
    talk.says([Reply("word " * 100, between=0.05)])
    with talk.http.stream("POST", "/v1/answers", json={**QUESTION, "stream": True}) as reply:
        next(data for kind, data in events(reply.iter_lines()) if kind == "delta")
        assert usage(talk)["remaining_usd"] < BUDGET
    deadline = time.monotonic() + 10
    while not usage(talk)["spent_today_usd"] and time.monotonic() < deadline:
        time.sleep(0.05)
    found = settled(talk)
    assert 0 < found["spent_today_usd"] == pytest.approx(BUDGET - found["remaining_usd"], abs=1e-9)


def test_a_check_the_others_left_no_money_for_is_left_out(talk: Talk) -> None:
    others = talk.service.records.budget.hold(LOCAL)

    def script(_body: dict[str, Any]) -> Reply:
        assert others.reserve(usage(talk)["remaining_usd"])  # while the draft is being written
        return Reply(f"It was 70 units. {cite(1, LINE)}")

    talk.says(script)
    body = talk.ask(**QUESTION, verify=True)
    others.release()
    assert (
        body["answered"]
        and "self-check was left out" in body["warnings"][0]["message"]
        and len(talk.model.received) == 1
    )
