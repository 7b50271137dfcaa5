"""What a direction rests on, in words, and that whoever computes it again can read them."""

from decimal import Decimal

import pytest

from improvement_reports.domain.vocabulary import BetterWhen, Direction, PeriodType, Unit
from improvement_reports.method.judgement import judge
from improvement_reports.method.judgement_words import RULE, rule_words, unjudged_words
from improvement_reports.method.own_series import Point, Series

STEADY = (80, 84, 79, 83, 81, 82, 80, 83, 79, 84, 81, 82)
UNEVEN = [60, 360, 120, 40, 240, 90] * 2


def words_of(values, of=None, better=BetterWhen.HIGHER, kind=PeriodType.MONTH) -> str:
    points = [
        Point(
            f"2024-{i + 1:02}",
            Decimal(v) if of is None else Decimal(round(100 * v / of[i])),
            0,
            None if of is None else Decimal(v),
            None if of is None else Decimal(of[i]),
        )
        for i, v in enumerate(values)
    ]
    series = Series(tuple(points), kind, Unit.PERCENT, better)
    return rule_words(judge(series, points[-2] if len(points) > 1 else None), len(points), better)


@pytest.mark.parametrize(
    "found, words",
    [
        (words_of(STEADY), "XmR control chart of 12 values, average and limits of the first 12; higher is better"),
        (
            words_of([round(0.8 * n) + (-1) ** i for i, n in enumerate(UNEVEN)], UNEVEN, BetterWhen.LOWER),
            "p' control chart of 12 values, average and limits of the first 12; lower is better",
        ),
        (
            words_of([42, 44], [46, 46]),
            "test of two shares, 44 of 46 against 42 of 46: p = 0.6024, a change if at most 0.0164; higher is better",
        ),
        (
            words_of([2, 44], [46, 1000]),
            "test of two shares, 44 of 1,000 against 2 of 46: p = 1.0000, a change if at most 0.0164; higher is better",
        ),
        (
            words_of([2, 44], [46, 46], BetterWhen.NEUTRAL),
            "test of two shares, 44 of 46 against 2 of 46: p = under 0.0001, a change if at most 0.0164;"
            " neither higher nor lower is better",
        ),
        (
            words_of([42, 44]),
            "the change alone is told: fewer than 12 values, and no two counts of cases to test; higher is better",
        ),
        (
            words_of(STEADY, kind=PeriodType.ROLLING_12M),
            "the change alone is told: no control chart fits, because each value shares most of its months with the one"
            " before; higher is better",
        ),
        (words_of([42]), "nothing to compare with; higher is better"),
    ],
)
def test_rules_in_words(found, words):
    assert found == words and RULE.fullmatch(words)


def test_why_no_direction_stands_is_said_once():
    assert unjudged_words([]) == unjudged_words([Direction.IMPROVING, None]) == ""
    assert unjudged_words([Direction.IMPROVING, Direction.NOT_JUDGED]).startswith(
        "Where no direction stands, there are"
    )
