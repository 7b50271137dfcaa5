"""Do two shares differ by more than chance: "44 of 46 against 42 of 46". Pure functions of counts.

The test is Boschloo's (*Statistica Neerlandica* 24, 1970): Fisher's exact p-value is taken as a mere measure of how
unusual a pair of counts is, and its chance is the largest that any common share could give. So a pair of stable shares
is called different no more often than the level says, at every size, and more true changes are seen than with Fisher's
test, which Boschloo's never rejects less often than.
"""

from functools import lru_cache
from math import exp, lgamma
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

LEVEL = 0.05
# Cases of one month are not independent (brothers and sisters, one team manager), so months differ by more than the
# drawing of independent cases. With so many times its variance, the share of false alarms is still that of the level.
DISPERSION = 1.5
STEPS = 200  # in how many places of the common share the largest chance is looked for
LARGEST = 200  # of both groups; beyond it Fisher's own p-value is taken, which is close to it and never too small
EQUAL = 1e-9  # two p-values that differ by less are the same, computed in another order


class Counted(NamedTuple):
    """So many of so many."""

    cases: int
    of: int


def strict_level(level: float = LEVEL, dispersion: float = DISPERSION) -> float:
    """The level of the test at which a difference counts, so that it is ``level`` for months that vary more.

    >>> round(strict_level(), 4)
    0.0164
    """
    normal = NormalDist()
    return 2 * (1 - normal.cdf(normal.inv_cdf(1 - level / 2) * dispersion**0.5))


def supported(now: Counted, before: Counted, level: float | None = None) -> bool:
    """Whether the two shares differ by more than chance, at the strict level unless another one is named."""
    return p_value(now, before) <= (strict_level() if level is None else level)


def p_value(now: Counted, before: Counted) -> float:
    """The two-sided p-value: twice the smaller of the two one-sided ones, at most 1.

    ValueError for counts that cannot be: cases under 0 or over their number, or a number of 0.
    """
    for cases, of in (now, before):
        if not 0 <= cases <= of or of == 0:
            raise ValueError(f"{cases} of {of} is no share")
    return min(1.0, 2 * min(one_sided(now, before), one_sided(before, now)))


def one_sided(low: Counted, high: Counted) -> float:
    """How likely a pair as unusual as this is, if the shares are the same and only a lower first one is of interest."""
    statistic = fisher(low, high)
    if max(low.of, high.of) > LARGEST:
        return statistic
    return chance_of(fisher_table(low.of, high.of) <= statistic + EQUAL)


def chance_of(pairs: np.ndarray) -> float:
    """The largest chance that any common share gives to these pairs of counts, one row for each of the first group.

    A row of pairs is a few stretches of counts of the second group, mostly one: what counts is where they begin and
    end, with the chance of that count or more.
    """
    first, second = (_chances(size - 1) for size in pairs.shape)
    steps = np.diff(pairs.astype(np.int8), axis=1, prepend=0)
    row, column = np.nonzero(steps)
    chances = (first[:, row] * _or_more(second.shape[1] - 1)[:, column]) @ steps[row, column]
    return float(min(1.0, chances.max()))


def fisher(low: Counted, high: Counted) -> float:
    """Fisher's exact one-sided p-value: the chance of so few cases or fewer in the first group, given all of them."""
    every = low.cases + high.cases
    least = max(0, every - high.of)
    chances = [_hypergeometric(k, low.of, high.of, every) for k in range(least, low.cases + 1)]
    return min(1.0, sum(chances))


@lru_cache(maxsize=64)
def fisher_table(first: int, second: int) -> np.ndarray:
    """`fisher` of every pair of counts, one row for each of the first group."""
    every, low = np.arange(first + second + 1)[:, None], np.arange(first + 1)
    high = every - low
    can_be = (high >= 0) & (high <= second)
    logs = log_chooses(first) + log_chooses(second)[np.where(can_be, high, 0)] - log_chooses(first + second)[every]
    sums = np.minimum(1, np.where(can_be, np.exp(logs), 0).cumsum(axis=1))
    return sums[low[:, None] + np.arange(second + 1), low[:, None]]


def _hypergeometric(k: int, first: int, second: int, every: int) -> float:
    return exp(_log_choose(first, k) + _log_choose(second, every - k) - _log_choose(first + second, every))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


@lru_cache(maxsize=256)
def log_chooses(n: int) -> np.ndarray:
    """The logarithms of "n choose 0" to "n choose n"."""
    return np.array([_log_choose(n, k) for k in range(n + 1)])


@lru_cache(maxsize=128)
def _chances(n: int) -> np.ndarray:
    """The binomial chances of 0 to ``n`` cases, one row for each common share that is looked at."""
    shares = (np.arange(STEPS) + 0.5) / STEPS
    cases = np.arange(n + 1)
    logs = log_chooses(n) + np.outer(np.log(shares), cases) + np.outer(np.log1p(-shares), n - cases)
    return np.exp(logs)


@lru_cache(maxsize=128)
def _or_more(n: int) -> np.ndarray:
    """The binomial chances of so many of ``n`` cases or more, one row for each common share that is looked at."""
    return _chances(n)[:, ::-1].cumsum(axis=1)[:, ::-1]
