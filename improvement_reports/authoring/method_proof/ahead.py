"""What is said of the time to come: whether a trend and a pace are seen, and whether a target will be met.

The rules stand in `method.paces` and `method.own_series`, for one series and in exact fractions; here they are written
once more for arrays, with their settings. A test holds the two against each other, series by series.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np

from improvement_reports.authoring.method_proof.rules import TIE, Calls, chart_rules, charted, fits, own_rule
from improvement_reports.authoring.method_proof.simulated import Drawn, World
from improvement_reports.authoring.method_proof.tables import CHANGING, HARDER, STABLE, Row, drawn, percent
from improvement_reports.method.own_series import RULES
from improvement_reports.method.paces import PACE_PERIODS, TREND_LEVEL, trend_chance
from improvement_reports.method.spc_limits import LIMIT_FACTOR

CASES, MONTHS = 150, 24
# Percentage points that a target lies above the share of the newest month; below it: easier.
TARGETS = (-15, -10, -5, 0, 5, 10, 15)
TARGET_WORLDS = {
    "chance alone": World(CASES, MONTHS, share=0.75),
    "1.5 times the variance of chance": World(CASES, MONTHS, share=0.75, dispersion=1.5),
    "neighbouring months correlated 0.3": World(CASES, MONTHS, share=0.75, correlation=0.3),
    "8 points better after month 12": World(CASES, MONTHS, share=0.67, step=8.0),
}


def trends(made: Drawn) -> Calls:
    """Which way the last 12 values have a trend by the test of Mann and Kendall: 1 up, −1 down, 0 none."""
    recent = made.values[:, -PACE_PERIODS:]
    pairs = list(combinations(range(recent.shape[1]), 2))
    rises = np.stack([recent[:, b] - recent[:, a] for a, b in pairs], axis=1)
    score = np.where(np.abs(rises) < TIE, 0, np.sign(rises)).sum(axis=1)
    slope = np.median(rises / np.array([b - a for a, b in pairs]), axis=1)
    return np.where((np.abs(score) >= least_score(recent.shape[1])) & (np.abs(slope) > TIE), np.sign(slope), 0)


def least_score(count: int) -> int:
    """The least score of Kendall that is a trend among so many values."""
    return next(s for s in range(count * count) if trend_chance(count, s) <= TREND_LEVEL)


def paces_shown(made: Drawn) -> Calls:
    """Which way a pace is shown: with a trend, and a sign of change in the same way."""
    found, called = trends(made), own_rule(made)
    return np.where(found == called, found, 0)


def assured(made: Drawn, target: float) -> Calls:
    """What the limits say of a target from which on values are better: 1 will be met, −1 missed, 0 may be either."""
    values, base = made.values, made.values[:, : RULES.fewest]
    ranges, spread = np.abs(np.diff(base, axis=1)).mean(axis=1), base.std(axis=1, ddof=1)
    reach = np.maximum(float(LIMIT_FACTOR) * ranges, float(RULES.spread_factor) * spread)
    called, shifted = charted(made), chart_rules(made)["shift"] != 0
    centre, newest = base.mean(axis=1), values[:, -1]
    first = np.where(shifted, values[:, -RULES.shift_length :].mean(axis=1), centre)
    second = np.where((called != 0) & ~shifted, newest, first)
    said = [_beside(level, reach, target) for level in (first, second)]
    return np.where(said[0] == said[1], said[0], 0)


def _beside(level: np.ndarray, reach: np.ndarray, target: float) -> Calls:
    return np.where(level - reach >= target - TIE, 1, np.where(level + reach < target - TIE, -1, 0))


def pace_rows() -> list[Row]:
    """Up / down of the trend test by itself, and of the paces that are shown."""
    worlds = {**STABLE, **HARDER, **CHANGING}
    rows: list[Row] = []
    for name, world in worlds.items():
        made = drawn(replace(world, cases=CASES, months=MONTHS))
        rows.append((name, _both(trends(made)), _both(paces_shown(made))))
    return rows


def _both(calls: Calls) -> str:
    return f"{percent(100 * float(np.mean(calls > 0)))} / {percent(100 * float(np.mean(calls < 0)))}"


def assurance_rows() -> list[Row]:
    """For each target how many months meet it in truth, and in how many reports each of the three words stands."""
    rows: list[Row] = []
    for name, world in TARGET_WORLDS.items():
        made = drawn(world)
        apt = fits(made)
        level = 100 * (world.share + (world.step / 100 if world.months > world.step_after else 0))
        for off in TARGETS:
            goal = level + off
            said = assured(made, goal)[apt]
            met = 100 * float(np.mean(made.values[:, -1] >= goal - TIE))
            shares = (percent(100 * float(np.mean(said == word))) for word in (1, 0, -1))
            rows.append((name, _target_words(off), percent(met), *shares))
    return rows


def _target_words(off: int) -> str:
    if off == 0:
        return "at the share itself"
    return f"{abs(off)} points {'above' if off > 0 else 'below'} it"


def wrongly_sure(rows: Sequence[Row]) -> float:
    """Of the targets that about half of all months meet, the largest share of reports that are sure of either."""
    return max(float(row[3]) + float(row[5]) for row in rows if row[1] == _target_words(0))


def most_paces(rows: Sequence[Row]) -> float:
    """Of the stable series for which a share is promised, the largest that is shown with a pace."""
    return max(sum(map(float, row[2].split(" / "))) for row in rows if row[0] in STABLE)


def settings() -> list[object]:
    """What these tables depend on besides those of the rest of the page."""
    level: Fraction = TREND_LEVEL
    return [PACE_PERIODS, str(level), CASES, MONTHS, TARGETS, sorted(map(str, TARGET_WORLDS.items()))]
