"""Where an authority stands: rank with ties, quarter, fences and change, counted again from the raw rows."""

import csv
import json
from decimal import Decimal
from fractions import Fraction

import funnels_again
import numpy as np
import pandas as pd
import pytest

from improvement_reports.domain.tables import COLUMNS
from improvement_reports.domain.vocabulary import Area
from improvement_reports.editions.recompute import recompute_all
from improvement_reports.facts.official import comparator_figure
from improvement_reports.method.best_of_others import best_of_others
from improvement_reports.method.official_change import _differ
from improvement_reports.method.standing import FEWEST_RANKED, Standing, standing, standings
from improvement_reports.method.two_proportions import Counted, supported
from improvement_reports.official.lists import OfficialLists
from improvement_reports.official.statistics import OfficialStatistics, open_official

DAY = "2026-04-30"
HOMES = {"gloucestershire": "916", "worcestershire": "885", "herefordshire": "884"}
# Hardly a child; a small county; the largest; new and reorganised ones; a joint return; those that stand out.
VARIED = {
    "isles-of-scilly": "420",
    "city-of-london": "201",
    "rutland": "857",
    "kent": "886",
    "birmingham": "330",
    "lancashire": "888",
    "westmorland-and-furness": "943",
    "cumberland": "942",
    "north-northamptonshire": "940",
    "bournemouth-christchurch-poole": "839",
    "dorset": "838",
    "somerset": "933",
    "richmond": "318",
    "isle-of-wight": "921",
    "blackpool": "890",
    "hartlepool": "805",
    "middlesbrough": "806",
    "bracknell-forest": "867",
    "darlington": "841",
    "hampshire": "850",
}
CODES = [str(n) for n in range(100, 1000) if not 970 <= n <= 990]


def official(
    now: dict[str, str],
    before: dict[str, str] | None = None,
    better="higher",
    unit="%",
    england="50.0",
    numbers: dict[str, int] | None = None,
) -> OfficialStatistics:
    """One measure “m” with the values of 2024 and 2023 by code; "" was not published. ``numbers``: of how many, which is
    another measure “n”, of both years.
    """
    rows = []
    counts = {c: str(n) for c, n in (numbers or {}).items()}
    given = [("m", 2023, before or {}), ("m", 2024, {**now, "970": england}), ("n", 2023, counts), ("n", 2024, counts)]
    for measure, year, values in given:
        for code, value in values.items():
            rows.append(
                (
                    measure,
                    year,
                    code,
                    f"Area {code}",
                    float(value) if value else None,
                    "published" if value else "suppressed",
                    "2024-11-30",
                    value,
                )
            )
    names = ["measure_id", "reporting_year", "la_code", "area_name", "value", "status", "available_from", "value_text"]
    codes = sorted({*now, *(before or {}), "970"})
    tables = {
        "annual-values": pd.DataFrame(rows, columns=names),
        "measures": pd.DataFrame(
            [
                ("m", "Measure", unit, "1", better, "r"),
                *([("n", "Number", "children", "0", "neutral", "r")] * bool(numbers)),
            ],
            columns=["measure_id", "title", "unit", "decimals", "better_when", "release"],
        ),
        "areas": pd.DataFrame([(c, f"Area {c}", "NA") for c in codes], columns=["la_code", "area_name", "region"]),
        "statistical-neighbours": pd.DataFrame(
            columns=["model_year", "la_code", "rank", "neighbour_la_code", "closeness"]
        ),
    }
    lists = OfficialLists(
        subjects={}, year_covers={}, beside_others=(), trends=(), counted_of={"m": ("n",)} if numbers else {}
    )
    return OfficialStatistics(tables, {}, "2099-01-01", lists=lists)


def among(values, code=0, **settings):
    """The standing of the authority at a place of a list of values."""
    given = dict(zip(CODES, (f"{v}" for v in values), strict=False))
    return standing(official(given, **settings), "m", CODES[code], 2024)


TWENTY = list(range(1, 21))


@pytest.mark.parametrize(
    ("better", "value", "rank"),
    [
        ("higher", 20, 1),
        ("higher", 1, 20),
        ("higher", 15, 6),
        ("lower", 20, 20),
        ("lower", 1, 1),
        ("lower", 15, 15),
        ("neutral", 20, 1),
        ("none", 1, 20),
    ],
)
def test_rank_1_is_the_best_and_for_neutral_measures_the_highest(better, value, rank):
    found = among(TWENTY, value - 1, better=better)
    assert (found.rank, found.of) == (rank, 20)


