"""Official statistics as at a day, and the figures that narrative takes from them: small tables, each rule by itself."""

from decimal import Decimal

import pytest
import yaml
from small_facts import HOME, facts_of, measure, months_of
from small_official import write_table

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.markup import plain
from improvement_reports.domain.vocabulary import Area, Unit
from improvement_reports.official.cases import cases, children, is_counted, is_nearest, per_case, rows_of_cases
from improvement_reports.official.statistics import open_official

CODE, NEAR, NEXT, FAR = "999", "885", "916", "801"
NAMES = {CODE: "Exampleshire", NEAR: "Worcestershire", NEXT: "Gloucestershire", FAR: "Bristol, City of"}
OTHERS = {"970": "England", "990": "South West"}
MEASURES = [
    'plans_rate,Plans,"per 10,000",1,lower,"DfE, Children in need"',
    'plans_count,Number of plans,children,0,neutral,"DfE, Children in need"',
    'visits_pct,Visits in time,%,1,higher,"DfE, Children in need"',
    'guess_pct,A part of them,%,1,higher,"DfE, Children in need"',
]
LISTS = {
    "subjects": {"All": ["plans_rate", "plans_count", "visits_pct", "guess_pct"]},
    "year_covers": {"31 March": ["plans_rate", "plans_count"], "year to March": ["visits_pct"]},
    "beside_others": [],
    "trends": [],
    "counted_of": {"visits_pct": ["plans_count"], "plans_rate": ["children"]},
    "nearest_of": {"guess_pct": ["plans_count"]},
    "children_from": [["plans_count", "plans_rate"]],
}
# By measure and year the values of areas by their code; of each year they are known from November on.
VALUES = {
    ("plans_rate", 2022): {CODE: "40", NEAR: "50", NEXT: "30", FAR: "", "970": "43.8", "990": "41.2"},
    ("plans_rate", 2023): {CODE: "36.5", NEAR: "54", NEXT: "31", "970": "43", "990": "42"},
    ("plans_count", 2022): {CODE: "200", NEAR: "400", NEXT: "300"},
    ("visits_pct", 2022): {CODE: "90", NEAR: "80"},
    ("guess_pct", 2022): {CODE: "50"},
}


@pytest.fixture
def tables(small):
    """The project with these tables; only the value of one area is withheld."""
    names, rows = NAMES | OTHERS, []
    for (key, year), found in VALUES.items():
        for code, value in found.items():
            status = "published" if value else "suppressed"
            rows.append(f'{key},{year},{code},"{names[code]}",{value},{status},{year}-11-30')
    write_table(small, "annual-values", rows)
    write_table(small, "measures", MEASURES)
    areas = [f'{code},"{name}",South West' for code, name in NAMES.items()]
    write_table(small, "areas", [*areas, "970,England,NA", "990,South West,NA"])
    near = [
        f"{year},{CODE},{rank},{code},Close" for year in (2021, 2025) for rank, code in enumerate((NEAR, NEXT, FAR), 1)
    ]
    write_table(small, "statistical-neighbours", [*near, f"2025,{NEAR},1,{FAR},Close"])
    months = [("2022-03", "400"), ("2022-02", "390"), ("2022-05", "410")]
    write_table(small, "referrals-by-month", [f"{m},{CODE},Exampleshire,{n},published,2023-11-30" for m, n in months])
    (small.params / "official_lists.yml").write_text(yaml.safe_dump(LISTS), encoding="utf-8")
    (small.params / "official.yml").write_text("{}\n", encoding="utf-8")
    return small


@pytest.fixture
def official(tables):
    return open_official(tables, "2024-02-28")


def facts(official, **rows):
    return facts_of({"visits_pct": measure()}, official, observations=months_of("visits_pct", [60, 62]), **rows)


# As at a day


def test_a_year_is_known_from_the_day_of_its_release_and_not_before(tables):
    assert open_official(tables, "2023-11-30").years("plans_rate", CODE) == [2022, 2023]
    assert open_official(tables, "2023-11-29").years("plans_rate", CODE) == [2022]
    assert open_official(tables, "2022-11-29").years("plans_rate") == []


def test_statistics_of_one_day_are_opened_once_and_a_project_may_have_none(tables):
    assert open_official(tables, "2024-02-28") is open_official(tables, "2024-02-28")
    for path in (tables.raw / "official-statistics").iterdir():
        path.unlink()
    (tables.raw / "official-statistics").rmdir()
    assert open_official(tables, "2024-02-28") is None


def test_what_is_withheld_has_a_row_and_no_value_and_counts_for_no_year(official):
    assert official.row("plans_rate", 2022, FAR)["status"] == "suppressed"
    assert official.years("plans_rate", FAR) == []
    assert official.row("plans_rate", 2023, FAR) is None
    assert list(official.published("plans_rate", 2022)["la_code"]) == sorted([CODE, NEAR, NEXT])


