"""Targets: levels, months, values and tolerances that can be, and spans of which one holds at a time."""

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.numbers import format_number, last_day, to_decimal
from improvement_reports.domain.vocabulary import BetterWhen, TargetPath, Unit
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.workspace.cell_types import is_date, is_number
from improvement_reports.workspace.measures import Measure


def target_faults(given: Given) -> Iterator[Fault]:
    """What is wrong with the rows of targets.csv, row by row."""
    raw = given.raw
    for number, row in raw.tables["targets"].iterrows():
        where = f"{raw.files['targets']}, row {number}"
        if row["level"] not in ("national", "local", ""):
            yield Fault(f"{where}, level", f"{shown(row['level'])} is not allowed; write national or local")
        if len(row["valid_from"]) != 7 and is_date(row["valid_from"]):
            yield Fault(
                f"{where}, valid_from",
                f"{shown(row['valid_from'])} is not a month; write the first month as in 2021-04",
            )
        if row["valid_to"] and is_date(row["valid_to"]) and len(row["valid_to"]) != 7:
            yield Fault(
                f"{where}, valid_to",
                f"{shown(row['valid_to'])} is not a month; write the last month, as in"
                f" {last_day(row['valid_to']).isoformat()[:7]}",
            )
        measure = given.measures.get(row["measure_id"])
        yield from _range(row, where)
        for column in ("target", "target_upper", "floor", *LEVELS):
            if (
                measure
                and measure.unit is Unit.PERCENT
                and is_number(row[column])
                and not 0 <= to_decimal(row[column]) <= 100
            ):
                yield Fault(
                    f"{where}, {column}", f"{row[column]} is not between 0 and 100, as a percentage must be; correct it"
                )
        if is_number(row["tolerance"]):
            yield from _tolerance(row, f"{where}, tolerance", measure)
        if measure and measure.better_when is not BetterWhen.NEUTRAL and not row["target_upper"]:
            yield from _levels(row, where, measure)


def _range(row: pd.Series, where: str) -> Iterator[Fault]:
    """A range goes from its lower end to its upper one; levels of one side say nothing of it."""
    if not (is_number(row["target"]) and is_number(row["target_upper"])):
        return
    if to_decimal(row["target_upper"]) <= to_decimal(row["target"]):
        yield Fault(
            f"{where}, target_upper",
            f"{row['target_upper']} is not above target ({row['target']}), the lower end of the range; correct one of"
            " them, or leave target_upper empty",
        )
    for column in ("amber", "red"):
        if row[column]:
            yield Fault(
                f"{where}, {column}",
                f"is {row[column]}, and the target is a range, of which it does not say the side; write a tolerance,"
                " the distance from either end",
            )


# From the best level to the worst, as they must follow each other.
BEST_FIRST = ("stretch", "target", "amber", "red")
LEVELS = tuple(c for c in BEST_FIRST if c != "target")


def _levels(row: pd.Series, where: str, measure: Measure) -> Iterator[Fault]:
    """Levels beside a target stand on their side of it; a distance written as a level seldom does."""
    stated = [(c, to_decimal(row[c])) for c in BEST_FIRST if is_number(row[c])]
    for (better, high), (worse, low) in pairwise(stated):
        if high == low or (high > low) == (measure.better_when is BetterWhen.HIGHER):
            continue
        column, side = ("stretch", "worse") if better == "stretch" else (worse, "better")
        other = worse if better == "stretch" else better
        yield Fault(
            f"{where}, {column}",
            f"{row[column]} is on the {side} side of {other} ({row[other]}), where {measure.better_when.value} is"
            " better; write the level itself, not its distance from the target",
        )


def _tolerance(row: pd.Series, where: str, measure: Measure | None) -> Iterator[Fault]:
    """A tolerance is a distance from the target, and smaller than it: with a larger one next to nothing would miss the
    target.
    """
    tolerance, target = to_decimal(row["tolerance"]), to_decimal(row["target"]) if is_number(row["target"]) else None
    if tolerance < 0:
        yield Fault(where, f"{row['tolerance']} is below 0; write the distance without a sign")
    elif target and tolerance > target:
        yield Fault(
            where,
            f"{row['tolerance']} is larger than the target {row['target']} itself; write the distance from the target,"
            " not the value that is still tolerated",
        )
    elif target is not None and measure and measure.unit is Unit.PERCENT:
        edge = target - tolerance if measure.better_when is BetterWhen.HIGHER else target + tolerance
        if not 0 <= edge <= 100:
            yield Fault(
                where,
                f"{row['tolerance']} from the target {row['target']} is {format_number(edge)}, which no percentage can"
                " be; write a smaller distance",
            )


def path_faults(given: Given) -> Iterator[Fault]:
    """A target that leads evenly to the next one: there is a next one, and both are one number."""
    raw = given.raw
    table = raw.tables["targets"]
    for number, row in table[table["path"] == TargetPath.EVENLY].iterrows():
        where = f"{raw.files['targets']}, row {number}, path"
        later = table[(table["measure_id"] == row["measure_id"]) & (table["valid_from"] > row["valid_from"])]
        if later.empty:
            yield Fault(
                where,
                f"is evenly, and no target of {row['measure_id']} is stated for a later month; add the one that it"
                " leads to, or leave path empty",
            )
        elif row["valid_to"]:
            yield Fault(
                where, f"is evenly, and valid_to is {row['valid_to']}: it goes on to the next target; empty one"
            )
        elif row["target_upper"] or later.loc[later["valid_from"].idxmin(), "target_upper"]:
            yield Fault(where, "is evenly, which a target that is a range cannot be; leave path or target_upper empty")


def span_faults(given: Given) -> Iterator[Fault]:
    """Targets of one measure that say when they end: an end before the start, and two that hold at one time."""
    raw = given.raw
    table = raw.tables["targets"]
    months = table[
        [
            len(a) == 7 and is_date(a) and (not b or (len(b) == 7 and is_date(b)))
            for a, b in zip(table["valid_from"], table["valid_to"], strict=True)
        ]
    ]
    for number, row in months.iterrows():
        where = f"{raw.files['targets']}, row {number}, valid_to"
        if row["valid_to"] and row["valid_to"] < row["valid_from"]:
            yield Fault(
                where, f"{shown(row['valid_to'])} is before valid_from {shown(row['valid_from'])}; correct one of them"
            )
            continue
        later = months[
            (months["measure_id"] == row["measure_id"])
            & (months["valid_from"] > row["valid_from"])
            & (months["valid_from"] <= row["valid_to"])
        ]
        for other, next_one in later.iterrows():
            yield Fault(
                where,
                f"{shown(row['valid_to'])} is after the start of the target in row {other} ({next_one['valid_from']}),"
                " so two targets would hold; end this one the month before, or leave valid_to empty",
            )
