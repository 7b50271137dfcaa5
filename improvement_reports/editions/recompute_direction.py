"""Directions of travel computed again from the rows behind them and the rule that is published beside them."""

import re
from decimal import Decimal
from fractions import Fraction

from improvement_reports.domain.errors import shown
from improvement_reports.domain.numbers import decimals_of, round_half_up
from improvement_reports.domain.series import end_of, expected_periods
from improvement_reports.domain.vocabulary import BetterWhen, Direction, PeriodType, Unit
from improvement_reports.method.intervals import whole
from improvement_reports.method.judgement import tested_direction
from improvement_reports.method.laney import laney_chart
from improvement_reports.method.own_series import Point, Series, own_chart
from improvement_reports.method.spc_chart import VARIATION_DIRECTIONS, Variation
from improvement_reports.method.two_proportions import p_value

SIDES = {"higher": BetterWhen.HIGHER, "lower": BetterWhen.LOWER, "neither": BetterWhen.NEUTRAL}
# What a test of two shares may say besides what it supports: a change can be too small to matter.
STEADY = Direction.NO_SIGNIFICANT_CHANGE.value
WITHOUT = {
    "change": {Direction.TOO_FEW_POINTS.value, Direction.NOT_JUDGED.value},
    "nothing": {Direction.TOO_FEW_POINTS.value},
}


def direction_fault(published: str, rule: re.Match, rows: list[dict]) -> str:
    """ "" if a direction follows from its rows, else words. ``rows``: cells by column; ``rule``: a match of `RULE`."""
    side, said = SIDES[rule["side"].split()[0]], published.lower()
    for kind, allowed in WITHOUT.items():
        if rule[kind]:
            return "" if said in allowed else f"says {shown(published)}, and its rule gives no direction"
    expected = _charted(rule, rows, side) if rule["chart"] else _tested(rows, side)
    return "" if said in expected else f"says {shown(published)}, and its rows give {' or '.join(sorted(expected))}"


def _charted(rule: re.Match, rows: list[dict], side: BetterWhen) -> set[str]:
    series = _series(rows, side)
    chart = own_chart(series) if rule["chart"] == "XmR" else laney_chart(series)
    return {VARIATION_DIRECTIONS[Variation.TOO_FEW_POINTS if chart is None else chart.variation].value}


def _tested(rows: list[dict], side: BetterWhen) -> set[str]:
    """The first row is the newest, the second the one that it is compared with."""
    now, before = (whole(row["numerator"], row["denominator"]) for row in rows[:2])
    if now is None or before is None:
        return {Direction.TOO_FEW_POINTS.value}
    change = Fraction(now.cases, now.of) - Fraction(before.cases, before.of)
    found = tested_direction(change, p_value(now, before), side).value
    return {found, STEADY} if abs(100 * change) < 1 else {found}


def _series(rows: list[dict], side: BetterWhen) -> Series:
    unit = Unit.PERCENT if any(_is_share(row) for row in rows) else Unit.COUNT
    kind = PeriodType(rows[-1]["period_type"])
    points = {row["period"]: _point(row, unit) for row in rows}
    periods = sorted(expected_periods(points, kind), key=end_of)
    return Series(tuple(points.get(period, Point(period, None)) for period in periods), kind, unit, side)


def _is_share(row: dict) -> bool:
    """Whether a value is the percentage that its numerator is of its denominator, rounded as it is stated."""
    if not row.get("value") or not row.get("numerator") or not row.get("denominator"):
        return False
    exact = 100 * Decimal(row["numerator"]) / Decimal(row["denominator"])
    return round_half_up(exact, decimals_of(row["value"])) == Decimal(row["value"])


def _point(row: dict, unit: Unit) -> Point:
    numerator, denominator = row.get("numerator"), row.get("denominator")
    if not row.get("value") or (unit is Unit.PERCENT and numerator and denominator and not _is_share(row)):
        return Point(row["period"], None)  # missing, or disputed
    if not numerator or not denominator:
        return Point(row["period"], Decimal(row["value"]), decimals_of(row["value"]))
    return Point(
        row["period"], Decimal(row["value"]), decimals_of(row["value"]), Decimal(numerator), Decimal(denominator)
    )
