"""Totals over several periods, changes and months said again: who has all returns and knows the rules finds nothing.

Every number that a small world can hold is tried (tests/withheld_worlds.py).
"""

from collections.abc import Callable
from itertools import product

import pytest
from withheld_worlds import Numbers, World, attack, both, month, only

from improvement_reports.method.spans import LENGTHS, Cell, shift, spans_of

QUARTER = ("quarter", "2024-06", "")


def three(world: World) -> Numbers:
    return {month(n): v for n, v in enumerate(world[:3], 1)}


def quarter(world: World) -> Numbers:
    return {QUARTER: sum(world[:3])}


def to_date(n: int, kind: str = "to_date") -> Callable[[World], Numbers]:
    return lambda world: {(kind, shift("2024-03", n), ""): sum(world[:n])}


SERIES = {
    "month by month, the quarter with the last": [only(1), only(2), both(only(3), quarter)],
    "the quarter after its months": [only(1), only(2), only(3), quarter],
    "the quarter before its months": [quarter, only(1), only(2), only(3)],
    "the quarter before two of its months": [only(1), quarter, only(2), only(3)],
    "the months after the quarter in one return": [quarter, three],
    "all in one return": [both(three, quarter)],
    "running totals beside the months": [
        both(only(1), to_date(1)),
        both(only(2), to_date(2)),
        both(only(3), to_date(3)),
    ],
    "running totals after the months": [three, both(to_date(1), to_date(2), to_date(3))],
    "months after the running totals": [to_date(1), both(only(2), to_date(2)), to_date(3), both(only(1), only(3))],
    "a running total and the quarter": [only(1), both(only(2), quarter), both(only(3), to_date(3))],
    "the financial year to date and the months": [
        both(only(1), to_date(1, "financial_year_to_date")),
        to_date(2, "financial_year_to_date"),
        both(only(3), to_date(3)),
    ],
    "months said again": [only(1), both(only(1), only(2)), three],
    "a quarter that is a year's last, said as the year": [
        only(1),
        only(2),
        both(only(3), quarter),
        lambda w: {("to_date", "2024-06", ""): sum(w)},
    ],
}
THRESHOLD, MOST, LARGEST = 2, 5, 8


@pytest.mark.parametrize("name", SERIES)
def test_no_total_over_months_gives_a_month_away(name):
    cells, found, narrowed = attack(list(product(range(LARGEST + 1), repeat=3)), SERIES[name], THRESHOLD, MOST)
    assert cells > 150
    assert (found, narrowed) == (0, 0)


def test_no_six_months_give_a_month_away(monkeypatch):
    """Six months have three months here, so that every number is free."""
    monkeypatch.setitem(LENGTHS, "six_months", 3)
    whole = lambda world: {("six_months", "2024-06", ""): sum(world[:3])}  # noqa: E731
    worlds = list(product(range(LARGEST + 1), repeat=3))
    cells, found, narrowed = attack(worlds, [only(1), whole, only(2), only(3)], THRESHOLD, MOST)
    assert cells > 150
    assert (found, narrowed) == (0, 0)


def stated_changes(world: World, n: int) -> dict:
    """What each month after the first states beside its value: the difference to the month before."""
    return {month(n + 1): float(world[n] - world[n - 1])} if n else {}


def test_no_stated_change_gives_a_month_away():
    worlds = list(product(range(LARGEST + 1), repeat=3))
    series = [only(1), only(2), only(3)]
    assert attack(worlds, series, THRESHOLD, MOST, stated_changes) == (216, 0, 0)
    assert attack(
        worlds, [both(*series)], THRESHOLD, MOST, lambda w, n: stated_changes(w, 1) | stated_changes(w, 2)
    ) == (216, 0, 0)


CATEGORIES = ("North", "South")


def districts(*numbers: int, with_whole: bool = True) -> Callable[[World], Numbers]:
    """The months (two numbers of the world each) by district."""

    def part(world: World) -> Numbers:
        cells = {}
        for n in numbers:
            both_of = world[2 * n - 2], world[2 * n - 1]
            cells |= {month(n, c): v for c, v in zip(CATEGORIES, both_of, strict=True)}
            cells |= {month(n): sum(both_of)} if with_whole else {}
        return cells

    return part


def quarter_of_districts(world: World) -> Numbers:
    north, south = sum(world[0::2]), sum(world[1::2])
    return {("quarter", "2024-06", "North"): north, ("quarter", "2024-06", "South"): south, QUARTER: north + south}


