"""A council's own series: which chart it has, what the newest point says, and what stands where no chart fits."""

from decimal import Decimal
from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from improvement_reports.domain.vocabulary import BetterWhen, Direction, PeriodType, Unit
from improvement_reports.method.aptness import NotApt, Spell, not_apt, rare_events, spells
from improvement_reports.method.judgement import Basis, are_apart, judge
from improvement_reports.method.laney import laney_chart, varies
from improvement_reports.method.own_series import RULES, Point, Series, exact, own_chart, reaches
from improvement_reports.method.spc_chart import Assurance, Rebase, Rule, Variation
from improvement_reports.method.spc_limits import root

HIGHER, LOWER, NEUTRAL = BetterWhen.HIGHER, BetterWhen.LOWER, BetterWhen.NEUTRAL
STEADY = (80, 84, 79, 83, 81, 82, 80, 83, 79, 84, 81, 82)  # mean 81.5
APPROVED = {"date": "2025-05-18", "reason": "New definition", "approver": "Improvement Board"}


def month(i: int) -> str:
    return f"{2024 + (i + 3) // 12}-{(i + 3) % 12 + 1:02}"


def series(values, better_when=HIGHER, unit=Unit.PERCENT, period_type=PeriodType.MONTH, of=None, **more) -> Series:
    """``values``: as stated; with ``of`` they are cases of so many."""
    points = []
    for i, value in enumerate(values):
        if value is None:
            points.append(Point(month(i), None))
        elif of is None:
            points.append(Point(month(i), Decimal(str(value)), 0))
        else:
            n = of[i] if isinstance(of, tuple | list) else of
            points.append(Point(month(i), Decimal(round(100 * value / n)), 0, Decimal(value), Decimal(n)))
    return Series(tuple(points), period_type, unit, better_when, **more)


def judged(values, target=None, **more):
    made = series(values, **more)
    goal = None if target is None else Fraction(target)
    return judge(made, made.points[-2] if len(made.points) > 1 else None, goal)


# Twelve points, and what the newest says


def test_below_twelve_points_there_is_no_chart():
    found = judged(STEADY[:11], target=70)
    assert (found.basis, found.direction, found.chart) == (Basis.CHANGE, Direction.TOO_FEW_POINTS, None)
    assert found.assurance is Assurance.TOO_FEW_POINTS
    found = judged(STEADY, target=70)
    assert (found.basis, found.direction, found.assurance) == (
        Basis.CHART,
        Direction.NO_SIGNIFICANT_CHANGE,
        Assurance.PASSING,
    )


@pytest.mark.parametrize(
    "level, is_shift", [(Decimal("3.66"), False), (Decimal("3.67"), True), (Decimal("-1.67"), True)]
)
def test_a_shift_lies_more_than_half_way_to_the_limit(level, is_shift):
    """Average 1, mean range 2, limits 2.66 × 2 off: half way is 2.66, and on it is not more."""
    chart = own_chart(series([0, 2] * 6 + [level] * 6, unit=Unit.DAYS))
    assert chart.segments[0].upper == 6.32
    assert (Rule.SHIFT in chart.points[-1].flags) is is_shift


@pytest.mark.parametrize(
    "newer, rule, direction",
    [
        ((81, 97), Rule.OUTSIDE_LIMITS, Direction.IMPROVING),
        ((81, 60), Rule.OUTSIDE_LIMITS, Direction.WORSENING),
        ((86, 86, 86, 86, 86, 86), Rule.SHIFT, Direction.IMPROVING),
        ((82, 82, 82, 82, 82, 82, 82), None, Direction.NO_SIGNIFICANT_CHANGE),  # on one side, but hardly
        ((81, 86, 86, 86, 86, 86), None, Direction.NO_SIGNIFICANT_CHANGE),  # five
        ((82, 88, 88), Rule.TWO_OF_THREE, Direction.IMPROVING),
        ((81, 88, 88), None, Direction.NO_SIGNIFICANT_CHANGE),  # the third is on the other side
        ((78, 79, 80, 81, 82, 83, 84), Rule.TREND, Direction.IMPROVING),
        ((82, 60, 81), None, Direction.NO_SIGNIFICANT_CHANGE),  # only the newest counts
    ],
)
def test_what_the_newest_point_says(newer, rule, direction):
    found = judged((*STEADY, *newer))
    flags = found.chart.points[-1].flags
    assert flags == (() if rule is None else (rule,))
    assert found.direction is direction


