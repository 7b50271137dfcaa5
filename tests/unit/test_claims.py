"""References, and claims recomputed through them."""

from decimal import Decimal

import pandas as pd
import pytest

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.references import (
    AmountReference,
    OfficialReference,
    Reference,
    find_observation,
    find_target,
    parse_operands,
    parse_reference,
)
from improvement_reports.domain.vocabulary import ClaimMethod, ClaimOutcome
from improvement_reports.method.claims import Known, NotKnownThen, audit, compare, operand_number, recompute
from improvement_reports.official.statistics import OfficialStatistics

HOME, MONTH = "exampleshire", "2024-03"


# References


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cases_pct", Reference("cases_pct")),
        (" cases_pct ", Reference("cases_pct")),
        ("cases_pct[North]", Reference("cases_pct", "North")),
        ("cases_pct[North & <South>; @x]", Reference("cases_pct", "North & <South>; @x")),
        ("cases_pct@2024-02", Reference("cases_pct", period="2024-02")),
        ("cases_pct@2024-02-29", Reference("cases_pct", period="2024-02-29")),
        ("cases_pct:england", Reference("cases_pct", area="england")),
        ("cases_pct#numerator", Reference("cases_pct", part="numerator")),
        ("cases_pct[A]@2024:region#target", Reference("cases_pct", "A", "2024", "region", "target")),
    ],
)
def test_a_reference_says_measure_category_period_area_and_part(text, expected):
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    "text", ["cases_pct", "cases_pct[A]", "cases_pct[A]@2024-03:england#numerator", "cases_pct:region"]
)
def test_a_reference_is_written_as_it_is_read(text):
    assert str(parse_reference(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "Cases", "cases pct", "cases[", "cases]", "cases@", "cases@March", "cases#", "cases[A][B]", "cases()", "../x"],
)
def test_what_is_no_reference_is_told_the_syntax(text):
    with pytest.raises(
        UserError, match=r"is not a reference; write measure_id\[category\]@period/period_type:area#part"
    ):
        parse_reference(text)


def test_an_unknown_part_is_told_the_known_ones():
    with pytest.raises(UserError, match="allowed are value, numerator, denominator, target"):
        parse_reference("cases_pct#total")


def test_operands_stand_between_semicolons():
    assert parse_operands("a; b[x] ;c#target") == [Reference("a"), Reference("b", "x"), Reference("c", part="target")]
    assert parse_operands(" ; ") == []


# Looking up


def table(*rows) -> pd.DataFrame:
    """Rows of (measure, period, value), with other columns as keywords of a dictionary at the end."""
    given = {"area": HOME, "category": "", "period_type": "month", "numerator": None, "denominator": None}
    names = ("measure_id", "period", "value")
    full = [{**given, **dict(zip(names, row[:3], strict=True)), **(row[3] if len(row) > 3 else {})} for row in rows]
    return pd.DataFrame(full).astype({"value": float, "numerator": float, "denominator": float})


def found(rows: pd.DataFrame, **reference):
    return find_observation(rows, Reference("m", **reference), HOME, MONTH)["value"]


def test_without_a_period_the_reporting_month_is_meant_and_else_the_newest():
    rows = table(("m", "2024-02", 1), ("m", "2024-03", 2), ("m", "2024-03-31", 3))
    assert found(rows) == 2
    assert found(rows[rows["period"] != "2024-03"]) == 3
    assert found(rows, period="2024-02") == 1


def test_area_and_category_are_the_authority_and_the_whole_unless_said():
    rows = table(("m", MONTH, 1), ("m", MONTH, 2, {"area": "england"}), ("m", MONTH, 3, {"category": "North"}))
    assert (found(rows), found(rows, area="england"), found(rows, category="North")) == (1, 2, 3)


def test_of_a_month_and_its_rolling_year_the_month_is_meant():
    rows = table(("m", MONTH, 1), ("m", MONTH, 2, {"period_type": "rolling_12m"}))
    assert (found(rows), found(rows, period_type="rolling_12m")) == (1, 2)


