"""The ledger: costs add up exactly, stay with their tenant, and outlive what they were paid for."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from ingest.types import Scope
from service.records import Ledger, LedgerEntry, Records
from service.wiring import Service

LOCAL, STRANGER = Scope("local"), Scope("stranger")


def entry(name: str, cost: str = "0", mode: str = "retrieval", **rest: Any) -> LedgerEntry:
    values = {
        "calls": 1,
        "input_tokens": 100,
        "cached_tokens": 40,
        "output_tokens": 7,
        "seconds": 0.5,
        "status": "done",
    }
    return LedgerEntry(id=name, mode=mode, model="small", cost_usd=Decimal(cost), **{**values, **rest})


def test_sums_are_exact_where_floats_are_not(fresh: Service) -> None:
    for number in range(10):
        fresh.records.ledger.add(LOCAL, entry(f"ans_{number}", "0.1"))
    fresh.records.ledger.add(LOCAL, entry("ans_small", "0.000000125"))
    assert fresh.records.ledger.spent_today(LOCAL) == Decimal("1.000000125")
    assert fresh.records.ledger.usage(LOCAL, 1)["total"]["cost_usd"] == 1.000000125


def test_usage_sums_by_day_and_route(fresh: Service) -> None:
    ledger = fresh.records.ledger
    for number, mode in enumerate(("full", "retrieval", "retrieval")):
        ledger.add(LOCAL, entry(f"ans_{number}", "0.25", mode))
    found = fresh.records.usage(LOCAL, 30)
    (day,) = found["days"]
    assert found["key"] == "local" and found["budget_usd"] is None and found["spent_today_usd"] == 0.75
    assert {name: value for name, value in day.items() if name != "date"} == found["total"]
    assert found["total"] == {
        "answers": 3,
        "calls": 3,
        "input_tokens": 300,
        "cached_tokens": 120,
        "output_tokens": 21,
        "cost_usd": 0.75,
        "seconds": 1.5,
        "routes": {"full": 1, "retrieval": 2},
    }


def test_days_past_the_window_are_left_out_and_come_newest_first(fresh: Service) -> None:
    fresh.records.ledger.add(LOCAL, entry("ans_now", "0.5"))
    for name, age in (("ans_old", 1), ("ans_older", 5)):
        fresh.records.ledger.add(LOCAL, entry(name, "0.5"))
        with fresh.ingest.database.write() as connection:
            shifted = f"UPDATE ledger SET day = date('now', '-{age} days') WHERE id = '{name}'"
            connection.exec_driver_sql(shifted)
    dates = [day["date"] for day in fresh.records.ledger.usage(LOCAL, 6)["days"]]
    assert len(dates) == 3 and dates == sorted(dates, reverse=True)
    assert len(fresh.records.ledger.usage(LOCAL, 5)["days"]) == 2
    assert fresh.records.ledger.usage(LOCAL, 1)["total"]["answers"] == 1
    assert fresh.records.ledger.spent_today(LOCAL) == Decimal("0.5")


def test_an_empty_ledger_is_all_zeros(fresh: Service) -> None:
    found = fresh.records.ledger.usage(LOCAL, 30)
    assert found["days"] == [] and found["total"]["answers"] == 0 and found["total"]["cost_usd"] == 0
    assert fresh.records.ledger.spent_today(LOCAL) == 0


def test_neither_another_tenant_nor_another_key_pays(fresh: Service) -> None:
    fresh.records.ledger.add(LOCAL, entry("ans_1", "0.5"))
    assert fresh.records.ledger.spent_today(STRANGER) == 0
    assert Ledger(fresh.ingest.database).spent_today(replace(LOCAL, key="another")) == 0


def test_what_is_left_of_a_budget_counts_failures_and_ends_at_zero(fresh: Service) -> None:
    records = Records(fresh.ingest.database, 30, 90, daily_budget_usd=1.0)
    assert fresh.records.remaining_usd(LOCAL) is None
    assert records.remaining_usd(LOCAL) == 1.0
    records.ledger.add(LOCAL, entry("ans_1", "0.7"))
    records.ledger.add(LOCAL, entry("use_1", "0.2", status="failed"))
    assert records.remaining_usd(LOCAL) == 0.1
    records.ledger.add(LOCAL, entry("use_2", "0.2", status="cancelled"))
    assert records.remaining_usd(LOCAL) == 0.0
    assert records.usage(LOCAL, 1)["budget_usd"] == 1.0


def test_the_ledger_holds_no_text_and_outlives_the_answer(fresh: Service) -> None:
    thread = fresh.records.threads.add(LOCAL).id
    fresh.records.keep(LOCAL, "ans_1", {"question": "A secret?", "answer": "Yes.", "of": "doc_1"}, thread)
    fresh.records.ledger.add(LOCAL, entry("ans_1", "0.5"))
    fresh.records.forget(LOCAL, "doc_1")
    fresh.records.threads.delete(LOCAL, thread)
    assert fresh.records.ledger.spent_today(LOCAL) == Decimal("0.5")
    with fresh.ingest.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM ledger").all()
    assert "secret" not in repr(rows)
