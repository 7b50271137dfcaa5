"""The key measures of a report on its first screen: each with its line, now, before, its target, and how it stands in
words; the one that needs attention most is first.
"""

from decimal import Decimal

from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column, filled_columns
from improvement_reports.domain.markup import aside, joined, tag, under
from improvement_reports.domain.series import end_of, month_number
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import (
    DIRECTION_MARKS,
    TARGET_MARKS,
    UNJUDGED,
    BetterWhen,
    Direction,
    TargetResult,
)
from improvement_reports.domain.wording import BETTER_WORDS, period_words
from improvement_reports.method.progress import Position, compared_row, upper_end
from improvement_reports.report import Report
from improvement_reports.sections.lines import LINE_POINTS, has_line, measure_line
from improvement_reports.sections.measure_cells import NOT_JUDGED, stated_words
from improvement_reports.sections.tables import figure_table, kept_columns

MOST_MEASURES = 7
# What a target asks for, as it stands before the number.
TARGET_WORDS = {BetterWhen.HIGHER: "at least", BetterWhen.LOWER: "at most", BetterWhen.NEUTRAL: ""}


def key_positions(report: Report) -> list[Position]:
    """The measures that the report's parameters put first, else those with a target, the worst first."""
    facts = report.facts
    chosen = [facts.position(m) for m in report.params.headline_measures]
    if not chosen:
        chosen = [at for at in facts.main_positions() if at.target is not None]
    return sorted(chosen, key=lambda at: _need(report, at))[:MOST_MEASURES]


def _need(report: Report, at: Position) -> tuple[int, int, Decimal]:
    """How much a measure needs attention: targets missed, the longest first and of these the furthest; then those that
    get worse; then the rest, with what cannot be judged last.
    """
    far = Decimal(0) if at.distance is None or at.target is None else -abs(_share_of_target(at))
    if at.is_disputed or at.value is None:
        return 5, 0, far
    if at.result is TargetResult.NOT_MET:
        found = report.facts.target_run(at)
        return 0, -(found[0].length if found else 1), far
    if at.direction is Direction.WORSENING:
        return 1, 0, far
    if at.result is TargetResult.WITHIN_TOLERANCE:
        return 2, 0, far
    return (3, 0, Decimal(0)) if at.target is not None else (4, 0, Decimal(0))


def _share_of_target(at: Position) -> Decimal:
    """By how much a target is missed, as a share of it, so that measures of different units can be put in order."""
    assert at.distance is not None and at.target is not None
    return at.distance / max(abs(nb.to_decimal(at.target["target"])), Decimal(1))


def is_worth_a_table(positions: list[Position]) -> bool:
    """Whether half of these measures or more have a target or values enough for a line."""
    known = sum(at.target is not None or has_line(at) for at in positions)
    return known > 0 and 2 * known >= len(positions)


def key_table(report: Report, positions: list[Position]) -> Markup:
    """The table of these measures; nothing where only their newest values are known."""
    if not is_worth_a_table(positions):
        return Markup()
    before = "Month before" if all(_is_month_before(at) for at in positions if at.previous is not None) else "Earlier"
    columns = [
        Column("measure", "Key measure, worst first", is_row_header=True),
        Column("line", _line_title(positions)),
        Column("now", "Now", is_number=True),
        Column("before", before, is_number=True),
        Column("year", "Year before", is_number=True),
        Column("target", "Target", is_number=True),
        Column("words", "In words"),
    ]
    rows = [_row(report, at, before) for at in positions]
    used = [row for at in positions for row in (at.current, at.previous, at.target, *at.series[-LINE_POINTS:])]
    # What stands between the name of a measure and its words.
    between = len(kept_columns(filled_columns(columns, rows), rows)) - 2
    css_class = f"key between-{between}"
    return figure_table(report, "measures.first", _caption(positions), columns, rows, used, css_class, has_notes=True)


def _caption(positions: list[Position]) -> str:
    return "Key measures, the one that needs attention first" if len(positions) > 1 else "Key measure"


def _line_title(positions: list[Position]) -> str:
    """What the lines span: so many months where every one of them has a point a month, else the latest values."""
    drawn = [at.history.points[-LINE_POINTS:] for at in positions if at.history and has_line(at)]
    spans = [month_number(points[-1].period) - month_number(points[0].period) + 1 for points in drawn]
    is_monthly = all(span == len(points) for span, points in zip(spans, drawn, strict=True))
    return f"{max(spans)} months" if spans and is_monthly else "Latest values"


def _is_month_before(at: Position) -> bool:
    if at.previous is None:
        return False
    return month_number(at.current["period"]) - month_number(at.previous["period"]) == 1


def _row(report: Report, at: Position, before: str) -> dict[str, str]:
    facts, measure, row = report.facts, report.facts.measures[at.measure_id], at.current
    year = compared_row(facts.observations_by_key, row, "same_period_last_year")
    # A day at the end of the month, and the month itself, are what the page is of.
    is_dated = end_of(row["period"]) != end_of(report.params.month) or row["period_type"] not in ("month", "snapshot")
    earlier = "" if at.previous is None else facts.marked_value(at.previous)
    if at.previous is not None and before == "Earlier":
        earlier = under(earlier, period_words(at.previous["period"], at.previous["period_type"]))
    now = facts.marked_value(row)
    return {
        "measure": measure.label,
        "line": measure_line(report, at),
        "now": under(now, period_words(row["period"], row["period_type"])) if is_dated else now,
        "before": earlier,
        "year": "" if year is None else facts.marked_value(year),
        "target": _target(report, at),
        "words": _words(report, at),
    }


def _target(report: Report, at: Position) -> Markup | str:
    if at.target is None:
        return ""
    words = TARGET_WORDS[report.facts.measures[at.measure_id].better_when] if upper_end(at.target) is None else ""
    return fill("sections/target.html", words=words, number=report.facts.show_target(at))


def _words(report: Report, at: Position) -> Markup:
    """How a measure stands against its target and for how long, whether it changed, and how it ran; of a measure
    without a target which way is better.
    """
    facts, said = report.facts, []
    theirs = [words] if (words := stated_words(report, at)) else []
    if at.is_disputed:
        return joined(tag(NOT_JUDGED), *theirs, between=", ")
    if at.result is not None:
        mark = facts.show_mark(facts.result_figure(at), TARGET_MARKS[at.result])
        found = facts.target_run(at)
        said.append(aside(mark, facts.show(found[1])) if found else mark)
    if (
        at.direction is not None
        and at.direction not in UNJUDGED
        and at.direction is not Direction.NO_SIGNIFICANT_CHANGE
    ):
        said.append(facts.show_mark(facts.direction_figure(at), DIRECTION_MARKS[at.direction]))
    if (run := facts.run(at)) is not None:
        said.append(fill("sections/run.html", words=run[0].way.value, number=facts.show(run[1])))
    if at.target is None:
        said.append(fill("sections/quiet.html", words=BETTER_WORDS[facts.measures[at.measure_id].better_when]))
    return joined(*said, *theirs, between=", ")
