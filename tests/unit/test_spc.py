"""Statistical process control: published golden cases, each rule by itself at its edges, laws, seasons, and the
words.
"""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.domain.vocabulary import DIRECTION_MARKS, BetterWhen, Direction, Unit
from improvement_reports.method import seasons, spc, spc_chart, spc_words
from improvement_reports.method.spc import control_chart
from improvement_reports.method.spc_chart import Assurance, Rebase, Rule, Side, Variation

HIGHER, LOWER, NEUTRAL = BetterWhen.HIGHER, BetterWhen.LOWER, BetterWhen.NEUTRAL
OUTSIDE, SHIFT, TREND, NEAR = Rule.OUTSIDE_LIMITS, Rule.SHIFT, Rule.TREND, Rule.TWO_OF_THREE
GOLDEN = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
APPROVED = {"date": "2023-05-18", "reason": "New definition", "approver": "Improvement Board"}


def chart(values, better_when=NEUTRAL, **settings):
    return control_chart(values, better_when=better_when, **settings)


def flagged(values, rule, **settings) -> list[int]:
    """The points that a rule flags."""
    return [p.index for p in chart(values, **settings).points if rule in p.flags]


def limits(made, segment: int = -1) -> tuple:
    s = made.segments[segment]
    return s.lower, s.centre, s.upper


def months(count: int, year: int = 2021) -> list[str]:
    """Months from April on."""
    return [f"{year + (i + 3) // 12}-{(i + 3) % 12 + 1:02}" for i in range(count)]


def mirrored(core: list) -> list:
    """The values and their opposites, so that the mean is 0."""
    return [*core, *(None if v is None else -v for v in core)]


