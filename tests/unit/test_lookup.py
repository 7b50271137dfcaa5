"""Rows by their cells: the same row that a mask finds, and each column of a table read once."""

import pandas as pd
import pytest

from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.references import Reference, find_observation
from improvement_reports.domain.rows import rows_of

TABLE = pd.DataFrame(
    [
        ("a", "x", "North East", "month", "2024-03", 1.0),
        ("a", "x", "", "month", "2024-03", 2.0),
        ("a", "y", "", "month", "2024-03", 3.0),
        ("a", "x", "", "year", "2024-03-31", 4.0),
        ("b", "x", "", "month", "2024-02", 5.0),
    ],
    columns=["measure_id", "area", "category", "period_type", "period", "value"],
)


def test_rows_are_found_by_some_of_their_cells_in_their_order():
    rows = Rows(TABLE)
    assert rows.places(measure_id="a", area="x") == [0, 1, 3]
    assert rows.places(measure_id="c", area="x") == []
    assert rows.row(3).equals(TABLE.iloc[3]) and rows.row(3).name == 3
    assert [row["value"] for row in rows.where(measure_id="a", area="x")] == [1.0, 2.0, 4.0]


def test_a_row_is_the_one_that_the_list_of_rows_has():
    """Numbers and texts of Python, a gap where there is one, and the label of its row."""
    table = TABLE.assign(number=[1, 2, 3, 4, 5], gap=["a", None, "", "b", "c"]).iloc[[4, 1]]
    assert table["gap"].isna().tolist() == [False, True]
    for at, row in enumerate(rows_of(table)):
        found = Rows(table).row(at)
        pd.testing.assert_series_equal(found, row)
        assert [type(cell) for cell in found] == [type(cell) for cell in row]


def test_a_category_is_taken_as_it_stands_before_one_that_means_the_same():
    rows = Rows(TABLE)
    assert rows.in_category([0, 1, 3], "") == [1, 3]
    assert rows.in_category([0, 1, 3], "north\u00a0east ") == [0]
    # Spelt so anywhere in the table, it means just that.
    both = Rows(pd.concat([TABLE, TABLE.iloc[[4]].assign(category="north east")], ignore_index=True))
    assert both.in_category([0, 1, 3], "north east") == []


def test_a_row_that_somebody_changes_stays_as_it_was_for_the_next():
    rows = Rows(TABLE)
    mine = rows.row(0)
    mine["value"] = 9.0
    assert rows.row(0)["value"] == 1.0 and TABLE.loc[0, "value"] == 1.0


class _Counted(Rows):
    read = 0

    def cells(self, column: str) -> list:
        self.read += column not in self._cells
        return super().cells(column)


@pytest.mark.parametrize("asked", [1, 50])
def test_each_column_is_read_once_however_often_is_asked(asked):
    rows = _Counted(TABLE)
    for _ in range(asked):
        assert find_observation(rows, Reference("a"), "x", "2024-03")["value"] == 2.0
        assert find_observation(rows, Reference("a", period_type="year"), "x", "2024-03")["value"] == 4.0
    assert rows.read == len(TABLE.columns)
