"""Adjacency relations count each pair of neighbours once, over blanks and spanned cells."""

from bench.tables_icdar import PlacedCell, of_grid, relations, summary


def test_neighbours_are_found_over_blanks() -> None:
    found = of_grid([["", "2024", "2023"], ["Rent", "", "30"]])
    assert found == {("2024", "2023", "right"): 1, ("2023", "30", "down"): 1, ("rent", "30", "right"): 1}


def test_a_cell_over_two_columns_is_above_both() -> None:
    cells = [PlacedCell(0, 0, 0, 1, "Sales"), PlacedCell(1, 1, 0, 0, "2024"), PlacedCell(1, 1, 1, 1, "2023")]
    assert relations(cells) == {
        ("sales", "2024", "down"): 1,
        ("sales", "2023", "down"): 1,
        ("2024", "2023", "right"): 1,
    }


def test_files_weigh_by_their_relations() -> None:
    assert summary([(8, 10, 10), (0, 10, 0)]) == {"recall": 0.4, "precision": 0.8, "nothing_found": 1}
