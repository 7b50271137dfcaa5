"""What of a profile is unusual, what changed most, and the questions that follow."""

from markupsafe import Markup

from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import joined, slug
from improvement_reports.domain.vocabulary import SIZES, BetterWhen, Direction
from improvement_reports.facts.blocks import Block
from improvement_reports.method.among_others import FEWEST_RANKED
from improvement_reports.method.funnel import FEWEST_CASES
from improvement_reports.method.standing import Standing
from improvement_reports.report import Report
from improvement_reports.sections.lines import standing_line, standing_line_rows
from improvement_reports.sections.profile_figures import own_figure, rank_figure
from improvement_reports.sections.tables import figure_table


def unusual_standings(report: Report) -> list[Standing]:
    """Values of now beyond the limits for their number of cases; counts say how large an authority is, and are left out."""
    official = report.official
    return [s for s in report.facts.recent_standings if s.fence and official.measure(s.measure_id).unit not in SIZES]


def most_changed(report: Report, most: int = 5) -> list[Standing]:
    """The largest changes since the year before that chance does not explain, beside how much that measure changes from
    year to year among authorities.
    """
    official = report.official
    found = [
        (abs(s.shift), s)
        for s in report.facts.recent_standings
        if s.shift is not None
        and abs(s.shift) >= 1
        and s.stands_out
        and official.measure(s.measure_id).unit not in SIZES
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
    return report.html("sections/unusual_and_changed.html", tables=tables, ranked=FEWEST_RANKED, cases=FEWEST_CASES)


def _unusual_table(report: Report, title: str, chosen: list[Standing]) -> Markup:
    rows = [_unusual_row(report, s) for s in chosen]
    used = [row for s in chosen for row in (s.row, s.before, *standing_line_rows(report, s))]
    return figure_table(report, f"unusual.{slug(title)}", title, UNUSUAL_COLUMNS, rows, used)


def _unusual_row(report: Report, s: Standing) -> dict[str, str]:
    facts, measure = report.facts, report.official.measure(s.measure_id)
    before = facts.show(own_figure(report, s, year=s.year - 1)) if s.before is not None else ""
    rank = facts.show(rank_figure(report, s)) if s.rank else ""
    value = facts.show(own_figure(report, s))
    name = joined(measure.label, standing_line(report, s))
    return {"measure": name, "value": value, "before": before, "rank": rank, "question": measure.question}


def needing_answers(report: Report) -> list[Standing]:
    """Measures in the worst quarter and those that got worse, each by more than chance."""
    official = report.official
    return [
        s
        for s in report.facts.recent_standings
        if (s.quarter == 4 and s.is_apart and official.measure(s.measure_id).better_when is not BetterWhen.NEUTRAL)
        or s.direction is Direction.WORSENING
    ]


def profile_questions(report: Report) -> Block:
    """The question of each measure that is in the worst quarter or got worse, each by more than chance."""
    facts, official = report.facts, report.official
    asked = []
    for s in needing_answers(report):
        measure = official.measure(s.measure_id)
        value = facts.show(own_figure(report, s))
        asked.append({"question": measure.question, "label": measure.label, "value": value, "when": ""})
    return report.html("sections/profile_questions.html", questions=asked)