def padded(core: list, mean_range: int) -> list:
    """Values with a mean of 0, ending in 0, and small ones after them that bring the mean moving range to just this."""
    ranges = [abs(b - a) for a, b in pairwise(core) if a is not None and b is not None]
    zeros = 0
    while (need := mean_range * (len(ranges) + 3 + zeros) - sum(ranges)) < 0 or need % 4:
        zeros += 1
    return [*core, need // 4, -need // 4, 0, *[0] * zeros]


def test_the_helper_gives_just_these_limits():
    assert limits(chart(padded([0, 266, 0, -266, 0], 100))) == (-266, 0, 266)
    assert limits(chart(padded(mirrored([0, 267, None, 1, 0]), 150))) == (-399, 0, 399)


# Centre and limits


@pytest.mark.parametrize(
    ("screened", "expected"), [(False, (-3.0626, 1.9444, 6.9515)), (True, (-0.7156, 1.9444, 4.6044))]
)
def test_the_golden_case(screened, expected):
    made = chart(GOLDEN, screen_ranges=screened)
    assert limits(made) == pytest.approx(expected, abs=5e-5)
    assert made.flagged == {4}
    assert made.points[4].flags == (OUTSIDE,)


@pytest.mark.parametrize(("largest", "stays"), [(3266, True), (3267, True), (3268, False)])
def test_a_range_above_the_screen_is_left_out(largest, stays):
    """Ranges 3267, 733, 0, 0 have the mean 1000: the first lies just on the screen."""
    made = chart([0, largest, largest + 733, largest + 733, largest + 733], screen_ranges=True)
    mean_range = (largest + 733) / 4 if stays else 733 / 3
    assert made.segments[0].upper - made.segments[0].centre == pytest.approx(2.66 * mean_range)


def test_ranges_are_screened_once():
    """After the ranges of 100 are left out, that of 10 is above 3.267 × the new mean too, but it stays."""
    kept = [1] * 16 + [10, 1, 1, 1, 1, 1]
    made = chart([0, 1] * 8 + [101, 1, 0, 10, 9, 10, 9, 10, 9], screen_ranges=True)
    assert 3.267 * sum(kept) / len(kept) < 10
    assert made.segments[0].upper - made.segments[0].centre == pytest.approx(2.66 * sum(kept) / len(kept))


def test_screening_that_would_leave_limits_without_width_changes_nothing():
    values = [5] * 10 + [9] * 10
    assert chart(values, screen_ranges=True).segments == chart(values).segments
    assert chart(values).segments[0].has_limits


def test_no_moving_range_crosses_a_gap():
    made = chart([1, 2, 1, None, 11, 12, 11])
    assert limits(made) == pytest.approx((38 / 6 - 2.66, 38 / 6, 38 / 6 + 2.66))
    assert made.gaps == (3,)
    assert made.points[3] == spc_chart.ControlPoint(3, None)


def test_decimals_and_floats_give_the_same():
    assert chart([Decimal("0.1"), Decimal("0.2"), Decimal("0.4")]) == chart([0.1, 0.2, 0.4])


@pytest.mark.parametrize("values", [[], [None], [1], [None, 1, None], [1, None, 2], [1, None, 2, None, 3]])
def test_without_a_moving_range_there_are_no_limits(values):
    made = chart(values, HIGHER, target=1)
    assert all(s.lower is None and s.upper is None and not s.has_limits for s in made.segments)
    assert all(made.drawn_limits(s) is None for s in made.segments)
    assert made.flagged == set()
    assert made.variation is Variation.TOO_FEW_POINTS
    assert made.direction is Direction.TOO_FEW_POINTS
    assert made.assurance is Assurance.TOO_FEW_POINTS
    assert made.is_trial
    assert all(p.side is None for p in made.points)


def test_two_neighbouring_values_have_limits():
    made = chart([1, 2])
    assert limits(made) == pytest.approx((-1.16, 1.5, 4.16))
    assert made.variation is Variation.COMMON_CAUSE


def test_values_that_differ_without_any_range_have_no_limits():
    assert not chart([5, 5, None, 6, 6]).segments[0].has_limits


def test_a_constant_series_has_limits_on_its_centre_and_no_flags():
    """In binary fractions the mean of twenty times 0.7 is not 0.7, and all points would be outside the limits."""
    made = chart([0.7] * 22, HIGHER, target=0.7)
    assert limits(made) == (0.7, 0.7, 0.7)
    assert made.flagged == set()
    assert made.variation is Variation.COMMON_CAUSE
    assert made.assurance is Assurance.PASSING


@pytest.mark.parametrize(("count", "is_trial"), [(11, True), (12, False), (13, False)])
def test_limits_are_trial_limits_below_twelve_points(count, is_trial):
    assert chart(GOLDEN[:count]).is_trial is is_trial


def test_a_gap_is_not_a_point_that_ends_the_trial():
    assert chart([*GOLDEN[:10], None, 1]).is_trial
    assert not chart([*GOLDEN[:10], None, 1, 2]).is_trial


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"trend_length": 5}, "trend_length"),
        ({"shift_length": 5}, "shift_length"),
        ({"floor": 1, "ceiling": 0}, "floor"),
        ({"rebases": [Rebase(3, **APPROVED)]}, "last point is 2"),
        ({"rebases": [Rebase(1, **APPROVED)] * 2}, "same point"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        chart([1, 2, 3], **settings)


@pytest.mark.parametrize("value", [math.nan, math.inf, "many"])
def test_a_value_that_is_not_a_number_is_refused(value):
    with pytest.raises(ValueError, match="number"):
        chart([1, 2, value])


# Each rule by itself


@pytest.mark.parametrize(("peak", "expected"), [(265, []), (266, []), (267, [1, 3])])
def test_a_point_on_the_limit_is_inside(peak, expected):
    """Limits of ±266; in hundredths too, where binary fractions miss the limit."""
    values = padded([0, peak, 0, -peak, 0], 100)
    assert flagged(values, OUTSIDE) == expected
    assert flagged([v / 100 for v in values], OUTSIDE) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1] * 6 + [-6], []),
        ([1] * 7 + [-7], range(7)),
        ([1] * 9 + [-9], range(9)),
        ([-1] * 6 + [6], []),
        ([-1] * 7 + [7], range(7)),
        ([9, *[-1] * 9], range(1, 10)),
        ([1, 1, 1, 0, 1, 1, 1, 1, -7], []),  # a point on the centre
        ([1] * 6 + [0, -6], []),
        ([1] * 4 + [None] + [1] * 4 + [-8], []),
        ([1] * 7 + [None, 1, -8], range(7)),
        ([1] * 6 + [-1, 1, -6], []),
        ([1] * 7 + [-1] * 7, range(14)),
        ([0.1] * 6 + [0, 0.1, -0.7], []),
    ],
)
def test_a_shift_is_seven_points_on_one_side(values, expected):
    assert sum(v for v in values if v is not None) == pytest.approx(0)
    assert flagged(values, SHIFT) == list(expected)


