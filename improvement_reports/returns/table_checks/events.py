"""Events: milestones, inspections, and links and conditions that say what they belong to."""

from collections.abc import Iterator

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.numbers import last_day, parse_date
from improvement_reports.domain.vocabulary import MilestoneState
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.workspace.cell_types import is_date


def milestone_faults(given: Given) -> Iterator[Fault]:
    """Days in their order, and none that happened after the return came."""
    raw = given.raw
    for number, row in raw.tables["milestones"].iterrows():
        if is_date(row["date"]) and is_date(row["end_date"]) and last_day(row["end_date"]) < parse_date(row["date"]):
            yield Fault(
                f"{raw.files['milestones']}, row {number}, end_date",
                f"{shown(row['end_date'])} is before the date {shown(row['date'])}; correct one of them",
            )
        if (
            row["status"] == MilestoneState.HAPPENED
            and is_date(row["date"])
            and raw.info
            and parse_date(row["date"]) > last_day(raw.info.received)
        ):
            yield Fault(
                f"{raw.files['milestones']}, row {number}, date",
                f"{shown(row['date'])} is later than the return itself ({raw.info.received}), but the status is"
                " happened; correct one of them",
            )


def inspection_faults(given: Given) -> Iterator[Fault]:
    """The days of an inspection in their order."""
    raw = given.raw
    for number, row in raw.tables["inspections"].iterrows():
        where = f"{raw.files['inspections']}, row {number}"
        if is_date(row["date"]) and is_date(row["end_date"]) and last_day(row["end_date"]) < parse_date(row["date"]):
            yield Fault(
                f"{where}, end_date",
                f"{shown(row['end_date'])} is before the date {shown(row['date'])}; correct one of them",
            )
        if is_date(row["date"]) and is_date(row["published"]) and last_day(row["published"]) < parse_date(row["date"]):
            yield Fault(
                f"{where}, published",
                f"{shown(row['published'])} is before the date {shown(row['date'])}; correct one of them",
            )


def link_faults(given: Given) -> Iterator[Fault]:
    """A link names what answers the recommendation."""
    raw = given.raw
    for number, row in raw.tables["links"].iterrows():
        if not row["priority_id"] and not row["measure_id"]:
            yield Fault(
                f"{raw.files['links']}, row {number}",
                "names neither a priority nor a measure; name what answers the recommendation",
            )


def condition_faults(given: Given) -> Iterator[Fault]:
    """A condition names the event that set it."""
    raw = given.raw
    events = set(raw.tables["milestones"]["event_id"]) if given.has("milestones") else set()
    for number, row in raw.tables["conditions"].iterrows():
        if row["notice_id"] and row["notice_id"] not in events:
            yield Fault(
                f"{raw.files['conditions']}, row {number}, notice_id",
                f"{shown(row['notice_id'])} is not an event_id of"
                f" milestones.csv{suggestion(row['notice_id'], events - {''})}; add the notice there",
            )
