"""The words of the field: the only place where a status, a unit or a kind is spelt.

Every enum here is the type of a column or a parameter, and its members are in the glossary (``about/glossary``).
"""

from enum import StrEnum
from typing import NamedTuple


class ReportKind(StrEnum):
    """What a report is for. What holds of one kind and not of another is a property here, and is asked for by name."""

    BOARD = "board"
    SCRUTINY = "scrutiny"
    CABINET = "cabinet"
    INSPECTION = "inspection"
    PROFILE = "profile"

    @property
    def has_return(self) -> bool:
        """Whether a report is made from a council's return; a profile is made from official statistics alone."""
        return self is not ReportKind.PROFILE

    @property
    def reads_later_returns(self) -> bool:
        """Whether a report may show returns of later months: what answered an inspection comes after it."""
        return self is ReportKind.INSPECTION

    @property
    def is_letter(self) -> bool:
        """Whether what a reader gets is an inspector's letter and what answered it, and not a paper to a body."""
        return self is ReportKind.INSPECTION

    @property
    def has_dashboard(self) -> bool:
        """Whether it follows a plan month by month, so that its verdict is computed; else its parameters state it."""
        return self is ReportKind.BOARD

    @property
    def shows_stated_changes(self) -> bool:
        """Whether its notebook has a table of the changes that a return states of the parts of measures."""
        return self is not ReportKind.BOARD


# The kinds that official statistics alone are enough for: they need no return and no parameter file.
WITHOUT_RETURN = tuple(kind for kind in ReportKind if not kind.has_return)


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


# What a council rates by, in its own papers: what each means there is said in its settings (status_words).
RAG = ("red", "amber", "green", "blue", "purple")


class PeriodType(StrEnum):
    MONTH = "month"
    ROLLING_12M = "rolling_12m"
    QUARTER = "quarter"
    SIX_MONTHS = "six_months"
    YEAR = "year"
    ACADEMIC_YEAR = "academic_year"  # from September to August
    SNAPSHOT = "snapshot"
    TO_DATE = "to_date"
    FINANCIAL_YEAR_TO_DATE = "financial_year_to_date"  # the total from April on
    NOT_DATED = "not_dated"  # the source gives no date; ``period`` is then the month of the return


# Totals that grow: each holds the one before.
RUNNING = (PeriodType.TO_DATE, PeriodType.FINANCIAL_YEAR_TO_DATE)


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
    NOT_JUDGED = "not judged"  # enough points, but neither a chart fits nor a test
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
    YEARS = "years"
    MINUTES = "minutes"
    FTE = "fte"  # full-time equivalent posts
    CASES = "cases"  # cases per worker, an average
    POUNDS = "pounds"


# Units of measures that say how large an authority is, so that its place among others means nothing.
SIZES = frozenset({Unit.COUNT, Unit.FTE, Unit.POUNDS})
# Units whose values may be worked out from a number of people: a number, a share or a rate of them.
OF_PEOPLE = frozenset({Unit.COUNT, Unit.PERCENT, Unit.RATE})
# Units of what is not counted: a value is higher or lower than another, not more or fewer.
NOT_COUNTED = frozenset({Unit.PERCENT, Unit.RATE, Unit.SCORE, Unit.POUNDS})


class ClaimMethod(StrEnum):
    """How the number of a claim is recomputed from its operands."""

    PERCENTAGE = "percentage"  # 100 × first ÷ sum of the others
    SUM = "sum"  # all operands added up
    DIFFERENCE = "difference"  # first − second, as a distance: never negative
    VALUE = "value"  # the operand itself: one fact that the document states twice
    HIGHER = "higher"  # the first is higher than each of the others: a comparison in words
    LOWER = "lower"  # the first is lower than each of the others


class ClaimOutcome(StrEnum):
    AGREES = "agrees"
    AGREES_AFTER_ROUNDING = "agrees after rounding"
    FITS = "fits, of another date"  # beside official statistics alone: between the figures before and after
    DIFFERS = "differs"
    CANNOT_BE_RECOMPUTED = "cannot be recomputed"


# What a claim that is recomputed from the source's own figures can come to.
OUTCOMES_OF_CLAIMS = tuple(o for o in ClaimOutcome if o is not ClaimOutcome.FITS)