def test_the_length_of_a_shift_is_a_setting():
    assert flagged([1] * 6 + [-6], SHIFT, shift_length=6) == list(range(6))
    assert flagged([1] * 7 + [-7], SHIFT, shift_length=8) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (range(6), []),
        (range(7), range(7)),
        (range(9), range(9)),
        (range(7, 0, -1), range(7)),
        (range(6, 0, -1), []),
        ([0, 1, 2, 3, 3, 4, 5, 6], []),
        ([0, 0, 1, 2, 3, 4, 5, 6], range(1, 8)),  # ties
        ([0, 1, 2, 3, None, 4, 5, 6], []),
        ([0, 1, 2, None, 3, 4, 5, 6, 7, 8, 9], range(4, 11)),
        ([5, 0, 1, 2, 3, 4, 5, 6, 5], range(1, 8)),
        ([0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0], []),
        ([0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0], range(13)),
    ],
)
def test_a_trend_is_seven_points_that_rise_or_fall(values, expected):
    assert flagged(list(values), TREND) == list(expected)


def test_the_length_of_a_trend_is_a_setting_in_points():
    assert flagged(list(range(6)), TREND, trend_length=6) == list(range(6))
    assert flagged(list(range(5)), TREND, trend_length=6) == []
    assert flagged(list(range(7)), TREND, trend_length=8) == []


def test_a_rise_and_a_fall_share_their_peak():
    made = chart([0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0])
    trends = [(s.direction, s.indexes) for s in made.signals if s.rule is TREND]
    assert trends == [(Direction.UP, tuple(range(7))), (Direction.DOWN, tuple(range(6, 13)))]


@pytest.mark.parametrize(
    ("core", "expected"),
    [
        ([0, 267, 267, 1, 0], [1, 2]),
        ([0, 267, 1, 267, 0], [1, 3]),
        ([0, 1, 267, 267, 0], [2, 3]),
        ([0, 267, 268, 267, 0], [1, 2, 3]),
        ([0, 267, 267, 0], []),
        ([0, 267, 0, 267, 0], []),
        ([0, 267, -1, 267, 0], []),  # not three on one side
        ([0, 266, 266, 1, 0], []),
        ([0, 267, 266, 1, 0], []),  # two thirds are not beyond two thirds
        ([0, 267, 1, 1, 267, 0], []),
        ([0, 267, 1, 1, 0], []),
        ([0, 400, 267, 1, 0], [1, 2]),  # beyond the limit is beyond two thirds
        ([0, 267, None, 267, 1, 0], []),
        ([0, 267, 267, None, 1, 0], []),
        ([0, 267, 267, 1, None, 0], [1, 2]),
    ],
)
def test_two_of_three_beyond_two_thirds_of_the_limit(core, expected):
    """Limits of ±399, two thirds of them 266; above and, mirrored, below."""
    values = padded(mirrored(core), 150)
    assert limits(chart(values)) == (-399, 0, 399)
    assert flagged(values, NEAR) == [*expected, *(i + len(core) for i in expected)]


def test_a_point_has_all_its_flags_in_the_order_of_the_rules():
    made = chart([*range(0, 70, 10), 400])
    assert made.points[7].flags == (OUTSIDE, TREND)
    assert all(p.flags == tuple(r for r in Rule if r in p.flags) for p in made.points)


def test_sides_are_exact():
    assert [p.side for p in chart([0.1, 0.2, 0.3]).points] == [Side.BELOW, Side.ON_CENTRE, Side.ABOVE]


# Laws

