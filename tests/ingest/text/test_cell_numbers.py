"""Cells of any country's form are read as the numbers they are; what is undecided stays unreadable."""

import pytest

from ingest.table_types import CellKind
from ingest.text.cell_numbers import decimal_mark, parse_cell


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("1,234.5", "1234.5"),
        ("1.234,56", "1234.56"),
        ("1'234'567", "1234567"),
        ("1’234’567.50", "1234567.50"),
        ("1 234 567", "1234567"),
        ("1\u202f234\u2009567,5", "1234567.5"),
        ("1,23,456", "123456"),
        ("12,5", "12.5"),
        ("(312)", "-312"),
        ("($1,234)", "-1234"),
        ("$ (1,234)", "-1234"),
        ("(1.5)%", "-1.5"),
        ("-312", "-312"),
        ("−312", "-312"),
        ("312-", "-312"),
        ("312 CR", "-312"),
        ("312 DR", "312"),
        ("+4.5", "4.5"),
        ("0.123", "0.123"),
        (".5", ".5"),
        ("4,210*", "4210"),
        ("15.1x", "15.1"),
    ],
)
def test_a_number_is_read_in_the_form_it_is_printed_in(shown: str, value: str) -> None:
    assert (parse_cell(shown).kind, parse_cell(shown).value) == (CellKind.NUMBER, value)


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        ("—", CellKind.NIL),
        ("$ —", CellKind.NIL),
        ("– %", CellKind.NIL),
        ("nil", CellKind.NIL),
        ("n.m.", CellKind.NOT_MEANINGFUL),
        ("N/A", CellKind.NOT_MEANINGFUL),
        ("1,2,3", CellKind.UNREADABLE),
        ("Total", CellKind.TEXT),
    ],
)
def test_what_is_no_number_has_a_kind_and_no_value(shown: str, kind: CellKind) -> None:
    assert (parse_cell(shown).kind, parse_cell(shown).value) == (kind, None)


def test_a_point_before_three_digits_is_what_the_other_cells_make_it() -> None:
    assert decimal_mark(["45.310", "12.345,60"]) == ","
    assert parse_cell("45.310", ",").value == "45310"
    assert decimal_mark(["45.310", "1,200"]) == "."
    assert parse_cell("45.310", ".").value == "45.310"


def test_a_point_that_no_cell_decides_leaves_the_number_unreadable() -> None:
    assert decimal_mark(["45.310", "12.400"]) is None
    assert parse_cell("45.310", None).kind is CellKind.UNREADABLE
    assert parse_cell("4.125%", None).value == "4.125"
