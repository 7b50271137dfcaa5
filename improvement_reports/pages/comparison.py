"""Authorities beside each other in official statistics."""

from functools import partial

from improvement_reports.charts.strip import strip_svg
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import slug
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import BetterWhen
from improvement_reports.official.statistics import OfficialStatistics
from improvement_reports.pages.all_reports import COMPARE, AllReports
from improvement_reports.pages.page_of_parts import Collector, Part, page_of, write_page
from improvement_reports.sections.figure_charts import Basis, ChartWords, figure_chart
from improvement_reports.workspace.parameters import ReportParameters
from improvement_reports.workspace.places import Project

COLUMNS = [
    Column("authority", "Authority", is_row_header=True),
    Column("value", "Value", is_number=True),
    Column("place", "Place", is_number=True),
]


def write_comparison(project: Project, reports: list[ReportParameters]) -> None:
    """Write the pages that compare all English authorities, which depend on official statistics alone."""
    _write_comparison(AllReports(project, reports))


def _write_comparison(all_of: AllReports) -> None:
    listed: list[str] = []
    marked = {
        all_of.authorities[k].la_code: all_of.authorities[k].short_name
        for k in all_of.keys
        if not all_of.authorities[k].illustrative
    }
    if (official := all_of.official) is not None:
        for measure_id, measure in official.measures.items():
            years = [y for y in official.years(measure_id) if len(official.published(measure_id, y)) >= 20]
            if not years:
                continue
            _write_measure(all_of, measure_id, years[-1], marked, official)
            listed.append(f"- [{markdown_text(measure.title)}]({measure_id.replace('_', '-')}/index.html)")
    text = "Each official measure across all English authorities with a value, the authorities of this site marked."
    if not listed:
        text = "This project holds no official statistics to compare authorities by."
    write_page(
        all_of.project.reports / COMPARE,
        "Compare authorities",
        "Official measures across all English authorities",
        all_of.month,
        ["\n".join([text, "", *listed])],
        [],
        all_of.sources,
    )


def _write_measure(
    all_of: AllReports, measure_id: str, year: int, marked: dict[str, str], official: OfficialStatistics
) -> None:
    page = page_of("", f"{year}-03")
    measure, rows = official.measure(measure_id), official.published(measure_id, year)
    lower = measure.better_when is BetterWhen.LOWER
    rows = rows.sort_values("value", ascending=lower, kind="stable")
    values = {r["la_code"]: float(r["value"]) for _, r in rows.iterrows()}
    ranks = {c: 1 + sum((v < values[c]) if lower else (v > values[c]) for v in values.values()) for c in values}
    cells = [
        {
            "authority": fill("pages/compared_authority.html", name=marked[c])
            if c in marked
            else official.area_names[c],
            "value": _value(measure, r["value_text"]),
            "place": str(ranks[c]),
        }
        for c, r in zip(rows["la_code"], rows.to_dict("records"), strict=True)
    ]
    said = "; ".join(
        f"{name} {_value(measure, str(values[c]))}, place {ranks[c]} of {len(values)}"
        for c, name in marked.items()
        if c in values
    )
    missing = [name for c, name in marked.items() if c not in values]
    england = official.comparator(measure_id, year, "england", "")
    line = (
        float(england.value)
        if england and england.value is not None and measure.unit not in ("count", "fte", "pounds")
        else None
    )
    order = {BetterWhen.LOWER: "lowest (best) first", BetterWhen.HIGHER: "highest (best) first"}.get(
        measure.better_when, "highest first; neither way is better"
    )
    subtitle = f"{measure.title}, {official.year_words(measure_id, year)}, {len(values)} authorities"
    named = {c: n for c, n in marked.items() if c in values}
    chart = figure_chart(
        Collector(),
        slug("chart", "strip", measure_id),
        ChartWords(said or subtitle, subtitle, f"Strip of {len(values)} authorities. {said}."),
        Basis(rows_of(rows), "as published by the Department for Education", measure_id, period=str(year)),
        COLUMNS,
        cells,
        partial(strip_svg, values, named, measure.unit, measure.decimals, line),
    )
    parts: list[Part] = [
        markdown_text(measure.definition),
        chart,
        f"The table is in the order of the values, {order}."
        + (f" No value for {markdown_text(', '.join(missing))}." if missing else ""),
    ]
    write_page(
        all_of.project.reports / COMPARE / measure_id.replace("_", "-"),
        measure.title,
        f"All English authorities, {official.year_words(measure_id, year)}",
        f"{year}-03",
        parts,
        page.facts.take_figures(),
        all_of.sources,
    )


def _value(measure, text: str) -> str:
    return nb.format_value(text, measure.unit, measure.decimals)