class StatedDirection(StrEnum):
    """Which way a measure goes in the words of the source: of the number, or to the better or worse."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    IMPROVING = "improving"
    WORSENING = "worsening"


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
    FORECAST = "forecast"
    VARIANCE = "variance"
    MOVEMENT = "movement"


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
    STATED_OTHERWISE = "stated_otherwise"  # another date that the source gives for an event; kept for the audit only


class InspectionKind(StrEnum):
    FULL = "full"
    FOCUSED_VISIT = "focused_visit"
    MONITORING_VISIT = "monitoring_visit"
    SHORT = "short"
    JOINT_TARGETED = "joint_targeted"
    SEND = "send"
    REGULATORY = "regulatory"
    ANNUAL_CONVERSATION = "annual_conversation"
    PEER_REVIEW = "peer_review"


class Grade(StrEnum):
    """The four grades of an inspection, and what a visit without grades gives."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"
    NOT_GRADED = "not_graded"


class RecommendationKind(StrEnum):
    RECOMMENDATION = "recommendation"
    PRIORITY_ACTION = "priority_action"
    AREA_TO_IMPROVE = "area_to_improve"


class Assessment(StrEnum):
    """How a finding reads: one finding says one thing."""

    STRENGTH = "strength"
    WEAKNESS = "weakness"


class FindingBy(StrEnum):
    """Who says it."""

    INSPECTORATE = "inspectorate"
    COUNCIL = "council"
    REVIEW = "review"
    PARTNER = "partner"


class LinkBasis(StrEnum):
    """Whether a document itself ties an answer to a recommendation, or this project does."""

    STATED = "stated"
    JUDGED = "judged"


class ConditionState(StrEnum):
    """How far a condition of an improvement notice has come, as the source words it."""

    COMPLETED = "completed"
    COMPLETED_AND_CONTINUING = "completed_and_continuing"
    IN_PROGRESS = "in_progress"
    SCHEDULED = "scheduled"
    NOT_MET = "not_met"


class RiskMovement(StrEnum):
    """How a risk moved since it was last reported, as the source says."""

    NEW = "new"
    UP = "up"
    SAME = "same"
    DOWN = "down"
    CLOSED = "closed"


class DecisionState(StrEnum):
    """What became of a decision that is asked for."""

    ASKED = "asked"
    DECIDED = "decided"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


# A decision that is still to be made, and so is asked for again next month.
OPEN_DECISIONS = (DecisionState.ASKED, DecisionState.DEFERRED)


class StatementList(StrEnum):
    """Which list of a report a statement stands in."""

    ASK = "ask"
    BOARD_PAPER = "board_paper"
    GOVERNANCE = "governance"
    PARTNER = "partner"
    STRUCTURE = "structure"
    OPTIONS = "options"
    LEGAL = "legal"
    FINANCIAL = "financial"
    WORKFORCE = "workforce"
    PRIVACY_AND_HEALTH = "privacy_and_health"
    EQUALITY = "equality"
    COMMUNITY = "community"
    ENVIRONMENT = "environment"
    RISK = "risk"
    CONSULTATION = "consultation"
    VOICE = "voice"
    APPENDIX = "appendix"
    BACKGROUND_PAPER = "background_paper"


class Area(StrEnum):
    """Areas other than an authority."""

    ENGLAND = "england"
    REGION = "region"
    STATISTICAL_NEIGHBOURS = "statistical_neighbours"
    PEER_GROUP = "peer_group"
    BEST_NEIGHBOUR = "best_neighbour"
    TOP_QUARTILE = "top_quartile"


class TargetPath(StrEnum):
    """How a target leads to the next one of its measure."""

    STEPS = "steps"
    EVENLY = "evenly"


class AreaKind(StrEnum):
    """Kinds of areas below an authority, of which it states numbers of their own."""

    LOCALITY = "locality"
    TEAM = "team"
    COHORT = "cohort"


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

# No word on the way something goes: there is nothing to tell a change from chance by.
UNJUDGED = (Direction.TOO_FEW_POINTS, Direction.NOT_JUDGED)

DIRECTION_MARKS = {
    Direction.IMPROVING: Mark("↗", "Improving", "improving"),
    Direction.NO_SIGNIFICANT_CHANGE: Mark("→", "No significant change", "no-change"),
    Direction.WORSENING: Mark("↘", "Worsening", "worsening"),
    Direction.TOO_FEW_POINTS: Mark("·", "Too few points", "too-few"),
    Direction.NOT_JUDGED: Mark("○", "Not judged", "too-few"),
    Direction.UP: Mark("↑", "Up", "neutral"),
    Direction.DOWN: Mark("↓", "Down", "neutral"),
}

ACTION_MARKS = {
    ActionState.COMPLETED: Mark("●", "Completed", "completed"),
    ActionState.IN_PROGRESS: Mark("◐", "In progress", "in-progress"),
    ActionState.PLANNED: Mark("○", "Planned", "planned"),
    ActionState.DELAYED: Mark("◆", "Delayed", "delayed"),
}

