"""Directions that documents state in words, beside those of the document before."""

from types import SimpleNamespace

import pandas as pd
import pytest

from improvement_reports.domain.vocabulary import BetterWhen
from improvement_reports.method.directions import direction_entries, effect, movement, stated_directions

HIGHER, LOWER, NEUTRAL = BetterWhen.HIGHER, BetterWhen.LOWER, BetterWhen.NEUTRAL
MEASURES = {
    "m": SimpleNamespace(title="Ours", better_when=HIGHER, official=None),
    "level": SimpleNamespace(title="Level", better_when=NEUTRAL, official=SimpleNamespace(measure="cla_count")),
    "late": SimpleNamespace(title="Late", better_when=LOWER, official=None),
}


def returned(month, *directions, claims=()):
    """One return: (measure, direction, area, category) rows and (method, operands) claims."""
    rows = [
        {"measure_id": m, "area": a, "category": c, "stated_direction": d}
        for m, d, a, c in ((*given, "here", "")[:4] for given in directions)
    ]
    told = [{"method": m, "operands": o} for m, o in claims]
    return month, {
        "observations": pd.DataFrame(rows, columns=["measure_id", "area", "category", "stated_direction"]),
        "claims": pd.DataFrame(told, columns=["method", "operands"]),
    }


def said(*returns):
    return [(s.series, s.month, s.direction.value) for s in stated_directions("here", returns, MEASURES)]


@pytest.mark.parametrize(
    ("direction", "better_when", "moves", "does"),
    [
        ("rising", HIGHER, "rising", "improving"),
        ("rising", LOWER, "rising", "worsening"),
        ("falling", LOWER, "falling", "improving"),
        ("improving", LOWER, "falling", "improving"),
        ("worsening", HIGHER, "falling", "worsening"),
        ("steady", HIGHER, "steady", "steady"),
        ("rising", NEUTRAL, "rising", None),
        ("steady", NEUTRAL, "steady", "steady"),
        ("improving", NEUTRAL, None, None),
    ],
)
def test_which_way_a_number_goes_and_what_that_means(direction, better_when, moves, does):
    assert (movement(direction, better_when), effect(direction, better_when)) == (moves, does)


def test_directions_are_of_the_authority_as_a_whole():
    given = returned("2021-04", ("m", "rising"), ("m", "falling", "england"), ("m", "falling", "here", "part"))
    assert said(given) == [("m", "2021-04", "rising")]


@pytest.mark.parametrize(
    ("method", "operands", "wanted"),
    [
        ("lower", "dfe:sw_turnover_pct@2019:here; dfe:sw_turnover_pct@2018:here", ("sw_turnover_pct", "falling")),
        ("higher", "dfe:cla_count@2019; dfe:cla_count@2018", ("cla_count", "rising")),
        ("lower", "m@2021-08; m@2018-12", ("m", "falling")),
        ("lower", "m; m@2018-12", ("m", "falling")),
        ("lower", "dfe:cla_count@2018; dfe:cla_count@2019", None),  # against a later year
        ("lower", "dfe:cla_count@2019; dfe:cla_rate@2018", None),
        ("lower", "dfe:cla_count@2019:here; dfe:cla_count@2018:england", None),
        ("higher", "dfe:cla_count@2019; dfe:cla_count@2018; dfe:cla_count@2017", None),
        ("higher", "m@2021; late@2020", None),
        ("sum", "m@2021; m@2020", None),
        ("higher", "m[", None),
    ],
)
def test_a_comparison_of_two_years_is_a_direction(method, operands, wanted):
    found = said(returned("2021-04", claims=[(method, operands)]))
    assert found == ([(wanted[0], "2021-04", wanted[1])] if wanted else [])


def entries(*returns):
    return [
        (e.month, e.stated, e.found, e.outcome.value) for e in direction_entries("here", returns, MEASURES, None, "916")
    ]


def test_each_document_is_set_beside_the_one_before():
    given = (
        returned("2020-10", claims=[("higher", "dfe:cla_count@2019; dfe:cla_count@2018")]),
        returned("2021-04", ("level", "steady")),
        returned("2022-11", ("level", "steady")),
    )
    assert entries(*given) == [
        ("2021-04", "steady", "rising (October 2020)", "differs"),
        ("2022-11", "steady", "steady (April 2021)", "agrees"),
    ]


def test_the_better_side_decides_what_contradicts():
    """Improving, where lower is better, is falling."""
    given = returned("2021-03", ("late", "falling")), returned("2021-04", ("late", "improving"))
    assert [e[3] for e in entries(*given)] == ["agrees"]
    given = returned("2021-03", ("late", "rising")), returned("2021-04", ("late", "improving"))
    assert [e[3] for e in entries(*given)] == ["differs"]


def test_of_two_things_that_a_document_says_one_that_agrees_is_enough():
    given = returned("2021-03", ("level", "steady"), ("level", "rising")), returned("2021-04", ("level", "rising"))
    assert [e[3] for e in entries(*given)] == ["agrees"]
    assert entries(returned("2021-03", ("level", "steady"), ("level", "rising"))) == []  # one document alone
