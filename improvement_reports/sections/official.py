"""The authority beside England, its region and its statistical neighbours, and its monthly referrals under process
control.
"""

import html

from improvement_reports.charts.canvas import NARROW
from improvement_reports.charts.control import control_svg
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import Column, mark_html, plain, slug, table_html
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, BetterWhen, Unit, ValueStatus
from improvement_reports.facts.blocks import HTML, Block, ChartBlock, provenance_link
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.official import OTHER_AREAS, comparator_figure
from improvement_reports.method.referrals import Referrals, months_left_out
from improvement_reports.method.spc import VARIATION_MARKS, ControlChart
from improvement_reports.method.spc_words import describe, rule_sentence
from improvement_reports.method.standing import official_direction
from improvement_reports.official.definitions import unit_words
from improvement_reports.report import Report
from improvement_reports.sections.tables import figure_table


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
    columns = [
        Column("Official measure", is_row_header=True),
        Column("This authority", is_number=True),
        Column("Year before", is_number=True),
        Column("Direction"),
        Column("England", is_number=True),
        Column("Region", is_number=True),
        Column("Statistical neighbours", is_number=True),
    ]
    region = report.official.area_names.get(report.official.regions.get(facts.authority.la_code, ""), "the region")
    caption = (
        f"Official statistics known on {nb.format_day(facts.official.known_by)}: {facts.authority.short_name}, England"
        f" and {region}"
    )
    text = f"""<p>These are annual statistics of the Department for Education. They are not the council’s own monthly figures, and they are shown as far
as they had been published by {nb.format_day(facts.official.known_by)}. Later revisions of these years by the department are in them.</p>
{figure_table(report, table_id, caption, columns, rows, used, "official")}
<p class="small">{html.escape(facts.neighbour_words())}</p>"""
    return report.block(text, HTML)


def _official_row(report: Report, measure_id: str) -> tuple[list[str], list]:
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
    moved = official_direction(official, measure_id, change)
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
        "change since the year before, read through which way is better",
        inputs_of(used),
    )
    others = []
    for area in OTHER_AREAS:
        found = official.comparator(measure_id, year, area, code)
        if found is None:
            others.append("")
            continue
        shown = facts.cell(comparator_figure(official, measure_id, year, found, facts.authority_id, code))
        others.append(shown + (f' <span class="when">n = {found.n}</span>' if area == "statistical_neighbours" else ""))
        used += found.rows
    better = {BetterWhen.HIGHER: "higher is better", BetterWhen.LOWER: "lower is better"}.get(
        measure.better_when, "neither way is better"
    )
    name = (
        f'{html.escape(measure.label)}<br><span class="when">{unit_words(measure)}{official.year_words(measure_id, year)};'
        f" {better}</span>"
    )
    own_text = facts.cell(comparator_figure(official, measure_id, year, own, facts.authority_id, code))
    return [name, own_text, earlier, facts.show_mark(figure, DIRECTION_MARKS[moved]), *others], used


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
    return [_referrals_block(report, found), report.block(_referrals_words(found), HTML)]


def variation_words(chart: ControlChart) -> str:
    """The finding of a chart as a headline: what its latest points say."""
    return {
        "common_cause": "varied as usual: the latest months are within the ordinary ups and downs",
        "up": "are higher than the ordinary ups and downs explain",
        "down": "are lower than the ordinary ups and downs explain",
        "too_few_points": "have too few months to say whether they changed",
    }.get(str(chart.variation), str(chart.variation).replace("_", " "))


def _referrals_block(report: Report, found: Referrals) -> ChartBlock:
    facts, chart = report.facts, found.chart
    flags = {p.index: p.flags for p in chart.points}
    rows = []
    for n, (month, value) in enumerate(zip(found.months, found.values, strict=True)):
        words = found.missing[month].replace("_", " ") if value is None else nb.format_number(value)
        why = ", ".join(str(f).replace("_", " ") for f in flags.get(n, ()))
        if n in found.by_season:
            why += " (explained by the season)"
        rows.append([nb.format_day(month), words, why])
    finding = f"Referrals {variation_words(chart)}"
    span = f"{nb.format_day(found.months[0])} to {nb.format_day(found.months[-1])}"
    subtitle = (
        f"Referrals to children’s social care by month, {facts.authority.short_name}, {span}; neither way is better"
    )
    figure = Figure(
        slug("chart", "referrals-control"),
        "chart",
        finding,
        subtitle,
        measure_id="referrals_by_month",
        area=facts.authority_id,
        period=found.months[-1],
        formula="individuals and moving range chart: mean ± 2.66 × mean moving range",
        inputs=inputs_of([r for _, r in found.rows.iterrows()]),
        data=(("Month", "Referrals", "Flagged"), *(tuple(plain(c) for c in row) for row in rows)),
    )
    facts.show(figure)
    facts.take_figures()
    columns = [Column("Month", is_row_header=True), Column("Referrals", is_number=True), Column("Flagged because")]
    table = table_html(f"{plain(subtitle)}: the values", columns, [[html.escape(c) for c in row] for row in rows])
    wide, narrow = [control_svg(found.months, chart, Unit.COUNT, 0, *size) for size in ((), (NARROW,))]
    alt = f"Control chart. {describe(chart, found.months, unit=Unit.COUNT, decimals=0)}"
    return ChartBlock(
        figure,
        html.escape(finding),
        html.escape(subtitle),
        alt,
        provenance_link(figure, "Rows behind this chart"),
        table,
        wide,
        narrow,
        [],
    )


def _referrals_words(found: Referrals) -> str:
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
    mark = mark_html(VARIATION_MARKS[chart.variation])
    return (
        f'<p class="variation">Variation: {mark}. Assurance: no target is set for referrals, so none can be'
        f' given.</p>\n<p>{html.escape(" ".join(parts))}</p>\n<p class="small">{html.escape(rule_sentence(chart))}</p>'
    )


def control_summary(reports: list[tuple[str, Referrals]]) -> list[list[str]]:
    """One row for each series: latest, centre, limits, flagged months, variation. Made from the same charts as are
    drawn.
    """
    rows = []
    for name, found in reports:
        latest = found.chart.latest if found.has_values else None
        if latest is None or latest.value is None:
            rows.append([html.escape(name), "", "", "", "", "no values"])
            continue
        last = found.chart.segments[-1]
        limits = (
            ""
            if last.lower is None or last.upper is None
            else f"{nb.format_number(float(last.lower), 1)} to {nb.format_number(float(last.upper), 1)}"
        )
        rows.append(
            [
                html.escape(name),
                f"{nb.format_number(float(latest.value))} ({nb.format_day(found.months[latest.index])})",
                "" if last.centre is None else nb.format_number(float(last.centre), 1),
                limits,
                str(len(found.chart.flagged)),
                mark_html(VARIATION_MARKS[found.chart.variation]),
            ]
        )
    return rows