CONDITION_MARKS = {
    ConditionState.COMPLETED: Mark("●", "Completed", "completed"),
    ConditionState.COMPLETED_AND_CONTINUING: Mark("◕", "Completed and continuing", "completed"),
    ConditionState.IN_PROGRESS: Mark("◐", "In progress", "in-progress"),
    ConditionState.SCHEDULED: Mark("○", "Scheduled", "planned"),
    ConditionState.NOT_MET: Mark("▲", "Not met", "compromised"),
}

# A risk that goes up is none the better for it: the arrow is of the risk, and the word says so.
RISK_MARKS = {
    RiskMovement.NEW: Mark("✱", "New", "neutral"),
    RiskMovement.UP: Mark("↑", "Risk up", "worsening"),
    RiskMovement.SAME: Mark("→", "Same", "no-change"),
    RiskMovement.DOWN: Mark("↓", "Risk down", "improving"),
    RiskMovement.CLOSED: Mark("●", "Closed", "completed"),
}

DECISION_MARKS = {
    DecisionState.ASKED: Mark("○", "To be decided", "planned"),
    DecisionState.DECIDED: Mark("●", "Decided", "completed"),
    DecisionState.DEFERRED: Mark("◆", "Deferred", "delayed"),
    DecisionState.WITHDRAWN: Mark("–", "Withdrawn", "neutral"),
}

ASSESSMENT_MARKS = {
    Assessment.STRENGTH: Mark("✚", "Strength", "on-target"),
    Assessment.WEAKNESS: Mark("▼", "Weakness", "compromised"),
}

GRADE_WORDS = {
    Grade.OUTSTANDING: "Outstanding",
    Grade.GOOD: "Good",
    Grade.REQUIRES_IMPROVEMENT: "Requires improvement to be good",
    Grade.INADEQUATE: "Inadequate",
    Grade.NOT_GRADED: "Not graded",
}

INSPECTION_WORDS = {
    InspectionKind.FULL: "Full inspection",
    InspectionKind.FOCUSED_VISIT: "Focused visit",
    InspectionKind.MONITORING_VISIT: "Monitoring visit",
    InspectionKind.SHORT: "Short inspection",
    InspectionKind.JOINT_TARGETED: "Joint targeted area inspection",
    InspectionKind.SEND: "SEND inspection",
    InspectionKind.REGULATORY: "Inspection of a home",
    InspectionKind.ANNUAL_CONVERSATION: "Annual conversation",
    InspectionKind.PEER_REVIEW: "Peer review",
}

RECOMMENDATION_WORDS = {
    RecommendationKind.RECOMMENDATION: ("Recommendation", "Recommendations"),
    RecommendationKind.PRIORITY_ACTION: ("Area for priority action", "Areas for priority action"),
    RecommendationKind.AREA_TO_IMPROVE: ("Area to improve", "Areas to improve"),
}

FINDING_BY_WORDS = {
    FindingBy.INSPECTORATE: "Ofsted",
    FindingBy.COUNCIL: "the council",
    FindingBy.REVIEW: "an independent review",
    FindingBy.PARTNER: "the improvement partner",
}

AREA_NAMES = {
    Area.ENGLAND: "England",
    Area.REGION: "Region",
    Area.STATISTICAL_NEIGHBOURS: "Statistical neighbours",
    Area.PEER_GROUP: "Peer group",
    Area.BEST_NEIGHBOUR: "Best statistical neighbour",
    Area.TOP_QUARTILE: "Top quartile",
}

AREA_KIND_WORDS = {AreaKind.LOCALITY: "Localities", AreaKind.TEAM: "Teams", AreaKind.COHORT: "Groups of children"}

MISSING_WORDS = {
    ValueStatus.SUPPRESSED: "suppressed (small number)",
    ValueStatus.LOW_RELIABILITY: "low reliability",
    ValueStatus.NOT_AVAILABLE: "not available",
    ValueStatus.NOT_APPLICABLE: "not applicable",
    ValueStatus.ROUNDS_TO_ZERO: "rounds to zero",
    ValueStatus.NOT_YET_DUE: "not yet due",
}


KIND_WORDS = {
    ReportKind.BOARD: "Improvement Board report",
    ReportKind.SCRUTINY: "Scrutiny report",
    ReportKind.CABINET: "Cabinet report",
    ReportKind.INSPECTION: "Inspection report",
    ReportKind.PROFILE: "Profile",
}


BETTER_WORDS = {
    BetterWhen.HIGHER: "Higher is better",
    BetterWhen.LOWER: "Lower is better",
    BetterWhen.NEUTRAL: "Neither way is better",
}
