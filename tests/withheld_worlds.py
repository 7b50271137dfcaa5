"""Worlds of true numbers, what the returns of a series publish of each, and what a reader can find out from that.

Each world is one set of true numbers, in an area of its own, so that one call withholds for all of them. Worlds that
look alike in everything that is published are put together: a small number is safe where in some of them it is each
number from 1 to the threshold. (A larger one that is withheld for its sake may be known from elsewhere.)
"""

from collections.abc import Callable

import pandas as pd
from suppression_tables import measure

from improvement_reports.method.spans import shift
from improvement_reports.method.suppression import suppress

M = "children_count"
Numbers = dict[tuple[str, str, str], int]  # (period type, period, category) → value
World = tuple[int, ...]
ANYTHING = frozenset(range(10_000))  # what a number could be of which nothing is known


def frame(returns: dict[str, Numbers], changes: dict[str, dict]) -> pd.DataFrame:
    """Observations of one return in every world."""
    columns = [
        "measure_id",
        "area",
        "period_type",
        "period",
        "category",
        "value",
        "numerator",
        "denominator",
        "change",
        "value_status",
    ]
    nothing = float("nan")
    rows = [
        (
            M,
            area,
            kind,
            period,
            category,
            float(value),
            nothing,
            nothing,
            changes[area].get((kind, period, category), nothing),
            "published",
        )
        for area, numbers in returns.items()
        for (kind, period, category), value in numbers.items()
    ]
    return pd.DataFrame(rows, columns=columns)


def attack(
    worlds: list[World],
    series: list[Callable[[World], Numbers]],
    threshold: int,
    most: int,
    changes: Callable = lambda world, n: {},
    beside_totals: bool = False,
    counts: Callable[[World, bool], bool] = lambda world, is_all_shown: True,
):
    """(small numbers, found exactly, narrowed) when each of ``series`` is a return that gives some numbers of a world.

    Counted in the worlds whose numbers are at most ``most`` (and that ``counts``, which is told whether all totals are
    shown, wants): the others are there for what these could be as well. ``beside_totals``: what the totals that are
    shown tell by themselves, without any month, is not counted; nor what one tells that is withheld even then.
    """
    published = said_of(worlds, series, threshold, changes)
    alike: dict[tuple, list[World]] = {}
    for world, said in zip(worlds, published, strict=True):
        alike.setdefault(said, []).append(world)
    by_totals = Alone(worlds, series, threshold, changes) if beside_totals else None
    cells = found = narrowed = 0
    for seen, group in alike.items():
        truths = [_numbers(series, world) for world in group]
        shown = {key: number for key, number, _ in seen if number is not None}
        is_all_shown = all(k in shown for k in truths[0] if k[0] != "month")
        counted = [max(world) <= most and counts(world, is_all_shown) for world in group]
        for key in truths[0]:
            small = [t[key] for t, is_one in zip(truths, counted, strict=True) if is_one and 0 < t[key] <= threshold]
            if not small:
                continue
            assert key not in shown, (key, small)
            could_be = {truth[key] for truth in truths}
            alone = by_totals.could_be(shown, group[0], key) if by_totals else ANYTHING
            # A total is at least the number of its months that are known to be small.
            least = sum(k[0] == "month" and k not in shown for k in truths[0]) if key[0] != "month" else 1
            cells += len(small)
            found += len(small) * (len(could_be) == 1 < len(alone))
            narrowed += len(small) * (not could_be >= set(range(max(least, 1), threshold + 1)) & alone)
    return cells, found, narrowed