def test_the_words_turn_with_the_better_side():
    newer = (*STEADY, 81, 97)
    found = {better: judged(newer, better_when=better).direction for better in BetterWhen}
    assert found == {HIGHER: Direction.IMPROVING, LOWER: Direction.WORSENING, NEUTRAL: Direction.UP}


def test_average_and_limits_stay_those_of_the_first_twelve():
    limits = {
        (s.centre, s.lower, s.upper)
        for more in ((), (97,), (97, 60, 99, 99, 99, 99, 99, 99))
        for s in own_chart(series((*STEADY, *more))).segments
    }
    assert len(limits) == 1 and next(iter(limits))[0] == 81.5


def test_a_gap_is_no_point_of_the_baseline():
    known = own_chart(series((*STEADY[:6], None, *STEADY[6:], 99)))
    assert known.segments[0].centre == 81.5
    assert judged((*STEADY[:6], None, *STEADY[6:11])).basis is Basis.CHANGE  # eleven and a gap


def test_a_measure_may_set_a_longer_baseline_up_to_24():
    rising = tuple(range(60, 84))
    centres = [own_chart(series(rising, baseline=n)).segments[0].centre for n in (12, 24)]
    assert centres == [65.5, 71.5]
    for wrong in (11, 25):
        with pytest.raises(ValueError, match="a baseline is 12 to 24 points"):
            series(rising, baseline=wrong)


def test_limits_are_no_narrower_than_the_spread():
    """Neighbours that are alike make small ranges: here 2.66 × 0.82 against 3.3 × 2.86."""
    waves = (80, 81, 82, 83, 84, 85, 86, 87, 86, 85, 84, 83)
    segment = own_chart(series(waves)).segments[0]
    mean = sum(waves) / 12
    spread = (sum((v - mean) ** 2 for v in waves) / 11) ** 0.5
    assert segment.upper - segment.centre == pytest.approx(float(RULES.spread_factor) * spread)


def test_roots():
    assert root(Fraction(49, 4)) == Fraction(7, 2) and root(Fraction(0)) == 0
    assert float(root(Fraction(2))) == pytest.approx(2**0.5, abs=1e-14)
    assert root(Fraction(2)) == Fraction(isqrt(2 * 10**30), 10**15)


def test_the_average_starts_anew_only_where_somebody_approved_it():
    jump = (*STEADY, *(v + 10 for v in STEADY))
    assert judged(jump).direction is Direction.IMPROVING
    rebased = judged(jump, rebases=(Rebase(12, **APPROVED),))
    assert rebased.direction is Direction.NO_SIGNIFICANT_CHANGE and rebased.chart.segments[-1].centre == 91.5
    short = judged(jump[:23], rebases=(Rebase(12, **APPROVED),))
    assert short.basis is Basis.CHANGE  # eleven points since


def test_values_are_unrounded_where_their_numbers_are_held():
    assert exact(Point("2024-04", Decimal(67), 0, Decimal(2), Decimal(3)), Unit.PERCENT) == Fraction(200, 3)
    assert exact(Point("2024-04", Decimal("16.5"), 1, Decimal(33), Decimal(2)), Unit.CASES) == Fraction(33, 2)
    assert exact(Point("2024-04", None, 0, Decimal(2), Decimal(3)), Unit.PERCENT) is None


# The target


@pytest.mark.parametrize(
    "lower, upper, better, assurance",
    [
        (80, 90, HIGHER, Assurance.PASSING),  # the worse limit just on the target
        (70, 80, HIGHER, Assurance.UNRELIABLE),  # the better limit just on it
        (70, 79, HIGHER, Assurance.FAILING),
        (81, 90, HIGHER, Assurance.PASSING),
        (75, 85, HIGHER, Assurance.UNRELIABLE),
        (70, 80, LOWER, Assurance.PASSING),
        (80, 90, LOWER, Assurance.UNRELIABLE),
        (81, 90, LOWER, Assurance.FAILING),
    ],
)
def test_a_target_of_80_and_limits_on_it(lower, upper, better, assurance):
    assert reaches(Fraction(lower), Fraction(upper), Fraction(80), better) is assurance


