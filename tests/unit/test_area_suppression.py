"""Numbers of areas below an authority: nothing that is withheld follows from what is shown, in any small world.

Every world of some areas and months is published, all of them in one call (each world is an authority of its own);
worlds that look alike in everything that is published are put together. A small number is safe where in some of them it
is each number from 1 to the threshold.
"""

import itertools

import numpy as np
import pandas as pd
import pytest
from suppression_tables import COUNT, SHARE, measure, rows

from improvement_reports.domain.vocabulary import ValueStatus
from improvement_reports.method.disclosure import withhold_more
from improvement_reports.method.spans import LENGTHS
from improvement_reports.method.suppression import suppress
from improvement_reports.method.withholding import withhold
from improvement_reports.workspace.own_areas import Parts

THRESHOLD = 2
MEASURES = {
    COUNT: measure("count", small_number_threshold=THRESHOLD, small_number_reason="Small tables"),
    SHARE: measure("percent", follows=COUNT, small_number_threshold=THRESHOLD, small_number_reason="Small tables"),
}
NO_CLAIMS = pd.DataFrame({"operands": []})
FEBRUARY, MARCH, BOTH = ("2024-02", "month"), ("2024-03", "month"), ("2024-03", "quarter")


def published(frames: list[pd.DataFrame], groups: list[Parts], measures=MEASURES) -> list[pd.DataFrame]:
    """The observations of a series of returns as each is published after those before it."""
    earlier: list[dict] = []
    for frame in frames:
        tables = {"observations": frame, "claims": NO_CLAIMS}
        earlier.append(withhold(tables, earlier, measures, "x", "2024-03", groups))
    return [t["observations"] for t in earlier]


def numbers(area: str, values: dict[tuple[str, str], int], category: str = "") -> list[dict]:
    return [
        {"area": area, "period": period, "period_type": kind, "category": category, "value": value}
        for (period, kind), value in values.items()
    ]


def attack(worlds: list[tuple], series: list, groups: list) -> tuple[int, list]:
    """(small numbers, those that can be told) when each of ``series`` gives the rows of a world: area → values.

    ``groups``: (areas, is whole). In a world, the area "" is the authority.
    """
    parts = [
        Parts(f"w{n}", frozenset(f"w{n}_{area}" for area in areas), whole)
        for n in range(len(worlds))
        for areas, whole in groups
    ]
    name = lambda n, area: f"w{n}_{area}" if area else f"w{n}"  # noqa: E731
    frames = [
        rows(*(row for n, w in enumerate(worlds) for a, v in part(w).items() for row in numbers(name(n, a), v)))
        for part in series
    ]
    said: list[list] = [[] for _ in worlds]
    for frame in published(frames, parts):
        for row in frame.itertuples(index=False):
            world, _, area = row.area[1:].partition("_")
            said[int(world)].append(((area, row.period, row.period_type), None if pd.isna(row.value) else row.value))
    alike: dict[tuple, list[int]] = {}
    for n, seen in enumerate(said):
        alike.setdefault(tuple(seen), []).append(n)
    truths = [{(a, *c): v for part in series for a, vs in part(w).items() for c, v in vs.items()} for w in worlds]
    small, told = 0, []
    for seen, group in alike.items():
        shown = {cell for cell, value in seen if value is not None}
        for n, cell in itertools.product(group, truths[group[0]]):
            value = truths[n][cell]
            if 0 < value <= THRESHOLD:
                small += 1
                could_be = {truths[m][cell] for m in group}
                least = 1 if cell[2] == "month" else 2  # a quarter is as many as its months that are known to be small
                if cell in shown or not could_be >= set(range(least, THRESHOLD + 1)):
                    told.append((worlds[n], cell, could_be))
    return small, told


def worlds_of(areas: int, most: int, months: int = 1) -> list[tuple]:
    """Every world in which the authority has no more than ``most`` in a month: area by area, its months."""
    month = [m for m in itertools.product(range(most + 1), repeat=areas) if sum(m) <= most]
    return [tuple(v for area in zip(*w, strict=True) for v in area) for w in itertools.product(month, repeat=months)]


def of_areas(*names: str, periods=(MARCH,), with_sum: bool = False):
    """The rows of a world whose numbers are those of each area in each period, and the authority's, their sum."""

    def part(world: tuple) -> dict:
        months = np.array(world).reshape(len(names), -1)
        found = {name: dict(zip(periods, map(int, row), strict=False)) for name, row in zip(names, months, strict=True)}
        found[""] = dict(zip(periods, map(int, months.sum(axis=0)), strict=False))
        if with_sum:
            for values in found.values():
                values[BOTH] = sum(values[p] for p in periods)
        return found

    return part


def test_no_number_of_an_area_follows_from_the_authority_and_the_other_areas():
    for areas in (("north", "south"), ("north", "south", "east")):
        small, told = attack(worlds_of(len(areas), 7), [of_areas(*areas)], [(areas, True)])
        assert small and told == []


def test_nor_from_another_month_or_a_quarter_in_any_order_of_returns(monkeypatch):
    monkeypatch.setitem(LENGTHS, "quarter", 2)
    worlds = worlds_of(2, 4, months=2)
    whole = of_areas("north", "south", periods=(FEBRUARY, MARCH), with_sum=True)

    def only(*periods):
        return lambda world: {a: {p: v[p] for p in periods} for a, v in whole(world).items()}

    for series in ([only(FEBRUARY), only(MARCH, BOTH)], [whole], [only(FEBRUARY, MARCH), only(BOTH)]):
        small, told = attack(worlds, series, [(("north", "south"), True)])
        assert small and told == []