@pytest.mark.parametrize(("better", "ranks"), [("higher", [18, 18, 18, 16, 16, 15]), ("lower", [1, 1, 1, 4, 4, 6])])
def test_equal_values_share_a_rank_and_the_next_ranks_are_left_out(better, ranks):
    values = [1, 1, 1, 2, 2, 3, *range(10, 24)]
    assert [among(values, n, better=better).rank for n in range(6)] == ranks


def test_when_all_are_equal_all_are_first():
    found = among([7] * 20, 12)
    assert (found.rank, found.quarter, found.fence) == (1, 1, "")


def test_values_are_compared_as_published_and_not_as_binary_numbers():
    found = among(["0.3", "0.30", *range(1, 19)], 0, better="lower")
    assert found.rank == 1


@pytest.mark.parametrize("n", [20, 21, 22, 23, 151])
def test_the_quarters_hold_a_quarter_each(n):
    """A rank is in quarter q if at least (q−1)/4 and less than q/4 of the others stand before it."""
    for value in range(1, n + 1):
        found = among(range(1, n + 1), value - 1)
        assert found.rank == n + 1 - value
        share = Fraction(found.rank - 1, n)
        assert Fraction(found.quarter - 1, 4) <= share < Fraction(found.quarter, 4)


def test_a_tie_over_the_edge_of_a_quarter_is_in_the_better_one():
    values = [30, 29, 28, 27, 26, 26, 26, *range(1, 14)]
    assert {among(values, n).quarter for n in (4, 5, 6)} == {1}
    assert among(values, 19).quarter == 2  # eight are better than 13


@pytest.mark.parametrize("n", [FEWEST_RANKED - 1, FEWEST_RANKED])
def test_below_twenty_authorities_there_is_no_rank(n):
    found = among([*range(1, n), 1000], n - 1)
    why = "only 19 authorities have a value" if n < 20 else ""
    assert (found.of, found.rank is None, found.quarter is None, found.why_unranked) == (n, n < 20, n < 20, why)


def test_authorities_without_a_value_and_england_are_not_ranked():
    now = {**dict(zip(CODES, map(str, TWENTY), strict=False)), CODES[20]: "", CODES[21]: ""}
    found = standing(official(now, england="99.0"), "m", CODES[19], 2024)
    assert (found.rank, found.of, found.others["england"].value) == (1, 20, Decimal(99))


def test_an_authority_that_is_not_there_has_no_standing():
    given = official({**dict(zip(CODES, map(str, TWENTY), strict=False)), CODES[20]: ""})
    assert [standing(given, "m", code, 2024) for code in (CODES[20], CODES[30])] == [None, None]
    assert [len(standings(given, code, 2024)) for code in (CODES[0], CODES[20])] == [1, 0]


@pytest.mark.parametrize(("newest", "year"), [(2025, 2024), (2024, 2024), (2023, 2023), (2022, None)])
def test_the_newest_year_up_to_the_wanted_one_is_taken(newest, year):
    both = dict(zip(CODES, map(str, TWENTY), strict=False))
    found = standing(official(both, both), "m", CODES[0], newest)
    assert (found.year if found else None) == year


# Fences


def of_each(n: int) -> dict[str, int]:
    return dict.fromkeys(CODES[:60], n)


@pytest.mark.parametrize(("value", "fence"), [("32", ""), ("32.1", "high"), ("-0.1", "low"), ("0", "")])
def test_an_average_is_unusual_beyond_one_and_a_half_quarter_ranges(value, fence):
    """The quarters are 12 and 20, so the fences are 0 and 32; below 100 cases an average is not judged."""
    values = [value, *[12] * 6, *[16] * 8, *[20] * 6]
    found = [among(values, unit="cases", numbers=of_each(n)) for n in (100, 99)]
    assert [(f.fence, f.is_apart) for f in found] == [(fence, True), ("", False)]


def test_where_the_quarters_are_equal_nothing_is_unusual():
    assert among([100, *[5] * 20], unit="cases", numbers=of_each(200)).fence == ""


# Funnels


def spread_of(mine: str, of_mine: int) -> Standing:
    """The standing of one with a value and a number of cases, among forty of 400 cases around 50 %."""
    others = [f"{50 + (n % 9) - 4}" for n in range(40)]
    return among([mine, *others], numbers={**of_each(400), CODES[0]: of_mine})