def test_england_and_regions_are_no_authorities(official):
    assert set(official.authorities) == set(NAMES)
    assert official.known.values_of("plans_rate", 2023) == {
        NEAR: Decimal("54"),
        NEXT: Decimal("31"),
        CODE: Decimal("36.5"),
    }
    assert official.known.reporting(2023) == {CODE, NEAR, NEXT}
    assert official.known.reporting(1999) == set()


def test_changes_are_of_those_that_have_both_years(official):
    assert official.known.changes_of("plans_rate", 2023) == [Decimal(4), Decimal(1), Decimal("-3.5")]
    assert official.known.changes_of("plans_rate", 2022) == []


def test_referrals_of_an_area_by_month_and_the_newest_march(official):
    assert official.known.referrals_of(CODE)["month"].tolist() == ["2022-02", "2022-03", "2022-05"]
    assert official.known.referrals_of(NEAR).empty
    assert official.known.last_march == "2022-03"


def test_neighbours_are_of_the_newest_model_of_the_day_and_else_of_the_first_after_it(official):
    own, later = official.neighbours(CODE), official.neighbours(NEAR)
    assert (own.model_year, own.codes, own.is_later) == (2021, (NEAR, NEXT, FAR), False)
    assert (later.model_year, later.is_later) == (2025, True)
    assert official.neighbours(FAR) is None


# Beside others


def test_neighbours_are_the_mean_of_those_with_a_value_with_how_many_they_were(official):
    """50 and 30 are published, the third is withheld."""
    found = official.comparator("plans_rate", 2022, Area.STATISTICAL_NEIGHBOURS, CODE)
    assert (found.value, found.n, found.of) == (40, 2, 3)
    assert official.comparator("visits_pct", 2022, Area.STATISTICAL_NEIGHBOURS, FAR) is None
    assert official.comparator("guess_pct", 2022, Area.STATISTICAL_NEIGHBOURS, CODE) is None


def test_england_the_region_and_the_authority_itself(official):
    values = {a: official.comparator("plans_rate", 2022, a, CODE).value for a in (Area.ENGLAND, Area.REGION, HOME)}
    assert values == {Area.ENGLAND: Decimal("43.8"), Area.REGION: Decimal("41.2"), HOME: Decimal(40)}
    assert official.comparator("visits_pct", 2022, Area.ENGLAND, CODE) is None
    withheld = official.comparator("plans_rate", 2022, "bristol", FAR)
    assert (withheld.value, withheld.status) == (None, "suppressed")


def test_no_value_stands_under_a_misspelt_area(official):
    official.keys = {HOME: CODE, "gloucestershire": NEXT}
    for area in ("englnd", "gloucestershire", "best_neighbour"):
        with pytest.raises(UserError, match="is not an area of this authority"):
            official.comparator("plans_rate", 2022, area, CODE)


def test_a_measure_that_is_none_is_said_with_the_nearest(official):
    with pytest.raises(UserError, match="did you mean “plans_rate”"):
        official.years("plan_rate")


# Of how many cases


def test_children_of_an_area_are_a_count_by_its_rate(official):
    """200 plans at 40 for each 10,000 children: 50,000 children."""
    assert children(official, 2022, CODE) == 50_000
    assert children(official, 2023, CODE) is None


def test_of_how_many_cases_a_value_is(official):
    assert cases(official, "visits_pct", 2022, CODE) == 200
    assert cases(official, "plans_rate", 2022, CODE) == 50_000
    assert cases(official, "guess_pct", 2022, CODE) == pytest.approx(200 / 3), "a part of the nearest number"
    assert cases(official, "plans_count", 2022, CODE) is None and not is_counted(official, "plans_count")
    assert cases(official, "visits_pct", 2023, CODE) is None
    assert is_nearest(official, "guess_pct") and not is_nearest(official, "visits_pct")


def test_the_rows_behind_a_number_of_cases(official):
    def found(measure_id):
        return [r["measure_id"] for r in rows_of_cases(official, measure_id, 2022, CODE)]

    assert found("visits_pct") == ["plans_count"]
    assert found("plans_rate") == ["plans_count", "plans_rate"]


def test_one_case_of_a_percentage_and_of_a_rate():
    assert (per_case(Decimal(5), Unit.PERCENT), per_case(Decimal(5), Unit.RATE)) == (0.05, 0.0005)


# In a report


def test_narrative_takes_the_newest_value_and_says_its_year(official):
    own = facts(official)
    assert plain(own.dfe("plans_rate")) == "36.5 per 10,000"
    assert plain(own.dfe_year("plans_rate")) == "31 March 2023"
    assert plain(own.dfe_year("visits_pct")) == "year to March 2022"
    assert plain(own.dfe("plans_rate", "england", 2022)) == "43.8 per 10,000"


