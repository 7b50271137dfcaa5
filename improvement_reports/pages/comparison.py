"""Authorities beside each other in official statistics."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from improvement_reports.charts.dot_strip import dot_strip
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import slug
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import SIZES, BetterWhen
from improvement_reports.method.among_others import among_others
from improvement_reports.official.statistics import OfficialStatistics
from improvement_reports.pages.all_reports import COMPARE, AllReports
from improvement_reports.pages.measures_compared import measures_compared, places_of
from improvement_reports.pages.page_of_parts import Collector, Part, page_of, write_page
from improvement_reports.pages.side_by_side import side_by_side
from improvement_reports.sections.figure_charts import Basis, ChartWords, figure_chart
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.outlines import Outlined
from improvement_reports.workspace.places import Project

COLUMNS = [
    Column("authority", "Authority", is_row_header=True),
    Column("value", "Value", is_number=True),
    Column("place", "Place", is_number=True),
]
SOURCE = "Source: Department for Education, official statistics."
LINES = (
    "A line shows how a value went over the years to the one named, on a scale of its own; a year without one is a gap."
)
# More authorities than these do not stand beside each other in the table of all measures.
MOST_MARKED = 4
# Fewer authorities with a value are no comparison.
FEWEST = 20
ORDERS = {BetterWhen.LOWER: "lowest (best) first", BetterWhen.HIGHER: "highest (best) first"}


def write_comparison(project: Project, reports: Sequence[Outlined]) -> None:
    """Write the pages that compare all English authorities, which depend on official statistics alone."""
    _write_comparison(AllReports(project, reports))


def _write_comparison(all_of: AllReports) -> None:
    page = page_of("", all_of.month)
    parts: list[Part] = []
    if (official := all_of.official) is not None:
        years = {m: y for m in official.measures if (y := _newest_year(official, m)) is not None}
        side_by_side(all_of.project, _write_measures, list(years.items()), all_of.reports)
        if years:
            marked = dict(list(_marked(all_of).items())[:MOST_MARKED])
            parts = [LINES, *measures_compared(page, official, years, marked)]
    text = "Each official measure across all English authorities with a value, the authorities of this site marked."
    if not parts:
        text = "This project holds no official statistics to compare authorities by."
    write_page(
        all_of.project.reports / COMPARE,
        "Compare authorities",
        "Official measures across all English authorities",
        all_of.month,
        [text, *parts],
        page.facts.take_figures(),
        all_of.official_sources,
    )


def _newest_year(official: OfficialStatistics, measure_id: str) -> int | None:
    """The newest year for which so many authorities have a value that they can be compared."""
    newest_first = reversed(official.years(measure_id))
    return next((y for y in newest_first if len(official.published(measure_id, y)) >= FEWEST), None)


def _write_measures(project: Project, measures: list[tuple[str, int]], reports: Sequence[Outlined]) -> list[None]:
    """The pages of some measures, each with its year."""
    all_of = AllReports(project, reports)
    assert all_of.official is not None  # or it would have no measures
    marked = _marked(all_of)
    for measure_id, year in measures:
        _write_measure(all_of, measure_id, year, marked, all_of.official)
    return [None] * len(measures)


def _marked(all_of: AllReports) -> dict[str, str]:
    """The real authorities of the site, by code."""
    authorities = (all_of.authorities[k] for k in all_of.keys)
    return {a.la_code: a.short_name for a in authorities if not a.illustrative}


def _write_measure(
    all_of: AllReports, measure_id: str, year: int, marked: dict[str, str], official: OfficialStatistics
) -> None:
    page, measure = page_of("", f"{year}-03"), official.measure(measure_id)
    rows = official.published(measure_id, year)
    rows = rows.sort_values("value", ascending=measure.better_when is BetterWhen.LOWER, kind="stable")
    values = {code: float(value) for code, value in zip(rows["la_code"], rows["value"], strict=True)}
    missing = [name for c, name in marked.items() if c not in values]
    _, unplaced = places_of(among_others(official, measure_id, year))
    order = ORDERS.get(measure.better_when, "highest first; neither way is better")
    parts: list[Part] = [
        markdown_text(measure.definition),
        _chart(official, measure_id, year, rows, marked),
        f"The table is in the order of the values, {order}."
        + (f" No value for {markdown_text(', '.join(missing))}." if missing else "")
        + (f" Where no place stands: {markdown_text('; '.join(unplaced))}." if unplaced else ""),
    ]
    write_page(
        all_of.project.reports / COMPARE / measure_id.replace("_", "-"),
        measure.title,
        f"All English authorities, {official.year_words(measure_id, year)}",
        f"{year}-03",
        parts,
        page.facts.take_figures(),
        all_of.official_sources,
    )


def _chart(official: OfficialStatistics, measure_id: str, year: int, rows: pd.DataFrame, marked: dict[str, str]):
    """All authorities as dots on one axis, with their table; ``rows`` are in its order."""
    measure = official.measure(measure_id)
    values = {code: float(value) for code, value in zip(rows["la_code"], rows["value"], strict=True)}
    places, _ = places_of(among_others(official, measure_id, year))
    said = "; ".join(
        f"{name} {_value(measure, str(values[c]))}" + (f", place {places[c]} of {len(values)}" if places[c] else "")
        for c, name in marked.items()
        if c in values
    )
    subtitle = f"{measure.title}, {official.year_words(measure_id, year)}, {len(values)} authorities"
    return figure_chart(
        Collector(),
        slug("chart", "strip", measure_id),
        ChartWords(said or subtitle, subtitle, f"Strip of {len(values)} authorities. {said}.", SOURCE),
        Basis(rows_of(rows), "as published by the Department for Education", measure_id, period=str(year)),
        COLUMNS,
        _table_rows(official, measure, rows, places, marked),
        partial(
            dot_strip,
            values,
            {c: n for c, n in marked.items() if c in values},
            measure.unit,
            measure.decimals,
            _england(official, measure_id, year),
        ),
    )


def _table_rows(
    official: OfficialStatistics, measure: Measure, rows: pd.DataFrame, places: dict[str, str], marked: dict[str, str]
) -> list[dict]:
    return [
        {
            "authority": fill("pages/compared_authority.html", name=marked[c])
            if c in marked
            else official.area_names[c],
            "value": _value(measure, text),
            "place": places[c],
        }
        for c, text in zip(rows["la_code"], rows["value_text"], strict=True)
    ]


def _england(official: OfficialStatistics, measure_id: str, year: int) -> float | None:
    """Where England's line stands; none for a measure that says how large an area is."""
    england = official.comparator(measure_id, year, "england", "")
    if england is None or england.value is None or official.measure(measure_id).unit in SIZES:
        return None
    return float(england.value)


def _value(measure, text: str) -> str:
    return nb.format_value(text, measure.unit, measure.decimals)
