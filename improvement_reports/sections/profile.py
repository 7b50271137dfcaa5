"""Profile of one authority in official statistics: where it stands, what changed, what is unusual, its neighbours."""

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import joined, lines, linked_count, mark_html, note, slug, under
from improvement_reports.domain.vocabulary import (
    DIRECTION_MARKS,
    MISSING_WORDS,
    SIZES,
    BetterWhen,
    Direction,
    Mark,
    ValueStatus,
)
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.official import OTHER_AREAS
from improvement_reports.method.standing import FEWEST_RANKED, Standing, official_direction
from improvement_reports.report import Report
from improvement_reports.sections.official import OFFICIAL_COLUMNS, area_cell, official_note
from improvement_reports.sections.tables import figure_table
from improvement_reports.sections.tally import directions, tally
from improvement_reports.workspace.councils import predecessors
from improvement_reports.workspace.measures import Measure

QUARTER_MARKS = {
    1: Mark("▲▲", "Best quarter", "on-target"),
    2: Mark("▲", "Second quarter", "neutral"),
    3: Mark("▼", "Third quarter", "neutral"),
    4: Mark("▼▼", "Worst quarter", "compromised"),
}
NEUTRAL_QUARTERS = {1: "Highest quarter", 2: "Second highest quarter", 3: "Second lowest quarter", 4: "Lowest quarter"}
# The first year of the department's figures that the project holds.
FIRST_YEAR = 2017


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
    count = report.facts.count_standings
    unusual = [{**_in_list(report, s), "fence": s.fence} for s in unusual_standings(report)[:4]]
    changed = [
        {**_in_list(report, s), "before": report.facts.show(_figure(report, s, year=s.year - 1))}
        for s in most_changed(report)[:4]
    ]
    quarters = {
        "best": QUARTER_MARKS[1],
        "second": QUARTER_MARKS[2],
        "third": QUARTER_MARKS[3],
        "worst": QUARTER_MARKS[4],
    }
    return report.html(
        "sections/profile_brief.html",
        unusual=unusual,
        changed=changed,
        quarters=tally(quarters, quarters, count),
        moves=directions(count),
        ranked=linked_count(count("ranked"), "measure", "measures"),
    )


def _in_list(report: Report, s: Standing) -> dict[str, str]:
    """A measure with its value, and of when it is where not of the report's own year."""
    label = report.official.measure(s.measure_id).label
    return {"label": label, "value": report.facts.show(_figure(report, s)), "when": _when(report, s)}


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


STANDING_COLUMNS = [*OFFICIAL_COLUMNS, Column("place", "Rank and quarter")]


def _standing_table(report: Report, subject: str, mine: list[Standing]) -> Block:
    rows = [_standing_row(report, s) for s in mine]
    used = [row for s in mine for row in _standing_inputs(s)]
    caption = f"{subject}: {report.facts.authority.short_name} and others"
    table = figure_table(report, f"standing.{slug(subject)}", caption, STANDING_COLUMNS, rows, used, "official")
    return report.block(joined(*(part for part in (table, joint_note(report, mine)) if part), between="\n"), HTML)


def _standing_inputs(s: Standing) -> list[pd.Series | None]:
    """The rows that a line about a measure is made from."""
    others = [row for area in OTHER_AREAS if (found := s.others.get(area)) for row in found.rows]
    return [*others, s.row, s.before]


def _standing_row(report: Report, s: Standing) -> dict[str, str]:
    """The cells of `STANDING_COLUMNS` for a measure."""
    facts = report.facts
    measure = report.official.measure(s.measure_id)
    figure, moved = _direction_figure(report, s)
    others = {str(area): area_cell(report, s.measure_id, s.year, s.others.get(area)) for area in OTHER_AREAS}
    place = _place(report, s, measure)
    return {
        "measure": under(
            measure.label, official_note(report.official, s.measure_id, s.year) + _joint(report, s.measure_id)
        ),
        "own": facts.cell(_figure(report, s)),
        "before": facts.cell(_figure(report, s, year=s.year - 1)) if s.before is not None else "",
        "direction": facts.show_mark(figure, DIRECTION_MARKS[moved]),
        **others,
        "place": place,
    }


