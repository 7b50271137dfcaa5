"""The authority beside England, its region and its statistical neighbours, and its monthly referrals under process
control.
"""

from functools import partial

import pandas as pd

from improvement_reports.charts.control import control_svg
from improvement_reports.charts.sparkline import Spark, sparkline
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import aside, fold, joined, mark_html, slug, under
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import (
    AREA_NAMES,
    DIRECTION_MARKS,
    Area,
    BetterWhen,
    Direction,
    Unit,
    ValueStatus,
)
from improvement_reports.domain.wording import BETTER_WORDS, all_of
from improvement_reports.facts.blocks import Block, ChartBlock
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.official import OTHER_AREAS, comparator_figure
from improvement_reports.method.among_others import withheld_beside
from improvement_reports.method.best_of_others import BEST_OF_OTHERS, best_of_others
from improvement_reports.method.official_change import official_direction
from improvement_reports.method.referrals import Referrals, months_left_out
from improvement_reports.method.spc_chart import VARIATION_MARKS, ControlChart
from improvement_reports.method.spc_words import describe, rule_sentence
from improvement_reports.official.cases import rows_of_cases_of_two
from improvement_reports.official.definitions import unit_words
from improvement_reports.official.statistics import Comparator, OfficialStatistics
from improvement_reports.report import Report
from improvement_reports.sections.figure_charts import Basis, ChartWords, figure_chart
from improvement_reports.sections.lines import LINE_POINTS, official_line, official_line_rows
from improvement_reports.sections.tables import figure_table

OFFICIAL_COLUMNS = [
    Column("measure", "Official measure", is_row_header=True),
    Column("own", "This authority", is_number=True),
    Column("before", "Year before", is_number=True),
    Column("direction", "Direction"),
    Column(Area.ENGLAND, "England", is_number=True),
    Column(Area.REGION, "Region", is_number=True),
    Column(Area.STATISTICAL_NEIGHBOURS, "Statistical neighbours", is_number=True),
    *(Column(area, AREA_NAMES[area], is_number=True) for area in BEST_OF_OTHERS),
]


def official_measures(report: Report) -> list[str]:
    """The core measures and the counterparts of the report's own, in the department's order, those with a value
    known.
    """
    own = {
        m.official.measure
        for key in report.facts.tables["observations"]["measure_id"].unique()
        if (m := report.facts.measures.get(key)) and m.official
    }
    official = report.official
    return [
        m
        for m in official.measures
        if (m in official.lists.beside_others or m in own) and official.years(m, report.facts.authority.la_code)
    ]


def beside_others(report: Report, measure_ids: list[str] | None = None, table_id: str = "official") -> Block:
    """Newest official value known at the meeting, the year before, England, region and neighbours, apart from the
    council's own.
    """
    facts = report.facts
    if facts.official is None:
        return Block("No official statistics are held for this authority.")
    if facts.authority.illustrative:
        return Block("This authority is made up, so there are no official statistics of it.")
    chosen = official_measures(report) if measure_ids is None else measure_ids
    if not chosen:
        return Block("No official statistic of this authority had been published by the meeting.")
    rows, used = [], []
    for measure_id in chosen:
        cells, inputs = _official_row(report, measure_id)
        rows.append(cells)
        used += inputs
    region = report.official.area_names.get(report.official.regions.get(facts.authority.la_code, ""), "the region")
    known_by = nb.format_day(facts.official.known_by)
    caption = f"Official statistics known on {known_by}: {facts.authority.short_name}, England and {region}"
    return report.html(
        "sections/beside_others.html",
        known_by=known_by,
        table=fold(
            f"{all_of(len(rows), 'official measure')}, with the year before, England, the region and neighbours",
            figure_table(report, table_id, caption, OFFICIAL_COLUMNS, rows, used, "official"),
        ),
        moves=_moves(report, chosen),
        neighbours=facts.neighbour_words(),
    )


def _moves(report: Report, chosen: list[str]) -> dict[str, str]:
    """How many of these measures got better and worse since the year before, by official direction."""
    code, facts = report.facts.authority.la_code, report.facts
    rows: dict[Direction, list[pd.Series]] = {Direction.IMPROVING: [], Direction.WORSENING: []}
    for measure_id in chosen:
        year = report.official.years(measure_id, code)[-1]
        own, before = (report.official.comparator(measure_id, y, facts.authority_id, code) for y in (year, year - 1))
        if own is None or before is None or own.value is None or before.value is None:
            continue
        moved = official_direction(report.official, measure_id, year, code, own.value - before.value)
        if moved in rows:
            rows[moved].append(own.rows[0])
    return {
        str(moved.value): facts.show(facts.count_figure(f"official.{moved.value}", f"Official: {moved.value}", mine))
        for moved, mine in rows.items()
    }


