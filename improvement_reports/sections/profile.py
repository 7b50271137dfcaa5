"""Profile of one authority in official statistics: where it stands, what changed, what is unusual, its neighbours."""

import html

import pandas as pd

from improvement_reports.charts.canvas import NARROW
from improvement_reports.charts.trend import Point, trend
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import listed
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import Column, mark_html, plain, slug, table_html
from improvement_reports.domain.vocabulary import (
    DIRECTION_MARKS,
    MISSING_WORDS,
    Area,
    BetterWhen,
    Direction,
    Mark,
    ValueStatus,
)
from improvement_reports.domain.wording import linked_count
from improvement_reports.facts.blocks import HTML, Block, ChartBlock, provenance_link
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.official import comparator_figure
from improvement_reports.method.standing import FEWEST_RANKED, Standing, official_direction
from improvement_reports.official.definitions import unit_words
from improvement_reports.report import Report
from improvement_reports.sections.tables import figure_table
from improvement_reports.workspace.councils import predecessors

QUARTER_MARKS = {
    1: Mark("▲▲", "Best quarter", "on-target"),
    2: Mark("▲", "Second quarter", "neutral"),
    3: Mark("▼", "Third quarter", "neutral"),
    4: Mark("▼▼", "Worst quarter", "compromised"),
}
NEUTRAL_QUARTERS = {1: "Highest quarter", 2: "Second highest quarter", 3: "Second lowest quarter", 4: "Lowest quarter"}
# A line is drawn of no fewer years.
FEWEST_YEARS = 3


def _figure(report: Report, s: Standing, area: str | None = None, year: int | None = None) -> Figure:
    facts = report.facts
    return facts.dfe_figure(s.measure_id, area, s.year if year is None else year)


def _derived(
    report: Report, s: Standing, part: str, label: str, published: str, value: str, formula: str, rows
) -> Figure:
    measure = report.official.measure(s.measure_id)
    return Figure(
        slug("dfe", s.measure_id, s.year, part),
        "number",
        f"{measure.label}, {report.official.year_words(s.measure_id, s.year)}: {label}",
        published,
        value,
        str(measure.unit),
        s.measure_id,
        report.params.authority,
        str(s.year),
        formula,
        inputs_of(rows),
    )


def _rank_figure(report: Report, s: Standing) -> Figure:
    formula = (
        f"place among the {s.of} authorities with a published value for {s.year} in annual-values.csv; equal values"
        " share a place"
    )
    return _derived(report, s, "rank", "rank", f"{s.rank} of {s.of}", str(s.rank), formula, [s.row])


def _direction_figure(report: Report, s: Standing) -> tuple[Figure, Direction]:
    moved = official_direction(report.official, s.measure_id, s.change)
    value = "" if s.change is None else f"{s.change:f}"
    return (
        _derived(
            report,
            s,
            "direction",
            "direction of travel",
            moved.value,
            value,
            "change since the year before",
            [s.row, s.before],
        ),
        moved,
    )


def quarter_mark(report: Report, s: Standing) -> Mark | None:
    if s.quarter is None:
        return None
    if report.official.measure(s.measure_id).better_when is BetterWhen.NEUTRAL:
        return Mark("·", NEUTRAL_QUARTERS[s.quarter], "neutral")
    return QUARTER_MARKS[s.quarter]


def _when(report: Report, s: Standing) -> str:
    """The year of a value that is not of the report's own year, for a list without years."""
    return "" if s.year == int(report.params.month[:4]) else f", {report.official.year_words(s.measure_id, s.year)}"