SERIES = st.lists(st.one_of(st.none(), st.integers(-40, 40)), max_size=40)
LEVELS = st.sampled_from([[1, 2, 1], [8, 9, 8, 9], [None], [1, 2, 3, 4, 5, 6, 7], [20], [4, 4], [9, 7, 5, 3, 2, 1, 0]])
BLOCKS = st.lists(LEVELS, max_size=8).map(lambda blocks: [v for block in blocks for v in block])
ANY_SERIES = st.one_of(SERIES, BLOCKS)
OPPOSITE = {
    Direction.UP: Direction.DOWN,
    Direction.DOWN: Direction.UP,
    Variation.UP: Variation.DOWN,
    Variation.DOWN: Variation.UP,
    Variation.IMPROVING: Variation.WORSENING,
    Variation.WORSENING: Variation.IMPROVING,
    Variation.COMMON_CAUSE: Variation.COMMON_CAUSE,
    Variation.TOO_FEW_POINTS: Variation.TOO_FEW_POINTS,
}


def found(made) -> set:
    return {(s.rule, s.direction, s.indexes) for s in made.signals}


def changed(values, how) -> list:
    return [None if v is None else how(v) for v in values]


def ends(made) -> list[float]:
    return [x for s in made.segments for x in (s.lower, s.centre, s.upper) if x is not None]


@given(ANY_SERIES, st.decimals(-1000, 1000, places=2), st.booleans())
def test_adding_a_constant_shifts_the_limits_and_nothing_else(values, constant, screened):
    one = chart(values, HIGHER, screen_ranges=screened)
    other = chart(changed(values, lambda v: v + constant), HIGHER, screen_ranges=screened)
    assert found(one) == found(other)
    assert (one.variation, one.is_trial) == (other.variation, other.is_trial)
    assert ends(other) == pytest.approx([x + float(constant) for x in ends(one)])


@given(ANY_SERIES, st.decimals("0.01", 100, places=2), st.booleans())
def test_scaling_scales_the_limits_and_nothing_else(values, factor, screened):
    one = chart(values, LOWER, screen_ranges=screened)
    other = chart(changed(values, lambda v: v * factor), LOWER, screen_ranges=screened)
    assert found(one) == found(other)
    assert one.variation is other.variation
    assert ends(other) == pytest.approx([x * float(factor) for x in ends(one)])


@given(ANY_SERIES, st.sampled_from([HIGHER, LOWER, NEUTRAL, None]))
def test_turning_upside_down_swaps_up_and_down(values, better_when):
    one, other = chart(values, better_when), chart(changed(values, lambda v: -v), better_when)
    assert found(other) == {(rule, OPPOSITE[way], indexes) for rule, way, indexes in found(one)}
    assert other.variation is OPPOSITE[one.variation]
    assert sorted(ends(other)) == pytest.approx(sorted(-x for x in ends(one)))


@given(ANY_SERIES)
def test_reversing_time_swaps_rises_and_falls_only(values):
    one, other = chart(values), chart(values[::-1])
    turned = {
        (rule, OPPOSITE[way] if rule is TREND else way, tuple(sorted(len(values) - 1 - i for i in indexes)))
        for rule, way, indexes in found(one)
    }
    assert found(other) == turned
    assert ends(one) == ends(other)


@given(ANY_SERIES)
def test_better_when_higher_and_lower_read_the_same_signals_in_opposite_ways(values):
    assert chart(values, HIGHER).variation is OPPOSITE[chart(values, LOWER).variation]
    assert chart(values, NEUTRAL).variation in set(Variation) - {Variation.IMPROVING, Variation.WORSENING}


@given(ANY_SERIES, st.integers(6, 9), st.integers(6, 9))
def test_the_rules_as_windows_of_neighbouring_points_say(values, trend_length, shift_length):
    """The same rules written another way: every window of the series that fulfils one flags its points."""
    made = chart(values, trend_length=trend_length, shift_length=shift_length)
    if not made.segments or not made.segments[0].has_limits:
        return
    known = [v for v in values if v is not None]
    centre = Fraction(sum(known), len(known))
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    reach = Fraction("2.66") * sum(ranges) / len(ranges)
    expected = {rule: set() for rule in Rule}
    for size, rule in ((1, OUTSIDE), (shift_length, SHIFT), (trend_length, TREND), (3, NEAR)):
        for start in range(len(values) - size + 1):
            window = range(start, start + size)
            if any(values[i] is None for i in window):
                continue
            off = {i: values[i] - centre for i in window}
            one_side = all(o > 0 for o in off.values()) or all(o < 0 for o in off.values())
            steps = [b - a for a, b in pairwise(off.values())]
            outer = {i for i, o in off.items() if abs(o) * 3 > reach * 2}
            if rule is OUTSIDE:
                expected[rule] |= {i for i, o in off.items() if abs(o) > reach}
            elif rule is SHIFT:
                expected[rule] |= set(window) if one_side else set()
            elif rule is TREND:
                expected[rule] |= set(window) if all(s > 0 for s in steps) or all(s < 0 for s in steps) else set()
            else:
                expected[rule] |= outer if one_side and len(outer) >= 2 else set()
    assert {rule: {p.index for p in made.points if rule in p.flags} for rule in Rule} == expected
    assert {rule: {i for s in made.signals if s.rule is rule for i in s.indexes} for rule in Rule} == expected