def test_an_ambiguous_reference_is_refused():
    rows = table(("m", MONTH, 1, {"period_type": "quarter"}), ("m", MONTH, 2, {"period_type": "rolling_12m"}))
    with pytest.raises(UserError, match=r"“m” names 2 observations \(quarter, rolling_12m\)"):
        found(rows)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ({"period": "2024-01"}, "no observation of “m” for 2024-01"),
        ({"category": "North"}, "no observation of “m” in the category “North”"),
        ({"area": "england"}, "no observation of “m” for england"),
        ({"period_type": "quarter"}, "no observation of “m” for 2024-03"),
    ],
)
def test_what_is_not_there_is_named(reference, message):
    with pytest.raises(UserError, match=f"{message}(; |$)"):
        found(table(("m", MONTH, 1)), **reference)


@pytest.mark.parametrize(("period", "expected"), [("2024-01", None), ("2024-02", 80), ("2024-03-01", 80)])
def test_a_target_holds_from_its_month_on(period, expected):
    goals = pd.DataFrame([("m", "2024-02", 80.0)], columns=["measure_id", "valid_from", "target"])
    row = find_target(goals, "m", period)
    assert (row if row is None else row["target"]) == expected


# Recomputing


@pytest.mark.parametrize(
    ("method", "numbers", "expected"),
    [
        (ClaimMethod.PERCENTAGE, (1, 8), Decimal("12.5")),
        (ClaimMethod.PERCENTAGE, (1, 1, 3), 25),
        (ClaimMethod.PERCENTAGE, (0, 5), 0),
        (ClaimMethod.PERCENTAGE, (1, 0), None),
        (ClaimMethod.PERCENTAGE, (0, 0), None),
        (ClaimMethod.SUM, (1, 2, 3), 6),
        (ClaimMethod.DIFFERENCE, (5, 3), 2),
        (ClaimMethod.DIFFERENCE, (3, 5), 2),
        (ClaimMethod.DIFFERENCE, (5, 5), 0),
        (ClaimMethod.VALUE, (7,), 7),
    ],
)
def test_each_method(method, numbers, expected):
    assert recompute(method, [Decimal(n) for n in numbers]) == expected


@pytest.mark.parametrize(
    ("stated", "recomputed", "decimals", "expected"),
    [
        ("38", "37.4", 0, ClaimOutcome.DIFFERS),
        ("38", "37.5", 0, ClaimOutcome.AGREES_AFTER_ROUNDING),
        ("38", "38", 0, ClaimOutcome.AGREES),
        ("38", "38.4", 0, ClaimOutcome.AGREES_AFTER_ROUNDING),
        ("38", "38.5", 0, ClaimOutcome.DIFFERS),
        ("37.5", "37.46", 1, ClaimOutcome.AGREES_AFTER_ROUNDING),
        ("38", None, 0, ClaimOutcome.CANNOT_BE_RECOMPUTED),
    ],
)
def test_a_claim_agrees_at_the_decimals_it_was_stated_with(stated, recomputed, decimals, expected):
    recomputed = None if recomputed is None else Decimal(recomputed)
    assert compare(Decimal(stated), recomputed, decimals) is expected


def audited(operands: str, rows: pd.DataFrame, method: str = "value", stated: float = 38) -> pd.Series:
    columns = ["claim_id", "stated_value", "unit", "decimals", "method", "operands"]
    claims = pd.DataFrame([("c", stated, "percent", 0.0, method, operands)], columns=columns)
    goals = pd.DataFrame([("m", "2024-01", 40.0)], columns=["measure_id", "valid_from", "target"])
    return audit(claims, Known(rows, goals, HOME, MONTH)).iloc[0]


