"""One specification per raw table: the reader, the check, the writer, the template workbook and the docs use it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict, Unpack

from improvement_reports.domain import vocabulary as v

RETURN_FILE = "return.yml"
NARRATIVE_FOLDER = "narrative"
SOURCES_FOLDER = "sources"  # copies of the source documents that return.yml names; nothing is read from them


Choices = type[StrEnum]


@dataclass(frozen=True)
class ColumnSpec:
    """One column of a raw table.

    ``type`` is one of ``id`` (lower-case words, digits, hyphens and underscores), ``text``, ``number``, ``choice`` (one
    of
    ``choices``), ``month`` (YYYY-MM), ``date`` (YYYY, YYYY-MM or YYYY-MM-DD), ``yes_no``.
    ``refers_to`` names the table or parameter file in which the value must be found.
    """

    name: str
    type: str
    description: str
    required: bool = True
    choices: Choices | None = None
    refers_to: str | None = None


@dataclass(frozen=True)
class TableSpec:
    """One raw table: its columns and the columns that together must be unique."""

    name: str
    row: str
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...]
    optional: bool = True
    column_names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "column_names", tuple(c.name for c in self.columns))

    def column(self, name: str) -> ColumnSpec:
        return next(c for c in self.columns if c.name == name)


class _Options(TypedDict, total=False):
    """What most columns leave as it is."""

    required: bool
    refers_to: str | None


def _id(name: str, description: str, **options: Unpack[_Options]) -> ColumnSpec:
    return ColumnSpec(name, "id", description, **options)


def _text(name: str, description: str, **options: Unpack[_Options]) -> ColumnSpec:
    return ColumnSpec(name, "text", description, **options)


def _number(name: str, description: str, **options: Unpack[_Options]) -> ColumnSpec:
    return ColumnSpec(name, "number", description, **options)


def _rag() -> ColumnSpec:
    return _text(
        "stated_rag",
        "RAG as the source rates it (red, amber, green, blue, purple or its own word): shown as theirs, beside ours",
        required=False,
    )


def _date(name: str, description: str, **options: Unpack[_Options]) -> ColumnSpec:
    return ColumnSpec(name, "date", description, **options)


def _choice(name: str, choices: Choices, description: str, **options: Unpack[_Options]) -> ColumnSpec:
    return ColumnSpec(name, "choice", description, choices=choices, **options)


PROVENANCE = (
    _id("source_id", "The source document or dataset, as named in return.yml", refers_to="sources"),
    _text("locator", "Where in the source: page, section, paragraph, bullet or table row"),
)

OBSERVATIONS = TableSpec(
    "observations",
    "measure × area × period × category",
    (
        _id("measure_id", "The measure, as named in params/measures.yml", refers_to="measures"),
        _id(
            "area",
            "The authority's key; that of an area below it, as params/authorities.yml declares; or england, region,"
            " statistical_neighbours, peer_group",
            refers_to="areas",
        ),
        _date("period", "Last month of the period (YYYY-MM), or the day of a snapshot (YYYY-MM-DD)"),
        _choice("period_type", v.PeriodType, "What kind of period ends then"),
        _text("category", "The part of a distribution, for example GREEN; empty for the whole", required=False),
        _number("value", "The value as stated; empty when value_status says why it is missing", required=False),
        _number("numerator", "Where stated", required=False),
        _number("denominator", "Where stated", required=False),
        _number("change", "Change since the last report, with its sign, where the source states it", required=False),
        _choice("value_status", v.ValueStatus, "published, or why the value is missing"),
        _choice(
            "stated_direction",
            v.StatedDirection,
            "Which way the measure goes in the source’s own words, where it says so: shown as theirs, beside ours",
            required=False,
        ),
        _rag(),
        _text("comment", "What the source itself says of the value: shown as theirs, word for word", required=False),
        *PROVENANCE,
    ),
    ("measure_id", "area", "period", "period_type", "category"),
    optional=False,
)

TARGETS = TableSpec(
    "targets",
    "measure, from a date on",
    (
        _id("measure_id", "The measure, as named in params/measures.yml", refers_to="measures"),
        _date("valid_from", "First month for which the target holds (YYYY-MM)"),
        _date("valid_to", "Last month for which it holds; empty: until another one", required=False),
        _number(
            "target",
            "In the measure's unit; better_when of the measure says on which side it is met. Targets by quarter, or the"
            " steps of a trajectory, have a row each",
        ),
        _number(
            "target_upper",
            "Upper end of a range of which target is the lower end, as in between 60 and 70: met inside it",
            required=False,
        ),
        _number("tolerance", "Distance from the target that still counts as within tolerance", required=False),
        _number("floor", "Value below which the position is serious whatever the target", required=False),
        _number("amber", "Level at which the source begins to call it amber; no distance", required=False),
        _number("red", "Level at which the source begins to call it red; no distance", required=False),
        _number("stretch", "A further target beyond this one, as a level", required=False),
        _choice(
            "path",
            v.TargetPath,
            "How it leads to the next target: evenly where the months between are judged by the line between both;"
            " steps, or empty, where it holds until the next one does",
            required=False,
        ),
        _text("level", "local or national"),
        *PROVENANCE,
    ),
    ("measure_id", "valid_from"),
)

PRIORITIES = TableSpec(
    "priorities",
    "priority or sub-priority of the plan",
    (
        _id("priority_id", "As the plan numbers it: 1, 3a"),
        _id("parent_id", "The priority that this one is part of", required=False, refers_to="priorities"),
        _text("title", "Official wording"),
        _choice(
            "action_status", v.Status, "Are the actions being done; empty where only the parts have one", required=False
        ),
        _choice("impact_status", v.Status, "Do they have the effect they are meant to have", required=False),
        _choice("previous_action_status", v.Status, "As the source states it", required=False),
        _choice("previous_impact_status", v.Status, "As the source states it", required=False),
        *PROVENANCE,
    ),
    ("priority_id",),
)

ACTIONS = TableSpec(
    "actions",
    "step taken or due",
    (
        _id("action_id", "Own key"),
        _id("priority_id", "The priority it belongs to", required=False, refers_to="priorities"),
        _id("recommendation_id", "The recommendation it answers", required=False, refers_to="recommendations"),
        _text("text", "What is done, in our own words"),
        _text("owner", "A role, never a person", required=False),
        _date("due", "When it is due", required=False),
        _text(
            "due_words",
            "When it is due in the words of the plan, where that is no date: Q2 2026/27, spring 2026, ongoing",
            required=False,
        ),
        _date("done_on", "When it was done, where stated", required=False),
        _choice("status", v.ActionState, "How far it has come"),
        _text("phase", "The phase of the plan that it belongs to, as the plan names it", required=False),
        _text("success_measure", "By what its success will be told, in our own words", required=False),
        _text("outcome", "What came of it by the end of this month or quarter, in our own words", required=False),
        *PROVENANCE,
    ),
    ("action_id",),
)

FINANCE = TableSpec(
    "finance",
    "amount of money",
    (
        _id("line_id", "Own key; a line may have a row for each period"),
        _text("line", "Official wording"),
        _choice(
            "kind",
            v.FinanceKind,
            "budget, funding, spend or pressure; of a line whose year is forecast as well forecast, and as the source"
            " states them variance (forecast less budget) and movement (of the forecast since the last report)",
        ),
        _text(
            "period",
            "Financial year (2021-22), quarter of one (2021-22 Q1), month (2021-08), year (2021), 2021-22 to date,"
            " 2021-22 to 2023-24, or total",
        ),
        _number("amount_gbp", "In pounds; of a variance or a movement with its sign: above 0 is more than the budget"),
        ColumnSpec("is_total", "yes_no", "yes for a total that the source states"),
        *PROVENANCE,
    ),
    ("line_id", "kind", "period"),
)

MILESTONES = TableSpec(
    "milestones",
    "date that matters",
    (
        _id("milestone_id", "Own key"),
        _date("date", "First or only day, as precisely as the source says"),
        _date("end_date", "Last day, where it lasted", required=False),
        _choice("kind", v.MilestoneKind, "What kind of event"),
        _text("title", "What happened or will happen, in our own words"),
        _choice("status", v.MilestoneState, "happened or expected, as at the date of the source"),
        _id(
            "event_id",
            "The event, named the same wherever its date is stated; dates that differ are found",
            required=False,
        ),
        *PROVENANCE,
    ),
    ("milestone_id",),
)

CLAIMS = TableSpec(
    "claims",
    "number stated in the source that can be recomputed",
    (
        _id("claim_id", "Own key"),
        _text("text", "What the source states, in our own words"),
        _number("stated_value", "The number as the source states it; empty for a comparison in words", required=False),
        _choice("unit", v.Unit, "Its unit"),
        _number("decimals", "The decimals to which it is stated"),
        _choice("method", v.ClaimMethod, "How it is recomputed"),
        _text(
            "operands",
            "References to observations, amounts and official statistics, separated by semicolons; see about/method",
        ),
        *PROVENANCE,
    ),
    ("claim_id",),
)

NOTES = TableSpec(
    "notes",
    "data note: a slip, contradiction, ambiguity or gap of the source",
    (
        _id("note_id", "Own key"),
        _choice("kind", v.NoteKind, "Why a reader needs it"),
        _id("priority_id", "The priority whose section shows it", required=False, refers_to="priorities"),
        _id("measure_id", "The measure that it concerns", required=False, refers_to="measures"),
        _text("text", "What the source says, and how this report treats it"),
        *PROVENANCE,
    ),
    ("note_id",),
)

FRAMEWORK = TableSpec(
    "framework",
    "item of the framework by which the plan will be measured",
    (
        _id("item_id", "Own key"),
        _text("theme", "Official heading: Quality, Performance, Workforce"),
        _text("group", "Official sub-heading", required=False),
        _text("title", "Official wording"),
        _text("threshold", "The threshold as stated, for example 12% or less", required=False),
        _id("measure_id", "The measure that already reports on it", required=False, refers_to="measures"),
        *PROVENANCE,
    ),
    ("item_id",),
)

INSPECTIONS = TableSpec(
    "inspections",
    "inspection, visit or review by others",
    (
        _id("inspection_id", "Own key of the authority: kind and month, the same in every return"),
        _choice("kind", v.InspectionKind, "What kind of inspection"),
        _text("title", "What was inspected and by whom, in our own words"),
        _date("date", "First or only day, as precisely as the source says"),
        _date("end_date", "Last day, where it lasted", required=False),
        _date("published", "When its letter or report was published, where stated", required=False),
        _choice("status", v.MilestoneState, "happened or expected, as at the date of the source"),
        _text("headline", "What it concluded, in our own words", required=False),
        *PROVENANCE,
    ),
    ("inspection_id",),
)

JUDGEMENTS = TableSpec(
    "judgements",
    "grade of an inspection",
    (
        _id("inspection_id", "The inspection", refers_to="inspections"),
        _text("area", "Official wording of what is judged"),
        _choice("grade", v.Grade, "The grade"),
        *PROVENANCE,
    ),
    ("inspection_id", "area"),
)

RECOMMENDATIONS = TableSpec(
    "recommendations",
    "recommendation, area for priority action or area to improve",
    (
        _id("recommendation_id", "Own key of the authority, the same in every return"),
        _id("inspection_id", "The inspection that made it", refers_to="inspections"),
        _choice("kind", v.RecommendationKind, "What the inspectorate calls it"),
        _number("number", "Its place in the list"),
        _text("title", "Official wording"),
        _text("name", "Short name, for tables and figures"),
        _rag(),
        *PROVENANCE,
    ),
    ("recommendation_id",),
)

FINDINGS = TableSpec(
    "findings",
    "thing found, one strength or one weakness",
    (
        _id("finding_id", "Own key"),
        _id("inspection_id", "The inspection that found it", required=False, refers_to="inspections"),
        _choice("said_by", v.FindingBy, "Who says it"),
        _choice("assessment", v.Assessment, "strength or weakness"),
        _text("theme", "Theme, the same words for the same theme"),
        _id("recommendation_id", "The recommendation that it belongs to", required=False, refers_to="recommendations"),
        _text("text", "What was found, in our own words"),
        *PROVENANCE,
    ),
    ("finding_id",),
)

LINKS = TableSpec(
    "links",
    "answer to a recommendation: a priority, a measure, or both",
    (
        _id("link_id", "Own key"),
        _id("recommendation_id", "The recommendation that is answered", refers_to="recommendations"),
        _id("priority_id", "The priority that answers it", required=False, refers_to="priorities"),
        _id("measure_id", "The measure that evidences it", required=False, refers_to="measures"),
        _choice("basis", v.LinkBasis, "stated by the source, or judged here"),
        _text("reason", "Why it answers it"),
        *PROVENANCE,
    ),
    ("link_id",),
)

CONDITIONS = TableSpec(
    "conditions",
    "condition of an improvement notice",
    (
        _id("condition_id", "Own key"),
        _id("notice_id", "The notice: its event_id among the milestones"),
        _text("title", "What the notice requires, in our own words"),
        _choice("status", v.ConditionState, "How far it has come, as the source words it"),
        _date("due", "When it is due or will be looked at", required=False),
        _text("remark", "What the source adds", required=False),
        *PROVENANCE,
    ),
    ("condition_id",),
)

STATEMENTS = TableSpec(
    "statements",
    "statement of a formal report: what is asked, an implication, a risk, a background paper",
    (
        _id("statement_id", "Own key"),
        _choice("list", v.StatementList, "Which list of the report it stands in"),
        _text("title", "Short name or official title", required=False),
        _text("text", "What the source says, in our own words"),
        *PROVENANCE,
    ),
    ("statement_id",),
)

RISKS = TableSpec(
    "risks",
    "risk of the risk register",
    (
        _id("risk_id", "As the register numbers it, the same in every return"),
        _id("priority_id", "The priority that it threatens", required=False, refers_to="priorities"),
        _text("text", "What may happen, in our own words"),
        _number("likelihood", "As the register scores it now: a whole number from 1 on", required=False),
        _number("impact", "As the register scores it now: a whole number from 1 on", required=False),
        _number("score_before", "Its score before anything is done about it, as stated", required=False),
        _number("score_now", "Its score now, with what is done about it, as stated", required=False),
        _text("owner", "A role, never a person", required=False),
        _choice("movement", v.RiskMovement, "Since it was last reported, as the source says", required=False),
        _text("mitigation", "What is done about it, in our own words", required=False),
        *PROVENANCE,
    ),
    ("risk_id",),
)

DECISIONS = TableSpec(
    "decisions",
    "decision that is asked for, until it is made",
    (
        _id("decision_id", "Own key, the same in every return"),
        _id("priority_id", "The priority that it is about", required=False, refers_to="priorities"),
        _text("text", "What is to be decided, in our own words"),
        _text("decided_by", "Who decides: a body or a role, never a person", required=False),
        _date("due", "By when", required=False),
        _text("due_words", "By when in words, where that is no date: Q2 2026/27, spring 2026", required=False),
        _id("recommended", "The option that is recommended, by its option_id", required=False),
        _text("recommended_by", "Who recommends it: a body or a role, never a person", required=False),
        _choice("status", v.DecisionState, "What became of it, as at the date of the source"),
        _date("decided_on", "When it was decided, where stated", required=False),
        _id("taken", "The option that was decided on, by its option_id", required=False),
        _text("outcome", "What was decided, or why it was deferred or withdrawn, in our own words", required=False),
        *PROVENANCE,
    ),
    ("decision_id",),
)

OPTIONS = TableSpec(
    "options",
    "option of a decision, with what follows from it",
    (
        _id("decision_id", "The decision", refers_to="decisions"),
        _id("option_id", "Own key among the options of the decision: a, b"),
        _text("text", "What would be done, in our own words"),
        _text("consequence", "What follows from it: cost, effect, risk, in our own words", required=False),
        *PROVENANCE,
    ),
    ("decision_id", "option_id"),
)

RETURN_TABLES = {
    t.name: t
    for t in (
        OBSERVATIONS,
        TARGETS,
        PRIORITIES,
        ACTIONS,
        FINANCE,
        MILESTONES,
        CLAIMS,
        NOTES,
        FRAMEWORK,
        INSPECTIONS,
        JUDGEMENTS,
        RECOMMENDATIONS,
        FINDINGS,
        LINKS,
        CONDITIONS,
        STATEMENTS,
        RISKS,
        DECISIONS,
        OPTIONS,
    )
}

# Columns that a release added to a table after editions had been published with it, the newest first: a recorded row
# of before has no cell for them. Whoever adds a column adds it here.
LATER_COLUMNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "actions": (("phase", "success_measure", "outcome"), ("due_words",)),
    "observations": (("stated_rag", "comment"), ("stated_direction",)),
    "recommendations": (("stated_rag",),),
    "targets": (("path",), ("target_upper",), ("amber", "red", "stretch")),
}
# Tables that a return may leave out because nothing in them changed; what it measures is new each month.
CARRIED = (
    "priorities",
    "actions",
    "milestones",
    "finance",
    "notes",
    "framework",
    "targets",
    "conditions",
    "risks",
    "decisions",
    "options",
)

# A workbook has no return.yml beside it: these two sheets say the same.
RETURN_SHEET = TableSpec(
    "return",
    "the return (one row)",
    (
        _id("authority", "The authority's key"),
        _date("month", "Reporting month (YYYY-MM)"),
        ColumnSpec("illustrative", "yes_no", "yes for made-up data"),
        _date("received", "When the return was received or its document published"),
        _text(
            "unchanged",
            f"Tables that stand as they were last stated, separated by commas: {', '.join(CARRIED)}",
            required=False,
        ),
    ),
    ("authority",),
    optional=False,
)

SOURCES_SHEET = TableSpec(
    "sources",
    "source document or dataset",
    (
        _id("source_id", "Own key, used by every other sheet"),
        _text("title", "Official title"),
        _text("publisher", "Who published it"),
        _date("date", "Its date"),
        _text("licence", "Under which licence"),
        _text("file", "The file that was transcribed", required=False),
        _text("sha256", "Its sha256", required=False),
        _text("meeting_body", "The body that received it", required=False),
        _date("meeting_date", "When", required=False),
    ),
    ("source_id",),
    optional=False,
)

WORKBOOK_TABLES = {RETURN_SHEET.name: RETURN_SHEET, SOURCES_SHEET.name: SOURCES_SHEET, **RETURN_TABLES}


def columns_of(table: str) -> tuple[str, ...]:
    """The raw columns of an official table, for those who recompute a row's hash; () for another table."""
    return COLUMNS.get(table, ())


# Columns of each raw table; a table with others is refused.
COLUMNS = {
    "annual-values": ("measure_id", "reporting_year", "la_code", "area_name", "value", "status", "available_from"),
    "measures": ("measure_id", "title", "unit", "decimals", "better_when", "release"),
    "areas": ("la_code", "area_name", "region"),
    "statistical-neighbours": ("model_year", "la_code", "rank", "neighbour_la_code", "closeness"),
    "referrals-by-month": ("month", "la_code", "area_name", "referrals", "status", "available_from"),
}
