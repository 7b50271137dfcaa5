"""Levels on the way from one stated target to the next, computed again from the rows of both."""

import re
from decimal import Decimal
from itertools import pairwise

from improvement_reports.domain.series import end_of, month_number
from improvement_reports.domain.trajectory import level_between, levels_between
from improvement_reports.domain.vocabulary import TargetPath

WAY = re.compile(r"on the way from (?P<a>[-\d.]+) to (?P<b>[-\d.]+): (?P<k>\d+) of (?P<n>\d+) months")


def ways(rows: list[dict]) -> list[tuple[tuple[str, Decimal], tuple[str, Decimal]]]:
    """Each pair of points, (month, target), the first of which leads evenly to the second; ``rows``: their cells."""
    goals = [row for row in rows if row.get("target") and row.get("valid_from")]
    found = []
    for measure in dict.fromkeys(row.get("measure_id") for row in goals):
        mine = {row["valid_from"]: row for row in goals if row.get("measure_id") == measure}
        for first, last in pairwise(sorted(mine)):
            if mine[first].get("path") == TargetPath.EVENLY:
                found.append(((first, Decimal(mine[first]["target"])), (last, Decimal(mine[last]["target"]))))
    return found


def levels(rows: list[dict]) -> set[Decimal]:
    """Every level of a month on one of these ways."""
    return {level for way in ways(rows) for level in levels_between(*way).values()}


def level_of(rows: list[dict], period: str) -> Decimal | None:
    """The level of the last month of a period; None where it is on no way."""
    month = end_of(period)[:7]
    return next((level_between(a, b, month) for a, b in ways(rows) if a[0] < month < b[0]), None)


def way_fault(value: Decimal, period: str, m: re.Match, rows: list[dict]) -> str:
    """ "" if a level follows from its rows as its formula says, else words."""
    if not (found := ways(rows)):
        return "is on the way between two targets, which its rows do not say"
    (start, first), (end, last) = found[0]
    said = Decimal(m["a"]), Decimal(m["b"]), int(m["k"]), int(m["n"])
    since, length = month_number(period) - month_number(start), month_number(end) - month_number(start)
    if said != (first, last, since, length) or level_between(*found[0], period) != value:
        return f"says {value:f}, and its rows give {level_between(*found[0], period):f} for {period}"
    return ""
