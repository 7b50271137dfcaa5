"""References, and claims recomputed through them."""

from decimal import Decimal

import pandas as pd
import pytest

from improvement_reports.claims import audit, compare, recompute
from improvement_reports.errors import UserError
from improvement_reports.references import Reference, find_observation, find_target, parse_operands, parse_reference
from improvement_reports.vocabulary import ClaimMethod, ClaimOutcome

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
    "text", ["", "Cases", "cases pct", "cases[", "cases]", "cases@", "cases@March", "cases#", "cases[A][B]", "cases()", "../x"]
)  # fmt: skip
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
    columns = ["claim_id", "stated_value", "decimals", "method", "operands"]
    claims = pd.DataFrame([("c", stated, 0.0, method, operands)], columns=columns)
    goals = pd.DataFrame([("m", "2024-01", 40.0)], columns=["measure_id", "valid_from", "target"])
    return audit(claims, rows, goals, HOME, MONTH).iloc[0]


def test_a_claim_through_parts_and_target():
    rows = table(("m", MONTH, 38, {"numerator": 15, "denominator": 40}))
    assert audited("m#numerator; m#denominator", rows, "percentage")["outcome"] == ClaimOutcome.AGREES_AFTER_ROUNDING
    assert audited("m; m#target", rows, "difference", stated=2)["outcome"] == ClaimOutcome.AGREES
    differing = audited("m#numerator; m#denominator", rows, "percentage", stated=41)
    assert (differing["outcome"], differing["difference"]) == (ClaimOutcome.DIFFERS, 3)
    assert len(differing["input_rows"]) == 2


@pytest.mark.parametrize(
    ("operands", "method"),
    [("m", "value"), ("m#numerator", "value"), ("n", "value"), ("m@2023-01#target", "value"), ("k; m", "sum"), ("k; z", "percentage")],
)  # fmt: skip
def test_a_claim_without_its_numbers_cannot_be_recomputed_and_is_kept(operands, method):
    rows = table(("m", MONTH, None), ("k", MONTH, 1), ("z", MONTH, 0))
    claim = audited(operands, rows, method)
    assert (claim["outcome"], claim["recomputed"]) == (ClaimOutcome.CANNOT_BE_RECOMPUTED, None)