# Variation


@pytest.mark.parametrize(
    ("better_when", "rising", "falling"),
    [
        (HIGHER, Variation.IMPROVING, Variation.WORSENING),
        (LOWER, Variation.WORSENING, Variation.IMPROVING),
        (NEUTRAL, Variation.UP, Variation.DOWN),
        (None, Variation.UP, Variation.DOWN),
    ],
)
@pytest.mark.parametrize(
    "up", [[*range(7)], [-7, *[1] * 7], [*[0, 1] * 8, 50], padded(mirrored([0, -267, -267, -1, 0]), 150)[:8]]
)
def test_variation_is_what_the_latest_point_says(up, better_when, rising, falling):
    assert chart(up, better_when).variation is rising
    assert chart([-v for v in up], better_when).variation is falling


def test_a_signal_of_the_past_is_not_the_variation_of_today():
    assert chart([*[1] * 7, -7, 0], HIGHER).flagged > set()
    assert chart([*[0, 1] * 8, 50, 0, 1], HIGHER).variation is Variation.COMMON_CAUSE


def test_the_latest_point_is_the_latest_value():
    made = chart([*range(7), None, None], HIGHER)
    assert made.latest.index == 6
    assert made.variation is Variation.IMPROVING


def test_a_trend_decides_over_the_side_that_it_is_on():
    """Seven rises, all still below the average: it is getting better."""
    made = chart([100] * 12 + [10, 11, 12, 13, 14, 15, 16], HIGHER)
    assert set(made.points[-1].flags) > {SHIFT, TREND}
    assert made.variation is Variation.IMPROVING


@pytest.mark.parametrize("variation", Variation)
def test_every_variation_has_a_direction_and_its_mark(variation):
    assert spc_chart.VARIATION_MARKS[variation] == DIRECTION_MARKS[spc_chart.VARIATION_DIRECTIONS[variation]]


def test_variation_and_direction_are_the_same_words():
    assert set(spc_chart.VARIATION_DIRECTIONS.values()) == set(Direction) - {Direction.NOT_JUDGED}
    assert chart(range(7), HIGHER).direction is Direction.IMPROVING


JUDGED = set(Assurance) - {Assurance.NO_TARGET, Assurance.TOO_FEW_POINTS}


@pytest.mark.parametrize(
    ("marks", "enum"), [(spc_chart.VARIATION_MARKS, set(Variation)), (spc_chart.ASSURANCE_MARKS, JUDGED)]
)
def test_marks_are_told_apart_without_colour(marks, enum):
    assert set(marks) == enum
    symbols, words, _ = zip(*marks.values(), strict=True)
    assert len(set(symbols)) == len(set(words)) == len(enum)
    assert all(len(s) == 1 for s in symbols)


def test_every_signal_has_its_words():
    assert set(spc_words.SIGNAL_WORDS) == {(rule, way) for rule in Rule for way in (Direction.UP, Direction.DOWN)}
    assert set(spc_words.VARIATION_WORDS) == set(Variation) - {Variation.TOO_FEW_POINTS}


# Assurance and drawn limits


