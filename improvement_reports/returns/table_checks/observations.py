"""Observations: a value or why there is none, a period, and amounts that fit each other and their measure."""

from collections.abc import Hashable, Iterator

import pandas as pd

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.numbers import decimals_of, format_number, round_half_up, to_decimal
from improvement_reports.domain.sameness import mixed_word
from improvement_reports.domain.vocabulary import RUNNING, NoteKind, PeriodType, Unit, ValueStatus
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.workspace.cell_types import is_date, is_number
from improvement_reports.workspace.measures import Measure


def observation_faults(given: Given) -> Iterator[Fault]:
    """What is wrong with the rows of observations.csv, row by row."""
    for number, row in given.raw.tables["observations"].iterrows():
        yield from _observation(row, number, given)


def _observation(row: pd.Series, number: Hashable, given: Given) -> Iterator[Fault]:
    where = f"{given.raw.files['observations']}, row {number}"
    published = row["value_status"] == ValueStatus.PUBLISHED
    if published and row["value"] == "":
        yield Fault(
            f"{where}, value",
            "is empty although value_status is published; write the value, or say in value_status why it is missing",
        )
    if not published and row["value"] != "":
        yield Fault(
            f"{where}, value",
            f"is {shown(row['value'])} although value_status is {shown(row['value_status'])}; leave it empty or correct"
            " the status",
        )
    if is_date(row["period"]):
        yield from _period(row, where, given)
    if word := mixed_word(row["category"]):
        yield Fault(
            f"{where}, category", f"{shown(word)} mixes letters of two alphabets that look alike; type the word again"
        )
    measure = given.measures.get(row["measure_id"])
    if measure and all(row[c] == "" or is_number(row[c]) for c in ("value", "numerator", "denominator")):
        yield from _amounts(row, where, measure, given)


def _period(row: pd.Series, where: str, given: Given) -> Iterator[Fault]:
    """A month, but of what is counted on one day or up to a day; and not after the return came."""
    info = given.raw.info
    if row["period_type"] == PeriodType.ACADEMIC_YEAR and row["period"][5:7] != "08":
        yield Fault(
            f"{where}, period",
            f"{shown(row['period'])} is not the end of an academic year; write August, as in 2024-08, or"
            " another period_type",
        )
    if row["period_type"] not in (PeriodType.SNAPSHOT, *RUNNING) and len(row["period"]) != 7:
        yield Fault(
            f"{where}, period",
            f"{shown(row['period'])} is not a month; write the last month of the period as in 2021-04",
        )
    elif len(row["period"]) == 4:
        yield Fault(
            f"{where}, period",
            f"{shown(row['period'])} is a year; write the day or the month of the {row['period_type']}, as in"
            f" {row['period']}-03-31",
        )
    elif info and row["period"][:7] > info.received[:7]:
        yield Fault(
            f"{where}, period",
            f"{shown(row['period'])} is later than the return itself ({info.received}); correct it, or leave"
            " the row for a later return",
        )


def _amounts(row: pd.Series, where: str, measure: Measure, given: Given) -> Iterator[Fault]:
    value = to_decimal(row["value"]) if row["value"] else None
    if value is not None and measure.unit is Unit.PERCENT and not 0 <= value <= 100:
        yield Fault(f"{where}, value", f"{row['value']} is not between 0 and 100, as a percentage must be; correct it")
    elif value is not None and value < 0:
        yield Fault(f"{where}, value", f"{row['value']} is below 0, which a {measure.unit} cannot be; correct it")
    if value is not None and measure.unit is Unit.COUNT and value != value.to_integral_value():
        yield Fault(f"{where}, value", f"{row['value']} is not a whole number, as a count must be; correct it")
    if value is not None and decimals_of(row["value"]) > measure.decimals:
        yield Fault(
            f"{where}, value",
            f"{row['value']} has more decimals than the {measure.decimals} of this measure; round it or change decimals"
            " in params/measures.yml",
        )
    yield from _share(row, where, measure, given)


def _share(row: pd.Series, where: str, measure: Measure, given: Given) -> Iterator[Fault]:
    """A percentage is its numerator over its denominator, unless a note says that the source contradicts itself."""
    value, top, bottom = (to_decimal(row[c]) if row[c] else None for c in ("value", "numerator", "denominator"))
    if bottom is not None and bottom <= 0:
        yield Fault(f"{where}, denominator", f"{row['denominator']} is not above 0; correct it or leave it empty")
        return
    if measure.unit is not Unit.PERCENT or top is None or bottom is None:
        return
    if top < 0 or top > bottom:
        yield Fault(
            f"{where}, numerator",
            f"{row['numerator']} is not between 0 and the denominator {row['denominator']}; correct one of them",
        )
    elif value is not None and value != (expected := round_half_up(100 * top / bottom, decimals_of(row["value"]))):
        if not contradiction_is_noted(given, row["measure_id"]):
            yield Fault(
                f"{where}, value",
                f"is {row['value']}, but {row['numerator']} of {row['denominator']} is"
                f" {format_number(expected, decimals_of(row['value']))}; correct it, or, if the source itself says so,"
                f" add a note of kind contradiction for {row['measure_id']} to notes.csv",
            )


def contradiction_is_noted(given: Given, measure_id: str) -> bool:
    """Whether a note says that the source contradicts itself about a measure."""
    if not given.has("notes"):
        return "notes" in given.unread
    notes = given.raw.tables["notes"]
    return bool(((notes["measure_id"] == measure_id) & (notes["kind"] == NoteKind.CONTRADICTION)).any())
