"""The sections that reports are made of: each takes a `Report` and gives a block, and touches no file.

Notebooks take all of them from here.
"""

from improvement_reports.facts.blocks import heading
from improvement_reports.facts.in_lab import in_order
from improvement_reports.sections.data import NOTE_WORDS, claims, notes, priority_notes, sources
from improvement_reports.sections.decisions import decisions
from improvement_reports.sections.first_screen import at_a_glance, brief, first_screen
from improvement_reports.sections.folding import folded, with_heading
from improvement_reports.sections.formal import finance_tables, plan_themes, statements
from improvement_reports.sections.history import status_history
from improvement_reports.sections.inspection import (
    conditions,
    finding_themes,
    findings,
    inspections,
    judgements,
    recommendation_heading,
    recommendation_rows,
    recommendation_wording,
    recommendations,
)
from improvement_reports.sections.measures import (
    charts,
    key_measures,
    measure_row,
    measures_table,
    missed_targets,
    named_charts,
    named_measures,
    off_target,
    questions,
    section_positions,
)
from improvement_reports.sections.official import beside_others, referrals_chart
from improvement_reports.sections.own import chart, figure, frame, new_figure, table, text
from improvement_reports.sections.plan import actions, finance, framework, milestones, steps
from improvement_reports.sections.priority_finding import behind_priority, priority_finding
from improvement_reports.sections.profile import standing_tables
from improvement_reports.sections.profile_neighbours import missing_measures, neighbours_table
from improvement_reports.sections.profile_screen import profile_brief
from improvement_reports.sections.profile_trends import trends
from improvement_reports.sections.profile_unusual import profile_questions, unusual_and_changed
from improvement_reports.sections.risks import risks
from improvement_reports.sections.status import about, dashboard, priorities, priority_heading, priority_status
from improvement_reports.sections.thread import golden_thread

__all__ = [
    "NOTE_WORDS",
    "about",
    "actions",
    "at_a_glance",
    "behind_priority",
    "beside_others",
    "brief",
    "chart",
    "charts",
    "claims",
    "conditions",
    "dashboard",
    "decisions",
    "figure",
    "finance",
    "finance_tables",
    "finding_themes",
    "findings",
    "first_screen",
    "folded",
    "frame",
    "framework",
    "golden_thread",
    "heading",
    "inspections",
    "judgements",
    "key_measures",
    "measure_row",
    "measures_table",
    "milestones",
    "missed_targets",
    "missing_measures",
    "named_charts",
    "named_measures",
    "neighbours_table",
    "new_figure",
    "notes",
    "off_target",
    "plan_themes",
    "priorities",
    "priority_finding",
    "priority_heading",
    "priority_notes",
    "priority_status",
    "profile_brief",
    "profile_questions",
    "questions",
    "recommendation_heading",
    "recommendation_rows",
    "recommendation_wording",
    "recommendations",
    "referrals_chart",
    "risks",
    "section_positions",
    "show",
    "sources",
    "standing_tables",
    "statements",
    "status_history",
    "steps",
    "table",
    "text",
    "trends",
    "unusual_and_changed",
    "with_heading",
]


def show(*blocks) -> None:
    """Show blocks one after the other, as outputs of the cell; lists are shown in turn."""
    from IPython.display import display

    for block in in_order(blocks):
        display(block)
