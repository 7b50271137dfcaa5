"""How sure a share of few cases is: the 95% interval of Wilson. Pure functions of counts."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from typing import NamedTuple

from improvement_reports.domain.numbers import Number, to_decimal
from improvement_reports.method.two_proportions import Counted

SHOWN_UNDER = 200  # cases: from here on an interval is narrower than what readers make of a percentage
NORMAL_95 = Decimal("1.959963984540054")


class Interval(NamedTuple):
    """From where to where, in percent, unrounded."""

    low: Decimal
    high: Decimal


def wilson(counted: Counted) -> Interval:
    """The 95% interval of a share (E. B. Wilson, *JASA* 22, 1927), without continuity correction.

    It stays between 0 and 100 and has a width even where no case or every case is counted. ValueError for counts that
    cannot be.
    """
    if not 0 <= counted.cases <= counted.of or counted.of == 0:
        raise ValueError(f"{counted.cases} of {counted.of} is no share")
    with localcontext() as context:
        context.prec = 28
        n, z2 = Decimal(counted.of), NORMAL_95**2
        share = counted.cases / n
        middle = share + z2 / (2 * n)
        reach = NORMAL_95 * (share * (1 - share) / n + z2 / (4 * n * n)).sqrt()
        low, high = (100 * (middle + side * reach) / (1 + z2 / n) for side in (-1, 1))
    return Interval(Decimal(0) if counted.cases == 0 else low, Decimal(100) if counted.cases == counted.of else high)


def whole(numerator: Number, denominator: Number) -> Counted | None:
    """A numerator and a denominator as counts of cases; None where they are none, as with full-time equivalents."""
    cases, of = to_decimal(numerator), to_decimal(denominator)
    if cases != cases.to_integral_value() or of != of.to_integral_value() or not 0 <= cases <= of or of == 0:
        return None
    return Counted(int(cases), int(of))


def shown_interval(counted: Counted | None, decimals: int = 0) -> Interval | None:
    """The interval as it stands under a percentage, rounded outwards; None where there are 200 cases or more, or no
    counts.
    """
    if counted is None or counted.of >= SHOWN_UNDER:
        return None
    step, exact = Decimal(1).scaleb(-decimals), wilson(counted)
    return Interval(exact.low.quantize(step, rounding=ROUND_FLOOR), exact.high.quantize(step, rounding=ROUND_CEILING))
