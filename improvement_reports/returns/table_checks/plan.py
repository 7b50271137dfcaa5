"""The plan: priorities with both statuses, steps that were done, and periods of money."""

from collections.abc import Hashable, Iterator

import pandas as pd

from improvement_reports.domain.due_words import due_end, due_problem
from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.money_periods import FORMS, money_period
from improvement_reports.domain.numbers import format_day, last_day, parse_date
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.workspace.cell_types import is_date


def priority_faults(given: Given) -> Iterator[Fault]:
    """Both statuses or none, and no priority that is a part of itself."""
    raw = given.raw
    table = raw.tables["priorities"]
    parents = set(table["parent_id"]) - {""}
    rates = (table[["action_status", "impact_status"]] != "").to_numpy().any()
    up = dict(zip(table["priority_id"], table["parent_id"], strict=True))
    for number, row in table.iterrows():
        where = f"{raw.files['priorities']}, row {number}"
        stated = [bool(row["action_status"]), bool(row["impact_status"])]
        if any(stated) and not all(stated):
            yield Fault(where, "has only one of action_status and impact_status; state both: doing is not achieving")
        # A plan that gives no status to anything is legitimate; one that leaves some out is a gap.
        if not any(stated) and rates and row["priority_id"] not in parents:
            yield Fault(where, "has no status, and no parts that have one; state action_status and impact_status")
        seen, at = set(), row["priority_id"]
        while at and at not in seen:
            seen.add(at)
            at = up.get(at, "")
        if at == row["priority_id"]:
            yield Fault(
                f"{where}, parent_id", f"{shown(row['parent_id'])} makes the priority a part of itself; correct it"
            )


def action_faults(given: Given) -> Iterator[Fault]:
    """Steps that were done are completed, and were done before the return came; words for a time can mean one."""
    raw = given.raw
    info = raw.info
    for number, row in raw.tables["actions"].iterrows():
        where = f"{raw.files['actions']}, row {number}"
        if said := due_fault(row):
            yield Fault(f"{where}, due_words", f"{shown(row['due_words'])} {said}")
        if row["done_on"] and row["status"] != "completed":
            yield Fault(
                f"{where}, done_on",
                f"is {shown(row['done_on'])} although the status is {shown(row['status'])}; correct one of them, for an"
                " action that was done is completed",
            )
        elif info and is_date(row["done_on"]) and parse_date(row["done_on"]) > last_day(info.received):
            yield Fault(
                f"{where}, done_on",
                f"{shown(row['done_on'])} is later than the return itself ({info.received}); correct it",
            )


def due_fault(row: pd.Series) -> str:
    """What is wrong with the words for when a step is due, beside its date: the end of a sentence, or nothing."""
    words, due = row["due_words"], row["due"]
    if not words or (said := due_problem(words)):
        return said if words else ""
    if is_date(due) and (end := due_end(words)) and last_day(due).isoformat() > end:
        return f"is over before {format_day(due)}, which due says; correct one of them"
    return ""


def finance_faults(given: Given) -> Iterator[Fault]:
    """Periods of money: each is one, is written one way, and has one amount for each line and kind."""
    raw = given.raw
    spelt: dict[str, tuple[str, Hashable]] = {}
    said: dict[tuple, Hashable] = {}
    for number, row in raw.tables["finance"].iterrows():
        where = f"{raw.files['finance']}, row {number}"
        if not row["period"]:
            continue
        try:
            period = money_period(row["period"])
        except ValueError as error:
            yield Fault(
                f"{where}, period",
                f"{shown(row['period'])} {error}" + ("" if "; write" in str(error) else f"; write {FORMS}"),
            )
            continue
        text, first = spelt.setdefault(period, (row["period"], number))
        if text != row["period"]:
            yield Fault(
                f"{where}, period",
                f"{shown(row['period'])} is the period that row {first} writes {shown(text)}; write it one way",
            )
            other = said.setdefault((row["line_id"], row["kind"], period), number)
            if other != number:
                yield Fault(
                    f"{raw.files['finance']}, rows {other} and {number}",
                    f"say the same thing twice (line_id {shown(row['line_id'])}, period {shown(text)}); keep one row",
                )
        said.setdefault((row["line_id"], row["kind"], period), number)