class Alone:
    """What totals tell by themselves: those that are shown, and those that are withheld although no month is known."""

    def __init__(self, worlds: list[World], series: list[Callable], threshold: int, changes: Callable):
        self.worlds, self.truths = worlds, [_numbers(series, world) for world in worlds]
        parts = [lambda world, part=part: {k: v for k, v in part(world).items() if k[0] != "month"} for part in series]
        said = said_of(worlds, parts, threshold, changes)
        self.withheld = [{key for key, number, _ in each if number is None} for each in said]
        self.fits: dict[tuple, list[Numbers]] = {}

    def could_be(self, shown: dict, world: World, key: tuple) -> set[int]:
        """What a number could be in the worlds whose totals look like those of one world."""
        numbers = frozenset((k, v) for k, v in shown.items() if k[0] != "month")
        withheld = frozenset(self.withheld[self.worlds.index(world)] - shown.keys())
        if (numbers, withheld) not in self.fits:
            self.fits[numbers, withheld] = [
                truth
                for truth, gone in zip(self.truths, self.withheld, strict=True)
                if withheld <= gone and all(truth[k] == v for k, v in numbers)
            ]
        return {truth[key] for truth in self.fits[numbers, withheld]}


def said_of(
    worlds: list[World], series: list[Callable[[World], Numbers]], threshold: int, changes: Callable
) -> list[tuple]:
    """What is published of each world: its cells in the order of the returns, with number and change if they are
    shown.

    Worlds that are alike in all returns so far are alike in what these publish: one of them stands for all, in an area
    of its own, and only where a return tells them apart each has one.
    """
    measures = {M: measure("count", small_number_threshold=threshold, small_number_reason="Small tables")}
    alike = [0] * len(worlds)  # of each world the number of the area that stands for it
    earlier: list[pd.DataFrame] = []
    published: list[tuple] = [()]  # of each area
    for n, part in enumerate(series):
        returns, numbered = [part(w) for w in worlds], [changes(w, n) for w in worlds]
        told = [
            (before, *returned.items(), None, *changed.items())
            for before, returned, changed in zip(alike, returns, numbered, strict=True)
        ]
        areas = {key: area for area, key in enumerate(dict.fromkeys(told))}
        came_from = [key[0] for key in areas]
        alike = [areas[key] for key in told]
        shows = {f"w{area}": at for at, area in reversed(list(enumerate(alike)))}  # one world of each area
        earlier = [_told_apart(each, came_from) for each in earlier]
        observations = frame(
            {area: returns[at] for area, at in shows.items()}, {area: numbered[at] for area, at in shows.items()}
        )
        said = suppress(observations, measures, earlier)
        earlier.append(said)
        published = [published[area] for area in came_from]
        for row in said.itertuples(index=False):
            number = None if pd.isna(row.value) else row.value
            change = None if pd.isna(row.change) else row.change
            published[int(row.area[1:])] += (((row.period_type, row.period, row.category), number, change),)
    return [published[area] for area in alike]


def _told_apart(frame: pd.DataFrame, came_from: list[int]) -> pd.DataFrame:
    """What an earlier return published, for each area that stands for some of the worlds of one area there."""
    now = pd.DataFrame({"area": [f"w{area}" for area in came_from], "now": [f"w{n}" for n in range(len(came_from))]})
    return frame.merge(now, on="area", how="inner").drop(columns="area").rename(columns={"now": "area"})[[*frame]]


def _numbers(series: list[Callable[[World], Numbers]], world: World) -> Numbers:
    return {key: value for part in series for key, value in part(world).items()}


def within(months: int, totals: list[tuple[int, int]], most: int) -> list[World]:
    """Every world of so many months in which no total, from one month to another, is more than ``most``."""
    found: list[World] = [()]
    for n in range(1, months + 1):
        room = [[most, *(most - sum(w[f - 1 :]) for f, last in totals if f <= n <= last)] for w in found]
        found = [(*w, value) for w, left in zip(found, room, strict=True) for value in range(min(left) + 1)]
    return found


def month(n: int, category: str = "") -> tuple[str, str, str]:
    return "month", shift("2024-03", n), category


def only(*numbers: int) -> Callable[[World], Numbers]:
    return lambda world: {month(n): world[n - 1] for n in numbers}


def both(*parts: Callable[[World], Numbers]) -> Callable[[World], Numbers]:
    return lambda world: {k: v for part in parts for k, v in part(world).items()}