@pytest.mark.parametrize(
    ("value", "of", "place"),
    [
        ("80", 400, (1, True, "high", "")),
        ("20", 400, (4, True, "low", "")),
        ("62", 400, (1, True, "high", "")),
        ("62", 40, (1, False, "", "")),  # five of forty
        ("80", 30, (1, True, "high", "")),
        ("80", 29, (None, False, "", "fewer than 30 cases")),
        ("80", 0, (None, False, "", "fewer than 30 cases")),
    ],
)
def test_best_worst_and_unusual_are_those_beyond_the_limits_for_their_cases(value, of, place):
    found = spread_of(value, of)
    assert (found.quarter, found.is_apart, found.fence, found.why_unranked) == place
    assert (found.rank is None) == bool(found.why_unranked)


def test_an_outer_quarter_that_chance_explains_is_known_as_one():
    assert spread_of("62", 40).could_be_chance and not spread_of("62", 400).could_be_chance
    assert not spread_of("50", 40).could_be_chance  # of a middle quarter nothing is claimed


def test_without_a_number_of_cases_nobody_is_best_or_unusual():
    named_for_all_but_mine = {c: 400 for c in CODES[1:60]}
    values = ["90", *[f"{50 + (n % 9) - 4}" for n in range(40)]]
    found = among(values, numbers=named_for_all_but_mine)
    assert (found.rank, found.fence, found.why_unranked) == (None, "", "of how many cases is not published")
    unnamed = among(values)
    assert (unnamed.rank, unnamed.fence, unnamed.could_be_chance) == (1, "", True)


@pytest.mark.parametrize(("without", "ranked"), [(10, True), (14, True), (15, False)])
def test_where_a_third_has_no_value_there_is_no_rank(without, ranked):
    """“1 of 94, best quarter” for 0.0 % says nothing of the 59 whose number was too small."""
    now = dict(zip(CODES, ["0.0", *["5.0"] * (44 - without)], strict=False)) | {c: "" for c in CODES[45 - without : 45]}
    found = standing(official(now, numbers=dict.fromkeys(CODES[:45], 400), better="lower"), "m", CODES[0], 2024)
    words = "" if ranked else "15 of 45 authorities have no published value, as a rule because it is too small"
    assert (found.rank is not None) == ranked
    assert found.why_unranked == (words and f"{words}, and there is no rank")


# Change beyond chance


@pytest.mark.parametrize(
    ("now", "of", "direction"),
    [
        ("60", 400, "improving"),
        ("60", 40, "no significant change"),
        ("51", 400, "no significant change"),
        ("50.9", 100_000, "no significant change"),  # less than a point counts as none, however certain
        ("40", 400, "worsening"),
    ],
)
def test_a_direction_is_one_that_chance_does_not_explain(now, of, direction):
    values = dict.fromkeys(CODES[:30], "50")
    found = standing(official({**values, CODES[0]: now}, values, numbers=of_each(of)), "m", CODES[0], 2024)
    assert found.direction == direction
    assert found.stands_out == (direction in ("improving", "worsening") or of == 100_000)


def test_the_short_way_for_many_cases_says_what_the_exact_test_says():
    rng = np.random.default_rng(5)
    for _ in range(150):
        of = rng.integers(120, 3000, 2)
        share = rng.uniform(0.06, 0.94)
        shares = np.clip([share, share + rng.normal(0, 3) * (share * (1 - share) / of.min()) ** 0.5], 0, 1)
        now, before = (Counted(round(p * n), int(n)) for p, n in zip(shares, of, strict=True))
        assert _differ(now, before) == supported(now, before), (now, before)


def test_a_change_of_few_cases_does_not_stand_out():
    """None of the conferences of a tiny council, then eight, is a true change and no finding about the council."""
    before = dict.fromkeys(CODES[:30], "50")
    now = {**before, CODES[0]: "100"}
    found = [standing(official(now, before, numbers=of_each(n)), "m", CODES[0], 2024) for n in (29, 30)]
    assert [(s.direction, s.stands_out) for s in found] == [("improving", False), ("improving", True)]


def test_an_average_and_what_has_no_number_are_not_judged():
    values = dict.fromkeys(CODES[:30], "50")
    moved = {**values, CODES[0]: "90"}
    for given in (official(moved, values), official(moved, values, unit="score", numbers=of_each(400))):
        assert standing(given, "m", CODES[0], 2024).direction == "not judged"


