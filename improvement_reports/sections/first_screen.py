"""The first screen of a report, of every kind the same: one sentence of verdict, the key measures, and what follows
from them for the reader that the report is for.
"""

from collections.abc import Callable

from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.facts.blocks import Block
from improvement_reports.method.progress import Position
from improvement_reports.report import Report
from improvement_reports.sections import boxes, formal_boxes
from improvement_reports.sections.boxes import Box
from improvement_reports.sections.key_table import key_positions, key_table
from improvement_reports.sections.profile_screen import profile_brief
from improvement_reports.sections.verdict import verdict

# What each kind of reader needs after the verdict, in this order; a box in which nothing stands is left out.
BOXES: dict[ReportKind, tuple[Callable[[Report, list[Position]], Box], ...]] = {
    ReportKind.BOARD: (
        formal_boxes.in_figures,
        boxes.not_working,
        boxes.being_done,
        formal_boxes.asked,
        boxes.questions_to_ask,
    ),
    ReportKind.SCRUTINY: (
        formal_boxes.in_figures,
        formal_boxes.stated_changes,
        formal_boxes.must_improve,
        formal_boxes.found,
        formal_boxes.asked,
        formal_boxes.ahead,
        boxes.questions_to_ask,
    ),
    ReportKind.CABINET: (
        formal_boxes.asked,
        formal_boxes.money,
        formal_boxes.risks,
        formal_boxes.must_improve,
        formal_boxes.found,
        formal_boxes.in_figures,
        formal_boxes.ahead,
        boxes.questions_to_ask,
    ),
    ReportKind.INSPECTION: (
        formal_boxes.must_improve,
        formal_boxes.found,
        boxes.being_done,
        formal_boxes.ahead,
        boxes.questions_to_ask,
    ),
}


def first_screen(report: Report) -> Block:
    """The verdict, the key measures with their lines, worst first, and the boxes of the report's kind; of a profile
    its own.
    """
    if not report.params.kind.has_return:
        return profile_brief(report)
    facts, positions = report.facts, key_positions(report)
    is_judged = bool(facts.measures_that_are("judged"))
    shown = boxes.filled(box(report, positions) for box in BOXES.get(report.params.kind, ()))
    return report.html(
        "sections/first_screen.html",
        verdict=verdict(report, positions),
        table=key_table(report, positions),
        chance=facts.chance_of_a_sign() if is_judged else "",
        most=facts.most_chance_of_a_sign() if is_judged else "",
        boxes=shown,
    )


# What notebooks of editions call it.
brief = at_a_glance = first_screen
