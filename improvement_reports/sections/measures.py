"""Measures of a report: tables, charts, what is off target, and the questions to ask."""

import re
from collections.abc import Collection, Iterator
from decimal import Decimal

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import aside, fold, joined, lines, tag, under
from improvement_reports.domain.numbers import counted
from improvement_reports.domain.references import leads_to
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import TARGET_MARKS, Direction, TargetResult, Unit
from improvement_reports.domain.wording import BETTER_WORDS, all_of, in_period, period_words
from improvement_reports.facts.blocks import HTML, Block, ChartBlock
from improvement_reports.facts.stated import text_of
from improvement_reports.facts.uncertainty import INTERVAL_WORDS
from improvement_reports.method.judgement_words import unjudged_words
from improvement_reports.method.progress import Position, compared_row
from improvement_reports.report import Report
from improvement_reports.sections.areas import area_tables, measures_with_areas
from improvement_reports.sections.charts import chart_block
from improvement_reports.sections.lines import line_rows, measure_line
from improvement_reports.sections.measure_cells import NOT_JUDGED, dated, direction, few_cases
from improvement_reports.sections.tables import figure_table

MEASURE_COLUMNS = [
    Column("measure", "Measure", is_row_header=True),
    Column("latest", "Latest", is_number=True),
    Column("earlier", "Earlier", is_number=True),
    Column("change", "Change", is_number=True),
    Column("direction", "Direction"),
    Column("target", "Target", is_number=True),
    Column("result", "Against target"),
    Column("others", "Compared with", is_number=True),
]
OFF_TARGET_COLUMNS = [
    *(c for key in ("measure", "latest", "target", "result", "direction") for c in MEASURE_COLUMNS if c.key == key),
    Column("question", "A question to ask"),
]
OPEN_QUESTIONS = 3  # so many stand open; the first screen has asked the first three


def measure_row(report: Report, at: Position, has_chart: bool = False) -> dict[str, str]:
    """The cells of `MEASURE_COLUMNS` for one position; without its line where a chart beneath the table draws it."""
    facts, measure, row = report.facts, report.facts.measures[at.measure_id], at.current
    change = facts.change_figure(at, signed=True)
    goal = _goal(report, at)
    result = lines([*filter(None, [_result(report, at)]), *_stated_rag(report, at)])
    others = lines(_comparator(report, o) for o in facts.comparators(at.measure_id, row))
    name = measure.label + (f": {row['category']}" if row["category"] else "")
    return {
        "measure": joined(
            under(name, BETTER_WORDS[measure.better_when]), Markup() if has_chart else measure_line(report, at)
        ),
        "latest": lines([dated(report, row), *few_cases(report, row)]),
        "earlier": lines(dated(report, row) for row in _before(report, at)),
        "change": facts.show(change) if change else "",
        "direction": direction(report, at),
        "target": goal,
        "result": result,
        "others": others,
    }


def _before(report: Report, at: Position) -> list[pd.Series]:
    """The value before, and with it that of a year before where the report asks for both."""
    then = _year_before(report, at) if "year_before" in report.params.also_compare else None
    is_other = then is not None and (at.previous is None or then["period"] != at.previous["period"])
    return [row for row in (at.previous, then if is_other else None) if row is not None]


def _year_before(report: Report, at: Position) -> pd.Series | None:
    return compared_row(report.facts.observations_by_key, at.current, "same_period_last_year")


def _goal(report: Report, at: Position) -> str:
    """The target with its level, and the levels that the source states beside it."""
    if at.target is None:
        return ""
    facts = report.facts
    shown = under(facts.show_target(at), at.target["level"])
    if (way := facts.way(at)) is not None:
        words, figure = way
        on_the_way = fill("sections/run.html", words=f"on the way, by {words}:", number=facts.show(figure))
        shown = lines([shown, on_the_way])
    beside = [
        fill("sections/run.html", words=words, number=facts.show(figure)) for words, figure in facts.level_figures(at)
    ]
    beside += list(_goals_ahead(report, at))
    return lines([shown, *beside]) if beside else shown


def _goals_ahead(report: Report, at: Position) -> Iterator[Markup]:
    """The next target that is stated for a later time, and of several the last as well: where the steps lead."""
    ahead = report.facts.targets_ahead(at)
    if leads_to(at.target) is not None:  # the next one has been said
        ahead = ahead[1:]
    for then in dict.fromkeys((0, len(ahead) - 1)) if ahead else ():
        if (goal := ahead[then].target) is not None:
            since = nb.format_day(goal["valid_from"])
            yield fill("sections/run.html", words=f"from {since}", number=report.facts.show_target(ahead[then]))


def _comparator(report: Report, row: pd.Series) -> Markup:
    """The value of another area with its name and period."""
    where = f"{report.facts.area_name(row['area'])}, {period_words(row['period'], row['period_type'])}"
    return aside(report.facts.marked_value(row), where)