def profile_brief(report: Report) -> Block:
    """Where it stands, whether it gets better, what is unusual."""
    facts = report.facts
    unusual, moved = unusual_standings(report), most_changed(report)
    named = "".join(
        f"<li>{html.escape(report.official.measure(s.measure_id).label)}: {facts.show(_figure(report, s))} <span"
        f" class='when'>unusually {s.fence}{_when(report, s)}</span></li>"
        for s in unusual[:4]
    )
    changed = "".join(
        f"<li>{html.escape(report.official.measure(s.measure_id).label)}: {facts.show(_figure(report, s))} <span"
        f" class='when'>was</span> {facts.show(_figure(report, s, year=s.year - 1))} <span class='when'>the year"
        f" before{_when(report, s)}</span></li>"
        for s in moved[:4]
    )
    tally = "".join(
        f"<li>{mark_html(QUARTER_MARKS[q])} {facts.count_standings(name)}</li>"
        for q, name in ((1, "best"), (2, "second"), (3, "third"), (4, "worst"))
    )
    moves = "".join(
        f"<li>{mark_html(DIRECTION_MARKS[d])} {facts.count_standings(d.value.replace(' ', '_'))}</li>"
        for d in (Direction.IMPROVING, Direction.NO_SIGNIFICANT_CHANGE, Direction.WORSENING)
    )
    text = f"""<div class="glance">
<div class="card"><h3>Where does it stand?</h3><p>Of {linked_count(facts.count_standings("ranked"), "measure", "measures")} with a better side, among all authorities:</p><ul class="tally">{tally}</ul></div>
<div class="card"><h3>Is it getting better?</h3><p>Since the year before:</p><ul class="tally">{moves}</ul></div>
<div class="card"><h3>What changed most?</h3><ul class="plain">{changed or "<li>Nothing stands out.</li>"}</ul></div>
<div class="card"><h3>What is unusual?</h3><ul class="plain">{named or "<li>No value lies far outside those of other authorities.</li>"}</ul></div>
</div>"""
    return report.block(text, HTML)


def standing_tables(report: Report) -> list[Block]:
    """Every measure by subject: value, year before, direction, England, region, neighbours, rank and quarter."""
    blocks, all_standings = [], report.facts.standings
    for subject, measures in report.official.lists.subjects.items():
        mine = [s for s in all_standings if s.measure_id in measures]
        if mine:
            blocks += [
                Block(f"### {markdown_text(subject)}", form="heading", anchor=slug(subject)),
                _standing_table(report, subject, mine),
            ]
    return blocks


def _standing_table(report: Report, subject: str, mine: list[Standing]) -> Block:
    facts, rows = report.facts, []
    used: list[pd.Series | None] = []
    for s in mine:
        measure = report.official.measure(s.measure_id)
        figure, moved = _direction_figure(report, s)
        others = []
        for area in (Area.ENGLAND, Area.REGION, Area.STATISTICAL_NEIGHBOURS):
            found = s.others.get(area)
            shown = (
                facts.cell(
                    comparator_figure(
                        report.official, s.measure_id, s.year, found, facts.authority_id, facts.authority.la_code
                    )
                )
                if found
                else ""
            )
            others.append(
                shown
                + (f' <span class="when">n = {found.n}</span>' if found and area == Area.STATISTICAL_NEIGHBOURS else "")
            )
            used += found.rows if found else ()
        better = {BetterWhen.HIGHER: "higher is better", BetterWhen.LOWER: "lower is better"}.get(
            measure.better_when, "neither way is better"
        )
        mark = quarter_mark(report, s)
        place = (
            ""
            if s.rank is None or mark is None or measure.unit in ("count", "fte", "pounds")
            else f"{facts.show(_rank_figure(report, s))}<br>{mark_html(mark)}"
        )
        rows.append(
            [
                (
                    f"{html.escape(measure.label)}<br><span"
                    f' class="when">{unit_words(measure)}{report.official.year_words(s.measure_id, s.year)};'
                    f" {better}{_joint(report, s.measure_id)}</span>"
                ),
                facts.cell(_figure(report, s)),
                facts.cell(_figure(report, s, year=s.year - 1)) if s.before is not None else "",
                facts.show_mark(figure, DIRECTION_MARKS[moved]),
                *others,
                place,
            ]
        )
        used += [s.row, s.before]
    columns = [
        Column("Official measure", is_row_header=True),
        Column("This authority", is_number=True),
        Column("Year before", is_number=True),
        Column("Direction"),
        Column("England", is_number=True),
        Column("Region", is_number=True),
        Column("Statistical neighbours", is_number=True),
        Column("Rank and quarter"),
    ]
    table = figure_table(
        report,
        f"standing.{slug(subject)}",
        f"{subject}: {facts.authority.short_name} and others",
        columns,
        rows,
        used,
        "official",
    )
    return report.block(table + joint_note(report, mine), HTML)


