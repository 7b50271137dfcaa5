"""A series that goes on is not gone through again; any other series is, and says the same."""

import pandas as pd

from improvement_reports.domain.fold import Fold
from improvement_reports.domain.sameness import same_spelling
from improvement_reports.domain.tables import OBSERVATIONS
from improvement_reports.domain.vocabulary import ValueStatus
from improvement_reports.facts.shared import with_earlier

TABLES = [pd.DataFrame({"n": [n]}) for n in range(5)]


def counted():
    steps = []

    def step(state, table, given):
        steps.append(int(table["n"][0]))
        return (*state, (int(table["n"][0]), given))

    return Fold((), step), steps


def test_each_table_of_a_series_is_gone_through_once():
    fold, steps = counted()
    for n in range(1, 6):
        assert [number for number, _ in fold(TABLES[:n])] == list(range(n))
    assert steps == [0, 1, 2, 3, 4]
    fold(TABLES)
    assert steps == [0, 1, 2, 3, 4], "nothing is new"


def test_another_series_begins_anew():
    fold, steps = counted()
    fold(TABLES[:3])
    steps.clear()
    assert [number for number, _ in fold([TABLES[0], TABLES[2]])] == [0, 2]
    assert [number for number, _ in fold([])] == []
    assert [number for number, _ in fold([TABLES[0].copy(), TABLES[1]])] == [0, 1]
    assert steps == [0, 2, 0, 1], "an equal table is not the same table"


def test_what_is_given_belongs_to_the_state():
    fold, steps = counted()
    one, other = {"a": 1}, {"a": 1}
    fold(TABLES[:2], one)
    assert fold(TABLES[:2], other) == ((0, other), (1, other)) and steps == [0, 1, 0, 1]


def test_a_whole_series_at_once_is_the_same_as_step_by_step():
    fold, steps = counted()
    fold.at_once = lambda tables, given: tuple((int(t["n"][0]), given) for t in tables)
    assert fold(TABLES[:3]) == ((0, None), (1, None), (2, None)) and steps == []
    assert fold(TABLES[:4])[-1] == (3, None) and steps == [3]


def observations(*rows: tuple[str, str, float | None]) -> pd.DataFrame:
    """(category, period, value; None is withheld) of one measure."""
    return pd.DataFrame(
        [
            {
                **{"measure_id": "m", "area": "home", "category": c, "period": p, "period_type": "month"},
                "value": float("nan") if v is None else v,
                "value_status": (ValueStatus.SUPPRESSED if v is None else ValueStatus.PUBLISHED).value,
            }
            for c, p, v in rows
        ]
    )


SERIES = [
    observations(("", "2024-01", 1.0), ("North", "2024-01", None)),
    observations(("", "2024-01", 2.0), ("", "2024-02", 3.0), ("north ", "2024-01", 7.0)),
    observations(("", "2024-02", None), ("", "2024-03", 4.0)),
    observations(("", "2024-02", 5.0), ("", "2024-01", 6.0)),
]


def told(frame: pd.DataFrame) -> list[tuple]:
    return [
        (c, p, None if pd.isna(v) else v)
        for c, p, v in zip(frame["category"], frame["period"], frame["value"], strict=True)
    ]


def test_of_earlier_returns_the_newest_holds_and_what_one_withholds_stays_withheld():
    """Step by step along the series, and at once for the last return: the same rows in the same order."""
    stepwise = [told(with_earlier(SERIES[n], SERIES[:n], OBSERVATIONS.key)) for n in range(4)]
    at_once = [told(with_earlier(SERIES[n].copy(), [t.copy() for t in SERIES[:n]], OBSERVATIONS.key)) for n in range(4)]
    assert stepwise == at_once
    assert stepwise[1] == [("", "2024-01", 2.0), ("", "2024-02", 3.0), ("North", "2024-01", None)]
    assert stepwise[3] == [
        ("", "2024-01", 6.0),
        ("", "2024-02", None),
        ("", "2024-03", 4.0),
        ("North", "2024-01", None),
    ]


def test_a_category_is_spelt_as_it_was_first_whatever_was_asked_before():
    for tables in (SERIES[:1], SERIES[:2], [], SERIES[1:2]):
        wanted = "north" if tables == [] or tables[0] is SERIES[1] else "North"
        assert same_spelling(SERIES[1], tables)["category"].tolist()[-1] == wanted
