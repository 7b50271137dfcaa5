"""Funnel limits: no size of authority is called unusual more often than another, and true outliers are found."""

import numpy as np
import pytest

from improvement_reports.method.funnel import (
    FEWEST_CASES,
    Funnel,
    Place,
    funnel,
    too_few_cases,
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
    rate = Funnel(0.2, 0.0, False)  # the root of 0.04
    assert rate.limits(900) == pytest.approx((0.15**2, 0.25**2))


def test_further_out_than_chance_is_not_yet_unusual():
    """Authorities differ by more than chance: only who lies outside of that as well is unusual."""
    made = Funnel(0.5, 0.1**2, True)
    assert (made.apart(Place(0.7, 100)), made.unusual(Place(0.7, 100))) == ("high", "")
    assert (made.apart(Place(0.4, 100)), made.unusual(Place(0.1, 100))) == ("", "low")


def test_skewed_rates_flag_both_sides_alike():
    """Rates of small towns are skewed; on their own scale hardly any is low, and many are high."""
    rng = np.random.default_rng(7)
    sides = {"high": 0, "low": 0, "": 0}
    for _ in range(40):
        own = rng.lognormal(np.log(0.05), 0.45, len(SIZES))
        of = SIZES * 20
        places = [Place(float(k) / n, float(n)) for k, n in zip(rng.poisson(of * own), of, strict=True)]
        made = funnel(places, is_share=False)
        for place in places:
            sides[made.unusual(place)] += 1
    assert sides["high"] / sum(sides.values()) < 0.015


def test_a_funnel_needs_authorities_that_differ():
    assert funnel(simulated(1)[:19]) is None
    assert funnel([Place(0.0, 100.0)] * 30) is None and funnel([Place(1.0, 100.0)] * 30) is None
    assert funnel([Place(0.2, 0.0)] * 30) is None


def test_spread_is_estimated_without_the_outliers():
    places = simulated(2)
    wild = [*places[:-6], *[Place(0.9, 3000.0)] * 6]
    assert funnel(wild).between < 4 * funnel(places).between


def test_few_cases_have_no_rank():
    assert too_few_cases(FEWEST_CASES - 1) and not too_few_cases(FEWEST_CASES) and not too_few_cases(None)


def test_a_third_withheld_is_said():
    assert too_many_withheld(50, 150) and not too_many_withheld(49, 150) and not too_many_withheld(0, 0)
    assert withheld_words(59, 153) == "59 of 153 authorities have no published value, as a rule because it is too small"
    assert withheld_words(3, 153) == ""