@given(st.integers(60, 99))
@settings(deadline=None)
def test_a_target_just_on_a_limit_of_a_chart_is_seen_through_its_floats(target):
    """The limits of a chart are floats; the target is moved onto them."""
    chart = own_chart(series(STEADY))
    for end, expected in (
        (chart.segments[0].lower, Assurance.PASSING),
        (chart.segments[0].upper, Assurance.UNRELIABLE),
    ):
        assert own_chart(series(STEADY), Fraction(end)).assurance is expected


def test_assurance_goes_by_where_the_series_is_now():
    """A level that was left behind promises nothing: first it missed 86, after the shift it may be either."""
    assert judged(STEADY, target=91).assurance is Assurance.FAILING
    higher = (*STEADY, 92, 93, 92, 94, 92, 93)
    found = judged(higher, target=91)
    assert (found.direction, found.assurance) == (Direction.IMPROVING, Assurance.UNRELIABLE)
    assert judged((*STEADY, 97), target=91).assurance is Assurance.UNRELIABLE  # out of the old limits once
    assert judged((*STEADY, 60), target=95).assurance is Assurance.FAILING  # from either level


def test_without_target_or_better_side_there_is_no_assurance():
    assert judged(STEADY).assurance is Assurance.NO_TARGET
    assert judged(STEADY, target=80, better_when=NEUTRAL).assurance is Assurance.NO_TARGET


# Where no chart fits


@pytest.mark.parametrize(
    "made, reason",
    [
        (series(STEADY), None),
        (series(STEADY, period_type=PeriodType.ROLLING_12M), NotApt.OVERLAPPING),
        (series(STEADY, period_type=PeriodType.TO_DATE), NotApt.OVERLAPPING),
        (series([149, 150, 148, 149, 150, 149, 147, 150, 149, 148, 150, 149], of=150), NotApt.FEW_CASES),
        (series([1, 0, 2, 1, 3, 0, 1, 0, 2, 1, 0, 2], of=150), NotApt.FEW_CASES),
        (series([99, 100, 98, 99, 97, 100, 98, 99, 99, 100, 98, 99]), NotApt.NEAR_THE_END),
        (series([80, 80, 81, 81, 80, 80, 80, 81, 81, 81, 80, 80]), NotApt.COARSE),
        (series([80] * 12), NotApt.FLAT),
        (series([3, 5, 4, 2, 6, 4, 3, 5, 4, 2, 6, 4], unit=Unit.COUNT), NotApt.RARE),
        (series([30, 50, 40, 20, 60, 40, 30, 50, 40, 20, 60, 40], unit=Unit.COUNT), None),
        (series([120, 130, 118, 127, 125, 131, 122, 119, 128, 124, 126, 121], of=150), None),
    ],
)
def test_which_series_a_chart_fits(made, reason):
    assert not_apt(made) is reason


def test_where_no_chart_fits_two_shares_are_tested():
    high = [149, 150, 148, 149, 150, 149, 147, 150, 149, 148, 150]
    found = judged([*high, 149], of=150)
    assert (found.basis, found.why_no_chart, found.direction) == (
        Basis.TEST,
        NotApt.FEW_CASES,
        Direction.NO_SIGNIFICANT_CHANGE,
    )
    assert judged([*high, 120], of=150).direction is Direction.WORSENING


def test_rare_events_and_the_spells_without_them():
    assert rare_events(series([150, 149, 150], of=150)) == (0, 1, 0)
    assert rare_events(series([0, 2, 0], of=150)) == (0, 2, 0)
    found = spells(series([150, 149, 140, 160, 148, 100, 110], of=[150, 150, 140, 160, 150, 100, 110]))
    assert found == (Spell(0, 0, 150), Spell(2, 3, 300), Spell(5, 6, 210))
    assert [s.periods for s in found] == [1, 2, 2]
    assert spells(series([0, 0, None, 0, 2, 0], unit=Unit.COUNT)) == (
        Spell(0, 1, None),
        Spell(3, 3, None),
        Spell(5, 5, None),
    )


# Fewer points