def _joint(report: Report, measure_id: str) -> str:
    other = report.official.joint_with(measure_id, report.facts.authority.la_code)
    return f"; joint return with {html.escape(other)}" if other else ""


def joint_note(report: Report, mine: list[Standing]) -> str:
    """What the figures of a workforce return are of that two authorities make together, as HTML; else nothing."""
    official, own = report.official, report.facts.authority
    others = {other for s in mine if (other := official.joint_with(s.measure_id, own.la_code))}
    if not others:
        return ""
    text = (
        f"{own.short_name} and {', '.join(sorted(others))} make one workforce return together. These figures are of"
        " both councils’ staff, not of the staff of one of them, and a rank counts them twice."
    )
    return (
        '\n<div class="note" role="note" aria-label="Joint workforce return">\n<p><strong>Joint return.</strong>'
        f" {html.escape(text)}</p>\n</div>"
    )


def unusual_standings(report: Report) -> list[Standing]:
    """Rates and percentages beyond the fences of all authorities; counts say how large an authority is, and are left
    out.
    """
    official = report.official
    return [
        s
        for s in report.facts.standings
        if s.fence and official.measure(s.measure_id).unit not in ("count", "fte", "pounds")
    ]


def most_changed(report: Report, most: int = 5) -> list[Standing]:
    """The largest changes since the year before, beside how much that measure changes from year to year among
    authorities.
    """
    official = report.official
    found = [
        (abs(s.shift), s)
        for s in report.facts.standings
        if s.shift is not None
        and abs(s.shift) >= 1
        and official.measure(s.measure_id).unit not in ("count", "fte", "pounds")
    ]
    return [s for _, s in sorted(found, key=lambda x: -x[0])][:most]


def unusual_and_changed(report: Report) -> Block:
    facts, parts = report.facts, []
    for title, chosen in (
        ("Changed most, beside how much others changed", most_changed(report)),
        ("Far outside the values of other authorities", unusual_standings(report)),
    ):
        if not chosen:
            continue
        rows, used = [], []
        for s in chosen:
            measure = report.official.measure(s.measure_id)
            before = facts.show(_figure(report, s, year=s.year - 1)) if s.before is not None else ""
            place = facts.show(_rank_figure(report, s)) if s.rank else ""
            rows.append(
                [
                    html.escape(measure.label),
                    facts.show(_figure(report, s)),
                    before,
                    place,
                    html.escape(measure.question),
                ]
            )
            used += [s.row, s.before]
        columns = [
            Column("Measure", is_row_header=True),
            Column("Value", is_number=True),
            Column("Year before", is_number=True),
            Column("Rank", is_number=True),
            Column("A question to ask"),
        ]
        parts.append(figure_table(report, f"unusual.{slug(title)}", title, columns, rows, used))
    text = (
        "\n".join(parts)
        or "<p>Nothing stands out: no value is far outside those of other authorities, and no change is large beside theirs.</p>"
    )
    note = (
        '<p class="small">Changed most: a change of at least the interquartile range of all authorities’ changes. Far'
        f" outside: more than one and a half interquartile ranges beyond the middle half. Both need {FEWEST_RANKED}"
        " authorities with a value.</p>"
    )
    return report.block(f"{text}\n{note}", HTML)


