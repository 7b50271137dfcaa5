"""Decisions that are asked for: what became of each says one thing, and the options that it names are there."""

from collections.abc import Iterator

import pandas as pd

from improvement_reports.domain.errors import Fault, listed, shown
from improvement_reports.domain.numbers import last_day, parse_date
from improvement_reports.domain.vocabulary import DecisionState
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.returns.table_checks.plan import due_fault
from improvement_reports.workspace.cell_types import is_date


def decision_faults(given: Given) -> Iterator[Fault]:
    """What is decided says what and nothing else does; by when can mean one time; a named option is one of its own."""
    raw, options = given.raw, _options(given)
    for number, row in raw.tables["decisions"].iterrows():
        where = f"{raw.files['decisions']}, row {number}"
        if said := due_fault(row):
            yield Fault(f"{where}, due_words", f"{shown(row['due_words'])} {said}")
        yield from _state_faults(row, where)
        if raw.info and is_date(row["decided_on"]) and parse_date(row["decided_on"]) > last_day(raw.info.received):
            problem = f"{shown(row['decided_on'])} is later than the return itself ({raw.info.received}); correct it"
            yield Fault(f"{where}, decided_on", problem)
        mine = [] if options is None else options.get(row["decision_id"], [])
        for column in ("recommended", "taken"):
            if options is not None and row[column] and row[column] not in mine:
                has = (
                    f"; it has {listed(mine, 'and')}" if mine else ", which has none of this decision; add its options"
                )
                yield Fault(
                    f"{where}, {column}", f"{shown(row[column])} is no option of this decision in options.csv{has}"
                )


def _options(given: Given) -> dict[str, list[str]] | None:
    """By decision the ids of its options; None where the table could not be read, which is a fault of its own."""
    if "options" in given.unread:
        return None
    table = given.table("options")
    return {str(key): rows["option_id"].tolist() for key, rows in table.groupby("decision_id", sort=False)}


def _state_faults(row: pd.Series, where: str) -> Iterator[Fault]:
    """A decision that was made says what was decided; of one that was not, nothing is taken and there is no day."""
    if row["recommended_by"] and not row["recommended"]:
        problem = f"is {shown(row['recommended_by'])} and recommended is empty; name the option that is recommended"
        yield Fault(f"{where}, recommended_by", problem)
    if row["status"] == DecisionState.DECIDED:
        if not (row["outcome"] or row["taken"]):
            yield Fault(where, "is decided, and does not say what; fill in outcome, or taken with the option")
        return
    for column in ("decided_on", "taken"):
        if row[column] and row["status"] in list(DecisionState):
            problem = f"is {shown(row[column])} although the status is {shown(row['status'])}; correct one of them"
            yield Fault(f"{where}, {column}", problem)