def asked_beside(report: Report, measure_id: str, year: int) -> dict[Area, Comparator | None]:
    """The best neighbour and the top quartile where the settings of the report ask for them; each else None."""
    official, code, asked = report.official, report.facts.authority.la_code, report.params.also_compare
    return {
        area: best_of_others(official, measure_id, year, area, code) if area.value in asked else None
        for area in BEST_OF_OTHERS
    }


def _official_row(report: Report, measure_id: str) -> tuple[dict[str, str], list[pd.Series]]:
    """The cells of `OFFICIAL_COLUMNS` for a measure, and the rows that they are made from."""
    facts, official = report.facts, report.official
    measure, code = official.measure(measure_id), report.facts.authority.la_code
    year = official.years(measure_id, code)[-1]
    own = official.comparator(measure_id, year, facts.authority_id, code)
    if own is None:
        raise ValueError(f"{measure_id} has a value in {year} and none is found")
    used = list(own.rows)
    before = official.row(measure_id, year - 1, code)
    earlier, change = "", None
    found = official.comparator(measure_id, year - 1, facts.authority_id, code)
    if before is not None and before["status"] == ValueStatus.PUBLISHED and found is not None:
        earlier = facts.cell(comparator_figure(official, measure_id, year - 1, found, facts.authority_id, code))
        change = None if own.value is None or found.value is None else own.value - found.value
        used += found.rows
    moved = official_direction(official, measure_id, year, code, change)
    figure = Figure(
        slug("dfe", measure_id, year, "direction"),
        "number",
        f"{measure.label}, {official.year_words(measure_id, year)}: direction of travel",
        moved.value,
        "" if change is None else f"{change:f}",
        str(measure.unit),
        measure_id,
        facts.authority_id,
        str(year),
        "change since the year before, if chance does not explain it, read through which way is better",
        inputs_of([*used, *rows_of_cases_of_two(official, measure_id, year, code)]),
    )
    comparators = {area: official.comparator(measure_id, year, area, code) for area in OTHER_AREAS}
    comparators |= asked_beside(report, measure_id, year)
    others = {str(area): area_cell(report, measure_id, year, found) for area, found in comparators.items()}
    used += [row for found in comparators.values() if found is not None for row in found.rows]
    used += official_line_rows(official, measure_id, year, code)
    row = {
        "measure": joined(
            under(measure.label, _noted(official, measure_id, year)), official_line(official, measure_id, year, code)
        ),
        "own": facts.cell(comparator_figure(official, measure_id, year, own, facts.authority_id, code)),
        "before": earlier,
        "direction": facts.show_mark(figure, DIRECTION_MARKS[moved]),
        **others,
    }
    return row, used


def official_note(official: OfficialStatistics, measure_id: str, year: int) -> str:
    """Unit, year and which way is better, for the line below the name of an official measure."""
    measure = official.measure(measure_id)
    return f"{unit_words(measure)}{official.year_words(measure_id, year)}; {BETTER_WORDS[measure.better_when]}"


def _noted(official: OfficialStatistics, measure_id: str, year: int) -> str:
    """The note of a measure, and how many authorities a mean leaves out where these are many."""
    return "; ".join(
        filter(None, (official_note(official, measure_id, year), withheld_beside(official, measure_id, year)))
    )


def area_cell(report: Report, measure_id: str, year: int, found: Comparator | None) -> str:
    """The value of England, the region or the neighbours, of these with the number that had one."""
    if found is None:
        return ""
    facts = report.facts
    home, code = facts.authority_id, facts.authority.la_code
    shown = facts.cell(comparator_figure(report.official, measure_id, year, found, home, code))
    if found.area == Area.BEST_NEIGHBOUR:
        return aside(shown, found.name.partition("(")[2].removesuffix(")"))
    if found.area != Area.STATISTICAL_NEIGHBOURS:
        return shown
    return aside(shown, f"n = {found.n}" + (", a joint return once" if found.joint else ""))


# Statistical process control of monthly referrals


def referrals_chart(report: Report) -> list:
    """The control chart of monthly referrals with its rule set, season and unreliable months said in words."""
    facts = report.facts
    if facts.official is None:
        return [Block("No official statistics are held for this authority.")]
    if facts.authority.illustrative:
        return [Block("This authority is made up, so no referrals of it have been published.")]
    found = Referrals(facts.official, facts.authority.la_code)
    if not found.has_values:
        return [Block(found.why_not)]
    return [_referrals_block(report, found), _referrals_words(report, found)]


