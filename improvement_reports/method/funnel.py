"""Which authority is unusual for its size: funnel limits, the fewest cases for a rank, ranks among withheld numbers.

Small authorities lie far out by chance alone, so that one fence for all of them flags the small ones most. A funnel has
limits for each number of cases. Authorities differ by more than chance; the part that is not chance is estimated from
all of them and widens every limit alike (D. J. Spiegelhalter, *Statistics in Medicine* 24, 2005). Rates are compared by
their square roots, as is proposed there: rates are skewed, and their roots are not. Pure functions of numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

BEYOND = 3.0  # standard errors: limits of 99.8 %, as a control chart has them
MIDDLE_HALF = 0.6745  # standard errors from the centre within which half of a normal spread lies
ROUNDS, HALVINGS = 10, 40  # of finding centre and spread, and of the spread by itself
FEWEST_PLACES = 20  # authorities with a value, below which no funnel is made
FEWEST_CASES = 30  # of an authority, below which it is neither best nor worst: one case is more than three points
FEWEST_OF_A_MEAN = 100  # where no funnel can be made, because how single cases vary is not known
MOST_WITHHELD = 1 / 3  # of all authorities, from which on a rank or a mean says little of the rest


class Place(NamedTuple):
    """The value of one authority as a share of 1 (or a rate for one person), and how many cases it is of."""

    share: float
    of: float


@dataclass(frozen=True)
class Funnel:
    """``centre`` and ``between``, the variance between authorities that is not chance, both on the scale of the funnel:
    of a share the share itself, of a rate its square root.
    """

    centre: float
    between: float
    is_share: bool

    def limits(self, of: float) -> tuple[float, float]:
        """Between which values an authority of so many cases is not unusual."""
        low, high = (
            self.centre + side * BEYOND * sqrt(_chance(self.centre, self.is_share) / of + self.between)
            for side in (-1, 1)
        )
        return (max(0.0, low), min(1.0, high)) if self.is_share else (max(0.0, low) ** 2, high**2)

    def unusual(self, place: Place) -> str:
        """ "high" or "low" beyond the limits, else ""."""
        return _side(self._score(place, self.between))

    def apart(self, place: Place) -> str:
        """ "high" or "low" where a value is further from the centre than the chance of its cases explains, else ""."""
        return _side(self._score(place, 0.0))

    def _score(self, place: Place, between: float) -> float:
        error = sqrt(_chance(self.centre, self.is_share) / place.of + between)
        return (_scaled(place.share, self.is_share) - self.centre) / error


def _side(score: float) -> str:
    return "high" if score > BEYOND else "low" if score < -BEYOND else ""


def _scaled(share: float, is_share: bool) -> float:
    """A value on the scale of its funnel."""
    return share if is_share else sqrt(share)


def _chance(centre: float, is_share: bool) -> float:
    """The variance of one case: binomial for a share; of the root of a Poisson rate a quarter, whatever the rate."""
    return centre * (1 - centre) if is_share else 0.25


def funnel(places: Sequence[Place], is_share: bool = True) -> Funnel | None:
    """The funnel of the values of all authorities; None of fewer than 20, and where nobody or everybody is counted.

    Centre and spread are those of the middle half, so that the unusual ones neither move nor widen it.
    """
    known = [Place(_scaled(p.share, is_share), p.of) for p in places if p.of > 0]
    if len(known) < FEWEST_PLACES:
        return None
    centre, between = _middle(known, [p.of for p in known]), 0.0
    for _ in range(ROUNDS):
        if centre <= 0 or (is_share and centre >= 1):
            return None
        chances = [_chance(centre, is_share) / p.of for p in known]
        between = _between([p.share - centre for p in known], chances)
        was, centre = centre, _middle(known, [1 / (chance + between) for chance in chances])
        if centre == was:
            break
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
    wide = [(o * o / MIDDLE_HALF**2, c) for o, c in zip(offsets, chances, strict=True)]

    def too_wide(between: float) -> bool:
        return 2 * sum(square > chance + between for square, chance in wide) > len(wide)

    low, high = 0.0, max(square for square, _ in wide)
    if not too_wide(low):
        return low
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if too_wide(middle) else (low, middle)
    return high


def too_few_cases(of: float | None) -> bool:
    """Whether an authority is known to have too few cases for a rank."""
    return of is not None and of < FEWEST_CASES


def too_many_withheld(withheld: int, authorities: int) -> bool:
    """Whether a third of authorities or more have no published value: no rank and no mean without saying so."""
    return authorities > 0 and withheld >= MOST_WITHHELD * authorities


def withheld_words(withheld: int, authorities: int) -> str:
    """What stands beside a mean of such a measure, and why it has no rank; nothing where few are withheld."""
    if not too_many_withheld(withheld, authorities):
        return ""
    return f"{withheld} of {authorities} authorities have no published value, as a rule because it is too small"
