"""Claims: numbers that a source states and that can be recomputed from other numbers it states."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation
from functools import cached_property
from typing import Any

import pandas as pd

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.numbers import (
    Number,
    decimals_of,
    format_difference,
    format_money,
    format_value,
    mixes_units,
    round_half_up,
    to_decimal,
)
from improvement_reports.domain.references import (
    AmountReference,
    OfficialReference,
    Reference,
    find_amount,
    find_observation,
    find_target,
    parse_operands,
)
from improvement_reports.domain.vocabulary import Area, ClaimMethod, ClaimOutcome, Unit
from improvement_reports.official.statistics import OfficialStatistics

FEWEST_OPERANDS = {
    ClaimMethod.PERCENTAGE: 2,
    ClaimMethod.SUM: 2,
    ClaimMethod.DIFFERENCE: 2,
    ClaimMethod.VALUE: 1,
    ClaimMethod.HIGHER: 2,
    ClaimMethod.LOWER: 2,
}
# A method that would leave further operands out in silence takes no more than these.
MOST_OPERANDS = {ClaimMethod.DIFFERENCE: 2, ClaimMethod.VALUE: 1}
COMPARISONS = (ClaimMethod.HIGHER, ClaimMethod.LOWER)
MOST_COMPARED = 2


def is_difference(method: str, operands: str) -> bool:
    """Whether a claim states how far numbers are apart, which of percentages is percentage points: also a sum of one
    less another.
    """
    if method in (ClaimMethod.DIFFERENCE, *COMPARISONS):
        return True
    return method == ClaimMethod.SUM and sum(ref.sign for ref in parse_operands(operands)) == 0


def compared_decimals(number: Number) -> int:
    """The decimals of a number that is compared in words: its own, of a mean at most two."""
    return min(decimals_of(number), MOST_COMPARED)


def claim_words(claim: Mapping[Hashable, Any] | pd.Series, number: Number) -> str:
    """A number of a claim (a row with method, operands, unit and decimals) as it is shown, with the decimals that it
    was stated with.

    A stated number that has more decimals than the row says keeps them.
    """
    decimals = max(0, int(claim["decimals"]))
    if claim["method"] in COMPARISONS:  # states no number, and so no decimals
        decimals = max(decimals, compared_decimals(number))
    if Unit(claim["unit"]) is Unit.POUNDS:
        return format_money(round_half_up(number, decimals), claim.get("in_full", False))
    difference = is_difference(claim["method"], claim["operands"])
    return (format_difference if difference else format_value)(number, Unit(claim["unit"]), decimals)


def stated_words(claim: Mapping[Hashable, Any]) -> str:
    """The stated number of a claim, with all its decimals; nothing for a comparison in words, or one that is
    withheld.
    """
    stated = claim["stated_value"]
    if stated is None or pd.isna(stated):
        return ""
    return claim_words({**claim, "decimals": max(int(claim["decimals"]), decimals_of(stated))}, stated)


def recompute(method: ClaimMethod, numbers: list[Decimal]) -> Decimal | None:
    """The number that the operands give, unrounded; None where it cannot be computed (a division by zero).

    A comparison gives the distance of the first to the nearest of the others, positive where the words hold.
    """
    match ClaimMethod(method):
        case ClaimMethod.PERCENTAGE:
            try:
                return 100 * numbers[0] / sum(numbers[1:], Decimal(0))
            except (DivisionByZero, InvalidOperation):
                return None
        case ClaimMethod.SUM:
            return sum(numbers, Decimal(0))
        case ClaimMethod.DIFFERENCE:
            return abs(numbers[0] - numbers[1])
        case ClaimMethod.VALUE:
            return numbers[0]
        case ClaimMethod.HIGHER:
            return numbers[0] - max(numbers[1:])
        case ClaimMethod.LOWER:
            return min(numbers[1:]) - numbers[0]


def compare(stated: Decimal, recomputed: Decimal | None, decimals: int) -> ClaimOutcome:
    """Whether a stated number follows from the recomputed one at the decimals it was stated with."""
    if recomputed is None:
        return ClaimOutcome.CANNOT_BE_RECOMPUTED
    if stated == recomputed:
        return ClaimOutcome.AGREES
    if stated == round_half_up(recomputed, decimals):
        return ClaimOutcome.AGREES_AFTER_ROUNDING
    return ClaimOutcome.DIFFERS


class NotKnownThen(UserError):
    """A fact that exists and was not known at the time: no fault of the return, but nothing can be recomputed
    from it.
    """


@dataclass(frozen=True)
class Known:
    """The tables in which operands are looked up: processed frames of one return, and the official statistics or
    None.
    """

    observations: pd.DataFrame
    targets: pd.DataFrame
    authority: str
    month: str
    finance: pd.DataFrame | None = None
    official: OfficialStatistics | None = None
    la_code: str = ""

    @cached_property
    def observations_by_key(self) -> Rows:
        return Rows(self.observations)

    @cached_property
    def targets_by_key(self) -> Rows:
        return Rows(self.targets)

    @cached_property
    def finance_by_key(self) -> Rows | None:
        return None if self.finance is None else Rows(self.finance)


def names_official(claims: pd.DataFrame) -> bool:
    """Whether a claim names an official statistic: they need not be opened for others."""
    return bool(claims["operands"].str.contains("dfe:").any())


def operand_number(
    ref: Reference | AmountReference | OfficialReference, known: Known
) -> tuple[Decimal, list[pd.Series]]:
    """The number that an operand names, with its sign, and the rows it comes from; a `UserError` if there is none."""
    if isinstance(ref, AmountReference):
        if known.finance_by_key is None:
            raise UserError(f"“{ref}” names an amount, but there is no finance.csv")
        row = find_amount(known.finance_by_key, ref)
        return ref.sign * to_decimal(row["amount_gbp"]), [row]
    if isinstance(ref, OfficialReference):
        return _official_number(ref, known)
    if ref.part == "target":
        goal = find_target(known.targets_by_key, ref.measure_id, ref.period or known.month)
        if goal is None:
            raise UserError(f"no target of “{ref.measure_id}” holds in {ref.period or known.month}")
        row = goal
    else:
        row = find_observation(known.observations_by_key, ref, known.authority, known.month)
    number = row[ref.part]
    if number is None or pd.isna(number) or number == "":
        raise UserError(f"“{ref}” has no {ref.part}")
    return ref.sign * to_decimal(number), [row]


def _official_number(ref: OfficialReference, known: Known) -> tuple[Decimal, list[pd.Series]]:
    if known.official is None:
        raise UserError(f"“{ref}” names an official statistic, but data/raw/official-statistics is not there")
    known.official.measure(ref.measure_id)
    area = known.authority if ref.area is None else ref.area
    allowed = (known.authority, Area.ENGLAND, Area.REGION, Area.STATISTICAL_NEIGHBOURS)
    if area not in allowed:
        raise UserError(f"“{ref}” names the area “{area}”; allowed are {', '.join(allowed)}")
    if area == Area.STATISTICAL_NEIGHBOURS:
        near = known.official.neighbours(known.la_code)
        if near is None or near.is_later:
            raise NotKnownThen(
                f"no list of statistical neighbours that was in use by {known.official.known_by} is held"
            )
    found = known.official.comparator(ref.measure_id, ref.year, area, known.la_code)
    if found is None or found.value is None:
        raise UserError(
            f"no value of “{ref}” had been published by {known.official.known_by}; name another year or area"
        )
    return ref.sign * found.value, list(found.rows)


def audit(claims: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Every claim with ``recomputed`` (unrounded Decimal or None), ``difference`` and ``outcome``; one row per claim.

    ``input_rows`` holds the rows of data that each recomputation used, ``numbers`` the operands; ``in_full`` says how
    amounts of money are written. A claim whose operands are
    missing or suppressed cannot be recomputed; it is never dropped.
    """
    results = []
    for claim in claims.to_dict("records"):
        pairs, recomputed = [], None
        try:
            pairs = [operand_number(ref, known) for ref in parse_operands(claim["operands"])]
            recomputed = recompute(claim["method"], [number for number, _ in pairs])
        except UserError:
            pass
        rows, numbers = [row for _, found in pairs for row in found], [number for number, _ in pairs]
        result = {**claim, "recomputed": recomputed, "difference": None, "input_rows": rows, "numbers": numbers}
        if claim["method"] in COMPARISONS:
            holds = recomputed is not None and recomputed > 0
            result["outcome"] = (
                ClaimOutcome.CANNOT_BE_RECOMPUTED
                if recomputed is None
                else ClaimOutcome.AGREES
                if holds
                else ClaimOutcome.DIFFERS
            )
        elif pd.isna(claim["stated_value"]):  # withheld, so that it gives no small number away
            result |= {"recomputed": None, "outcome": ClaimOutcome.CANNOT_BE_RECOMPUTED}
        else:
            stated, decimals = to_decimal(claim["stated_value"]), int(claim["decimals"])
            result["outcome"] = compare(stated, recomputed, decimals)
            result["difference"] = None if recomputed is None else stated - round_half_up(recomputed, decimals)
        results.append(result)
    # Amounts of money stand in one column: all in full where some would be in pounds and some in millions.
    amounts = [
        n
        for r in results
        if r["unit"] == Unit.POUNDS
        for n in (r["stated_value"], r["recomputed"])
        if n is not None and not pd.isna(n)
    ]
    in_full = mixes_units(amounts)
    columns = [*claims.columns, "recomputed", "difference", "outcome", "input_rows", "numbers", "in_full"]
    return pd.DataFrame([{**r, "in_full": in_full} for r in results], columns=columns)