def quarters(values):
    """Lower and upper quarter, linear between the two nearest of the sorted values."""
    ordered = sorted(values)

    def at(share):
        place = Fraction(len(ordered) - 1) * share
        whole = int(place)
        part = place - whole
        return Fraction(ordered[whole]) + (
            part * (Fraction(ordered[whole + 1]) - Fraction(ordered[whole])) if part else 0
        )

    return at(Fraction(1, 4)), at(Fraction(3, 4))


# Change


def changed(change_of_mine, others, n=24):
    before = dict.fromkeys(CODES[: n + 1], "50")
    now = {CODES[0]: f"{50 + change_of_mine}"} | {
        c: f"{50 + o}" for c, o in zip(CODES[1 : n + 1], others, strict=False)
    }
    return standing(official(now, before), "m", CODES[0], 2024)


def test_a_shift_is_the_change_in_quarter_ranges_of_all_changes():
    others = [-2, -1, 0, 1, 2] * 5
    found = changed(6, others)
    low, high = quarters([6, *others[:24]])
    assert found.change == 6
    assert found.shift == pytest.approx(float(6 / (high - low)))


@pytest.mark.parametrize("given", [{"others": [0] * 24}, {"others": [-1, 1] * 9, "n": 18}])
def test_without_spread_or_without_twenty_authorities_there_is_no_shift(given):
    found = changed(6, **given)
    assert (found.change, found.shift) == (6, None)


@pytest.mark.parametrize("before", [{}, {CODES[0]: ""}])
def test_without_a_value_the_year_before_there_is_no_change(before):
    found = standing(official(dict(zip(CODES, map(str, TWENTY), strict=False)), before), "m", CODES[0], 2024)
    assert (found.before, found.change, found.shift) == (None, None, None)


def test_only_authorities_with_both_years_count_for_the_shift():
    now, before = {c: "51" for c in CODES[:30]}, {c: "50" for c in CODES[:15]}
    assert standing(official(now, before), "m", CODES[0], 2024).shift is None


# The real tables


@pytest.fixture(scope="module")
def raw(real_once) -> dict:
    """Published values of authorities by measure, year and code, read from the raw table."""
    found: dict = {}
    with (real_once.raw / "official-statistics" / "annual-values.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            out = (
                f"{int(row['reporting_year']) + 1}-04-30"
                if row["measure_id"] == "cla_ks4_attainment8"
                else row["available_from"]
            )
            if row["status"] == "published" and out <= DAY and not 970 <= int(row["la_code"]) <= 990:
                found.setdefault((row["measure_id"], int(row["reporting_year"])), {})[row["la_code"]] = Decimal(
                    row["value"]
                )
    return found


@pytest.mark.parametrize("home", [*HOMES, *VARIED])
def test_every_standing_counted_again(real_once, raw, home):
    code, known = (HOMES | VARIED)[home], open_official(real_once, DAY)
    found = {s.measure_id: s for s in standings(known, code, 2025)}
    assert set(found) == {m for (m, year), values in raw.items() if code in values and year <= 2025}
    there = {year: {c for (_, y), values in raw.items() if y == year for c in values} for year in range(2016, 2026)}
    for measure_id, s in found.items():
        assert s.year == max(
            year for (m, year), values in raw.items() if m == measure_id and code in values and year <= 2025
        )
        values, before = raw[measure_id, s.year], raw.get((measure_id, s.year - 1), {})
        ordered = sorted(values.values(), reverse=known.measure(measure_id).better_when != "lower")
        assert (s.value, s.of) == (values[code], len(values))
        assert (s.rank is None) == bool(s.why_unranked) == (s.quarter is None)
        if s.rank is not None:
            assert s.rank == ordered.index(values[code]) + 1
            assert Fraction(s.quarter - 1, 4) <= Fraction(s.rank - 1, s.of) < Fraction(s.quarter, 4)
        assert s.change == (values[code] - before[code] if code in before else None)
        changes = [values[c] - before[c] for c in values if c in before]
        if code in before and len(changes) >= 20:
            low, high = quarters(changes)
            assert s.shift == pytest.approx(float(Fraction(s.change) / (high - low)))
        of = funnels_again.cases(measure_id, s.year, code)
        assert s.cases == (None if of is None else pytest.approx(of))
        a_third = 3 * (len(there[s.year]) - len(values)) >= len(there[s.year])
        assert a_third == ("no published value" in s.why_unranked)
        check_funnel(s, of)