def test_the_mean_of_neighbours_and_the_best_of_them_say_of_how_many(official):
    own = facts(official)
    mean = own.dfe_figure("plans_rate", "statistical_neighbours", 2022)
    assert mean.published == "40.0 per 10,000"
    assert mean.formula == "mean of 2 of the 3 statistical neighbours (model of 2021) that have a value"
    best = own.dfe_figure("plans_rate", "best_neighbour", 2022)
    assert (best.published, best.area) == ("30.0 per 10,000", "best_neighbour"), "fewer plans are better"
    assert "best value of 2 of the 3" in best.formula and "Gloucestershire" in best.label


@pytest.mark.parametrize(
    ("pair", "year", "value", "n", "without"),
    [
        ((NEAR, NEXT), 2023, "54", 1, "Gloucestershire, whose figure is that of Worcestershire"),
        ((CODE, NEXT), 2022, "50", 1, "Gloucestershire, whose figure is that of Exampleshire"),
        ((NEAR, FAR), 2022, "40", 2, ""),
    ],
    ids=["two neighbours", "the authority and a neighbour", "one of them has no value"],
)
def test_a_joint_return_is_counted_once_in_the_mean_of_neighbours(tables, pair, year, value, n, without):
    lists = LISTS | {"joint_returns": {"measures": ["plans_rate"], "authorities": [list(pair)]}}
    (tables.params / "official_lists.yml").write_text(yaml.safe_dump(lists), encoding="utf-8")
    official = open_official(tables, "2024-02-28")
    found = official.comparator("plans_rate", year, Area.STATISTICAL_NEIGHBOURS, CODE)
    assert (found.value, found.n, found.of) == (Decimal(value), n, 3)
    assert len([r for r in found.rows if "value_text" in r]) == n, "its rows are those that count"
    formula = facts(official).dfe_figure("plans_rate", "statistical_neighbours", year).formula
    assert formula.partition(" that have a value")[2] == (f"; without {without} (joint return)" if without else "")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("plans_rate", "wales"), "dfe\\(\\) takes the areas england"),
        (("plans_rate", None, 2010), "no value of “plans_rate” for 2010 had been published by 2024-02-28"),
        (("guess_pct", "england"), "no value of “guess_pct” for 2022"),
        (("plan_rate",), "is not an official measure"),
    ],
)
def test_what_cannot_be_said_of_official_statistics(official, asked, said):
    with pytest.raises(UserError, match=said):
        facts(official).dfe(*asked)


def test_without_official_statistics_narrative_cannot_name_any():
    with pytest.raises(UserError, match="there are no official statistics"):
        facts(None).dfe("plans_rate")
    with pytest.raises(UserError, match="needs the official statistics"):
        facts(None).count_standings("ranked")


def test_a_measure_of_which_nothing_was_known_on_the_day(tables):
    with pytest.raises(
        UserError, match="no value of the official measure “plans_rate” had been published by 2022-01-31"
    ):
        facts(open_official(tables, "2022-01-31")).dfe("plans_rate")


def test_the_cell_of_a_table_whose_row_says_the_unit(official):
    own = facts(official)
    assert plain(own.cell(own.dfe_figure("plans_rate"))) == "36.5"


def test_the_words_of_the_neighbours(official):
    own = facts(official)
    assert "those of the 3 authorities of the 2021 model" in own.neighbour_words()
    assert "is later than this meeting" not in own.neighbour_words()
    for code, words in ((NEAR, "The model of 2025 is the first one held and is later"), (FAR, "No statistical")):
        own.authority = own.authority.model_copy(update={"la_code": code})
        assert words in own.neighbour_words()


def test_standings_are_counted_of_now_and_of_measures_with_a_better_side(official):
    """Of 2022 or 2023 and 2024 as the year of the report: only plans_rate is recent; of four nobody is ranked."""
    own = facts(official)
    assert {s.measure_id for s in own.standings} == {"plans_rate", "plans_count", "visits_pct", "guess_pct"}
    assert [s.measure_id for s in own.recent_standings] == ["plans_rate"]
    assert plain(own.count_standings("ranked")) == "0"
    with pytest.raises(UserError, match="count_standings\\(\\) takes ranked, judged, best"):
        own.count_standings("bester")


def test_rows_of_a_table_are_counted_all_or_with_a_value(official):
    risks = [{"risk_id": "a", "status": "open"}, {"risk_id": "b", "status": "open"}, {"risk_id": "c", "status": ""}]
    own = facts(official, risks=risks)
    assert [plain(own.count_rows("risks")), plain(own.count_rows("risks", "risk_id", "a"))] == ["3", "1"]
    for asked, said in (
        (("rizks",), "knows no table “rizks”"),
        (("risks", "colour"), "risks.csv has no column “colour”"),
    ):
        with pytest.raises(UserError, match=said):
            own.count_rows(*asked)


def test_areas_and_the_authority_in_words(official):
    own = facts(official)
    assert (own.area_words(HOME), own.area_words("england"), own.authority_name()) == (
        "Exampleshire",
        "England",
        "Exampleshire",
    )
