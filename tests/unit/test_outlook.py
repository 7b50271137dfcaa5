"""Forecasts of money: variance and movement from the amounts, and beside them what the source states."""

import pandas as pd
import pytest

from improvement_reports.domain.vocabulary import ClaimOutcome
from improvement_reports.method.outlook import outlook_entries, outlooks

AGREES, ROUNDED, DIFFERS = ClaimOutcome.AGREES, ClaimOutcome.AGREES_AFTER_ROUNDING, ClaimOutcome.DIFFERS


def finance(month: str, *rows) -> pd.DataFrame:
    """Rows of (line, kind, period, amount)."""
    frame = pd.DataFrame(rows, columns=["line_id", "kind", "period", "amount_gbp"]).astype({"amount_gbp": float})
    file = f"x/{month}/finance.csv"
    return frame.assign(line=frame["line_id"].str.title(), is_total=False, source_file=file, source_row=frame.index + 2)


def lines(forecast: float, *more, budget: float = 1_000_000, month: str = "2025-05") -> pd.DataFrame:
    return finance(
        month,
        ("care", "budget", "2025-26", budget),
        ("care", "spend", "2025 to 2026 to date", 300_000),
        ("care", "forecast", "2025/26", forecast),
        *more,
    )


def test_a_variance_and_a_movement_follow_from_their_amounts():
    (one,) = outlooks(lines(1_120_000), [lines(1_200_000, month="2025-03"), lines(1_150_000, month="2025-04")])
    assert (one.variance.amount, one.movement.amount) == (120_000, -30_000)
    assert one.spent["amount_gbp"] == 300_000 and one.budget["period"] == "2025-26"
    assert one.variance.outcome is None, "the source states none"


def test_a_forecast_that_is_carried_over_moves_nothing():
    april = lines(1_150_000, month="2025-04")
    (one,) = outlooks(april, [lines(1_100_000, month="2025-03"), april])
    assert one.movement.amount == 50_000
    (one,) = outlooks(april, [april])
    assert one.movement.amount is None


@pytest.mark.parametrize(
    ("forecast", "stated", "outcome"),
    [
        (1_120_000, 120_000, AGREES),
        (1_120_000, 110_000, ROUNDED),  # to ten thousand: 1,124,999 less 1,005,000 is 119,999
        (1_120_000, 100_000, DIFFERS),
        (1_120_456, 120_456, AGREES),
        (1_120_456, 120_457, DIFFERS),  # stated to the pound
        (1_120_000, -120_000, DIFFERS),
        (900_000, -100_000, AGREES),
    ],
)
def test_what_the_source_states_is_compared(forecast, stated, outcome):
    (one,) = outlooks(lines(forecast, ("care", "variance", "2025-26", stated)))
    assert one.variance.outcome is outcome
    assert one.variance.has_other_sign == (stated == -120_000)


def test_what_has_no_parts_stands_as_it_is_stated():
    (one,) = outlooks(finance("2025-05", ("care", "variance", "2025-26", 5), ("care", "movement", "2025-26", 1)))
    assert one.variance.amount is None and one.variance.stated["amount_gbp"] == 5 and one.movement.outcome is None
    assert outlooks(finance("2025-05", ("care", "budget", "2025-26", 5))) == []


def test_a_contradiction_stands_in_the_audit():
    given = [
        ("2025-04", {"finance": lines(1_150_000, month="2025-04")}),
        (
            "2025-05",
            {
                "finance": lines(
                    1_120_000, ("care", "movement", "2025-26", 30_000), ("care", "variance", "2025-26", 120_000)
                )
            },
        ),
    ]
    variance, movement = outlook_entries("x", given)
    assert (variance.month, variance.outcome, variance.stated) == ("2025-05", AGREES, "£120,000")
    assert (movement.outcome, movement.stated, movement.found) == (DIFFERS, "£30,000", "−£30,000")
    assert movement.remark == "stated with the other sign" and movement.gap == "£60,000"