def variation_words(chart: ControlChart, months: list[str]) -> str:
    """The finding of a chart as a headline: what its latest points say, and of when they are."""
    latest = chart.latest
    until = "" if latest is None else f" to {nb.format_day(months[latest.index])}"
    return {
        "common_cause": f"varied as usual: the months{until} are within the ordinary ups and downs",
        "up": f"are higher in the months{until} than the ordinary ups and downs explain",
        "down": f"are lower in the months{until} than the ordinary ups and downs explain",
        "too_few_points": "have too few months to say whether they changed",
    }.get(str(chart.variation), str(chart.variation).replace("_", " "))


def _referrals_block(report: Report, found: Referrals) -> ChartBlock:
    facts, chart = report.facts, found.chart
    flags = {p.index: p.flags for p in chart.points}
    rows = []
    for n, (month, value) in enumerate(zip(found.months, found.values, strict=True)):
        why = ", ".join(str(f).replace("_", " ") for f in flags.get(n, ()))
        rows.append(
            {
                "month": nb.format_day(month),
                "value": found.missing[month].replace("_", " ") if value is None else nb.format_number(value),
                "why": why + (" (explained by the season)" if n in found.by_season else ""),
            }
        )
    span = f"{nb.format_day(found.months[0])} to {nb.format_day(found.months[-1])}"
    words = ChartWords(
        f"Referrals {variation_words(chart, found.months)}",
        f"Referrals to children’s social care by month, {facts.authority.short_name}, {span};"
        f" {BETTER_WORDS[BetterWhen.NEUTRAL]}",
        f"Control chart. {describe(chart, found.months, unit=Unit.COUNT, decimals=0)}",
        facts.official_picture_source,
    )
    columns = [
        Column("month", "Month", is_row_header=True),
        Column("value", "Referrals", is_number=True),
        Column("why", "Flagged because", data_title="Flagged"),
    ]
    formula = "individuals and moving range chart: mean ± 2.66 × mean moving range"
    basis = Basis(rows_of(found.rows), formula, "referrals_by_month", facts.authority_id, found.months[-1])
    draw = partial(control_svg, found.months, chart, Unit.COUNT, 0)
    return figure_chart(facts, slug("chart", "referrals-control"), words, basis, columns, rows, draw)


def _referrals_words(report: Report, found: Referrals) -> Block:
    chart = found.chart
    parts = [describe(chart, found.months, unit=Unit.COUNT, decimals=0)]
    if chart.flagged:
        n, all_flagged = len(found.by_season), len(chart.flagged)
        if found.adjusted is None:
            parts.append(
                "England’s usual monthly pattern of referrals is not known, so the season could not be taken out."
            )
        elif n:
            parts.append(
                f"Of the {nb.counted(all_flagged, 'flagged month')} {n} {'is' if n == 1 else 'are'} no longer flagged"
                f" once England’s usual monthly pattern is taken out: {'that is' if n == 1 else 'those are'} the"
                " season, not a change."
            )
        else:
            parts.append("Taking out England’s usual monthly pattern of referrals explains none of the flagged months.")
    if found.missing:
        parts.append(
            f"{len(found.missing)} of the months {'has' if len(found.missing) == 1 else 'have'} no value"
            f" ({months_left_out(found.missing)}); no moving range and no run is carried across them."
        )
    body = fill("sections/referrals_rule.html", words=" ".join(parts), rule=rule_sentence(chart))
    return report.html(
        "sections/referrals_words.html",
        mark=mark_html(VARIATION_MARKS[chart.variation]),
        details=fold("How these months were judged", body),
    )


CONTROL_COLUMNS = [
    Column("series", "Referrals by month", is_row_header=True),
    Column("latest", "Latest", is_number=True),
    Column("average", "Average", is_number=True),
    Column("limits", "Limits", is_number=True),
    Column("flagged", "Flagged months", is_number=True),
    Column("variation", "Variation"),
]


def control_summary(reports: list[tuple[str, Referrals]]) -> list[dict[str, str]]:
    """The cells of `CONTROL_COLUMNS` for each series, made from the same charts as are drawn."""
    return [_summary_row(name, found) for name, found in reports]


def _summary_row(name: str, found: Referrals) -> dict[str, str]:
    latest = found.chart.latest if found.has_values else None
    if latest is None or latest.value is None:
        return {**{c.key: "" for c in CONTROL_COLUMNS}, "series": name, "variation": "no values"}
    last = found.chart.segments[-1]
    lower, upper = last.lower, last.upper
    return {
        "series": joined(name, sparkline([Spark(value) for value in found.values[-LINE_POINTS:]])),
        "latest": f"{nb.format_number(float(latest.value))} ({nb.format_day(found.months[latest.index])})",
        "average": "" if last.centre is None else nb.format_number(float(last.centre), 1),
        "limits": ""
        if lower is None or upper is None
        else f"{nb.format_number(float(lower), 1)} to {nb.format_number(float(upper), 1)}",
        "flagged": str(len(found.chart.flagged)),
        "variation": mark_html(VARIATION_MARKS[found.chart.variation]),
    }