def test_a_claim_through_parts_and_target():
    rows = table(("m", MONTH, 38, {"numerator": 15, "denominator": 40}))
    assert audited("m#numerator; m#denominator", rows, "percentage")["outcome"] == ClaimOutcome.AGREES_AFTER_ROUNDING
    assert audited("m; m#target", rows, "difference", stated=2)["outcome"] == ClaimOutcome.AGREES
    differing = audited("m#numerator; m#denominator", rows, "percentage", stated=41)
    assert (differing["outcome"], differing["difference"]) == (ClaimOutcome.DIFFERS, 3)
    assert len(differing["input_rows"]) == 2


@pytest.mark.parametrize(
    ("operands", "method"),
    [
        ("m", "value"),
        ("m#numerator", "value"),
        ("n", "value"),
        ("m@2023-01#target", "value"),
        ("k; m", "sum"),
        ("k; z", "percentage"),
    ],
)
def test_a_claim_without_its_numbers_cannot_be_recomputed_and_is_kept(operands, method):
    rows = table(("m", MONTH, None), ("k", MONTH, 1), ("z", MONTH, 0))
    claim = audited(operands, rows, method)
    assert (claim["outcome"], claim["recomputed"]) == (ClaimOutcome.CANNOT_BE_RECOMPUTED, None)


# Comparisons, amounts, official statistics and signs


@pytest.mark.parametrize(
    ("method", "numbers", "expected"),
    [
        (ClaimMethod.HIGHER, (5, 3), 2),
        (ClaimMethod.HIGHER, (5, 3, 4), 1),
        (ClaimMethod.HIGHER, (5, 6, 1), -1),
        (ClaimMethod.HIGHER, (5, 5), 0),
        (ClaimMethod.LOWER, (3, 5), 2),
        (ClaimMethod.LOWER, (3, 5, 4), 1),
        (ClaimMethod.LOWER, (3, 2, 9), -1),
        (ClaimMethod.LOWER, (3, 3), 0),
        (ClaimMethod.SUM, (5, -3), 2),
        (ClaimMethod.DIFFERENCE, (-5, 3), 8),
    ],
)
def test_a_comparison_gives_the_distance_to_the_nearest_of_the_others(method, numbers, expected):
    assert recompute(method, [Decimal(n) for n in numbers]) == expected


@pytest.mark.parametrize(
    ("method", "first", "expected"),
    [
        ("higher", 39, ClaimOutcome.DIFFERS),
        ("higher", 40, ClaimOutcome.DIFFERS),
        ("higher", 41, ClaimOutcome.AGREES),
        ("lower", 39, ClaimOutcome.AGREES),
        ("lower", 40, ClaimOutcome.DIFFERS),
        ("lower", 41, ClaimOutcome.DIFFERS),
        ("higher", None, ClaimOutcome.CANNOT_BE_RECOMPUTED),
        ("lower", None, ClaimOutcome.CANNOT_BE_RECOMPUTED),
    ],
)
def test_a_comparison_holds_only_where_it_is_strictly_so(method, first, expected):
    claim = audited("m; k", table(("m", MONTH, first), ("k", MONTH, 40)), method, stated=None)
    assert (claim["outcome"], claim["difference"]) == (expected, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("£grant", AmountReference("grant")),
        ("£grant@2021-22", AmountReference("grant", "2021-22")),
        ("£grant@total/funding", AmountReference("grant", "total", "funding")),
        ("£social-care/spend", AmountReference("social-care", None, "spend")),
        ("-£grant@2021-22/funding", AmountReference("grant", "2021-22", "funding", -1)),
        ("dfe:cpp_rate@2020", OfficialReference("cpp_rate", 2020)),
        ("dfe:cpp_rate@2020:england", OfficialReference("cpp_rate", 2020, "england")),
        ("- dfe:cpp_rate@2020:region", OfficialReference("cpp_rate", 2020, "region", -1)),
        ("-cases_pct[North]@2024-02", Reference("cases_pct", "North", "2024-02", sign=-1)),
        ("cases_pct", Reference("cases_pct")),
    ],
)
def test_an_operand_may_be_an_amount_or_an_official_statistic_with_a_sign(text, expected):
    assert parse_operands(f"{text}; b") == [expected, Reference("b")]