def _result(report: Report, at: Position) -> str:
    """How a value stands against its target, and by how much it misses it."""
    if at.result is None:
        return tag(NOT_JUDGED) if at.target is not None and at.is_disputed else ""
    facts = report.facts
    shown = facts.show_mark(facts.result_figure(at), TARGET_MARKS[at.result])
    if miss := facts.miss_words(at):
        shown = aside(joined(shown, ",") if at.result is TargetResult.WITHIN_TOLERANCE else shown, miss)
    return lines([shown, *_target_run(report, at)])


def _stated_rag(report: Report, at: Position) -> Iterator[Markup]:
    """The rating that the source itself gives, as its own: without a symbol and without a colour of ours."""
    if (figure := report.facts.stated_rag(at)) is not None:
        yield fill("sections/run.html", words="as the paper rates it:", number=report.facts.show(figure))


def _target_run(report: Report, at: Position) -> Iterator[Markup]:
    """For how long the target was met or missed, and about when the pace of the last 12 values leads across it."""
    facts = report.facts
    if (run := facts.target_run(at)) is not None:
        words = "met" if run[0].is_met else "missed"
        yield fill("sections/run.html", words=words, number=facts.show(run[1]))
    if (assurance := facts.assurance(at)) is not None:
        yield fill("sections/run.html", words="as it goes", number=facts.show_mark(*assurance))
    if (leads := facts.pace_words(at)) is not None:
        words, about = leads
        yield fill(
            "sections/run.html", words=f"at this pace {words}", number="" if about is None else facts.show(about)
        )


def section_positions(report: Report, measure_ids: list[str]) -> list[Position]:
    """The newest position of each named measure, for each period type and part that the return states.

    A measure of which this return has no row stands with its newest value of an earlier one, and with the date of that.
    """
    return [at for measure_id in measure_ids for at in report.facts.newest_positions(measure_id)]


def measures_table(report: Report, priority: pd.Series, charted: Collection[str] = ()) -> Block:
    """Value, earlier value, change, direction, target, distance and comparator of the measures of a priority.
    ``charted``: measures that charts beneath it draw over time, whose lines it leaves to them.
    """
    section = report.params.sections.get(priority["priority_id"])
    positions = section_positions(report, section.measures) if section else []
    if not positions:
        return Block("")
    caption = f"Measures of priority {priority['priority_id']}"
    table_id = f"measures.{priority['priority_id']}"
    table = positions_table(report, table_id, caption, positions, charted)
    return report.block(joined(table, _areas_of(report, priority["priority_id"])), HTML)


def _areas_of(report: Report, place: str) -> Markup:
    """Numbers of areas of the measures that no section before ``place`` names."""
    before: set[str] = set()
    for key, section in report.params.all_sections.items():
        if key == place:
            return area_tables(report, [m for m in dict.fromkeys(section.measures) if m not in before])
        before.update(section.measures)
    return Markup()


def positions_table(
    report: Report, table_id: str, caption: str, positions: list[Position], charted: Collection[str] = ()
) -> Markup:
    """A table of positions without the columns that would be empty in every row."""
    rows = [measure_row(report, at, at.measure_id in charted) for at in positions]
    lined = [at for at in positions if at.measure_id not in charted]
    used = [*(r for at in positions for r in (at.current, *_before(report, at), at.target)), *line_rows(lined)]
    table = figure_table(report, table_id, caption, MEASURE_COLUMNS, rows, used, "measures", has_notes=True)
    return joined(table, _notes(report, positions))


def _notes(report: Report, positions: list[Position]) -> Markup:
    """What is said once beneath a table: why some changes have no direction, what an interval is, and what the source
    itself says of the values.
    """
    words = [unjudged_words(at.direction for at in positions if at.change is not None)]
    if any(report.facts.few_cases(at.current) for at in positions):
        words.append(INTERVAL_WORDS)
    return joined(*(fill("sections/under_table.html", words=one) for one in words if one), _comments(report, positions))


def _comments(report: Report, positions: list[Position]) -> Markup:
    """What the source says of the newest values, as its own words."""
    said = [(at, text) for at in positions if (text := text_of(at.current, "comment"))]
    if not said:
        return Markup()
    of = [
        {"label": report.facts.measures[at.measure_id].label, "category": at.current["category"], "text": text}
        for at, text in said
    ]
    return fold(f"What the paper says of {counted(len(said), 'value')}", fill("sections/comments.html", said=of))


def charts(report: Report, priority: pd.Series) -> list[ChartBlock | Block]:
    """The charts of a priority, each with its finding."""
    section = report.params.sections.get(priority["priority_id"])
    return [chart_block(report, chart) for chart in section.charts] if section else []


def missed_targets(report: Report) -> list[Position]:
    """Positions that miss their target: percentages by percentage points, then the rest by share of the target."""
    facts = report.facts
    missed = [at for at in facts.main_positions() if at.result in (TargetResult.NOT_MET, TargetResult.WITHIN_TOLERANCE)]

    def far(at: Position) -> tuple[bool, Decimal]:
        if at.distance is None or at.target is None:
            raise ValueError(f"{at.measure_id} cannot miss a target that it does not have")
        is_percent, one = facts.measures[at.measure_id].unit is Unit.PERCENT, Decimal(1)
        return not is_percent, -abs(at.distance) / (
            one if is_percent else max(abs(nb.to_decimal(at.target["target"])), one)
        )

    return sorted(missed, key=far)


