"""Runs and paces: how long it rose, fell, met or missed, and where the pace leads."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.domain.vocabulary import BetterWhen, Direction
from improvement_reports.method.paces import FARTHEST, pace, run_of, target_run, trend_chance, trend_slope

HIGHER, LOWER, NEUTRAL = BetterWhen.HIGHER, BetterWhen.LOWER, BetterWhen.NEUTRAL


def exact(*values):
    return [None if v is None else Fraction(v) for v in values]


@pytest.mark.parametrize(
    "values, expected",
    [
        ((5, 4, 3, 2, 1, 0), ("down", 5, 1)),
        ((1, 2), ("up", 1, 1)),
        ((9, 1, 2, 3), ("up", 2, 2)),
        ((1, 2, 2), None),  # equal values end it
        ((1, 2, 2, 3), ("up", 1, 3)),
        ((1, None, 2, 3), ("up", 1, 3)),  # nothing reaches across a gap
        ((1, None, 2), None),
        ((1, 2, None), None),  # the newest is missing
        ((1,), None),
        ((), None),
    ],
)
def test_runs(values, expected):
    found = run_of(exact(*values))
    assert (found and (found.way.value, found.length, found.since)) == expected


@given(st.lists(st.integers(0, 9), min_size=1, max_size=14))
def test_a_run_turns_with_its_series(values):
    up, down = run_of(exact(*values)), run_of(exact(*(-v for v in values)))
    assert (up and (up.length, up.since)) == (down and (down.length, down.since))
    if up:
        assert {up.way, down.way} == {Direction.UP, Direction.DOWN}
        steps = values[up.since - 1 :]
        assert all((b > a) == (up.way is Direction.UP) and a != b for a, b in pairwise(steps))


def test_a_target_is_judged_by_the_one_that_held_then():
    found = target_run(exact(80, 85, 90, 91, 92), exact(None, 80, 95, 90, 90), HIGHER)
    assert (found.is_met, found.length, found.since) == (True, 2, 3)
    assert (found.first_met, found.met, found.judged) == (1, 3, 4)


@pytest.mark.parametrize(
    "values, targets, better, expected",
    [
        ((5, 5), (5, 5), HIGHER, (True, 2)),  # on the target is met, on either side
        ((5, 5), (5, 5), LOWER, (True, 2)),
        ((4, 6, 6), (5, 5, 5), LOWER, (False, 2)),
        ((6, None, 6), (5, 5, 5), HIGHER, (True, 1)),
        ((6, 6), (5, None), HIGHER, None),
        ((6, None), (5, 5), HIGHER, None),
        ((6, 6), (5, 5), NEUTRAL, None),
        ((), (), HIGHER, None),
    ],
)
def test_runs_against_the_target(values, targets, better, expected):
    found = target_run(exact(*values), exact(*targets), better)
    assert (found and (found.is_met, found.length)) == expected


# M. G. Kendall, Rank Correlation Methods, appendix table 1: the chance that S is at least so much.
@pytest.mark.parametrize("count, score, one_side", [(4, 6, 0.042), (5, 8, 0.042), (8, 16, 0.031), (10, 21, 0.036)])
def test_published_chances_of_kendalls_score(count, score, one_side):
    assert float(trend_chance(count, score)) / 2 == pytest.approx(one_side, abs=0.0006)


def test_a_pace_only_where_a_trend_is_there():
    rising = exact(*range(70, 82))
    assert trend_slope(rising) == 1
    assert trend_slope(rising[:9]) is None  # too few
    assert trend_slope(exact(*([80, 82, 79] * 4))) is None
    assert trend_slope(exact(*[80] * 12)) is None


@pytest.mark.parametrize(
    "values, target, better, expected",
    [
        (range(70, 82), 85, HIGHER, (True, False, 4)),  # from 81, one a month
        (range(70, 82), 85, LOWER, (False, True, 4)),  # is met and will no longer be
        (range(82, 70, -1), 85, HIGHER, (False, False, None)),  # moves away
        (range(70, 82), 75, HIGHER, (True, True, None)),  # met, and goes on getting better
        (range(70, 82), 81 + FARTHEST, HIGHER, (True, False, FARTHEST)),
        (range(70, 82), 82 + FARTHEST, HIGHER, (True, False, None)),  # too far to say
    ],
)
def test_where_a_pace_leads(values, target, better, expected):
    found = pace(exact(*values), Fraction(target), better)
    assert (found.towards, found.is_met, found.crosses_in) == expected


def test_no_pace_without_target_or_better_side_or_newest_value():
    rising = exact(*range(70, 82))
    assert pace(rising, None, HIGHER) is None
    assert pace(rising, Fraction(85), NEUTRAL) is None
    assert pace([*rising, None], Fraction(85), HIGHER) is None


def test_an_odd_newest_value_does_not_move_the_date_much():
    """The line goes through the middle of the points."""
    rising = [*range(70, 81), 84]
    assert pace(exact(*rising), Fraction(85), HIGHER).crosses_in in (4, 5)