@pytest.mark.parametrize(
    "text",
    [
        "£",
        "£Grant",
        "£grant@",
        "£grant#value",
        "dfe:cpp_rate",
        "dfe:cpp_rate@20",
        "dfe:cpp_rate@2020#value",
        "-dfe:@2020",
    ],
)
def test_a_wrong_amount_or_official_reference_is_told_its_syntax(text):
    with pytest.raises(UserError, match="write £line_id@period/kind for an amount, dfe:measure_id@year:area for an"):
        parse_operands(text)


MONEY = pd.DataFrame(
    [
        ("grant", "funding", "2021-22", 300.0),
        ("grant", "funding", "2022-23", 200.0),
        ("grant", "spend", "2021-22", 250.0),
        ("all", "funding", "2021-22", 900.0),
    ],
    columns=["line_id", "kind", "period", "amount_gbp"],
)


def numbers_of(operands: str, **known) -> list[Decimal]:
    where = Known(table(("m", MONTH, 38)), pd.DataFrame(columns=["measure_id", "valid_from"]), HOME, MONTH, **known)
    return [operand_number(ref, where)[0] for ref in parse_operands(operands)]


def test_an_amount_is_found_by_line_period_and_kind():
    found = numbers_of("£all; £grant@2022-23; £grant@2021-22/spend; -£grant@2021-22/funding; -m", finance=MONEY)
    assert found == [900, 200, 250, -300, -38]


@pytest.mark.parametrize(
    ("operand", "message"),
    [
        ("£grant", "names 3 amounts"),
        ("£grant@2021-22", "names 2 amounts"),
        ("£grants", "names no amount"),
        ("£all@2022-23", "names no amount"),
    ],
)
def test_an_amount_that_is_not_one_is_told(operand, message):
    with pytest.raises(UserError, match=f"“{operand}” {message}; write the line, its period and its kind"):
        numbers_of(operand, finance=MONEY)


def test_an_amount_without_its_table_is_told():
    with pytest.raises(UserError, match=r"names an amount, but there is no finance\.csv"):
        numbers_of("£grant")


@pytest.mark.parametrize(
    ("stated", "decimals", "outcome"),
    [
        (900, -2, ClaimOutcome.AGREES),
        (1000, -3, ClaimOutcome.AGREES_AFTER_ROUNDING),
        (0, -4, ClaimOutcome.AGREES_AFTER_ROUNDING),
        (900, -3, ClaimOutcome.AGREES),
        (800, -2, ClaimOutcome.DIFFERS),
    ],
)
def test_money_agrees_as_far_as_it_is_stated(stated, decimals, outcome):
    assert compare(Decimal(stated), Decimal(900), decimals) is outcome


def test_a_claim_on_money_is_recomputed_from_its_rows():
    columns = ["claim_id", "stated_value", "unit", "decimals", "method", "operands"]
    claims = pd.DataFrame(
        [("c", 50.0, "pounds", 0.0, "sum", "£grant@2021-22/funding; -£grant@2021-22/spend")], columns=columns
    )
    goals = pd.DataFrame(columns=["measure_id", "valid_from", "target"])
    claim = audit(claims, Known(table(("m", MONTH, 1)), goals, HOME, MONTH, MONEY)).iloc[0]
    assert (claim["outcome"], claim["recomputed"], claim["numbers"]) == (ClaimOutcome.AGREES, 50, [300, -250])
    assert [row["kind"] for row in claim["input_rows"]] == ["funding", "spend"]