def key_measures(report: Report) -> Block:
    """The measures that the report's parameters put first."""
    positions = [report.facts.position(m) for m in report.params.headline_measures]
    if not positions:
        return Block("")
    listed = {m for section in report.params.all_sections.values() for m in section.measures}
    areas = area_tables(report, [m for m in report.params.headline_measures if m not in listed])
    return report.block(joined(positions_table(report, "measures.key", "Key measures", positions), areas), HTML)


def off_target(report: Report) -> Block:
    """Measures that miss their target, the furthest first, and the question to ask of each."""
    missed = missed_targets(report)
    if not missed:
        has_targets = not report.facts.targets.empty
        return Block("Every measure that has a target meets it." if has_targets else "No measure has a target.")
    rows = [{**measure_row(report, at), "question": report.facts.measures[at.measure_id].question} for at in missed]
    used = [*(r for at in missed for r in (at.current, at.previous, at.target)), *line_rows(missed)]
    caption = "Measures that miss their target, furthest from it first"
    table = figure_table(
        report, "off-target", caption, OFF_TARGET_COLUMNS, rows, used, "measures off-target", has_notes=True
    )
    title = f"{all_of(len(missed), 'measure')} that miss their target, with a question to ask of each"
    return report.block(fold(_one_misses(title, len(missed)), joined(table, _notes(report, missed))), HTML)


def _one_misses(words: str, number: int) -> str:
    return words.replace("that miss their", "that misses its").replace("of each", "of it") if number == 1 else words


def questions(report: Report) -> Block:
    """Questions to ask: of the measures that miss their target, and of those that are getting worse."""
    facts = report.facts
    chosen = [
        at for at in facts.main_positions() if at.result is TargetResult.NOT_MET or at.direction is Direction.WORSENING
    ]
    if not chosen:
        return Block("")
    asked = [
        {
            "question": facts.measures[at.measure_id].question,
            "label": facts.measures[at.measure_id].label,
            "value": facts.marked_value(at.current),
            "when": in_period(at.current["period"], at.current["period_type"]),
        }
        for at in chosen
    ]
    text = fill("sections/questions.html", questions=asked)
    return report.block(fold(all_of(len(asked), "question"), text) if len(asked) > OPEN_QUESTIONS else text, HTML)


def other_measures(report: Report) -> list[str]:
    """The measures of the return that the report's parameters, its narrative and its other sections do not show.

    Decided from what the report says alone, so that the answer does not depend on which cells of its notebook were run.
    """
    facts = report.facts
    judged = {at.measure_id for at in facts.main_positions() if _is_named(at)}
    words = "\n".join([report.params.summary, *report.narrative_texts.values()])
    parts = facts.tables["observations"]
    mine = parts[parts["area"] == report.params.authority]["measure_id"].astype(str)
    stated_changes = (
        set(parts[parts["change"].notna() & (parts["category"] != "")]["measure_id"])
        if report.params.kind.shows_stated_changes
        else set()
    )
    shown = {*report.params.measures, *judged, *stated_changes}
    return [m for m in dict.fromkeys(mine) if m not in shown and not re.search(rf"""["']{re.escape(m)}["']""", words)]


def _is_named(at: Position) -> bool:
    """Whether the sections on what is off target and on questions to ask show a measure."""
    return at.result in (TargetResult.NOT_MET, TargetResult.WITHIN_TOLERANCE) or at.direction is Direction.WORSENING


def other_measures_table(report: Report) -> Markup:
    """Those measures as a table, folded; nothing where every measure of the return is shown elsewhere. After it the
    areas of all measures that no section names.
    """
    positions = section_positions(report, other_measures(report))
    listed = {m for section in report.params.all_sections.values() for m in section.measures}
    named = {*listed, *report.params.headline_measures}
    areas = area_tables(report, [m for m in measures_with_areas(report) if m not in named])
    if not positions:
        return areas
    number = counted(len({at.measure_id for at in positions}), "measure")
    caption = "Measures of the return that no other section shows"
    body = positions_table(report, "measures.other", caption, positions)
    return joined(fold(f"{number} of the return that no other section shows", body), areas)


def named_measures(report: Report, key: str) -> Block:
    """The measures of a section that the parameters name for this kind of report, with all their parts."""
    section = report.params.all_sections.get(key)
    if section is None or not (positions := section_positions(report, section.measures)):
        return Block("")
    table = positions_table(report, f"measures.{key}", section.name, positions)
    return report.block(joined(table, _areas_of(report, key)), HTML)


def named_charts(report: Report, key: str) -> list[ChartBlock | Block]:
    """The charts of a section that the parameters name."""
    section = report.params.all_sections.get(key)
    return [chart_block(report, chart) for chart in section.charts] if section else []
