"""Targets on the way from one stated point to the next: the level that each month between them is judged by."""

from decimal import Decimal
from fractions import Fraction

from improvement_reports.domain.numbers import Number, decimals_of, round_half_up, to_decimal
from improvement_reports.domain.series import month_number, months_between


def level_between(first: tuple[str, Number], last: tuple[str, Number], month: str) -> Decimal:
    """The level of a month on the line from one (month, target) to a later one, rounded half up to one decimal more
    than the two are stated to.

    >>> level_between(("2025-06", 80), ("2025-12", 90), "2025-08")
    Decimal('83.3')
    """
    (start, low), (end, high) = first, last
    way = Fraction(month_number(month) - month_number(start), month_number(end) - month_number(start))
    a, b = to_decimal(low), to_decimal(high)
    exact = Fraction(a) + (Fraction(b) - Fraction(a)) * way
    decimals = max(decimals_of(a), decimals_of(b)) + 1
    level = round_half_up(Decimal(exact.numerator) / Decimal(exact.denominator), decimals)
    return level.quantize(Decimal(1)) if level == level.to_integral_value() else level.normalize()


def levels_between(first: tuple[str, Number], last: tuple[str, Number]) -> dict[str, Decimal]:
    """The level of each month between two points, without these."""
    return {m: level_between(first, last, m) for m in months_between(first[0], last[0])[1:-1]}
