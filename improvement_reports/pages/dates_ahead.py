"""The dates that a report names as ahead of it, and which of them are still ahead on a later day."""

import csv
from pathlib import Path
from typing import NamedTuple

from improvement_reports.domain.numbers import last_day
from improvement_reports.domain.vocabulary import MilestoneState

# The tables of a report that hold dates, and the column that says which one a row is.
TABLES = {"milestones": "milestone_id", "inspections": "inspection_id"}


class Ahead(NamedTuple):
    """A date or visit that a report expects: when it begins, when it is over at the latest, and what it is."""

    date: str
    until: str
    title: str
    row_id: str


def read_table(content: Path, name: str) -> list[dict[str, str]]:
    """A table beside the content of a report, as texts; empty if the report has none."""
    path = content / "data" / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dates_named(content: Path) -> list[Ahead]:
    """The dates and visits that a report expects, the nearest first."""
    found = []
    for name, id_column in TABLES.items():
        for row in read_table(content, name):
            if row["status"] == MilestoneState.EXPECTED:
                until = last_day(row.get("end_date") or row["date"]).isoformat()
                found.append(Ahead(row["date"], until, row["title"], f"{name}.{row[id_column]}"))
    return sorted(found, key=lambda a: (a.until, a.title))


def still_ahead(named: list[Ahead], as_at: str) -> list[Ahead]:
    """Those that are not over on a day, which is an ISO date."""
    return [a for a in named if a.until > as_at]