def _place(report: Report, s: Standing, measure: Measure) -> str:
    """Rank and quarter; of a measure that says how large an authority is neither."""
    mark = quarter_mark(report, s)
    if s.rank is None or mark is None or measure.unit in SIZES:
        return ""
    return lines([report.facts.show(_rank_figure(report, s)), mark_html(mark)])


def _joint(report: Report, measure_id: str) -> str:
    other = report.official.joint_with(measure_id, report.facts.authority.la_code)
    return f"; joint return with {other}" if other else ""


def joint_note(report: Report, mine: list[Standing]) -> Markup:
    """What the figures of a workforce return are of that two authorities make together; else nothing."""
    official, own = report.official, report.facts.authority
    others = {other for s in mine if (other := official.joint_with(s.measure_id, own.la_code))}
    if not others:
        return Markup()
    text = (
        f"{own.short_name} and {', '.join(sorted(others))} make one workforce return together. These figures are of"
        " both councils’ staff, not of the staff of one of them, and a rank counts them twice."
    )
    return note("Joint workforce return", "Joint return.", text)


def unusual_standings(report: Report) -> list[Standing]:
    """Rates and percentages beyond the fences of all authorities; counts say how large an authority is, and are left
    out.
    """
    official = report.official
    return [s for s in report.facts.standings if s.fence and official.measure(s.measure_id).unit not in SIZES]


def most_changed(report: Report, most: int = 5) -> list[Standing]:
    """The largest changes since the year before, beside how much that measure changes from year to year among
    authorities.
    """
    official = report.official
    found = [
        (abs(s.shift), s)
        for s in report.facts.standings
        if s.shift is not None and abs(s.shift) >= 1 and official.measure(s.measure_id).unit not in SIZES
    ]
    return [s for _, s in sorted(found, key=lambda x: -x[0])][:most]


UNUSUAL_COLUMNS = [
    Column("measure", "Measure", is_row_header=True),
    Column("value", "Value", is_number=True),
    Column("before", "Year before", is_number=True),
    Column("rank", "Rank", is_number=True),
    Column("question", "A question to ask"),
]


def unusual_and_changed(report: Report) -> Block:
    """What changed most and what lies far outside, each as a table with a question to ask."""
    chosen = {
        "Changed most, beside how much others changed": most_changed(report),
        "Far outside the values of other authorities": unusual_standings(report),
    }
    tables = [_unusual_table(report, title, found) for title, found in chosen.items() if found]
    return report.html("sections/unusual_and_changed.html", tables=tables, fewest=FEWEST_RANKED)


def _unusual_table(report: Report, title: str, chosen: list[Standing]) -> Markup:
    rows = [_unusual_row(report, s) for s in chosen]
    used = [row for s in chosen for row in (s.row, s.before)]
    return figure_table(report, f"unusual.{slug(title)}", title, UNUSUAL_COLUMNS, rows, used)


def _unusual_row(report: Report, s: Standing) -> dict[str, str]:
    facts, measure = report.facts, report.official.measure(s.measure_id)
    before = facts.show(_figure(report, s, year=s.year - 1)) if s.before is not None else ""
    rank = facts.show(_rank_figure(report, s)) if s.rank else ""
    value = facts.show(_figure(report, s))
    return {"measure": measure.label, "value": value, "before": before, "rank": rank, "question": measure.question}


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


def _value_of_neighbour(report: Report, s: Standing, code: str, row: pd.Series | None) -> str:
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


def _formed(report: Report) -> str:
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
    first = min((y for s in have.values() for y in official.years(s.measure_id, facts.authority.la_code)), default=0)
    is_new = first > FIRST_YEAR
    return report.html(
        "sections/missing_measures.html",
        first_year=first if is_new else "",
        formed=_formed(report) if is_new else "",
        missing=missing,
    )


def profile_questions(report: Report) -> Block:
    """The question of each measure in the worst quarter or getting worse."""
    facts, official = report.facts, report.official
    chosen = [
        s
        for s in facts.standings
        if (s.quarter == 4 and official.measure(s.measure_id).better_when is not BetterWhen.NEUTRAL)
        or _direction_figure(report, s)[1] is Direction.WORSENING
    ]
    asked = []
    for s in chosen:
        measure = official.measure(s.measure_id)
        value = facts.show(_figure(report, s))
        asked.append({"question": measure.question, "label": measure.label, "value": value, "when": ""})
    return report.html("sections/profile_questions.html", questions=asked)
