"""Numbers of areas below the authority, under the measure that they are of: localities, teams, groups of children.

They stand beside each other and are not judged against a target; a direction is named only where the method supports
one. No verdict, count or rank of the report is made of them.
"""

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import fold, joined, lines
from improvement_reports.domain.series import end_of
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import Unit, ValueStatus
from improvement_reports.facts.uncertainty import INTERVAL_WORDS
from improvement_reports.method.judgement_words import unjudged_words
from improvement_reports.method.progress import Position, assess, compared_row
from improvement_reports.report import Report
from improvement_reports.sections.lines import line_of, line_rows
from improvement_reports.sections.measure_cells import dated, direction, few_cases
from improvement_reports.sections.tables import figure_table
from improvement_reports.workspace.own_areas import AreaGroup

WITHHELD_WORDS = (
    "Withheld: the number of one of the areas is small, or could be worked out from the others. Then the numbers of all"
    " areas of its kind are withheld for that measure and time."
)


def measures_with_areas(report: Report) -> list[str]:
    """The measures of which the return states a number of an area below the authority, in the order of its rows."""
    table = report.facts.tables["observations"]
    return list(dict.fromkeys(table.loc[table["area"].isin(report.facts.authority.area_names), "measure_id"]))


def area_tables(report: Report, measure_ids: Iterable[str]) -> Markup:
    """The tables of the areas of some measures, one fold a measure; nothing of those that no area has a number of."""
    if not report.facts.authority.areas:
        return Markup()
    return joined(*(_of_measure(report, measure_id) for measure_id in measure_ids))


def _of_measure(report: Report, measure_id: str) -> Markup:
    groups = report.facts.authority.areas
    found = {key: rows for key, group in groups.items() if (rows := _positions(report, measure_id, group))}
    if not found:
        return Markup()
    label = report.facts.measures[measure_id].label
    tables = [_table(report, key, groups[key], positions) for key, positions in found.items()]
    every = [at for positions in found.values() for at in positions]
    called = ", ".join(groups[key].called for key in found)
    return fold(f"{label}: {called}", joined(*tables, _notes(report, every)))


def _positions(report: Report, measure_id: str, group: AreaGroup) -> list[Position]:
    """The newest position of each area for each kind of period and part, the areas in the order of the settings.

    A measure of which this return has no row of an area stands with the newest of an earlier one, with its date.
    """
    facts, found = report.facts, []
    for area in group.areas:
        rows = _newest(facts.tables["observations"], measure_id, area)
        if rows.empty:
            rows = _newest(facts.observations, measure_id, area)
            rows = rows[rows["period"].map(end_of) == rows["period"].map(end_of).max()] if len(rows) else rows
        for _, row in rows.iterrows():
            known, no_targets = facts.observations_by_key, facts.targets.iloc[:0]
            found.append(assess(measure_id, facts.measures[measure_id], row, known, no_targets))
    return found


def _newest(table: pd.DataFrame, measure_id: str, area: str) -> pd.DataFrame:
    rows = table[(table["area"] == area) & (table["measure_id"] == measure_id)]
    rows = rows.sort_values("period", key=lambda p: p.map(end_of), kind="stable")
    return rows.groupby(["period_type", "category"], sort=False).tail(1)


def _table(report: Report, key: str, group: AreaGroup, positions: list[Position]) -> Markup:
    measure = report.facts.measures[positions[0].measure_id]
    is_count = measure.unit is Unit.COUNT
    columns = [
        Column("area", "Area", is_row_header=True),
        Column("now", "Now", is_number=True),
        Column("before", "Before", is_number=True),
        Column("year", "A year before", is_number=True),
        Column("of", "Of all" if is_count else "Of how many", is_number=True),
        Column("direction", "Direction"),
    ]
    rows = [_row(report, at) for at in positions]
    used = [row for at in positions for row in (at.current, _before(report, at), _year_before(report, at))]
    used += [whole for at in positions if is_count and (whole := _whole(report, at)) is not None]
    caption = f"{measure.label}: {group.called}, as the council names them"
    caption += "; together they are the whole authority" if group.whole else ""
    table_id = f"areas.{positions[0].measure_id}.{key}"
    return figure_table(report, table_id, caption, columns, rows, [*used, *line_rows(positions)], "measures areas")


def _row(report: Report, at: Position) -> dict[str, str]:
    facts, row = report.facts, at.current
    name = facts.area_name(row["area"]) + (f": {row['category']}" if row["category"] else "")
    return {
        "area": joined(name, line_of(facts, at, has_goals=False)),
        "now": dated(report, row),
        "before": _shown(report, _before(report, at)),
        "year": _shown(report, _year_before(report, at)),
        "of": _of_how_many(report, at),
        "direction": direction(report, at),
    }


def _shown(report: Report, row: pd.Series | None) -> str:
    return "" if row is None else dated(report, row)


def _before(report: Report, at: Position) -> pd.Series | None:
    return compared_row(report.facts.observations_by_key, at.current, "previous_value")


def _year_before(report: Report, at: Position) -> pd.Series | None:
    then, before = (
        compared_row(report.facts.observations_by_key, at.current, "same_period_last_year"),
        _before(report, at),
    )
    return None if then is None or (before is not None and then["period"] == before["period"]) else then


def _whole(report: Report, at: Position) -> pd.Series | None:
    """The authority's own row of the same time and part."""
    same = {c: at.current[c] for c in ("measure_id", "period", "period_type", "category")}
    known = report.facts.observations_by_key
    places = known.places(area=report.params.authority, **same)
    return known.row(places[0]) if places else None


def _of_how_many(report: Report, at: Position) -> str:
    """Of a count the authority's own; of a share its cases, and of few of them the interval; else its base."""
    facts, row = report.facts, at.current
    if row["value_status"] == ValueStatus.SUPPRESSED:
        return ""
    if facts.measures[at.measure_id].unit is Unit.COUNT:
        return _shown(report, _whole(report, at))
    if cases := lines(few_cases(report, row)):
        return cases
    if pd.isna(row["denominator"]):
        return ""
    where = {c: row[c] for c in ("period", "category", "area", "period_type")}
    return facts.denominator(at.measure_id, **where)


def _notes(report: Report, positions: list[Position]) -> Markup:
    """What is said once beneath the tables of a measure."""
    rows = [r for at in positions for r in (at.current, _before(report, at), _year_before(report, at)) if r is not None]
    words = [unjudged_words(at.direction for at in positions if at.change is not None)]
    if any(row["value_status"] == ValueStatus.SUPPRESSED for row in rows):
        words.append(WITHHELD_WORDS)
    if any(report.facts.few_cases(at.current) for at in positions):
        words.append(INTERVAL_WORDS)
    return joined(*(fill("sections/under_table.html", words=one) for one in words if one))