@pytest.mark.parametrize(
    ("better_when", "target", "expected"),
    [
        (HIGHER, -267, Assurance.PASSING),
        (HIGHER, -266, Assurance.PASSING),
        (HIGHER, -265, Assurance.UNRELIABLE),
        (HIGHER, 266, Assurance.UNRELIABLE),
        (HIGHER, 267, Assurance.FAILING),
        (LOWER, 267, Assurance.PASSING),
        (LOWER, 266, Assurance.PASSING),
        (LOWER, 265, Assurance.UNRELIABLE),
        (LOWER, -266, Assurance.UNRELIABLE),
        (LOWER, -267, Assurance.FAILING),
        (HIGHER, None, Assurance.NO_TARGET),
        (NEUTRAL, 0, Assurance.NO_TARGET),
        (None, 0, Assurance.NO_TARGET),
        (HIGHER, 0, Assurance.UNRELIABLE),
    ],
)
def test_assurance_is_where_both_limits_lie(better_when, target, expected):
    """Limits of ±266. A limit on the target meets it."""
    assert chart(padded([0, 266, 0, -266, 0], 100), better_when, target=target).assurance is expected


@pytest.mark.parametrize(
    ("floor", "ceiling", "expected"),
    [
        (None, None, (-266, 266)),
        (0, None, (0, 266)),
        (0, 100, (0, 100)),
        (-300, 300, (-266, 266)),
        (-300, -280, (-280, -280)),
        (280, None, (280, 280)),
    ],
)
def test_floor_and_ceiling_clip_the_drawing_only(floor, ceiling, expected):
    values = padded([0, 266, 0, -266, 0], 100)
    made, plain = chart(values, HIGHER, floor=floor, ceiling=ceiling, target=-10), chart(values, HIGHER, target=-10)
    assert made.drawn_limits(made.segments[0]) == expected
    assert (made.points, made.segments, made.assurance) == (plain.points, plain.segments, plain.assurance)


# Rebase


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": ""},
        {"reason": " "},
        {"approver": ""},
        {"approver": None},
        {"date": None},
        {"date": "2023-02-30"},
        {"date": "2023-05"},
        {"index": 0},
        {"index": -1},
        {"index": True},
        {"index": 1.5},
    ],
)
def test_a_rebase_needs_all_that_justifies_it(wrong):
    assert Rebase(**{"index": 1, **APPROVED}).index == 1
    with pytest.raises(ValueError):
        Rebase(**{"index": 1, **APPROVED, **wrong})


def test_a_rebase_starts_a_new_centre_and_new_limits():
    old, new = [1, 2] * 6, [11, 12, 11, 12]
    made = chart(old + new, rebases=[Rebase(12, **APPROVED)])
    assert [(s.start, s.end, s.count) for s in made.segments] == [(0, 11, 12), (12, 15, 4)]
    assert limits(made, 0) == limits(chart(old))
    assert limits(made, 1) == limits(chart(new))
    assert made.flagged == set()
    assert made.is_trial
    assert chart(old + new).flagged != set()
    assert len(chart(old + new).segments) == 1


def test_no_run_reaches_across_a_rebase():
    assert flagged(list(range(12)), TREND, rebases=[Rebase(6, **APPROVED)]) == []
    assert flagged(list(range(13)), TREND, rebases=[Rebase(6, **APPROVED)]) == list(range(6, 13))


def test_rebases_are_taken_in_the_order_of_their_points():
    two, one = Rebase(8, **APPROVED), Rebase(4, **APPROVED)
    made = chart([1, 2, 1, 2, 5, 6, 5, 6, 8, 9], rebases=[two, one])
    assert [s.start for s in made.segments] == [0, 4, 8]
    assert made.rebases == (one, two)


def test_a_rebase_before_a_single_value_leaves_too_few_points():
    made = chart([*GOLDEN, 5], HIGHER, rebases=[Rebase(18, **APPROVED)])
    assert made.variation is Variation.TOO_FEW_POINTS
    assert made.flagged == {4}


# Seasons


def season(month: str) -> float:
    return {"08": 0.5, "12": 0.5, "05": 1.5, "10": 1.5}.get(month[-2:], 1)


def test_seasonal_factors_are_the_share_of_each_month_in_its_year():
    when = months(24)
    values = [season(m) * (100 if i < 12 else 300) for i, m in enumerate(when)]
    factors = seasons.seasonal_factors(when, values)
    assert factors == pytest.approx({m: season(f"{m:02}") for m in range(1, 13)})
    assert sum(factors.values()) == pytest.approx(12)


