"""Which authority is unusual for its size: funnel limits, the fewest cases for a rank, ranks among withheld numbers.

Small authorities lie far out by chance alone, so that one fence for all of them flags the small ones most. A funnel has
limits for each number of cases. Authorities differ by more than chance; the part that is not chance is estimated from
all of them and widens every limit alike (D. J. Spiegelhalter, *Statistics in Medicine* 24, 2005).
Pure functions of numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import NamedTuple

BEYOND = 3.0  # standard errors: limits of 99.8 %, as a control chart has them
MIDDLE_HALF = 0.6745  # standard errors from the centre within which half of a normal spread lies
ROUNDS, HALVINGS = 10, 50  # of finding centre and spread, and of the spread by itself
FEWEST_PLACES = 20  # authorities with a value, below which no funnel is made
FEWEST_CASES = 30  # of an authority, below which it is neither best nor worst: one case is more than three points
MOST_WITHHELD = 1 / 3  # of all authorities, from which on a rank or a mean says little of the rest


class Place(NamedTuple):
    """The value of one authority as a share of 1 (or a rate for one person), and how many cases it is of."""

    share: float
    of: float


@dataclass(frozen=True)
class Funnel:
    """``centre``: all cases together; ``between``: the variance between authorities that is not chance; ``is_share``:
    at most 1, otherwise a rate.
    """

    centre: float
    between: float
    is_share: bool

    def error(self, of: float) -> float:
        """How far an ordinary authority of so many cases is from the centre: one standard error."""
        return sqrt(_chance(self.centre, self.is_share) / of + self.between)

    def limits(self, of: float) -> tuple[float, float]:
        """Between which values an authority of so many cases is not unusual."""
        low, high = (self.centre + side * BEYOND * self.error(of) for side in (-1, 1))
        return max(0.0, low), min(1.0, high) if self.is_share else high

    def unusual(self, place: Place) -> str:
        """ "high" or "low" beyond the limits, else ""."""
        score = (place.share - self.centre) / self.error(place.of)
        return "high" if score > BEYOND else "low" if score < -BEYOND else ""


def _chance(centre: float, is_share: bool) -> float:
    """The variance of one case: binomial for a share, Poisson for a rate."""
    return centre * (1 - centre) if is_share else centre


def funnel(places: Sequence[Place], is_share: bool = True) -> Funnel | None:
    """The funnel of the values of all authorities; None of fewer than 20, and where nobody or everybody is counted.

    Centre and spread are those of the middle half, so that the unusual ones neither move nor widen it.
    """
    known = [p for p in places if p.of > 0]
    if len(known) < FEWEST_PLACES:
        return None
    centre, between = _middle(known, [p.of for p in known]), 0.0
    for _ in range(ROUNDS):
        if centre <= 0 or (is_share and centre >= 1):
            return None
        chances = [_chance(centre, is_share) / p.of for p in known]
        between = _between([p.share - centre for p in known], chances)
        centre = _middle(known, [1 / (chance + between) for chance in chances])
    return Funnel(centre, between, is_share)


def _middle(places: Sequence[Place], weights: Sequence[float]) -> float:
    """The value that has half of the weight on either side."""
    half, below = sum(weights) / 2, 0.0
    for share, weight in sorted(zip((p.share for p in places), weights, strict=True)):
        below += weight
        if below >= half:
            return share
    raise ValueError("no value has a weight")


def _between(offsets: Sequence[float], chances: Sequence[float]) -> float:
    """The variance between authorities with which half of them are as near the centre as half of a normal spread is;
    0 where chance is enough. Found by halving.
    """

    def too_wide(between: float) -> bool:
        scores = [abs(o) / sqrt(c + between) for o, c in zip(offsets, chances, strict=True)]
        return median(scores) > MIDDLE_HALF

    low, high = 0.0, max(o * o for o in offsets) / MIDDLE_HALF**2
    if not too_wide(low):
        return low
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if too_wide(middle) else (low, middle)
    return high


def may_be_ranked(of: float | None) -> bool:
    """Whether an authority has enough cases to be called best or worst; one whose number is not known may."""
    return of is None or of >= FEWEST_CASES


def too_many_withheld(withheld: int, authorities: int) -> bool:
    """Whether small numbers are withheld in a third of authorities or more: no rank and no mean without saying so."""
    return authorities > 0 and withheld >= MOST_WITHHELD * authorities


def withheld_words(withheld: int, authorities: int) -> str:
    """What stands beside a rank or a mean of such a measure; nothing where few are withheld."""
    if not too_many_withheld(withheld, authorities):
        return ""
    return f"{withheld} of {authorities} authorities have a number too small to be published and are not in it"