@pytest.mark.parametrize(
    "now, before, better, direction",
    [
        ((44, 46), (42, 46), HIGHER, Direction.NO_SIGNIFICANT_CHANGE),
        ((44, 46), (25, 46), HIGHER, Direction.IMPROVING),
        ((44, 46), (25, 46), LOWER, Direction.WORSENING),
        ((44, 46), (25, 46), NEUTRAL, Direction.UP),
        ((25, 46), (44, 46), NEUTRAL, Direction.DOWN),
        ((25, 46), (44, 46), HIGHER, Direction.WORSENING),
        ((46, 46), (46, 46), HIGHER, Direction.NO_SIGNIFICANT_CHANGE),
    ],
)
def test_two_shares(now, before, better, direction):
    found = judged([before[0], now[0]], of=[before[1], now[1]], better_when=better)
    assert (found.basis, found.direction) == (Basis.TEST, direction)
    assert found.now == now and found.before == before and 0 <= found.p <= 1


def test_without_counts_only_the_change_is_told():
    found = judged([60, 95])
    assert (found.basis, found.direction, found.change) == (Basis.CHANGE, Direction.TOO_FEW_POINTS, 35)
    half = judged([Decimal("30.5"), 40], of=[50, 50])  # full-time equivalents
    assert half.basis is Basis.CHANGE


def test_one_value_and_none():
    assert judged([60]).basis is Basis.NOTHING
    assert judged([60]).direction is Direction.TOO_FEW_POINTS
    assert judged([60, None]).direction is None  # disputed or missing: nothing may be said
    assert judge(series([]), None).direction is None


@pytest.mark.parametrize(
    "kind, months, apart",
    [
        (PeriodType.MONTH, 1, True),
        (PeriodType.QUARTER, 1, False),
        (PeriodType.QUARTER, 3, True),
        (PeriodType.ROLLING_12M, 1, False),
        (PeriodType.ROLLING_12M, 12, True),
        (PeriodType.TO_DATE, 12, False),
        (PeriodType.SNAPSHOT, 1, True),
    ],
)
def test_which_values_share_no_cases(kind, months, apart):
    assert are_apart(Point(month(months), Decimal(1)), Point(month(0), Decimal(1)), kind) is apart


# Numbers of cases that differ much


def test_when_numbers_of_cases_differ_by_more_than_half():
    assert not varies([100] * 11 + [100]) and not varies([50, 150]) and not varies([])
    assert varies([49, 151]) and varies([100] * 11 + [200])


UNEVEN = [60, 360, 120, 40, 240, 90] * 3


def test_laneys_chart_takes_the_place_where_they_do():
    level = [round(0.8 * n) + (-1) ** i for i, n in enumerate(UNEVEN)]
    found = judged(level, of=UNEVEN, target=50)
    assert (found.basis, found.direction, found.assurance) == (
        Basis.LANEY,
        Direction.NO_SIGNIFICANT_CHANGE,
        Assurance.PASSING,
    )
    widths = [high - low for low, high in found.chart.limits]
    by_cases = [width for _, width in sorted(zip(UNEVEN, widths, strict=True))]
    assert by_cases == sorted(widths, reverse=True) and by_cases[0] > by_cases[-1]  # few cases, wide limits
    jumped = [*level[:12], *(round(0.97 * n) for n in UNEVEN[12:])]
    assert judged(jumped, of=UNEVEN).direction is Direction.IMPROVING
    assert judged(jumped, of=UNEVEN, target=85).assurance is Assurance.UNRELIABLE


def test_laneys_centre_is_that_of_all_cases():
    made = laney_chart(series([30, 90] * 6, of=[40, 360] * 6))
    assert made.centre == Fraction(100 * 120, 400)
    assert made.variation is Variation.COMMON_CAUSE


def test_there_is_no_laney_chart_without_all_counts():
    assert laney_chart(series(STEADY)) is None
    assert laney_chart(series([40] * 12, of=[40] * 12)) is None  # every case is counted


# Pace


def test_a_pace_only_with_a_sign_of_change_the_same_way():
    rising = (*STEADY, 83, 85, 86, 88, 89, 91)
    found = judged(rising, target=95)
    assert found.direction is Direction.IMPROVING and found.pace.towards and found.pace.crosses_in
    assert judged(STEADY, target=95).pace is None
    assert judged(rising, target=95, better_when=NEUTRAL).pace is None
