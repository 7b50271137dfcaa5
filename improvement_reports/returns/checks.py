"""Checks of a whole return: what one cell alone cannot tell, and the facts of the field.

A check is a function from `Given` to faults, in a module of `returns/table_checks`; it is made because it stands in
`CHECKS`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from improvement_reports.domain.errors import Fault, merged
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns.cells import table_faults
from improvement_reports.returns.reading import RawReturn
from improvement_reports.returns.table_checks.areas import area_faults
from improvement_reports.returns.table_checks.claims import claim_faults
from improvement_reports.returns.table_checks.copies import copy_faults
from improvement_reports.returns.table_checks.decisions import decision_faults
from improvement_reports.returns.table_checks.events import (
    condition_faults,
    inspection_faults,
    link_faults,
    milestone_faults,
)
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.returns.table_checks.identity import identity_faults
from improvement_reports.returns.table_checks.observations import observation_faults
from improvement_reports.returns.table_checks.plan import action_faults, finance_faults, priority_faults
from improvement_reports.returns.table_checks.rag import rag_faults
from improvement_reports.returns.table_checks.references import reference_faults
from improvement_reports.returns.table_checks.risks import risk_faults
from improvement_reports.returns.table_checks.targets import path_faults, span_faults, target_faults
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.places import Project

Check = Callable[[Given], Iterator[Fault]]
WHOLE = ""  # of the return as a whole, not of one table
# Every check with the table that it needs, in the order in which a person reads what is wrong. A check is made where
# that table is there with just its columns; it sees rows with unsound cells too.
CHECKS: tuple[tuple[str, Check], ...] = (
    (WHOLE, identity_faults),
    (WHOLE, reference_faults),
    (WHOLE, copy_faults),
    (WHOLE, rag_faults),
    ("observations", observation_faults),
    ("observations", area_faults),
    ("targets", target_faults),
    ("targets", span_faults),
    ("targets", path_faults),
    ("priorities", priority_faults),
    ("actions", action_faults),
    ("finance", finance_faults),
    ("milestones", milestone_faults),
    ("inspections", inspection_faults),
    ("links", link_faults),
    ("conditions", condition_faults),
    ("risks", risk_faults),
    ("decisions", decision_faults),
    ("claims", claim_faults),  # the last: what a claim names is looked up in tables in which nothing is wrong
)


def return_faults(
    raw: RawReturn, measures: dict[str, Measure], authorities: dict[str, Authority], project: Project
) -> list[Fault]:
    """Everything that is wrong with a return, in one go: reading, each table, and how the tables fit together.

    Checks that need sound cells are made on the rows whose cells are sound, so that one bad row hides no other. What is
    wrong with several rows in one way is said once.
    """
    return merged(_every_fault(Given(raw, measures, authorities, project)), raw.lines)


def _every_fault(given: Given) -> list[Fault]:
    faults = list(given.raw.faults)
    if given.raw.is_unread:
        return faults
    faults += _cell_faults(given.raw)
    for table, check in CHECKS:
        if table == WHOLE or given.has(table):
            faults += check(replace(given, is_sound=not faults))
    return faults


def _cell_faults(raw: RawReturn) -> Iterator[Fault]:
    """Tables that are missing, and cells that are not what their columns hold."""
    for name, spec in RETURN_TABLES.items():
        if name in raw.tables:
            yield from table_faults(spec, raw.tables[name], raw.files[name], raw.status_words)
        elif not spec.optional and name not in raw.unread:
            columns = ", ".join(spec.column_names)
            yield Fault(f"{name}.csv", f"the table is missing; add it with the columns {columns}")
