"""Profile of one authority in official statistics: where it stands on every measure."""

from markupsafe import Markup

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import joined, lines, mark_html, note, slug, under
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, SIZES, Area, BetterWhen, Mark
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.facts.official import OTHER_AREAS
from improvement_reports.method.standing import Standing
from improvement_reports.official.statistics import Comparator, OfficialRow
from improvement_reports.report import Report
from improvement_reports.sections.lines import standing_line, standing_line_rows
from improvement_reports.sections.official import OFFICIAL_COLUMNS, area_cell, asked_beside, official_note
from improvement_reports.sections.profile_figures import direction_figure, own_figure, rank_figure
from improvement_reports.sections.tables import figure_table
from improvement_reports.workspace.measures import Measure

QUARTER_MARKS = {
    1: Mark("▲▲", "Best quarter", "on-target"),
    2: Mark("▲", "Second quarter", "neutral"),
    3: Mark("▼", "Third quarter", "neutral"),
    4: Mark("▼▼", "Worst quarter", "compromised"),
}
NEUTRAL_QUARTERS = {1: "Highest quarter", 2: "Second highest quarter", 3: "Second lowest quarter", 4: "Lowest quarter"}
# Of a value among the first or the last quarter that chance explains at its number of cases.
CHANCE_MARK = Mark("≈", "Could be chance", "neutral")


def quarter_mark(report: Report, s: Standing) -> Mark | None:
    """The quarter in words; an outer one that chance explains is not named."""
    if s.quarter is None:
        return None
    if s.could_be_chance:
        return CHANCE_MARK
    if report.official.measure(s.measure_id).better_when is BetterWhen.NEUTRAL:
        return Mark("·", NEUTRAL_QUARTERS[s.quarter], "neutral")
    return QUARTER_MARKS[s.quarter]


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
    used = [row for s in mine for row in _standing_inputs(report, s)]
    caption = f"{subject}: {report.facts.authority.short_name} and others"
    table = figure_table(report, f"standing.{slug(subject)}", caption, STANDING_COLUMNS, rows, used, "official")
    return report.block(joined(*(part for part in (table, joint_note(report, mine)) if part), between="\n"), HTML)


def _standing_inputs(report: Report, s: Standing) -> list[OfficialRow | None]:
    """The rows that a line about a measure is made from."""
    others = [row for found in _others(report, s).values() if found for row in found.rows]
    return [*others, s.row, s.before, *standing_line_rows(report, s)]


def _others(report: Report, s: Standing) -> dict[Area, Comparator | None]:
    """What stands beside the authority's value, by area."""
    return {area: s.others.get(area) for area in OTHER_AREAS} | asked_beside(report, s.measure_id, s.year)


def _standing_row(report: Report, s: Standing) -> dict[str, str]:
    """The cells of `STANDING_COLUMNS` for a measure."""
    facts = report.facts
    measure = report.official.measure(s.measure_id)
    moved = direction_figure(report, s)
    others = {str(area): area_cell(report, s.measure_id, s.year, found) for area, found in _others(report, s).items()}
    place = _place(report, s, measure)
    return {
        "measure": joined(
            under(measure.label, official_note(report.official, s.measure_id, s.year) + _joint(report, s.measure_id)),
            standing_line(report, s),
        ),
        "own": facts.cell(own_figure(report, s)),
        "before": facts.cell(own_figure(report, s, year=s.year - 1)) if s.before is not None else "",
        "direction": facts.show_mark(moved, DIRECTION_MARKS[s.direction]),
        **others,
        "place": place,
    }


def _place(report: Report, s: Standing, measure: Measure) -> str:
    """Rank and quarter, or why there is none; of a measure that says how large an authority is neither."""
    mark = quarter_mark(report, s)
    if measure.unit in SIZES:
        return ""
    if s.rank is None or mark is None:
        return s.why_unranked
    return lines([report.facts.show(rank_figure(report, s)), mark_html(mark)])


def _joint(report: Report, measure_id: str) -> str:
    words = joint_words(report, measure_id)
    return f"; {words}" if words else ""


def joint_words(report: Report, measure_id: str) -> str:
    """With whom the authority makes the return of a measure together; else nothing."""
    other = report.official.joint_with(measure_id, report.facts.authority.la_code)
    return f"joint return with {other}" if other else ""


def joint_note(report: Report, mine: list[Standing]) -> Markup:
    """What the figures of a workforce return are of that two authorities make together; else nothing."""
    official, own = report.official, report.facts.authority
    others = {other for s in mine if (other := official.joint_with(s.measure_id, own.la_code))}
    if not others:
        return Markup()
    text = (
        f"{own.short_name} and {', '.join(sorted(others))} make one workforce return together. These figures are of"
        " both councils’ staff, not of the staff of one of them. They are in no number of measures that is counted on this"
        " page; a rank counts them twice, the mean of neighbours once at the most."
    )
    return note("Joint workforce return", "Joint return.", text)