def test_each_year_counts_alike_in_the_factors():
    """April 24 of a mean of 2, and 1 of a mean of 1, is 6.5 times the mean, whatever the size of the years."""
    values = [24, *[0] * 11, *[1] * 12]
    assert seasons.seasonal_factors(months(24), values)[4] == pytest.approx((12 + 1) / 2)


@pytest.mark.parametrize("missing", [None, "left out"])
def test_only_complete_years_from_april_to_march_count(missing):
    when, values = months(24), [*[100] * 12, *range(12)]
    values[15] = None
    rows = [(m, v) for m, v in zip(when, values, strict=True) if v is not None or missing is None]
    assert seasons.seasonal_factors(*zip(*rows, strict=True)) == dict.fromkeys(range(1, 13), 1)


@pytest.mark.parametrize(
    ("when", "values", "words"),
    [
        ([f"2021-{m:02}" for m in range(1, 13)], [1] * 12, "complete year"),  # a calendar year is not one
        (months(11), [1] * 11, "complete year"),
        ([], [], "complete year"),
        (months(12), [0] * 12, "above 0"),
        (["2021-04", *months(12)], [1] * 13, "twice"),
        (["2021", *months(12)], [1] * 13, "not a month"),
    ],
)
def test_seasonal_factors_refuse_what_they_cannot_use(when, values, words):
    with pytest.raises(ValueError, match=words):
        seasons.seasonal_factors(when, values)


def test_a_purely_seasonal_series_is_flat_once_adjusted():
    when = months(36)
    values = [None if i == 7 else 200 * season(m) for i, m in enumerate(when)]
    adjusted = seasons.seasonally_adjusted(when, values, seasons.seasonal_factors(when, values))
    assert adjusted[7] is None
    assert [v for v in adjusted if v is not None] == pytest.approx([200] * 35)


@pytest.mark.parametrize("factors", [{}, {4: 0}, {4: -1}])
def test_a_month_without_a_factor_is_refused(factors):
    with pytest.raises(ValueError, match="2021-04 has no seasonal factor"):
        seasons.seasonally_adjusted(["2021-04"], [1], factors)


def test_the_season_explains_a_low_august_but_not_a_true_outlier():
    when = months(36)
    steady = [980, 1020] * 18
    factors = {m: 0.5 if m == 8 else 1 + 0.5 / 11 for m in range(1, 13)}
    counted = [v * factors[int(m[-2:])] for v, m in zip(steady, when, strict=True)]
    counted[30] *= 1.5
    raw = chart(counted, screen_ranges=True)
    adjusted = chart(seasons.seasonally_adjusted(when, counted, factors), screen_ranges=True)
    augusts = {i for i, m in enumerate(when) if m.endswith("-08")}
    assert augusts <= raw.flagged
    assert 30 in raw.flagged & adjusted.flagged
    explained = seasons.season_explains(raw, adjusted)
    assert augusts <= explained
    assert 30 not in explained
    assert seasons.season_explains(raw, raw) == set()


@pytest.mark.parametrize("other", [[1, 2], [1, 2, None]])
def test_charts_of_other_points_cannot_be_compared(other):
    with pytest.raises(ValueError, match="same points"):
        seasons.season_explains(chart([1, 2, 3]), chart(other))


# Words


def test_the_rule_sentence_states_the_rules_with_their_settings():
    assert (
        spc_words.rule_sentence(chart(GOLDEN))
        == "The limits are the average plus and minus 2.66 times the mean difference between neighbouring points (XmR"
        " chart); points are marked if they are outside the limits, if 7 or more in a row are on one side of the"
        " average, if 7 or more in a row each rise or each fall, or if two of three in a row are more than two"
        " thirds of the way to a limit with all three on the same side."
    )


def test_the_rule_sentence_follows_the_settings():
    text = spc_words.rule_sentence(chart([1, None, 2, 3], screen_ranges=True, trend_length=6, shift_length=8))
    assert "if 8 or more in a row are on one side" in text
    assert "if 6 or more in a row each rise" in text
    assert "leaving out differences above 3.267 times their mean" in text
    assert "no rule reaches across a missing value" in text
    assert "trial limits until there are 12 points" in text
    assert text.count(".") == text.count("2.66") + text.count("3.267") + 1


