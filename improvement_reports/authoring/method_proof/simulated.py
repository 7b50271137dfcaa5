"""Simulated monthly percentages: so many cases a month, stable or changing, with what real series have besides chance.

Everything is drawn from one generator, so that a seed gives the same series again.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from improvement_reports.method.two_proportions import log_chooses

HIGHEST = 0.995  # a share that grows stays below 1


@dataclass(frozen=True)
class World:
    """What a series is made of.

    ``cases`` a month; ``share`` at the start; ``grows``: points a month after month ``grows_after``; ``step``: points
    up at once after month ``step_after``; ``dispersion``: how many times the variance of chance the months have;
    ``correlation`` of neighbouring months; ``rounded``: only whole percentages are known.
    """

    cases: int
    months: int
    share: float = 0.8
    grows: float = 0.0
    grows_after: int = 0
    step: float = 0.0
    step_after: int = 12
    dispersion: float = 1.0
    correlation: float = 0.0
    rounded: bool = False


@dataclass(frozen=True)
class Drawn:
    """Many series of one world, one row each: cases that count, and percentages as they are known."""

    world: World
    counts: np.ndarray
    values: np.ndarray


def draw(world: World, series: int, rng: np.random.Generator) -> Drawn:
    """So many series of a world."""
    shares = np.minimum(
        HIGHEST,
        world.share
        + world.grows / 100 * np.maximum(0, np.arange(world.months) - max(0, world.grows_after - 1))
        + np.where(np.arange(world.months) >= world.step_after, world.step / 100, 0),
    )
    counts = _dispersed(world, shares, series, rng) if world.dispersion > 1 else _linked(world, shares, series, rng)
    values = 100 * counts / world.cases
    if world.rounded:
        values = np.floor(values + 0.5)  # half-up, as every percentage is
    return Drawn(world, counts, values)


def _dispersed(world: World, shares: np.ndarray, series: int, rng: np.random.Generator) -> np.ndarray:
    """Beta-binomial counts: each month has a share of its own around the one it should have."""
    alike = (world.dispersion - 1) / (world.cases - 1)
    size = (1 - alike) / alike
    months = rng.beta(shares * size, (1 - shares) * size, (series, world.months))
    return rng.binomial(world.cases, months)


def _linked(world: World, shares: np.ndarray, series: int, rng: np.random.Generator) -> np.ndarray:
    """Binomial counts whose months hang together like a first-order autoregression."""
    normal = rng.standard_normal((series, world.months))
    for month in range(1, world.months):
        fresh = np.sqrt(1 - world.correlation**2) * normal[:, month]
        normal[:, month] = world.correlation * normal[:, month - 1] + fresh
    counts = np.empty(normal.shape, dtype=np.int64)
    for month, share in enumerate(shares):
        edges = _edges(world.cases, float(share))
        counts[:, month] = np.searchsorted(edges, normal[:, month])
    return counts


def _edges(cases: int, share: float) -> np.ndarray:
    """The values of a standard normal at which the binomial count goes up by one."""
    k = np.arange(cases + 1)
    chances = np.exp(log_chooses(cases) + k * np.log(share) + (cases - k) * np.log1p(-share)).cumsum()[:-1]
    normal, inside = NormalDist(), np.clip(chances, 1e-15, 1 - 1e-15)
    return np.array([normal.inv_cdf(float(chance)) for chance in inside])
