"""The statistical neighbours of a profile, and what the department does not publish of the authority."""

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import slug
from improvement_reports.domain.vocabulary import MISSING_WORDS, ValueStatus
from improvement_reports.facts.blocks import Block
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.method.standing import Standing
from improvement_reports.official.statistics import OfficialRow
from improvement_reports.report import Report
from improvement_reports.sections.tables import figure_table
from improvement_reports.workspace.councils import predecessors

# The first year of the department's figures that the project holds.
FIRST_YEAR = 2017


def neighbours_table(report: Report) -> Block:
    """The statistical neighbours, nearest first, and their values of a few measures."""
    facts, official = report.facts, report.official
    near = official.neighbours(facts.authority.la_code)
    if near is None:
        return Block("No statistical neighbours are held for this authority.")
    chosen = [s for s in facts.standings if s.measure_id in report.official.lists.trends]
    rows, used = [], list(near.rows)
    for row in near.rows:
        code = row["neighbour_la_code"]
        cells = {"neighbour": official.area_names[code], "closeness": row["closeness"].capitalize()}
        for s in chosen:
            other = official.row(s.measure_id, s.year, code)
            cells[s.measure_id] = _value_of_neighbour(report, s, code, other)
            used += [other] if other is not None and other["status"] == ValueStatus.PUBLISHED else []
        rows.append(cells)
    columns = [
        Column("neighbour", "Neighbour", is_row_header=True),
        Column("closeness", "Closeness"),
        *(Column(s.measure_id, f"{official.measure(s.measure_id).label}, {s.year}", is_number=True) for s in chosen),
    ]
    caption = f"Statistical neighbours, model of {near.model_year}, nearest first"
    table = figure_table(report, "neighbours", caption, columns, rows, used, "neighbours")
    return report.html("sections/neighbours.html", table=table, words=facts.neighbour_words())


def _value_of_neighbour(report: Report, s: Standing, code: str, row: OfficialRow | None) -> str:
    """The value of the same measure and year of another authority, or why there is none."""
    if row is None:
        return ""
    if row["status"] != ValueStatus.PUBLISHED:
        return MISSING_WORDS[ValueStatus(row["status"])]
    measure = report.official.measure(s.measure_id)
    figure = Figure(
        slug("dfe", s.measure_id, s.year, "neighbour", code),
        "number",
        f"{measure.label}, {report.official.area_names[code]}, {report.official.year_words(s.measure_id, s.year)}",
        nb.format_value(row["value_text"], measure.unit, measure.decimals),
        row["value_text"],
        str(measure.unit),
        s.measure_id,
        code,
        str(s.year),
        "as published by the Department for Education",
        inputs_of([row]),
    )
    return report.facts.show(figure)


def formed(report: Report) -> str:
    """Since when there are values of the authority: from whom it took over, as far as that is known."""
    before = predecessors(report.project, report.facts.authority.la_code)
    if not before:
        return "it was formed, or reorganised, then"
    names, day = " and ".join(c.name for c in before), nb.format_day(before[0].ended)
    ended = "that council" if len(before) == 1 else "those councils"
    return f"it took over from {names} when {ended} ended on {day}"


def missing_measures(report: Report) -> Block:
    """What the department does not publish for this authority in the year, and why so far as it says."""
    facts, official = report.facts, report.official
    newest, have = int(report.params.month[:4]), {s.measure_id: s for s in facts.standings}
    missing = []
    for key, measure in official.measures.items():
        s = have.get(key)
        if s is None:
            missing.append(f"{measure.label}: no value in any year held.")
        elif s.year < newest:
            row = official.row(key, newest, facts.authority.la_code)
            why = MISSING_WORDS[ValueStatus(row["status"])] if row is not None else "no row"
            missing.append(f"{measure.label}: {newest} {why}; {s.year} is shown.")
    first = first_year(report)
    return report.html(
        "sections/missing_measures.html",
        first_year=first or "",
        formed=formed(report) if first else "",
        missing=missing,
    )


def first_year(report: Report) -> int:
    """The first year of which the authority has a value, if that is later than the first one held; else 0."""
    code = report.facts.authority.la_code
    years = (y for s in report.facts.standings for y in report.official.years(s.measure_id, code))
    first = min(years, default=0)
    return first if first > FIRST_YEAR else 0
