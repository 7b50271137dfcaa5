"""The rules on many series at once: 1 where the newest point is called better (higher), −1 worse, 0 no sign of change.

The rules themselves stand in `method`, for one series and in exact fractions; here they are written once more for
arrays, with the settings of `method`. A test holds the two against each other, series by series.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from improvement_reports.authoring.method_proof.simulated import Drawn
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.method.aptness import FEW_CASES, NEAR_THE_END
from improvement_reports.method.own_series import RULES, ChartRules
from improvement_reports.method.spc_limits import LIMIT_FACTOR, RANGE_FACTOR
from improvement_reports.method.two_proportions import EQUAL, LARGEST, chance_of, fisher_table, strict_level
from improvement_reports.workspace.measures import MEANINGFUL_CHANGE

TIE = 1e-9  # what lies this near a line lies on it: sums of floats differ in their last places
OUTER = 2 / 3
Calls = np.ndarray


def old_rule(drawn: Drawn) -> Calls:
    """Until now: the newest value against the one before; one percentage point is a change."""
    change = drawn.values[:, -1] - drawn.values[:, -2]
    return np.where(np.abs(change) >= MEANINGFUL_CHANGE[Unit.PERCENT] - TIE, np.sign(change), 0)


def national_rule(drawn: Drawn) -> Calls:
    """The settings of `NHSRplotthedots` as they come: all points are the baseline, ranges at or above 3.267 × their
    mean are screened out; shifts and trends of 7; of two of three, points beyond a limit do not count.
    """
    values = drawn.values
    ranges = np.abs(np.diff(values, axis=1))
    mean = ranges.mean(axis=1, keepdims=True)
    kept = np.where(ranges < float(RANGE_FACTOR) * mean, ranges, np.nan)
    with np.errstate(all="ignore"):
        reach = float(LIMIT_FACTOR) * np.where(np.isnan(kept).all(axis=1), np.nan, _mean_of(kept))
    offsets = values - values.mean(axis=1, keepdims=True)
    return _first(
        _outside(offsets, reach),
        _trend(values, 7),
        _two_of_three(offsets, reach, inside=True),
        _shift(offsets, reach, 7),
    )


def chart_rules(drawn: Drawn, rules: ChartRules = RULES) -> dict[str, Calls]:
    """What each rule of the own chart finds in the newest point, whether or not the chart fits."""
    values, base = drawn.values, drawn.values[:, : rules.fewest]
    ranges = np.abs(np.diff(base, axis=1)).mean(axis=1)
    spread = base.std(axis=1, ddof=1)
    reach = np.maximum(float(LIMIT_FACTOR) * ranges, float(rules.spread_factor) * spread)
    offsets = values - base.mean(axis=1, keepdims=True)
    return {
        "trend": _trend(values, rules.trend_length),
        "outside a limit": _outside(offsets, reach),
        "shift": _shift(offsets, reach, rules.shift_length, float(rules.shift_reach)),
        "two of three": _two_of_three(offsets, reach),
    }


def charted(drawn: Drawn, rules: ChartRules = RULES) -> Calls:
    """What the own chart says of the newest point, whether or not it fits."""
    return _first(*chart_rules(drawn, rules).values())


def own_rule(drawn: Drawn) -> Calls:
    """The method: from 12 points the chart where it fits, otherwise the test of two shares, if counts are known."""
    tested = np.zeros(len(drawn.values)) if drawn.world.rounded else share_rule(drawn)
    if drawn.world.months < RULES.fewest:
        return tested
    return np.where(fits(drawn), charted(drawn), tested)


def fits(drawn: Drawn) -> np.ndarray:
    """Which series the chart fits, as `method.aptness` decides it."""
    base = drawn.values[:, : RULES.fewest]
    is_flat = np.ptp(base, axis=1) < TIE
    if not drawn.world.rounded:
        counts = drawn.counts[:, : RULES.fewest]
        fewest = np.minimum(counts.sum(axis=1), (drawn.world.cases - counts).sum(axis=1))
        return ~is_flat & (fewest >= FEW_CASES * RULES.fewest)
    mean = base.mean(axis=1)
    is_coarse = np.abs(np.diff(base, axis=1)).mean(axis=1) < 1 - TIE
    return ~is_flat & ~is_coarse & (mean > NEAR_THE_END + TIE) & (mean < 100 - NEAR_THE_END - TIE)


def share_rule(drawn: Drawn) -> Calls:
    """The test of the newest share against the one before."""
    now, before = drawn.counts[:, -1], drawn.counts[:, -2]
    lower = rejected(drawn.world.cases, strict_level() / 2)
    return lower[before, now].astype(int) - lower[now, before].astype(int)


@lru_cache(maxsize=32)
def rejected(cases: int, level: float) -> np.ndarray:
    """Of which pairs of counts of as many cases the test says that the first share is lower, one-sided at a level.

    Both p-values grow together, so that one limit of Fisher's divides the pairs; it is found by halving.
    """
    table = fisher_table(cases, cases)
    if cases > LARGEST:
        return table <= level
    candidates = np.unique(table)
    low, high = 0, len(candidates)
    while low < high:
        middle = (low + high) // 2
        if chance_of(table <= candidates[middle] + EQUAL) <= level:
            low = middle + 1
        else:
            high = middle
    return table <= candidates[low - 1] + EQUAL if low else np.zeros(table.shape, dtype=bool)


def _mean_of(ranges: np.ndarray) -> np.ndarray:
    return np.nansum(ranges, axis=1) / np.maximum(1, (~np.isnan(ranges)).sum(axis=1))


def _signs(offsets: np.ndarray) -> np.ndarray:
    return np.where(np.abs(offsets) < TIE, 0, np.sign(offsets))


def _first(*calls: Calls) -> Calls:
    """The first rule that finds something."""
    found = np.zeros(len(calls[0]))
    for call in calls:
        found = np.where(found != 0, found, call)
    return found


def _outside(offsets: np.ndarray, reach: np.ndarray) -> Calls:
    last = offsets[:, -1]
    return np.where(np.abs(last) > reach + TIE, _signs(last), 0)


def _shift(offsets: np.ndarray, reach: np.ndarray, length: int, least: float = 0.0) -> Calls:
    recent = offsets[:, -length:]
    if recent.shape[1] < length:
        return np.zeros(len(offsets))
    far = np.abs(recent.mean(axis=1)) > least * reach + (TIE if least else -TIE)
    return np.where((np.abs(_signs(recent).sum(axis=1)) == length) & far, _signs(recent[:, -1]), 0)


def _trend(values: np.ndarray, length: int) -> Calls:
    steps = _signs(np.diff(values[:, -length:], axis=1))
    if steps.shape[1] < length - 1:
        return np.zeros(len(values))
    return np.where(np.abs(steps.sum(axis=1)) == length - 1, steps[:, -1], 0)


def _two_of_three(offsets: np.ndarray, reach: np.ndarray, inside: bool = False) -> Calls:
    """``inside``: a point beyond the limit is not one near it, as in `NHSRplotthedots`."""
    recent = offsets[:, -3:]
    outer = np.abs(recent) > OUTER * reach[:, None] + TIE
    if inside:
        outer &= np.abs(recent) <= reach[:, None] + TIE
    found = (np.abs(_signs(recent).sum(axis=1)) == 3) & (outer.sum(axis=1) >= 2) & outer[:, -1]
    return np.where(found, _signs(recent[:, -1]), 0)


RULES_BY_NAME: dict[str, Callable[[Drawn], Calls]] = {
    "until now": old_rule,
    "NHSRplotthedots": national_rule,
    "this method": own_rule,
}
