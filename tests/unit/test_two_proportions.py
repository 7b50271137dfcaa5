"""The test of two shares: published p-values, its level at every size, and laws; and the interval of one share."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from improvement_reports.method.intervals import shown_interval, whole, wilson
from improvement_reports.method.two_proportions import (
    LARGEST,
    LEVEL,
    STEPS,
    Counted,
    chance_of,
    fisher,
    fisher_table,
    one_sided,
    p_value,
    strict_level,
    supported,
)

# Lower tail of 2 × 2 tables by column: Fisher's p-value and Boschloo's, as R's package Exact gives them at a resolution
# of the common share of 1e-8 (quoted in the tests of SciPy's boschloo_exact).
PUBLISHED = [
    ((2, 10), (7, 9), 0.01852173, 0.009886142),
    ((5, 15), (1, 11), 0.9782609, 0.9450994),
    ((5, 25), (16, 41), 0.08913823, 0.05827348),
    ((10, 20), (5, 6), 0.1652174, 0.08565611),
    ((5, 6), (0, 4), 1, 1),
    ((0, 3), (1, 3), 0.5, 0.34375),
    ((7, 15), (12, 15), 0.06406797, 0.03410916),
    ((10, 35), (24, 61), 0.2009359, 0.1512882),
]


@pytest.mark.parametrize("low, high, fishers, boschloos", PUBLISHED)
def test_published_p_values(low, high, fishers, boschloos):
    low, high = Counted(*low), Counted(*high)
    assert fisher(low, high) == pytest.approx(fishers, abs=1e-6)
    assert one_sided(low, high) == pytest.approx(boschloos, abs=2e-5)


counts = st.integers(1, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))).map(lambda c: Counted(*c))


@given(counts, counts)
@settings(max_examples=60, deadline=None)
def test_laws_of_the_p_value(now, before):
    """It is the same seen from either side and of what is not counted, and never above Fisher's."""
    p = p_value(now, before)
    assert 0 <= p <= 1
    assert p == pytest.approx(p_value(before, now), abs=1e-9)
    misses = (Counted(c.of - c.cases, c.of) for c in (now, before))
    assert p == pytest.approx(p_value(*misses), abs=1e-9)
    assert one_sided(now, before) <= fisher(now, before) + 1e-9


@pytest.mark.parametrize("first, second", [(5, 5), (7, 30), (40, 40), (60, 45)])
def test_stable_shares_are_called_different_no_more_often_than_the_level_says(first, second):
    """The exact size, at many common shares: no simulation."""
    table = np.array(
        [[p_value(Counted(a, first), Counted(b, second)) <= LEVEL for b in range(second + 1)] for a in range(first + 1)]
    )
    for share in np.linspace(0.01, 0.99, 37):
        chances = [_binomial(n, share) for n in (first, second)]
        assert chances[0] @ table @ chances[1] <= LEVEL + 1e-4


def _binomial(n: int, share: float) -> np.ndarray:
    chances = np.array([1.0])
    for _ in range(n):
        chances = np.convolve(chances, [1 - share, share])
    return chances


@pytest.mark.parametrize("few", [0.0, 0.1, 0.5, 1.0])
def test_the_chance_of_pairs_is_the_sum_of_theirs_wherever_they_lie(few):
    """At the common share that makes it largest, of those that are looked at."""
    pairs = np.random.default_rng(3).random((7, 12)) < few
    shares = (np.arange(STEPS) + 0.5) / STEPS
    assert chance_of(pairs) == pytest.approx(max(_binomial(6, s) @ pairs @ _binomial(11, s) for s in shares), abs=1e-12)


def test_the_table_of_fishers_values_is_fishers():
    for first, second in ((6, 9), (9, 6), (1, 5)):
        table = fisher_table(first, second)
        for a in range(first + 1):
            for b in range(second + 1):
                assert table[a, b] == pytest.approx(fisher(Counted(a, first), Counted(b, second)))


def test_beyond_the_largest_the_test_is_fishers():
    now, before = Counted(150, LARGEST + 1), Counted(120, LARGEST + 1)
    assert one_sided(before, now) == fisher(before, now)
    assert supported(now, before)


def test_a_direction_needs_more_than_the_plain_level():
    """44 of 46 against 42 of 46 is chance; so is what only independent cases would make significant."""
    assert not supported(Counted(44, 46), Counted(42, 46))
    just = Counted(45, 50), Counted(37, 50)
    assert strict_level() < p_value(*just) <= 0.06
    assert not supported(*just) and supported(*just, level=0.06)
    assert supported(Counted(48, 50), Counted(35, 50))


@pytest.mark.parametrize("wrong", [Counted(-1, 4), Counted(5, 4), Counted(0, 0)])
def test_counts_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="is no share"):
        p_value(wrong, Counted(1, 4))
    with pytest.raises(ValueError, match="is no share"):
        wilson(wrong)


# R. G. Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
@pytest.mark.parametrize(
    "cases, of, low, high", [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.0, 16.11), (1, 29, 0.61, 17.18)]
)
def test_published_intervals(cases, of, low, high):
    found = wilson(Counted(cases, of))
    assert (float(found.low), float(found.high)) == pytest.approx((low, high), abs=0.006)


@given(counts)
def test_an_interval_holds_its_share_and_mirrors(counted):
    low, high = wilson(counted)
    mirrored = wilson(Counted(counted.of - counted.cases, counted.of))
    assert 0 <= low <= 100 * counted.cases / counted.of + 1e-9 and high >= 100 * counted.cases / counted.of - 1e-9
    assert high <= 100 and low < high
    assert float(100 - low) == pytest.approx(float(mirrored.high), abs=1e-9)


def test_an_interval_is_shown_outwards_and_only_of_few_cases():
    assert shown_interval(Counted(38, 42)) == (77, 97)  # 77.9 to 96.2
    assert [str(end) for end in shown_interval(Counted(38, 42), 1)] == ["77.9", "96.3"]
    assert shown_interval(Counted(190, 200)) is None and shown_interval(None) is None
    assert shown_interval(Counted(190, 199)) is not None


def test_full_time_equivalents_are_no_cases():
    assert whole("38", 42) == Counted(38, 42)
    assert whole("38.5", 42) is None and whole(38, "42.25") is None and whole(43, 42) is None and whole(0, 0) is None