def test_the_rest_of_the_authority_is_no_number_that_can_be_told():
    """Of a cohort alone, of areas that are only some of it, and of one that the source leaves out."""

    def cohort(world):
        return {"disabled": {MARCH: world[0]}, "": {MARCH: sum(world)}}

    worlds = worlds_of(2, 7)
    rest = lambda world: world[1]  # noqa: E731
    small, told = attack(worlds, [cohort], [(("disabled",), False)])
    assert small and told == []
    shown = [w for w in worlds if 0 < rest(w) <= THRESHOLD and _shows(cohort, w, "disabled")]
    assert shown == []


def _shows(part, world: tuple, area: str) -> bool:
    frame = rows(*(row for a, v in part(world).items() for row in numbers(a or "x", v)))
    (said,) = published([frame], [Parts("x", frozenset({area}), False)])
    return bool(said.loc[said["area"] == area, "value"].notna().all())


def test_without_the_rule_of_areas_a_number_is_told():
    """What the attack finds where each area is only withheld by itself."""
    worlds = list(itertools.product(range(5), repeat=2))
    small, told = attack(worlds, [of_areas("north", "south")], [])
    assert small and told


def share(area: str, top: float, of: float) -> dict:
    return {"measure_id": SHARE, "area": area, "value": round(100 * top / of), "numerator": top, "denominator": of}


def test_shares_of_areas_go_by_their_numerators_and_the_rest_of_their_denominators():
    parts = [Parts("x", frozenset({"north", "south"}), True)]
    cases = [
        ([share("x", 52, 100), share("north", 50, 60), share("south", 2, 40)], True),  # a small numerator
        ([share("x", 50, 100), share("north", 30, 58), share("south", 20, 42)], False),
        ([share("x", 95, 100), share("north", 58, 60), share("south", 37, 40)], True),  # two of 60 did not
        ([share("x", 52, 100), share("north", 50, 60)], True),  # what is left is 2 of 40
    ]
    for given, is_gone in cases:
        (said,) = published([rows(*given)], parts)
        theirs = said[said["area"] != "x"]
        assert theirs["value"].isna().all() == is_gone and theirs["numerator"].isna().all() == is_gone, given
        assert said.loc[said["area"] == "x", "value"].notna().all(), given


def test_a_count_goes_with_the_share_that_follows_it():
    parts = [Parts("x", frozenset({"north", "south"}), True)]
    given = [share("x", 52, 100), share("north", 50, 60), share("south", 2, 40)]
    counts = [{"area": a, "value": v} for a, v in (("x", 100), ("north", 60), ("south", 40))]
    (said,) = published([rows(*given, *counts)], parts)
    assert said.loc[said["area"] != "x", "value"].isna().all()


def test_areas_go_where_the_authority_itself_is_withheld_and_another_group_stays():
    parts = [Parts("x", frozenset({"north", "south"}), True), Parts("x", frozenset({"boys", "girls"}), True)]
    given = [{"area": a, "value": v} for a, v in (("x", 2), ("north", 2), ("south", 0))]
    (said,) = published([rows(*given)], parts)
    assert said["value"].isna().all()
    given = [{"area": a, "value": v} for a, v in (("x", 20), ("north", 18), ("south", 2), ("boys", 10), ("girls", 10))]
    (said,) = published([rows(*given)], parts)
    assert said["value"].notna().tolist() == [True, False, False, True, True]


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_of_the_authority_are_what_they_are_without_its_areas(seed):
    """Byte for byte: categories, months and a quarter of an authority, with areas that are withheld and without."""
    lot = np.random.default_rng(seed)
    own, theirs = [], []
    for month in ("2024-01", "2024-02", "2024-03"):
        mine = {c: {a: int(lot.integers(0, 9)) for a in ("north", "south")} for c in ("GREEN", "RED")}
        for c, values in mine.items():
            own.append({"area": "x", "period": month, "category": c, "value": sum(values.values())})
            theirs += [{"area": a, "period": month, "category": c, "value": v} for a, v in values.items()]
    parts = [Parts("x", frozenset({"north", "south"}), True)]
    of = (
        lambda given: [r for r in given if r["period"] < "2024-03"],
        lambda given: [r for r in given if r["period"] > "2024-02"],
    )
    with_areas = published([rows(*cut(own), *cut(theirs)) for cut in of], parts)
    without = published([rows(*cut(own)) for cut in of], [])
    for a, b in zip(with_areas, without, strict=True):
        pd.testing.assert_frame_equal(a[a["area"] == "x"].reset_index(drop=True), b.reset_index(drop=True))
    assert any((f.loc[f["area"] != "x", "value_status"] == ValueStatus.SUPPRESSED).any() for f in with_areas)


def test_rows_without_areas_are_withheld_as_ever():
    frame = rows({"value": 2, "category": "A"}, {"value": 9, "category": "B"}, {"value": 11})
    (said,) = published([frame], [Parts("exampleshire", frozenset({"north"}), False)])
    pd.testing.assert_frame_equal(said, withhold_more(suppress(frame, MEASURES), [], MEASURES))