def neighbours_table(report: Report) -> Block:
    """The statistical neighbours, nearest first, and their values of a few measures."""
    facts, official = report.facts, report.official
    near = official.neighbours(facts.authority.la_code)
    if near is None:
        return Block("No statistical neighbours are held for this authority.")
    chosen = [s for s in facts.standings if s.measure_id in report.official.lists.trends]
    rows, used = [], list(near.rows)
    for row in near.rows:
        code, cells = row["neighbour_la_code"], []
        for s in chosen:
            other = official.row(s.measure_id, s.year, code)
            measure = official.measure(s.measure_id)
            if other is None or other["status"] != ValueStatus.PUBLISHED:
                cells.append(MISSING_WORDS[ValueStatus(other["status"])] if other is not None else "")
                continue
            figure = Figure(
                slug("dfe", s.measure_id, s.year, "neighbour", code),
                "number",
                f"{measure.label}, {official.area_names[code]}, {official.year_words(s.measure_id, s.year)}",
                nb.format_value(other["value_text"], measure.unit, measure.decimals),
                other["value_text"],
                str(measure.unit),
                s.measure_id,
                code,
                str(s.year),
                "as published by the Department for Education",
                inputs_of([other]),
            )
            cells.append(facts.show(figure))
            used.append(other)
        rows.append([html.escape(official.area_names[code]), row["closeness"].capitalize(), *cells])
    columns = [
        Column("Neighbour", is_row_header=True),
        Column("Closeness"),
        *(Column(f"{official.measure(s.measure_id).label}, {s.year}", is_number=True) for s in chosen),
    ]
    text = figure_table(
        report,
        "neighbours",
        f"Statistical neighbours, model of {near.model_year}, nearest first",
        columns,
        rows,
        used,
        "neighbours",
    )
    return report.block(f"{text}\n<p class='small'>{html.escape(facts.neighbour_words())}</p>", HTML)


def trends(report: Report) -> list[ChartBlock | Block]:
    """A line over the years for each of a few measures, with England's values in its table."""
    chosen = [(s, _years(report, s)) for s in report.facts.standings if s.measure_id in report.official.lists.trends]
    drawn = [_trend(report, s) for s, years in chosen if len(years) >= FEWEST_YEARS]
    short = [report.official.measure(s.measure_id).label for s, years in chosen if len(years) < FEWEST_YEARS]
    if short:
        said = (
            f"No line is drawn of {listed([f'“{w}”' for w in short], 'and')}, because fewer than {FEWEST_YEARS} years"
            " are held for this authority."
        )
        return [*drawn, Block(markdown_text(said))]
    return [*drawn] or [Block("No measure of which lines are drawn has a value for this authority.")]


def _years(report: Report, s: Standing) -> list[int]:
    """The years in which the authority has a value, up to that of the standing."""
    return [y for y in report.official.years(s.measure_id, report.facts.authority.la_code) if y <= s.year]


def _trend(report: Report, s: Standing) -> ChartBlock:
    facts, official = report.facts, report.official
    measure = official.measure(s.measure_id)
    years = _years(report, s)
    points, cells, used = [], [], []
    for year in range(years[0], years[-1] + 1):
        row, england = (
            official.row(s.measure_id, year, facts.authority.la_code),
            official.comparator(s.measure_id, year, Area.ENGLAND, facts.authority.la_code),
        )
        has = row is not None and row["status"] == ValueStatus.PUBLISHED
        points.append(Point(f"{year}-03", None if row is None or not has else float(row["value"])))
        own = (
            facts.show(_figure(report, s, year=year))
            if has
            else MISSING_WORDS[ValueStatus.NOT_AVAILABLE if row is None else ValueStatus(row["status"])]
        )
        other = facts.show(_figure(report, s, Area.ENGLAND, year)) if england and england.value is not None else ""
        cells.append([str(year), own, other])
        used += [row if has else None, *(england.rows if england else ())]
    england = s.others.get(Area.ENGLAND)
    place = (
        ""
        if not england or england.value is None
        else (
            ", above England"
            if s.value > england.value
            else ", below England"
            if s.value < england.value
            else ", level with England"
        )
    )
    values = [Point.value for Point in points if Point.value is not None]
    way = "rose" if values[-1] > values[0] else "fell" if values[-1] < values[0] else "stood still"
    finding = (
        f"{measure.label} {way} from {nb.format_value(values[0], measure.unit, measure.decimals)} in {years[0]} to"
        f" {nb.format_value(values[-1], measure.unit, measure.decimals)} in {years[-1]}{place}"
    )
    joint = official.joint_with(s.measure_id, facts.authority.la_code)
    place_words = f"{facts.authority.short_name} and {joint} (joint return)" if joint else facts.authority.short_name
    subtitle = f"{measure.title}, {place_words}, {years[0]} to {years[-1]}"
    columns = [
        Column("Year", is_row_header=True),
        Column("This authority", is_number=True),
        Column("England", is_number=True),
    ]
    figure = Figure(
        slug("chart", "trend", s.measure_id),
        "chart",
        finding,
        subtitle,
        measure_id=s.measure_id,
        area=facts.authority_id,
        period=str(s.year),
        formula="as published by the Department for Education",
        inputs=inputs_of(used),
        data=(tuple(c.title for c in columns), *(tuple(plain(c) for c in r) for r in cells)),
    )
    table = table_html(f"{subtitle}: the values", columns, cells)
    alt = f"Line chart: {'; '.join(f'{y[0]} {plain(y[1])}' for y in cells)}."
    wide, narrow = [trend(points, measure.unit, measure.decimals, *size) for size in ((), (NARROW,))]
    return ChartBlock(
        figure,
        html.escape(finding),
        html.escape(subtitle),
        alt,
        provenance_link(figure, "Rows behind this chart"),
        table,
        wide,
        narrow,
        facts.take_figures(shown_in=table),
    )


