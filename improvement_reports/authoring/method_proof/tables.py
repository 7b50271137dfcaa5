"""The tables of the proof: which worlds are simulated, and how often each rule says what of them."""

import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from improvement_reports.authoring.method_proof.rules import RULES_BY_NAME, Calls, chart_rules, charted, fits
from improvement_reports.authoring.method_proof.simulated import Drawn, World, draw
from improvement_reports.method import aptness, laney, two_proportions
from improvement_reports.method.own_series import RULES
from improvement_reports.method.spc_limits import LIMIT_FACTOR, RANGE_FACTOR

SEED = 20_240_401
SERIES = 10_000  # of each world: a share of 5 % is then known to within 0.4 points
CASES = (40, 150, 400)
MONTHS = (18, 24)
KEY_MEASURES = 6
ALLOWED = 5.0  # percent of stable series that may be called changed

# Stable series: what besides chance is in them. The last two are harder than what the rules are made to bear.
STABLE = {
    "chance alone": World(0, 0),
    "rounded to whole percentages": World(0, 0, rounded=True),
    "1.5 times the variance of chance": World(0, 0, dispersion=1.5),
    "neighbouring months correlated 0.3": World(0, 0, correlation=0.3),
    "correlated 0.3, rounded": World(0, 0, correlation=0.3, rounded=True),
    "at 99%": World(0, 0, share=0.99),
    "at 99%, rounded": World(0, 0, share=0.99, rounded=True),
}
HARDER = {
    "3 times the variance of chance": World(0, 0, dispersion=3.0),
    "neighbouring months correlated 0.5": World(0, 0, correlation=0.5),
}
CHANGING = {
    "1 point better a month": World(0, 0, share=0.65, grows=1.0),
    "1 point better a month, rounded": World(0, 0, share=0.65, grows=1.0, rounded=True),
    "1 point better a month after month 12": World(0, 0, share=0.65, grows=1.0, grows_after=12),
    "8 points better after month 12": World(0, 0, share=0.7, step=8.0),
    "8 points better after month 12, rounded": World(0, 0, share=0.7, step=8.0, rounded=True),
    "8 points better after month 12, correlated 0.3": World(0, 0, share=0.7, step=8.0, correlation=0.3),
}


class Share(NamedTuple):
    """Percent of the series whose newest point is called better, and worse."""

    better: float
    worse: float

    @property
    def either(self) -> float:
        return self.better + self.worse


def drawn(world: World, series: int = SERIES) -> Drawn:
    """The series of a world; each world has numbers of its own, whatever else is simulated."""
    key = zlib.crc32(repr(sorted(asdict(world).items())).encode())
    return draw(world, series, np.random.default_rng([SEED, key]))


def share(calls: Calls) -> Share:
    return Share(float(100 * np.mean(calls > 0)), float(100 * np.mean(calls < 0)))


def shares(world: World, series: int = SERIES) -> dict[str, Share]:
    """What each rule says of the same series."""
    made = drawn(world, series)
    return {name: share(rule(made)) for name, rule in RULES_BY_NAME.items()}


Row = tuple[str, ...]


def sized(worlds: dict[str, World], months: Sequence[int] = MONTHS) -> list[tuple[str, World]]:
    """Every world with every number of cases and of months."""
    return [
        (name, replace(world, cases=cases, months=length))
        for name, world in worlds.items()
        for length in months
        for cases in CASES
    ]


def percent(number: float) -> str:
    return f"{number:.1f}"


def compared(worlds: dict[str, World], said: Callable[[Share], str], months: Sequence[int] = MONTHS) -> list[Row]:
    """A row for each world, with what each rule says of it."""
    return [
        (name, str(world.months), str(world.cases), *(said(found) for found in shares(world).values()))
        for name, world in sized(worlds, months)
    ]


def stable_rows(worlds: dict[str, World], months: Sequence[int] = MONTHS) -> list[Row]:
    return compared(worlds, lambda found: percent(found.either), months)


