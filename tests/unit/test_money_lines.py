"""A line of money that is called as before and has another id is remarked on once."""

import pytest
from small_facts import tables_of

from improvement_reports.returns.money_lines import lines_with_other_ids


def money(month: str, *lines: tuple[str, str]) -> dict:
    rows = [
        {"line_id": line_id, "line": line, "kind": "forecast", "period": "2023-24", "amount_gbp": "1000"}
        for line_id, line in lines
    ]
    return tables_of(month, finance=rows)


def said(*months: list[tuple[str, str]]) -> list[str]:
    """What `check` says of the last of these months."""
    *earlier, now = (money(f"2024-{n:02}", *lines) for n, lines in enumerate(months, 1))
    return list(lines_with_other_ids(now, earlier))


OLD, NEW = [("care", "Homes for children")], [("homes", "Homes  for Children")]


def test_another_id_of_a_line_that_is_called_the_same_is_said_with_what_to_do():
    assert said(OLD, NEW) == [
        "finance.csv: “Homes  for Children” has the line_id homes and had care in January 2024, which looks like one"
        " line; write care, so that it is compared with the months before, or give it another name if it is another line"
    ]


@pytest.mark.parametrize(
    "months",
    [
        ([], OLD),
        (OLD, OLD),
        (OLD, NEW, NEW),
        (OLD, [*OLD, *NEW]),
        ([*OLD, *NEW], NEW),
        (OLD, [("homes", "Homes for young people")]),
    ],
    ids=["the first", "the same", "it was said", "both in one return", "one of two goes", "another name"],
)
def test_what_is_no_other_id_or_was_said_is_not_said(months):
    assert said(*months) == []


def test_a_month_without_the_line_lies_between():
    assert len(said(OLD, [], NEW)) == 1


def test_many_lines_are_one_sentence():
    before, now = ([(f"{key}-{n}", f"Line {n}") for n in range(6)] for key in ("a", "b"))
    assert len(said(before[:5], now[:5])) == 5
    (sentence,) = said(before, now)
    assert sentence.startswith("finance.csv: 6 lines are called as before and have another line_id: b-0 (was a-0), b-1")
