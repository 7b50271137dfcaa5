"""Totals over several months that overlap, of any shape and in any order of publishing: no month follows from them.

Years of three months that end two months apart stand for years of twelve that end some months apart, three-month
totals overlap, and quarters lie across years. Every number that a small world can hold is tried
(tests/withheld_worlds.py). What the totals that are shown tell by themselves, without any month, no rule can undo once
they are public; beyond that nothing is found and nothing narrowed.
"""

import itertools
import os
import random

import numpy as np
import pytest
from withheld_worlds import Numbers, World, attack, both, only, within

from improvement_reports.method.bounds import Line
from improvement_reports.method.narrowing import stretches
from improvement_reports.method.spans import LENGTHS, shift

THRESHOLD = 2
# Name → months, kind and length of each total with its first month, and the most that a total is.
YEAR, ROLLING, QUARTER = "year", "rolling_12m", "quarter"
SHAPES = {
    "two years that end two months apart": (5, [(ROLLING, 3, 1), (ROLLING, 3, 3)], 4),
    "a year and a rolling year": (5, [(YEAR, 3, 1), (ROLLING, 3, 3)], 4),
    "three years": (5, [(ROLLING, 3, 1), (ROLLING, 3, 2), (ROLLING, 3, 3)], 4),
    "overlapping three-month totals": (4, [(QUARTER, 2, 1), (QUARTER, 2, 2), (QUARTER, 2, 3)], 4),
    "a quarter across two years": (4, [(YEAR, 2, 1), (YEAR, 2, 3), (QUARTER, 2, 2)], 4),
    "a quarter in two rolling years": (4, [(ROLLING, 3, 1), (ROLLING, 3, 2), (QUARTER, 2, 2)], 4),
}
FULL = {
    "four months, two apart": (6, [(ROLLING, 4, 1), (ROLLING, 4, 3)], 5),
    "four months, three apart": (7, [(ROLLING, 4, 1), (ROLLING, 4, 4)], 5),
    "three-month totals of three months": (5, [(QUARTER, 3, 1), (QUARTER, 3, 2), (QUARTER, 3, 3)], 5),
    "three years, each two months on": (7, [(ROLLING, 3, 1), (ROLLING, 3, 3), (ROLLING, 3, 5)], 4),
}


def total(kind: str, length: int, first: int):
    def part(world: World) -> Numbers:
        return {(kind, shift("2024-03", first + length - 1), ""): sum(world[first - 1 : first - 1 + length])}

    return part


def orders(months: int, totals: list) -> dict[str, list]:
    """In which the totals and the months may be published."""
    single = [only(n) for n in range(1, months + 1)]
    by_distance = sorted(range(months), key=lambda n: abs(2 * n - months + 1))
    drawn = [*totals, *single]
    random.Random(months * 100 + len(totals)).shuffle(drawn)
    return {
        "totals first, month by month": [*totals, *single],
        "totals first, all months in one": [both(*totals), both(*single)],
        "totals first, the last month first": [*totals, *single[::-1]],
        "totals first, from the middle": [both(*totals), *(single[n] for n in by_distance)],
        "the first month before the last total": [*totals[:-1], single[0], totals[-1], *single[1:]],
        "all in one return": [both(*totals, *single)],
        "months first": [both(*single), both(*totals)],
        "drawn by lot": drawn,
    }


# (shape, order) → narrowed: a year that is withheld because it is small is known to be small, and the months that were
# shown before it say at least how much of it is in the month that it shares with another one.
SMALL_YEARS = {
    ("two years that end two months apart", "drawn by lot"): 2,
    ("a year and a rolling year", "drawn by lot"): 2,
}
ORDERS = list(orders(1, [total(YEAR, 1, 1)]))


def found_and_narrowed(monkeypatch, shape: tuple, order: str, is_none_small: bool = False) -> tuple[int, int, int]:
    months, spans, most = shape
    for kind, length, _ in spans:
        for each in {kind, *((YEAR, ROLLING) if kind in (YEAR, ROLLING) else ())}:
            monkeypatch.setitem(LENGTHS, each, length)
    ends = [(first, first + length - 1) for _, length, first in spans]

    def is_whole(world: World, is_all_shown: bool) -> bool:
        """Where a total is withheld, worlds with a larger one are alike too, and some of them are not here."""
        sums = [sum(world[f - 1 : last]) for f, last in ends]
        if is_none_small and any(0 < number <= THRESHOLD for number in sums):
            return False
        return is_all_shown or all(number <= most - THRESHOLD for number in sums)

    series = orders(months, [total(*span) for span in spans])[order]
    return attack(within(months, ends, most), series, THRESHOLD, most, beside_totals=True, counts=is_whole)


# Each shape in two of the orders; all of them, and all larger ones below, with EVERY_WORLD=1 in the environment, which
# takes some ten minutes more.
EVERY_WORLD = bool(os.environ.get("EVERY_WORLD"))
DRAWN = [(s, o) for i, s in enumerate(SHAPES) for j, o in enumerate(ORDERS) if EVERY_WORLD or (i + j) % 4 == 0]


@pytest.mark.parametrize(("name", "order"), DRAWN)
def test_no_month_follows_from_totals_that_overlap(monkeypatch, name, order):
    cells, found, narrowed = found_and_narrowed(monkeypatch, SHAPES[name], order)
    assert cells > 0 and (found, narrowed) == (0, SMALL_YEARS.get((name, order), 0))