def power_rows(months: Sequence[int] = MONTHS) -> list[Row]:
    """Called better / called worse, of series that became better."""
    worlds = CHANGING if max(months) > RULES.fewest else SHORT_CHANGING
    return compared(worlds, lambda found: f"{percent(found.better)} / {percent(found.worse)}", months)


SHORT_CHANGING = {
    "1 point better a month": World(0, 0, share=0.65, grows=1.0),
    "8 points better in the newest month": World(0, 0, share=0.7, step=8.0, step_after=5),
    "20 points better in the newest month": World(0, 0, share=0.7, step=20.0, step_after=5),
}


def month_by_month() -> list[Row]:
    """Of stable series the share called changed by this method, by how many months are known."""
    rows = []
    for months in (2, 6, 11, 12, 13, 14, 16, 18, 21, 24, 30, 36, 48):
        worlds = [World(150, months), World(150, months, dispersion=1.5), World(150, months, correlation=0.3)]
        rows.append((str(months), *(percent(shares(world)["this method"].either) for world in worlds)))
    return rows


def rule_by_rule() -> list[Row]:
    """What each rule of the chart finds by itself in stable series of 24 months and 150 cases."""
    worlds = [World(150, 24), World(150, 24, rounded=True), World(150, 24, dispersion=1.5)]
    worlds += [World(150, 24, correlation=0.3), World(150, 24, share=0.7, step=8.0)]
    found = [chart_rules(drawn(world)) for world in worlds]
    return [(name, *(percent(share(one[name]).either) for one in found)) for name in found[0]]


SEVEN = replace(RULES, shift_length=7, shift_reach=Fraction(0))
TRIED = {
    "rules of 7 points, limits from ranges": replace(
        RULES, spread_factor=Fraction(0), shift_length=7, shift_reach=Fraction(0)
    ),
    "and limits no narrower than the spread": replace(RULES, shift_length=7, shift_reach=Fraction(0)),
    "and a shift some way out: this method": RULES,
}


def tried() -> list[Row]:
    """Settings with a fixed baseline, one after the other: stable series called changed, and a step found."""
    worlds = [World(150, 24), World(150, 24, rounded=True), World(150, 24, dispersion=1.5)]
    worlds += [World(150, 24, correlation=0.3), World(150, 18, share=0.7, step=8.0)]
    made = [drawn(world) for world in worlds]
    return [(name, *(percent(share(charted(one, rules)).either) for one in made)) for name, rules in TRIED.items()]


def fitting() -> list[Row]:
    """How many series near 99 % the chart is held to fit, and what it would say of them if it were drawn anyway."""
    rows: list[Row] = []
    for name, world in sized({"counts known": World(0, 0, share=0.99), "rounded": STABLE["at 99%, rounded"]}, (24,)):
        made = drawn(world)
        rows.append((name, str(world.cases), percent(100 * fits(made).mean()), percent(share(charted(made)).either)))
    return rows


def settings() -> dict[str, object]:
    """All that the tables depend on."""
    return {
        "rules": {name: str(value) for name, value in asdict(RULES).items()},
        "limits": [str(LIMIT_FACTOR), str(RANGE_FACTOR)],
        "test": [two_proportions.LEVEL, two_proportions.DISPERSION, two_proportions.STEPS, two_proportions.LARGEST],
        "fits": [aptness.FEW_CASES, aptness.NEAR_THE_END, str(laney.MOST_APART)],
        "worlds": {n: asdict(w) for n, w in (STABLE | HARDER | CHANGING | SHORT_CHANGING).items()},
        "simulated": [SEED, SERIES, CASES, MONTHS, KEY_MEASURES],
    }


def digest(more: object = None) -> str:
    """Of the settings, and of ``more`` of them."""
    return hashlib.sha256(json.dumps([settings(), more], sort_keys=True).encode()).hexdigest()[:16]
