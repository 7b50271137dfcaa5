"""Claims: numbers that a source states and that can be recomputed from other numbers it states."""

from decimal import Decimal, DivisionByZero, InvalidOperation

import pandas as pd

from improvement_reports.errors import UserError
from improvement_reports.numbers import round_half_up, to_decimal
from improvement_reports.references import Reference, find_observation, find_target, parse_operands
from improvement_reports.vocabulary import ClaimMethod, ClaimOutcome

FEWEST_OPERANDS = {ClaimMethod.PERCENTAGE: 2, ClaimMethod.SUM: 2, ClaimMethod.DIFFERENCE: 2, ClaimMethod.VALUE: 1}


def recompute(method: ClaimMethod, numbers: list[Decimal]) -> Decimal | None:
    """The number that the operands give, unrounded; None where it cannot be computed (a division by zero)."""
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


def compare(stated: Decimal, recomputed: Decimal | None, decimals: int) -> ClaimOutcome:
    """Whether a stated number follows from the recomputed one at the decimals it was stated with."""
    if recomputed is None:
        return ClaimOutcome.CANNOT_BE_RECOMPUTED
    if stated == recomputed:
        return ClaimOutcome.AGREES
    if stated == round_half_up(recomputed, decimals):
        return ClaimOutcome.AGREES_AFTER_ROUNDING
    return ClaimOutcome.DIFFERS


def operand_number(ref: Reference, observations, targets, authority: str, month: str):
    """The number that a reference names and the row it comes from; a `UserError` if there is none."""
    if ref.part == "target":
        row = find_target(targets, ref.measure_id, ref.period or month)
        if row is None:
            raise UserError(f"no target of “{ref.measure_id}” holds in {ref.period or month}")
    else:
        row = find_observation(observations, ref, authority, month)
    number = row[ref.part]
    if number is None or pd.isna(number) or number == "":
        raise UserError(f"“{ref}” has no {ref.part}")
    return to_decimal(number), row


def audit(
    claims: pd.DataFrame, observations: pd.DataFrame, targets: pd.DataFrame, authority: str, month: str
) -> pd.DataFrame:
    """Every claim with ``recomputed`` (unrounded Decimal or None), ``difference`` and ``outcome``; one row per claim.

    ``input_rows`` holds the rows of data that each recomputation used. A claim whose operands are missing or suppressed
    cannot be recomputed; it is never dropped.
    """
    results = []
    for claim in claims.to_dict("records"):
        rows, recomputed = [], None
        try:
            pairs = [
                operand_number(ref, observations, targets, authority, month)
                for ref in parse_operands(claim["operands"])
            ]
            rows = [row for _, row in pairs]
            recomputed = recompute(claim["method"], [number for number, _ in pairs])
        except UserError:
            pass
        if pd.isna(claim["stated_value"]):  # withheld, so that it gives no small number away
            outcome = ClaimOutcome.CANNOT_BE_RECOMPUTED
            results.append({**claim, "recomputed": None, "difference": None, "outcome": outcome, "input_rows": rows})
            continue
        stated = to_decimal(claim["stated_value"])
        outcome = compare(stated, recomputed, int(claim["decimals"]))
        difference = None if recomputed is None else stated - round_half_up(recomputed, int(claim["decimals"]))
        results.append(
            {**claim, "recomputed": recomputed, "difference": difference, "outcome": outcome, "input_rows": rows}
        )
    columns = [*claims.columns, "recomputed", "difference", "outcome", "input_rows"]
    return pd.DataFrame(results, columns=columns)
