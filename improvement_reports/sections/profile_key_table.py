"""The key measures on the first screen of a profile: each with its line, its value, the year before, England, its
neighbours, and where it stands in words; the one that needs attention most is first.
"""

from markupsafe import Markup

from improvement_reports.domain.html_tables import Column, filled_columns
from improvement_reports.domain.markup import joined, mark_html, under
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, SIZES, UNJUDGED, Area, BetterWhen, Direction
from improvement_reports.facts.official import comparator_figure
from improvement_reports.method.standing import Standing
from improvement_reports.official.statistics import OfficialRow
from improvement_reports.report import Report
from improvement_reports.sections.lines import standing_line, standing_line_rows
from improvement_reports.sections.profile import joint_words, quarter_mark
from improvement_reports.sections.profile_figures import direction_figure, own_figure, rank_figure
from improvement_reports.sections.tables import figure_table

MOST_MEASURES = 6
AREAS = (Area.ENGLAND, Area.STATISTICAL_NEIGHBOURS)
MIDDLE = 0.5  # where among all others a value counts as that has no rank, or whose rank chance explains


def key_standings(report: Report) -> list[Standing]:
    """What is in the worst quarter by more than chance, and the measures that every report sets beside other areas; of
    those with a better side and a value of now the worst first, of two that stand alike as the department orders them.
    """
    official = report.official
    found = [
        s
        for s in report.facts.recent_standings
        if official.measure(s.measure_id).better_when is not BetterWhen.NEUTRAL
        and (s.measure_id in official.lists.beside_others or is_worst(s))
    ]
    return sorted(found, key=_need)[:MOST_MEASURES]


def is_worst(s: Standing) -> bool:
    """Whether it is in the worst quarter by more than chance; of measures with a better side."""
    return s.quarter == 4 and s.is_apart


def _need(s: Standing) -> tuple[int, float]:
    """How much a measure needs attention: the worst quarter, then what got worse, each by more than chance; then the
    rest, the furthest back first.
    """
    far = MIDDLE if s.rank is None or s.could_be_chance else s.rank / s.of
    if is_worst(s):
        return 0, -far
    return (1 if s.direction is Direction.WORSENING else 2), -far


def profile_key_table(report: Report, chosen: list[Standing]) -> Markup:
    """The table of these measures; nothing without one."""
    if not chosen:
        return Markup()
    columns = [
        Column("measure", "Key measure, worst first", is_row_header=True),
        Column("line", "By year"),
        Column("now", report.params.month[:4], is_number=True),
        Column("before", "Year before", is_number=True),
        Column(Area.ENGLAND, "England", is_number=True),
        Column(Area.STATISTICAL_NEIGHBOURS, "Neighbours", is_number=True, data_title="Statistical neighbours"),
        Column("words", "In words"),
    ]
    rows = [_row(report, s) for s in chosen]
    used = [row for s in chosen for row in _rows_of(report, s)]
    css_class = f"key between-{len(filled_columns(columns, rows)) - 2}"
    caption = f"Key measures of {report.facts.authority.short_name}, the one that needs attention first"
    return figure_table(report, "standing.first", caption, columns, rows, used, css_class)


def _rows_of(report: Report, s: Standing) -> list[OfficialRow | None]:
    """The rows that a line about a measure is made from."""
    others = [row for area in AREAS if (found := s.others.get(area)) for row in found.rows]
    return [s.row, s.before, *others, *standing_line_rows(report, s)]


def _row(report: Report, s: Standing) -> dict[str, str]:
    facts = report.facts
    now = facts.cell(own_figure(report, s))
    is_of_the_year = s.year == int(report.params.month[:4])
    label, joint = report.official.measure(s.measure_id).label, joint_words(report, s.measure_id)
    return {
        "measure": under(label, joint) if joint else label,
        "line": standing_line(report, s),
        "now": now if is_of_the_year else under(now, report.official.year_words(s.measure_id, s.year)),
        "before": facts.cell(own_figure(report, s, year=s.year - 1)) if s.before is not None else "",
        **{str(area): other_value(report, s, area) for area in AREAS},
        "words": _words(report, s),
    }


def other_value(report: Report, s: Standing, area: Area = Area.ENGLAND) -> Markup | str:
    """England's value, or the neighbours' with the number of those that have one; nothing where there is none."""
    facts, found = report.facts, s.others.get(area)
    if found is None:
        return ""
    home, code = facts.authority_id, facts.authority.la_code
    shown = facts.cell(comparator_figure(report.official, s.measure_id, s.year, found, home, code))
    return under(shown, f"n = {found.n}") if area is Area.STATISTICAL_NEIGHBOURS else shown


def _words(report: Report, s: Standing) -> Markup:
    """Its place among all authorities with what chance says of it, and which way it went where chance does not explain
    that.
    """
    facts, mark, said = report.facts, quarter_mark(report, s), []
    if mark is None or report.official.measure(s.measure_id).unit in SIZES:
        said += [fill("sections/quiet.html", words=f"no rank: {s.why_unranked}")] if s.why_unranked else []
    else:
        said += [facts.show(rank_figure(report, s)), mark_html(mark)]
    if s.direction not in UNJUDGED and s.direction is not Direction.NO_SIGNIFICANT_CHANGE:
        said.append(facts.show_mark(direction_figure(report, s), DIRECTION_MARKS[s.direction]))
    return joined(*said, between=", ")