def test_a_description_of_a_flagged_point():
    assert (
        spc_words.describe(chart(GOLDEN, floor=0), months(18))
        == "18 points, April 2021 to September 2022: average 1.9, limits 0.0 and 7.0 (the lower one, computed as −3.1,"
        " is drawn at the lowest possible value). Marked: above the upper limit, August 2021. The latest value, 1 in"
        " September 2022, is within ordinary variation (no significant change)."
    )


def test_a_description_of_gaps_trial_limits_and_target():
    made = chart([99, 97, None, None, 98, 99], HIGHER, target=90, floor=0, ceiling=100)
    assert (
        spc_words.describe(made, months(6), unit=Unit.PERCENT)
        == "4 points, April to September 2021 (no value for June to July 2021): average 98.3%, limits 94.3% and 100.0%"
        " (the upper one, computed as 102.2, is drawn at the highest possible value; trial limits: fewer than 12"
        " points). No point is marked. The latest value, 99.0% in September 2021, is within ordinary variation (no"
        " significant change), and both limits meet the target of 90%."
    )


def test_a_description_of_a_rebase():
    made = chart([1, 2] * 6 + list(range(11, 18)), LOWER, rebases=[Rebase(12, **APPROVED)], target=2.5)
    assert (
        spc_words.describe(made, months(19))
        == "19 points, April 2021 to October 2022: average 14.0, limits 11.3 and 16.7, since April 2022 (trial limits:"
        " fewer than 12 points). Average and limits start anew with April 2022: New definition (approved by"
        " Improvement Board, 18 May 2023). Marked: above the upper limit, October 2022; below the lower limit, April"
        " 2022; rising trend, April to October 2022; two of three near or above the upper limit, September to"
        " October 2022; two of three near or below the lower limit, April to May 2022. The latest value, 17 in"
        " October 2022, is part of a signal of worsening, and both limits miss the target of 2.5."
    )


def test_a_description_of_too_few_points():
    assert (
        spc_words.describe(chart([3, None, 4]), months(3))
        == "2 points, April to June 2021 (no value for May 2021): too few for limits. Too few points to tell a change"
        " from chance."
    )
    assert spc_words.describe(chart([3]), months(1)).startswith("1 point, April 2021: too few")


def test_a_description_names_the_newest_of_many_times():
    text = spc_words.describe(chart(([0, 1] * 8 + [30, 0]) * 5), months(90))
    assert "above the upper limit, August 2025, February 2027, August 2028 and 2 earlier" in text


def test_points_of_two_of_three_that_are_not_neighbours_are_named_apart():
    text = spc_words.describe(chart(padded(mirrored([0, 267, 1, 267, 0]), 150)), months(17))
    assert "two of three near or above the upper limit, May 2021 and July 2021" in text


def test_a_description_needs_the_labels_of_its_values():
    with pytest.raises(ValueError):
        spc_words.describe(chart([1, 2]), ["2021-04"])


@pytest.mark.parametrize(("values", "labels"), [([None], ["2021-04"]), ([], [])])
def test_a_description_of_no_value_says_so(values, labels):
    assert spc_words.describe(chart(values), labels) == "No value is known, so there is nothing to draw."


# A series that never moves, and a value that is missing


@pytest.mark.parametrize("value", [100, 0, 57.5])
@pytest.mark.parametrize("gap", [None, 3, 13])
def test_a_series_that_never_moves_is_marked_nowhere_and_meets_its_target(value, gap):
    values = [None if i == gap else value for i in range(14)]
    found = spc.control_chart(values, better_when=BetterWhen.HIGHER, target=value, floor=0, ceiling=100)
    assert (found.assurance, found.variation, found.flagged) == ("passing", "common_cause", frozenset())
    below = spc.control_chart(values, better_when=BetterWhen.HIGHER, target=value + 1)
    assert below.assurance == "failing" and not below.flagged


def test_leaving_out_the_last_value_marks_no_other():
    values = [10, 12, 11, 9, 10, 12, 11, 10, 9, 12, 11, 10, 12, 9, 10]
    found = spc.control_chart([*values[:-1], None], better_when=BetterWhen.LOWER)
    assert not found.flagged and found.variation == "common_cause" and found.latest.index == len(values) - 2