def _formed(report: Report, first_year: int) -> str:
    """Since when there are values of the authority, and whose the earlier ones are."""
    before = predecessors(report.project, report.facts.authority.la_code)
    if before:
        names, day = html.escape(" and ".join(c.name for c in before)), nb.format_day(before[0].ended)
        said = (
            f"it took over from {names} when {'that council' if len(before) == 1 else 'those councils'} ended on {day}"
        )
    else:
        said = "it was formed, or reorganised, then"
    return (
        f"<p>The first year held for this authority is {first_year}: {said}. Earlier values belong to its predecessors"
        " and are not joined to its own.</p>"
    )


def missing_measures(report: Report) -> Block:
    """What the department does not publish for this authority in the year, and why so far as it says."""
    facts, official = report.facts, report.official
    newest, have = int(report.params.month[:4]), {s.measure_id: s for s in facts.standings}
    items = []
    for key, measure in official.measures.items():
        s = have.get(key)
        if s is None:
            items.append(f"<li>{html.escape(measure.label)}: no value in any year held.</li>")
        elif s.year < newest:
            row = official.row(key, newest, facts.authority.la_code)
            why = MISSING_WORDS[ValueStatus(row["status"])] if row is not None else "no row"
            items.append(f"<li>{html.escape(measure.label)}: {newest} {why}; {s.year} is shown.</li>")
    years = sorted({y for s in have.values() for y in official.years(s.measure_id, facts.authority.la_code)})
    started = _formed(report, years[0]) if years and years[0] > 2017 else ""
    text = started + (
        f"<ul>{''.join(items)}</ul>" if items else "<p>Every measure has a value for the newest year.</p>"
    )
    return report.block(text, HTML)


def profile_questions(report: Report) -> Block:
    """The question of each measure in the worst quarter or getting worse."""
    facts = report.facts
    chosen = [
        s
        for s in facts.standings
        if (s.quarter == 4 and report.official.measure(s.measure_id).better_when is not BetterWhen.NEUTRAL)
        or _direction_figure(report, s)[1] is Direction.WORSENING
    ]
    items = "".join(
        f"<li>{html.escape(report.official.measure(s.measure_id).question)} <span"
        f" class='when'>{html.escape(report.official.measure(s.measure_id).label)}:"
        f" {facts.show(_figure(report, s))}</span></li>"
        for s in chosen
    )
    return report.block(
        (
            f'<ul class="questions">{items}</ul>'
            if items
            else "<p>No measure is in the worst quarter or getting worse.</p>"
        ),
        HTML,
    )