def official_as_at(day: str) -> OfficialStatistics:
    """Two years of one measure, of the authority 1, its neighbour 2, England and nobody else; a model of 2021."""
    rows = [
        (y, c, v, f"{y}-11-30")
        for y, values in ((2019, "41.5 38 43.8"), (2020, "40.5 39 42.8"))
        for c, v in zip(("1", "2", "970"), values.split(), strict=True)
    ]
    values = pd.DataFrame(rows, columns=["reporting_year", "la_code", "value_text", "available_from"]).assign(
        measure_id="cpp_rate", status="published"
    )
    tables = {
        "annual-values": values,
        "measures": pd.DataFrame(
            [("cpp_rate", "Plans", "per 10,000", "1", "neutral", "x")],
            columns=["measure_id", "title", "unit", "decimals", "better_when", "release"],
        ),
        "areas": pd.DataFrame(
            [("1", "One", "NA"), ("2", "Two", "NA"), ("970", "England", "NA")],
            columns=["la_code", "area_name", "region"],
        ),
        "statistical-neighbours": pd.DataFrame(
            [(2021, "1", 1, "2")], columns=["model_year", "la_code", "rank", "neighbour_la_code"]
        ),
    }
    return OfficialStatistics(tables, {}, day)


def test_an_official_statistic_is_that_of_the_authority_or_of_another_area():
    found = numbers_of(
        "dfe:cpp_rate@2020; dfe:cpp_rate@2020:exampleshire; -dfe:cpp_rate@2019:england;"
        " dfe:cpp_rate@2020:statistical_neighbours",
        official=official_as_at("2021-05-26"),
        la_code="1",
    )
    assert found == [Decimal("40.5"), Decimal("40.5"), Decimal("-43.8"), 39]


@pytest.mark.parametrize(("day", "is_known"), [("2020-11-29", False), ("2020-11-30", True)])
def test_an_official_statistic_is_known_from_its_release(day, is_known):
    if is_known:
        assert numbers_of("dfe:cpp_rate@2020", official=official_as_at(day), la_code="1") == [Decimal("40.5")]
    else:
        with pytest.raises(UserError, match="no value of “dfe:cpp_rate@2020” had been published by 2020-11-29"):
            numbers_of("dfe:cpp_rate@2020", official=official_as_at(day), la_code="1")


@pytest.mark.parametrize(("day", "is_known"), [("2020-12-31", False), ("2021-01-01", True)])
def test_neighbours_by_a_later_model_are_not_known_then(day, is_known):
    operand, known = "dfe:cpp_rate@2020:statistical_neighbours", {"official": official_as_at(day), "la_code": "1"}
    if is_known:
        assert numbers_of(operand, **known) == [39]
    else:
        with pytest.raises(
            NotKnownThen, match="no list of statistical neighbours that was in use by 2020-12-31 is held"
        ):
            numbers_of(operand, **known)


@pytest.mark.parametrize(
    ("operand", "message"),
    [
        ("dfe:cpp_rat@2020", "“cpp_rat” is not an official measure"),
        ("dfe:cpp_rate@2018", "no value of"),
        ("dfe:cpp_rate@2020:region", "no value of"),
    ],
)
def test_an_official_statistic_that_is_not_there_is_told(operand, message):
    with pytest.raises(UserError, match=message):
        numbers_of(operand, official=official_as_at("2021-05-26"), la_code="1")


def test_an_official_statistic_without_the_tables_is_told():
    with pytest.raises(UserError, match="names an official statistic, but data/raw/official-statistics is not there"):
        numbers_of("dfe:cpp_rate@2020")


@pytest.mark.parametrize("area", ["englnad", "two", "peer_group"])
def test_an_area_that_is_not_known_is_never_taken_for_the_authority(area):
    with pytest.raises(UserError, match=area):
        numbers_of(f"dfe:cpp_rate@2020:{area}", official=official_as_at("2021-05-26"), la_code="1")


@pytest.mark.parametrize(("month", "expected"), [("2024-01", 70), ("2024-02", 70), ("2024-03", None), ("2024-04", 80)])
def test_a_target_ends_with_its_last_month(month, expected):
    goals = pd.DataFrame(
        [("m", "2024-01", "2024-02", 70.0), ("m", "2024-04", "", 80.0)],
        columns=["measure_id", "valid_from", "valid_to", "target"],
    )
    row = find_target(goals, "m", month)
    assert (row if row is None else row["target"]) == expected
