"""Rows of data in lists: what all of a list share is said once, and nothing of a row is lost."""

import json

from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.domain.tables import OBSERVATIONS
from improvement_reports.pages.rows_of_data import MANY, lists_of_rows

VALUES = st.fixed_dictionaries(
    {
        "measure_id": st.sampled_from("ab"),
        "period": st.sampled_from(["2024-01", "2024-02"]),
        "value": st.sampled_from(["", "1", "2"]),
    }
)


def row(number: int, **cells: str) -> dict:
    said = [cells.get(c, {"source_id": "s", "locator": "p. 1"}.get(c, "")) for c in OBSERVATIONS.column_names]
    return {"file": "avon/2024-03/observations.csv", "row": number, "cells": json.dumps(said) if cells else ""}


def read(words: str) -> list[str]:
    return words.split("; ") if words else []


@given(st.lists(st.one_of(VALUES, st.just({})), max_size=9))
def test_what_a_list_shares_and_what_a_row_says_are_its_cells(drawn):
    rows = [row(n, **cells) for n, cells in enumerate(drawn, 2)]
    lists = lists_of_rows(rows)
    assert [r["row"] for one in lists for r in one["rows"]] == [r["row"] for r in rows]
    for one in lists:
        for found in one["rows"]:
            cells = drawn[found["row"] - 2]
            said = [*read(one["shared"]), *read(found["words"])]
            assert sorted(said) == sorted(f"{c}: {v}" for c, v in cells.items() if v)
            assert found["is_withheld"] == (not cells) and not (found["is_withheld"] and one["shared"])


def test_the_years_of_each_measure_are_a_list_and_what_they_share_is_said_once():
    rows = [row(n, measure_id=m, area="avon", value=str(n)) for n, m in enumerate("aaabbb", 2)]
    lists = lists_of_rows(rows)
    assert [one["shared"] for one in lists] == ["measure_id: a; area: avon", "measure_id: b; area: avon"]
    assert [r["words"] for r in lists[1]["rows"]] == ["value: 5", "value: 6", "value: 7"]


def test_measures_of_one_month_are_one_list():
    rows = [row(n, measure_id=m, area="avon") for n, m in enumerate("abcd", 2)]
    (one,) = lists_of_rows(rows)
    assert one["shared"] == "area: avon" and one["rows"][0]["words"] == "measure_id: a"


def test_of_few_rows_each_says_all_of_its_cells():
    (one,) = lists_of_rows([row(n, measure_id="a") for n in range(MANY - 1)])
    assert one["shared"] == "" and {r["words"] for r in one["rows"]} == {"measure_id: a"}


def test_a_row_that_is_withheld_shares_nothing_with_its_neighbours():
    (one,) = lists_of_rows([row(2, area="avon", value="1"), row(3), row(4, area="avon", value="2")])
    assert one["shared"] == "" and [r["is_withheld"] for r in one["rows"]] == [False, True, False]
