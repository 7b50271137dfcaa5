"""Funnel limits, numbers of cases and ranks worked out a second time, from the raw tables with numpy alone."""

import csv
from functools import cache

import numpy as np
import yaml
from site_helpers import REPOSITORY

RAW = REPOSITORY / "data" / "raw" / "official-statistics"
LISTS = yaml.safe_load((REPOSITORY / "params" / "official_lists.yml").read_text(encoding="utf-8"))
MEASURES = csv.DictReader((RAW / "measures.csv").read_text(encoding="utf-8").splitlines())
UNITS = {row["measure_id"]: row["unit"] for row in MEASURES}
OF_CASES = ("%", "per 10,000")


@cache
def values() -> dict[tuple[str, int], dict[str, float]]:
    """Published values of authorities by measure and year."""
    found: dict[tuple[str, int], dict[str, float]] = {}
    with (RAW / "annual-values.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["status"] == "published" and not 970 <= int(row["la_code"]) <= 990:
                key = row["measure_id"], int(row["reporting_year"])
                found.setdefault(key, {})[row["la_code"]] = float(row["value"])
    return found


def children(year: int, code: str) -> float | None:
    for count, rate in LISTS["children_from"]:
        n, r = (values().get((m, year), {}).get(code) for m in (count, rate))
        if n is not None and r:
            return n / r * 10_000
    return None


def cases(measure: str, year: int, code: str) -> float | None:
    """Of how many a value is, a third of the nearest number where that is all there is."""
    nearest = LISTS["nearest_of"].get(measure)
    total = 0.0
    for name in nearest or LISTS["counted_of"].get(measure, ()):
        value = 0.0 if name == "children" else values().get((name, year), {}).get(code)
        if name == "children":
            part = children(year, code)
        elif value is not None and UNITS[name] == "per 10,000":
            part = None if children(year, code) is None else value * children(year, code) / 10_000
        else:
            part = value
        if part is None:
            return None
        total += part
    if not nearest and measure not in LISTS["counted_of"]:
        return None
    return total / 3 if nearest else total


def weighted_middle(x: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(x, kind="stable")
    heaped = np.cumsum(weights[order])
    return float(x[order][np.searchsorted(heaped, heaped[-1] / 2)])


@cache
def funnel(measure: str, year: int) -> tuple[float, float] | None:
    """Centre and variance between authorities, of rates on the scale of roots."""
    is_share = UNITS[measure] == "%"
    pairs = [(v, cases(measure, year, c)) for c, v in values()[measure, year].items()]
    pairs = [(v, n) for v, n in pairs if n]
    if len(pairs) < 20 or UNITS[measure] not in OF_CASES:
        return None
    x = np.array([v / 100 if is_share else (v / 10_000) ** 0.5 for v, _ in pairs])
    n = np.array([n for _, n in pairs])
    centre, between = weighted_middle(x, n), 0.0
    for _ in range(12):
        one = centre * (1 - centre) if is_share else 0.25
        if one <= 0:
            return None
        # The least extra variance with which half of them are within 0.6745 standard errors: an order statistic.
        needed = np.sort((x - centre) ** 2 / 0.6745**2 - one / n)
        between = max(0.0, float(needed[-(len(needed) // 2) - 1]))
        centre = weighted_middle(x, 1 / (one / n + between))
    return centre, between


def score(measure: str, year: int, code: str, only_chance: bool) -> float:
    """How many standard errors a value is from the centre."""
    is_share = UNITS[measure] == "%"
    centre, between = funnel(measure, year)
    value = values()[measure, year][code]
    x = value / 100 if is_share else (value / 10_000) ** 0.5
    one = centre * (1 - centre) if is_share else 0.25
    return (x - centre) / (one / cases(measure, year, code) + (0 if only_chance else between)) ** 0.5