@pytest.mark.slow
@pytest.mark.parametrize("with_whole", [True, False])
@pytest.mark.parametrize("in_one", [True, False])
def test_no_quarter_of_districts_gives_a_month_of_one_away(with_whole, in_one):
    """The third month is always 4 and 3: four numbers are enough to try all of them."""
    worlds = [(*w, 4, 3) for w in product(range(7), repeat=4)]
    series = [*(districts(n, with_whole=with_whole) for n in (1, 2, 3)), quarter_of_districts]
    cells, found, narrowed = attack(worlds, [both(*series)] if in_one else series, THRESHOLD, 4)
    assert cells > 500
    assert (found, narrowed) == (0, 0)


def quarter_of_two(*which: str) -> Callable[[World], Numbers]:
    """The quarter of two months by district: which of North, South and the whole ("") it states."""

    def part(world: World) -> Numbers:
        sums = {"North": world[0] + world[2], "South": world[1] + world[3], "": sum(world)}
        return {("quarter", shift("2024-03", 2), c): sums[c] for c in which}

    return part


@pytest.mark.parametrize("with_whole", [True, False])
@pytest.mark.parametrize("which", [("North", "South", ""), ("",), ("North", "South")])
@pytest.mark.parametrize("place", [0, 1])
def test_no_quarter_that_is_public_before_its_months_gives_a_month_of_a_district_away(
    monkeypatch, place, which, with_whole
):
    """Quarters have two months here: then every number is free, and nobody is taken to know one that is withheld."""
    monkeypatch.setitem(LENGTHS, "quarter", 2)
    series = [districts(1, with_whole=with_whole), districts(2, with_whole=with_whole)]
    series.insert(place, quarter_of_two(*which))
    cells, found, narrowed = attack(list(product(range(4), range(5), repeat=2)), series, THRESHOLD, 2)
    assert cells > 90
    assert (found, narrowed) == (0, 0)


@pytest.mark.slow
def test_no_rolling_year_gives_a_month_away():
    """The thirteen months from March 2024 of which the first, the twelfth and the last can be anything.

    Where both years were public before any month, they tell how two months differ, whatever is withheld of the months.
    """
    worlds = list(product(range(7), repeat=3))

    def months(world: World) -> Numbers:
        return {month(0): world[0], **{month(n): 4 for n in range(1, 11)}, month(11): world[1], month(12): world[2]}

    def years(world: World) -> Numbers:
        return {
            ("rolling_12m", "2025-02", ""): 40 + world[0] + world[1],
            ("rolling_12m", "2025-03", ""): 40 + world[1] + world[2],
        }

    for series in ([months, years], [both(months, years)]):
        cells, found, narrowed = attack(worlds, series, THRESHOLD, MOST)
        assert cells > 100
        assert (found, narrowed) == (0, 0), series


def rolling_two(last: int, kind: str = "rolling_12m") -> Callable[[World], Numbers]:
    """The rolling “year” of two months that ends with a month."""
    return lambda world: {(kind, shift("2024-03", last), ""): world[last - 2] + world[last - 1]}


ROLLING_FIRST = {
    "month by month": ([rolling_two(2), rolling_two(3), only(1), only(2), only(3)], 6),
    "a year and a rolling year": ([rolling_two(2, "year"), rolling_two(3), only(1), only(2), only(3)], 6),
    "the last month first": ([both(rolling_two(2), rolling_two(3)), only(3), only(2), only(1)], 6),
    "the months in one return": ([rolling_two(2), rolling_two(3), three], 6),
    "a month between the years": ([rolling_two(2), only(1), rolling_two(3), only(2, 3)], 1),
    "the years after a month": ([only(1), both(rolling_two(2), rolling_two(3)), only(2), only(3)], 6),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ROLLING_FIRST)
def test_no_rolling_year_that_is_public_before_its_months_gives_one_away(monkeypatch, name):
    """Rolling years have two months here: then every number is free, and the two years differ by the first and the last
    one.

    What is narrowed follows from the years alone: how the first and the last month differ, or what a small year leaves.
    """
    for kind in ("rolling_12m", "year"):
        monkeypatch.setitem(LENGTHS, kind, 2)
    series, by_the_years = ROLLING_FIRST[name]
    cells, found, narrowed = attack(list(product(range(7), repeat=3)), series, THRESHOLD, 4)
    assert cells == 200
    assert (found, narrowed) == (0, by_the_years)


def test_spans_are_what_they_say():
    cell = Cell("m", "a", "rolling_12m", "2024-03", "")
    first, *_, signed = spans_of(cell)
    assert [c.period for c in first.parts] == [shift("2024-03", -n) for n in range(12)]
    assert (signed.less.period, [c.period for c in signed.parts]) == ("2024-02", ["2024-03", "2023-03"])
    six = spans_of(cell._replace(period_type="six_months", period="2024-09"))
    assert [(s.parts[0].period_type, len(s.parts)) for s in six] == [("month", 6), ("quarter", 2), ("to_date", 1)]
    assert spans_of(cell._replace(period_type="snapshot")) == spans_of(cell._replace(period="2024-03-31")) == ()
