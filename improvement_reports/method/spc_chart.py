"""What a control chart is: its points, its segments with their limits, what its rules found, and the words for it."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from improvement_reports.domain.numbers import parse_date
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, BetterWhen, Direction, Mark

TRIAL_BELOW = 12  # with fewer points, limits are trial limits


class Rule(StrEnum):
    """Why a point is flagged, in the order in which a chart shows one of several reasons."""

    OUTSIDE_LIMITS = "outside_limits"
    SHIFT = "shift"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"


class Side(StrEnum):
    """Where a point lies from the centre."""

    ABOVE = "above"
    ON_CENTRE = "on_centre"
    BELOW = "below"


class Variation(StrEnum):
    """What the latest point says about the series."""

    COMMON_CAUSE = "common_cause"  # only the ordinary ups and downs
    IMPROVING = "improving"
    WORSENING = "worsening"
    UP = "up"
    DOWN = "down"
    TOO_FEW_POINTS = "too_few_points"


class Assurance(StrEnum):
    """What the limits say about the target, as long as the series goes on as it does."""

    PASSING = "passing"
    FAILING = "failing"
    UNRELIABLE = "unreliable"  # "hit and miss"
    NO_TARGET = "no_target"  # or no way is better, so that no side of the target is the good one
    TOO_FEW_POINTS = "too_few_points"  # a target, but no limits


VARIATION_DIRECTIONS = {
    Variation.COMMON_CAUSE: Direction.NO_SIGNIFICANT_CHANGE,
    Variation.IMPROVING: Direction.IMPROVING,
    Variation.WORSENING: Direction.WORSENING,
    Variation.UP: Direction.UP,
    Variation.DOWN: Direction.DOWN,
    Variation.TOO_FEW_POINTS: Direction.TOO_FEW_POINTS,
}


VARIATION_MARKS = {variation: DIRECTION_MARKS[word] for variation, word in VARIATION_DIRECTIONS.items()}


ASSURANCE_MARKS = {
    Assurance.PASSING: Mark("⊕", "will be met", "met"),
    Assurance.FAILING: Mark("⊖", "will be missed", "not-met"),
    Assurance.UNRELIABLE: Mark("±", "may or may not be met", "neutral"),
}


@dataclass(frozen=True)
class Rebase:
    """A new centre and new limits from the point ``index`` on: never automatic, and only with all that justifies it.

    ``date``: when it was decided, YYYY-MM-DD. ``approver``: a role or a body, never a person. ValueError without any.
    """

    index: int
    date: str
    reason: str
    approver: str

    def __post_init__(self) -> None:
        if isinstance(self.index, bool) or not isinstance(self.index, int) or self.index < 1:
            raise ValueError(f"a rebase starts at a point after the first (index 1 or more), not at {self.index!r}")
        for name in ("date", "reason", "approver"):
            text = getattr(self, name)
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"a rebase needs a date, a reason and an approver; it has no {name}")
        if len(self.date) != 10:
            raise ValueError(f"the date of a rebase is a day, YYYY-MM-DD, not {self.date!r}")
        parse_date(self.date)


@dataclass(frozen=True)
class ControlPoint:
    """One point: its place in the series, its value (None: a gap), why it is flagged, its side of the centre."""

    index: int
    value: float | None
    flags: tuple[Rule, ...] = ()
    side: Side | None = None


@dataclass(frozen=True)
class Segment:
    """The points ``start`` to ``end`` (both included) between two rebases, with ``count`` values.

    ``centre`` is None without a value; ``lower`` and ``upper`` are None without limits. All in the measure's unit.
    """

    start: int
    end: int
    count: int
    centre: float | None
    lower: float | None
    upper: float | None

    @property
    def has_limits(self) -> bool:
        return self.lower is not None


@dataclass(frozen=True)
class Signal:
    """One finding of a rule: the points that it flags, and where they point.

    ``direction``: UP or DOWN. Of a trend, the way it goes; of the other rules, the side of the centre.
    """

    rule: Rule
    direction: Direction
    indexes: tuple[int, ...]


@dataclass(frozen=True)
class ControlChart:
    """An XmR chart with the settings that it was made with. One point per value or gap; segments in order.

    ``is_trial``: the newest segment has fewer than 12 points. ``floor`` and ``ceiling`` are for drawing only.
    ``baseline``: how many first points of a segment its centre and limits are from; None: all of them.
    ``point_limits``: of a p' chart, the limits of each point as drawn; those of its segment are of the newest then.
    """

    points: tuple[ControlPoint, ...]
    segments: tuple[Segment, ...]
    signals: tuple[Signal, ...]
    is_trial: bool
    variation: Variation
    assurance: Assurance
    better_when: BetterWhen | None
    target: float | None
    trend_length: int
    shift_length: int
    screen_ranges: bool
    rebases: tuple[Rebase, ...]
    floor: float | None
    ceiling: float | None
    baseline: int | None = None
    spread_factor: Fraction | None = None
    shift_reach: Fraction = Fraction(0)
    point_limits: tuple[tuple[float, float] | None, ...] = ()

    @property
    def latest(self) -> ControlPoint | None:
        """The newest point with a value."""
        return next((p for p in reversed(self.points) if p.value is not None), None)

    @property
    def gaps(self) -> tuple[int, ...]:
        return tuple(p.index for p in self.points if p.value is None)

    @property
    def flagged(self) -> frozenset[int]:
        return frozenset(p.index for p in self.points if p.flags)

    @property
    def direction(self) -> Direction:
        """The variation in the words of every other direction of travel."""
        return VARIATION_DIRECTIONS[self.variation]

    def drawn_limits(self, segment: Segment) -> tuple[float, float] | None:
        """Lower and upper limit as they are drawn: a count or a percentage is not shown below 0, nor one above 100.

        The rules keep the limits as computed. None where the segment has no limits.
        """
        if segment.lower is None or segment.upper is None:
            return None
        lower, upper = segment.lower, segment.upper
        if self.floor is not None:
            lower, upper = max(lower, self.floor), max(upper, self.floor)
        if self.ceiling is not None:
            lower, upper = min(lower, self.ceiling), min(upper, self.ceiling)
        return lower, upper