SAMPLED = ["totals first, month by month", "the first month before the last total"]
IN_TURN = [(shape, SAMPLED[i % len(SAMPLED)]) for i, shape in enumerate(FULL)]
# Every cell that is withheld here is in a world with a small total, which this test leaves out.
NOTHING_LEFT = {("three years, each two months on", o) for o in ("all in one return", "months first", "drawn by lot")}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "order"), itertools.product(FULL, ORDERS) if EVERY_WORLD else IN_TURN)
def test_no_month_follows_from_totals_that_overlap_in_larger_worlds(monkeypatch, name, order):
    """Where a total is withheld because it is small, it narrows the months of one that it shares a month with."""
    cells, found, narrowed = found_and_narrowed(monkeypatch, FULL[name], order, is_none_small=True)
    assert (cells == 0) == ((name, order) in NOTHING_LEFT) and (found, narrowed) == (0, 0)


PLACES = ("North", "South", "")


def of_districts(world: World) -> dict[str, World]:
    """The months of two districts, and of the whole."""
    half = len(world) // 2
    north, south = world[:half], world[half:]
    return dict(zip(PLACES, (north, south, tuple(map(sum, zip(north, south, strict=True)))), strict=True))


def months_by_district(*numbers: int):
    def part(world: World) -> Numbers:
        return {("month", shift("2024-03", n), c): w[n - 1] for n in numbers for c, w in of_districts(world).items()}

    return part


def year_by_district(last: int, which: tuple[str, ...]):
    """The rolling “year” of two months that ends with a month, of some places."""

    def part(world: World) -> Numbers:
        places = of_districts(world)
        return {(ROLLING, shift("2024-03", last), c): sum(places[c][last - 2 : last]) for c in which}

    return part


@pytest.mark.slow
@pytest.mark.parametrize("which", [PLACES, ("",)])
@pytest.mark.parametrize("order", ["month by month", "months in one", "as they end"])
def test_no_month_of_a_district_follows_from_rolling_years(monkeypatch, order, which):
    """Rolling years by district, or of the whole alone, beside months by district."""
    for kind in (YEAR, ROLLING):
        monkeypatch.setitem(LENGTHS, kind, 2)
    years, months = [year_by_district(n, which) for n in (2, 3)], [months_by_district(n) for n in (1, 2, 3)]
    series = {
        "month by month": [both(*years), *months],
        "months in one": [both(*years), both(*months)],
        "as they end": [months[0], both(months[1], years[0]), both(months[2], years[1])],
    }[order]
    most, ends = 3, [(1, 2), (2, 3)]
    one = within(3, ends, most)
    worlds = [(*north, *south) for north in one for south in one]

    def is_whole(world: World, is_all_shown: bool) -> bool:
        return is_all_shown or all(
            sum(w[f - 1 : last]) < most for c, w in of_districts(world).items() if c for f, last in ends
        )

    cells, found, narrowed = attack(worlds, series, THRESHOLD, 2, beside_totals=True, counts=is_whole)
    assert cells > 0 and (found, narrowed) == (0, 0)


def test_without_the_rule_months_are_found(monkeypatch):
    """The attack sees what was there before: three-month totals that overlap, published before their months."""
    from improvement_reports.method import suppression

    monkeypatch.setattr(suppression, "narrowing", lambda *_: set())
    shape = SHAPES["overlapping three-month totals"]
    _, found, narrowed = found_and_narrowed(monkeypatch, shape, "totals first, month by month")
    assert found > 0 and narrowed > 0


@pytest.mark.slow
def test_the_shortest_ways_are_the_bounds_that_trying_everything_gives():
    drawn, places = random.Random(8), range(5)
    months = [shift("2024-03", n) for n in places]
    for _ in range(60):
        world = [drawn.choice([0, 0, 1, 2, 3, 5]) for _ in places]
        spans = [(0, 4), *drawn.sample([(a, b) for a in places for b in range(a, 5)], drawn.randint(1, 4))]
        line = Line(months[0], months[4], {(months[a], months[b]): float(sum(world[a : b + 1])) for a, b in spans})
        most = [min(sum(world[a : b + 1]) for a, b in spans if a <= n <= b) for n in places]
        fits = [
            w
            for w in itertools.product(*(range(m + 1) for m in most))
            if all(sum(w[a : b + 1]) == sum(world[a : b + 1]) for a, b in spans)
        ]
        least, largest = line.bounds()
        for at, n in enumerate(months.index(m) for m in line.unknown):
            can = sorted({w[n] for w in fits})
            assert (least[at], largest[at]) == (can[0], can[-1])
            if_it_were = line.bounds_if(months[n], np.array(can, dtype=float))
            for value, low, high in zip(can, *if_it_were, strict=True):
                others = [[w[months.index(m)] for w in fits if w[n] == value] for m in line.unknown]
                assert (list(low), list(high)) == ([min(o) for o in others], [max(o) for o in others])


def test_numbers_that_contradict_each_other_say_nothing():
    assert not Line("2024-01", "2024-03", {("2024-01", "2024-03"): 3, ("2024-01", "2024-02"): 5}).is_sound


def test_totals_hang_together_where_they_share_a_month_that_is_not_shown():
    first, second, third = ("2024-01", "2024-03"), ("2024-03", "2024-05"), ("2024-06", "2024-08")
    assert stretches([first, second, third], set()) == [{first, second}, {third}]
    assert stretches([first, second, third], {"2024-03"}) == [{first}, {second}, {third}]
    assert stretches([first, second], {"2024-01", "2024-02", "2024-03"}) == [{second}]
