"""Where the centre and the limits of a control chart lie. Pure functions of exact fractions."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import TypeVar

from improvement_reports.domain.numbers import to_decimal

LIMIT_FACTOR = Fraction("2.66")  # 3 ÷ 1.128: three standard deviations, estimated from ranges of two points
RANGE_FACTOR = Fraction("3.267")  # upper limit of the ranges themselves

Values = Sequence[Fraction | None]
Number = TypeVar("Number", bound=Fraction | Decimal | None)


def baseline_of(values: Sequence[Number], points: int | None) -> Sequence[Number]:
    """The values up to the one that completes so many points; all of them without a number, or where there are
    fewer.
    """
    if points is None:
        return values
    at = [i for i, value in enumerate(values) if value is not None]
    return values if len(at) <= points else values[: at[points - 1] + 1]


def centre_and_reach(
    values: Values, screen: bool, spread_factor: Fraction | None = None, centre: float | None = None
) -> tuple[Fraction | None, Fraction | None]:
    """The mean, and how far the limits are from it; None where there is none.

    With a ``spread_factor`` the limits are the wider of 2.66 × the mean moving range and so many standard deviations:
    where neighbouring points are alike, the ranges are small, and limits from them alone would be too narrow.
    """
    known = [v for v in values if v is not None]
    if not known:
        return None, None
    middle = sum(known, Fraction(0)) / len(known) if centre is None else Fraction(to_decimal(centre))
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    if not ranges:
        return middle, None
    if screen:
        kept = [r for r in ranges if r <= RANGE_FACTOR * sum(ranges) / len(ranges)]
        ranges = kept if any(kept) else ranges
    reach = LIMIT_FACTOR * sum(ranges, Fraction(0)) / len(ranges)
    if spread_factor is not None:
        reach = max(reach, spread_factor * root(variance(known)))
    return middle, None if reach == 0 and len(set(known)) > 1 else reach


def variance(values: Sequence[Fraction]) -> Fraction:
    """The variance of a sample, n − 1 below the line; 0 for one value."""
    if len(values) < 2:
        return Fraction(0)
    mean = sum(values, Fraction(0)) / len(values)
    return sum(((v - mean) ** 2 for v in values), Fraction(0)) / (len(values) - 1)


DIGITS = 15  # of a root that is no fraction


def root(square: Fraction) -> Fraction:
    """The square root; exact where it is a fraction, otherwise to 15 decimals."""
    over, under = isqrt(square.numerator), isqrt(square.denominator)
    if over**2 == square.numerator and under**2 == square.denominator:
        return Fraction(over, under)
    scale = 10 ** (2 * DIGITS)
    return Fraction(isqrt(square.numerator * scale // square.denominator), 10**DIGITS)
