"""Funnel limits: no size of authority is called unusual more often than another, and true outliers are found."""

import numpy as np
import pytest

from improvement_reports.method.funnel import (
    FEWEST_CASES,
    Funnel,
    Place,
    funnel,
    may_be_ranked,
    too_many_withheld,
    withheld_words,
)

SIZES = np.geomspace(25, 4000, 150).astype(int)


def simulated(seed: int, share: float = 0.3, between: float = 0.03) -> list[Place]:
    """150 authorities of very different sizes that differ by more than chance."""
    rng = np.random.default_rng(seed)
    own = np.clip(rng.normal(share, between, len(SIZES)), 0.01, 0.99)
    return [Place(float(k) / n, float(n)) for k, n in zip(rng.binomial(SIZES, own), SIZES, strict=True)]


def test_small_authorities_are_not_unusual_more_often_than_large_ones():
    """Tukey's fences call the small ones unusual most of the time; the funnel is far from it."""
    flagged, fenced = np.zeros(len(SIZES)), np.zeros(len(SIZES))
    for seed in range(60):
        places = simulated(seed)
        made = funnel(places)
        flagged += [made.unusual(p) != "" for p in places]
        low, high = np.quantile([p.share for p in places], [0.25, 0.75])
        reach = 1.5 * (high - low)
        fenced += [not low - reach <= p.share <= high + reach for p in places]
    smallest, largest = flagged[:15].mean() / 60, flagged[-15:].mean() / 60
    assert smallest < 0.01 and largest < 0.01
    assert fenced[:15].mean() > 20 * max(fenced[-15:].mean(), 0.1)


def test_a_true_outlier_is_found_on_its_side():
    places = simulated(1)
    high, low = Place(0.6, 2000.0), Place(0.05, 2000.0)
    made = funnel([*places, high, low])
    assert (made.unusual(high), made.unusual(low)) == ("high", "low")
    assert made.unusual(Place(made.centre, 2000.0)) == ""


def test_limits_are_those_of_the_binomial_where_chance_is_enough():
    made = Funnel(0.5, 0.0, True)
    assert made.limits(100) == pytest.approx((0.35, 0.65))
    assert made.limits(4) == (0.0, 1.0)  # drawn no further than a share can be
    rate = Funnel(0.04, 0.0, False)
    assert rate.limits(900) == pytest.approx((0.02, 0.06))


def test_a_funnel_needs_authorities_that_differ():
    assert funnel(simulated(1)[:19]) is None
    assert funnel([Place(0.0, 100.0)] * 30) is None and funnel([Place(1.0, 100.0)] * 30) is None
    assert funnel([Place(0.2, 0.0)] * 30) is None


def test_spread_is_estimated_without_the_outliers():
    places = simulated(2)
    wild = [*places[:-6], *[Place(0.9, 3000.0)] * 6]
    assert funnel(wild).between < 4 * funnel(places).between


def test_few_cases_are_neither_best_nor_worst():
    assert may_be_ranked(FEWEST_CASES) and may_be_ranked(None) and not may_be_ranked(FEWEST_CASES - 1)


def test_a_third_withheld_is_said():
    assert too_many_withheld(50, 150) and not too_many_withheld(49, 150) and not too_many_withheld(0, 0)
    assert withheld_words(59, 153) == "59 of 153 authorities have a number too small to be published and are not in it"
    assert withheld_words(3, 153) == ""