def check_funnel(s: Standing, of: float | None) -> None:
    """Best, worst and unusual by limits that were worked out a second time."""
    if s.why_unranked or of is None:
        assert (s.is_apart, s.fence) == (False, "")
    elif funnels_again.UNITS[s.measure_id] in funnels_again.OF_CASES:
        code = s.row["la_code"]
        apart, unusual = (funnels_again.score(s.measure_id, s.year, code, only) for only in (True, False))
        assert s.is_apart == (abs(apart) > 3)
        assert s.fence == ("high" if unusual > 3 else "low" if unusual < -3 else "")
    elif funnels_again.UNITS[s.measure_id] in ("score", "cases"):
        assert s.is_apart == (of >= 100)


@pytest.mark.parametrize("measure_id", ["rereferral_12m_pct", "icpc_15_days_pct", "sw_turnover_pct"])
def test_the_best_neighbour_and_the_best_quarter_counted_again(real_once, raw, measure_id):
    known, code, year = open_official(real_once, DAY), HOMES["gloucestershire"], 2025
    values, near = raw[measure_id, year], known.neighbours(code)
    is_lower = known.measure(measure_id).better_when == "lower"
    best, quarter = (
        best_of_others(known, measure_id, year, area, code) for area in (Area.BEST_NEIGHBOUR, Area.TOP_QUARTILE)
    )
    of_near = {c: values[c] for c in near.codes if c in values}
    assert best.value == (min if is_lower else max)(of_near.values())
    assert (best.n, best.of) == (len(of_near), len(near.codes))
    assert best.name.endswith(f"({known.area_names[best.rows[0]['la_code']]})")
    as_good = [v for v in values.values() if (v <= quarter.value if is_lower else v >= quarter.value)]
    better = [v for v in as_good if v != quarter.value]
    assert len(better) < len(values) / 4 <= len(as_good), "a quarter of all is as good, and fewer are better"
    for found in (best, quarter):
        figure = comparator_figure(known, measure_id, year, found, "gloucestershire", code)
        record = json.loads(json.dumps(figure.record()))
        columns = {name: list(COLUMNS[name]) for name in COLUMNS}
        assert (lambda r: (r.covered, r.faults))(recompute_all([record], columns)) == (1, {})
        assert recompute_all([record | {"value": "1", "published": "1.0%"}], columns).faults


def test_a_measure_without_a_better_side_has_no_best(real_once):
    known = open_official(real_once, DAY)
    assert not any(best_of_others(known, "cpp_rate", 2025, a, "916") for a in (Area.BEST_NEIGHBOUR, Area.TOP_QUARTILE))


def test_a_report_shows_the_best_of_others_and_the_year_before_where_it_asks_for_them(real_once):
    from improvement_reports import sections
    from improvement_reports.report import open_report

    report = open_report("gloucestershire", "2022-11", "scrutiny", real_once)
    plain = str(sections.beside_others(report).text)
    assert "Top quartile" not in plain
    asked = report.params.model_copy(update={"also_compare": ("best_neighbour", "top_quartile")})
    report.params = asked
    shown = str(sections.beside_others(report).text)
    assert "Best statistical neighbour" in shown and "Top quartile" in shown


def test_a_profile_has_the_best_of_others_only_where_it_asks_for_them(real_once):
    from improvement_reports import sections
    from improvement_reports.report import open_report

    report = open_report("gloucestershire", "2025-03", "profile", real_once)
    shown = "".join(str(block.text) for block in sections.standing_tables(report))
    assert "Statistical neighbours" in shown and "Best statistical neighbour" not in shown
    report.params = report.params.model_copy(update={"also_compare": ("best_neighbour",)})
    shown = "".join(str(block.text) for block in sections.standing_tables(report))
    assert "Best statistical neighbour" in shown and "Top quartile" not in shown


def test_the_value_before_and_that_of_a_year_before_stand_together(real_once):
    from improvement_reports.report import open_report
    from improvement_reports.sections.measures import measure_row, section_positions

    report = open_report("exampleshire", "2025-09", "board", real_once)
    (at,) = section_positions(report, ["rereferrals_pct"])
    assert "2024" not in str(measure_row(report, at)["earlier"])
    report.params = report.params.model_copy(update={"also_compare": ("year_before",)})
    earlier = str(measure_row(report, at)["earlier"])
    assert earlier.index("August 2025") < earlier.index("September 2024")
