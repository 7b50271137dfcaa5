"""The sections that reports are made of: each takes a `Report` and gives a block, and touches no file.

Notebooks take all of them from here.
"""

from improvement_reports.blocks import Block
from improvement_reports.section_data import NOTE_WORDS, claims, notes, priority_notes, sources
from improvement_reports.section_measures import (
    charts,
    key_measures,
    measure_row,
    measures_table,
    missed_targets,
    off_target,
    questions,
    section_positions,
)
from improvement_reports.section_plan import actions, finance, framework, milestones
from improvement_reports.section_status import (
    about,
    at_a_glance,
    dashboard,
    priorities,
    priority_heading,
    priority_status,
)

__all__ = [
    "NOTE_WORDS",
    "about",
    "actions",
    "at_a_glance",
    "charts",
    "claims",
    "dashboard",
    "finance",
    "framework",
    "key_measures",
    "measure_row",
    "measures_table",
    "milestones",
    "missed_targets",
    "notes",
    "off_target",
    "priorities",
    "priority_heading",
    "priority_notes",
    "priority_status",
    "questions",
    "section_positions",
    "show",
    "sources",
]


def show(*blocks) -> None:
    """Show blocks one after the other, as outputs of the cell; lists are shown in turn."""
    from IPython.display import display

    for block in blocks:
        if isinstance(block, list):
            show(*block)
        elif not isinstance(block, Block) or block.text:
            display(block)
