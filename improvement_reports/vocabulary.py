"""The words of the field: the only place where a status, a unit or a kind is spelt.

Every enum here is the type of a column or a parameter, and its members are in the glossary (``about/glossary``).
"""

from enum import StrEnum
from typing import NamedTuple


class ReportKind(StrEnum):
    BOARD = "board"
    SCRUTINY = "scrutiny"
    CABINET = "cabinet"
    INSPECTION = "inspection"
    PROFILE = "profile"


class Status(StrEnum):
    """Action status and impact status of a priority."""

    ON_TARGET = "on_target"
    AT_RISK = "at_risk"
    COMPROMISED = "compromised"
    COMPLETED = "completed"


class ActionState(StrEnum):
    """How far a step of the plan has come."""

    COMPLETED = "completed"
    IN_PROGRESS = "in_progress"
    PLANNED = "planned"
    DELAYED = "delayed"


class PeriodType(StrEnum):
    MONTH = "month"
    ROLLING_12M = "rolling_12m"
    QUARTER = "quarter"
    YEAR = "year"
    SNAPSHOT = "snapshot"
    TO_DATE = "to_date"


class ValueStatus(StrEnum):
    """Why a value is there, or why it is missing; a missing value is never 0."""

    PUBLISHED = "published"
    SUPPRESSED = "suppressed"
    LOW_RELIABILITY = "low_reliability"
    NOT_AVAILABLE = "not_available"
    NOT_APPLICABLE = "not_applicable"
    ROUNDS_TO_ZERO = "rounds_to_zero"
    NOT_YET_DUE = "not_yet_due"


class BetterWhen(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class Direction(StrEnum):
    IMPROVING = "improving"
    NO_SIGNIFICANT_CHANGE = "no significant change"
    WORSENING = "worsening"
    TOO_FEW_POINTS = "too few points"
    # A neutral measure goes up or down and is never coloured.
    UP = "up"
    DOWN = "down"


class TargetResult(StrEnum):
    MET = "met"
    WITHIN_TOLERANCE = "within_tolerance"
    NOT_MET = "not_met"


class Unit(StrEnum):
    PERCENT = "percent"
    COUNT = "count"
    RATE = "rate"
    SCORE = "score"
    WEEKS = "weeks"
    DAYS = "days"


class ClaimMethod(StrEnum):
    """How the number of a claim is recomputed from its operands."""

    PERCENTAGE = "percentage"  # 100 × first ÷ sum of the others
    SUM = "sum"  # all operands added up
    DIFFERENCE = "difference"  # first − second, as a distance: never negative
    VALUE = "value"  # the operand itself: one fact that the document states twice


class ClaimOutcome(StrEnum):
    AGREES = "agrees"
    AGREES_AFTER_ROUNDING = "agrees after rounding"
    DIFFERS = "differs"
    CANNOT_BE_RECOMPUTED = "cannot be recomputed"


class NoteKind(StrEnum):
    """Why a reader needs a data note."""

    SLIP = "slip"  # an evident slip of the pen in the source
    CONTRADICTION = "contradiction"  # two statements that cannot both hold
    AMBIGUITY = "ambiguity"  # more than one reading is possible
    DEFINITION = "definition"  # what is counted is not said, or changed
    GAP = "gap"  # a figure that the source does not give


class FinanceKind(StrEnum):
    BUDGET = "budget"
    FUNDING = "funding"
    SPEND = "spend"
    PRESSURE = "pressure"


class MilestoneKind(StrEnum):
    MEETING = "meeting"
    INSPECTION = "inspection"
    VISIT = "visit"
    NOTICE = "notice"
    DEADLINE = "deadline"
    LAUNCH = "launch"
    PUBLICATION = "publication"
    EVENT = "event"


class MilestoneState(StrEnum):
    HAPPENED = "happened"
    EXPECTED = "expected"


class Area(StrEnum):
    """Areas other than an authority."""

    ENGLAND = "england"
    REGION = "region"
    STATISTICAL_NEIGHBOURS = "statistical_neighbours"
    PEER_GROUP = "peer_group"


class Mark(NamedTuple):
    """How a status is shown: symbol, word and colour always together."""

    symbol: str
    word: str
    css_class: str


STATUS_MARKS = {
    Status.ON_TARGET: Mark("■", "On target", "on-target"),
    Status.AT_RISK: Mark("◆", "At risk", "at-risk"),
    Status.COMPROMISED: Mark("▲", "Compromised", "compromised"),
    Status.COMPLETED: Mark("●", "Completed", "completed"),
}

# From best to worst, so that two statuses of one priority can be compared.
STATUS_ORDER = [Status.COMPLETED, Status.ON_TARGET, Status.AT_RISK, Status.COMPROMISED]

TARGET_MARKS = {
    TargetResult.MET: Mark("✓", "Met", "met"),
    TargetResult.WITHIN_TOLERANCE: Mark("≈", "Within tolerance", "within-tolerance"),
    TargetResult.NOT_MET: Mark("✗", "Not met", "not-met"),
}

DIRECTION_MARKS = {
    Direction.IMPROVING: Mark("↗", "Improving", "improving"),
    Direction.NO_SIGNIFICANT_CHANGE: Mark("→", "No significant change", "no-change"),
    Direction.WORSENING: Mark("↘", "Worsening", "worsening"),
    Direction.TOO_FEW_POINTS: Mark("·", "Too few points", "too-few"),
    Direction.UP: Mark("↑", "Up", "neutral"),
    Direction.DOWN: Mark("↓", "Down", "neutral"),
}

ACTION_MARKS = {
    ActionState.COMPLETED: Mark("●", "Completed", "completed"),
    ActionState.IN_PROGRESS: Mark("◐", "In progress", "in-progress"),
    ActionState.PLANNED: Mark("○", "Planned", "planned"),
    ActionState.DELAYED: Mark("◆", "Delayed", "delayed"),
}

AREA_NAMES = {
    Area.ENGLAND: "England",
    Area.REGION: "Region",
    Area.STATISTICAL_NEIGHBOURS: "Statistical neighbours",
    Area.PEER_GROUP: "Peer group",
}

MISSING_WORDS = {
    ValueStatus.SUPPRESSED: "suppressed (small number)",
    ValueStatus.LOW_RELIABILITY: "low reliability",
    ValueStatus.NOT_AVAILABLE: "not available",
    ValueStatus.NOT_APPLICABLE: "not applicable",
    ValueStatus.ROUNDS_TO_ZERO: "rounds to zero",
    ValueStatus.NOT_YET_DUE: "not yet due",
}
