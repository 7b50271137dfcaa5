"""Forecasts of money: variance from the budget and movement since the last report, each beside what the source states.

Pure functions of the finance tables of a series.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from improvement_reports.domain.money_periods import TO_DATE, same_period
from improvement_reports.domain.numbers import format_money, mixes_units, to_decimal
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.vocabulary import ClaimOutcome, FinanceKind
from improvement_reports.method.audit_entry import Entry

AHEAD = (FinanceKind.FORECAST, FinanceKind.VARIANCE, FinanceKind.MOVEMENT)
AGREES, ROUNDED, DIFFERS = ClaimOutcome.AGREES, ClaimOutcome.AGREES_AFTER_ROUNDING, ClaimOutcome.DIFFERS


@dataclass(frozen=True)
class Gap:
    """A difference of two amounts, and what the source states of it; in pounds, None where it is not held."""

    more: pd.Series | None
    less: pd.Series | None
    stated: pd.Series | None

    @property
    def amount(self) -> Decimal | None:
        """What the two amounts give."""
        return None if self.more is None or self.less is None else _pounds(self.more) - _pounds(self.less)

    @property
    def outcome(self) -> ClaimOutcome | None:
        """How the stated difference stands to the one that the amounts give; None where only one of them is held."""
        if self.amount is None or self.more is None or self.less is None or self.stated is None:
            return None
        off = abs(_pounds(self.stated) - self.amount)
        unit = min(map(_last_place, (self.more, self.less, self.stated)))
        slack = unit * Decimal("1.5") if unit > 1 else 0
        return AGREES if not off else ROUNDED if off <= slack else DIFFERS

    @property
    def has_other_sign(self) -> bool:
        """Whether the source states just the opposite."""
        return bool(self.amount) and self.stated is not None and _pounds(self.stated) == -(self.amount or 0)

    @property
    def rows(self) -> list[pd.Series]:
        return [row for row in (self.more, self.less, self.stated) if row is not None]


@dataclass(frozen=True)
class Outlook:
    """A line of money in one period: budget, what was spent so far, forecast, variance and movement."""

    line_id: str
    line: str
    period: str
    is_total: bool
    spent: pd.Series | None
    variance: Gap
    movement: Gap

    @property
    def budget(self) -> pd.Series | None:
        return self.variance.less

    @property
    def forecast(self) -> pd.Series | None:
        return self.variance.more

    @property
    def rows(self) -> list[pd.Series]:
        """Every row that it is made of, each once."""
        found = [*self.variance.rows, *([] if self.spent is None else [self.spent]), *self.movement.rows]
        return list({(r["source_file"], r["source_row"]): r for r in found}.values())


def outlooks(finance: pd.DataFrame, earlier: Sequence[pd.DataFrame] = ()) -> list[Outlook]:
    """A line and period each of which a forecast, a variance or a movement is stated, in the order of the rows.

    ``earlier``: the finance tables of earlier returns, oldest first.
    """
    rows = rows_of(finance)
    first: list[pd.Series] = []
    for row in rows:
        if row["kind"] in AHEAD and not any(_is_of(row, known) for known in first):
            first.append(row)
    return [_outlook(row, rows, earlier) for row in first]


def outlook_entries(authority: str, returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]]) -> list[Entry]:
    """Stated variances and movements of every return beside what its amounts, and the forecast before, give."""
    found = []
    for at, (month, tables) in enumerate(returns):
        for one in outlooks(tables["finance"], [t["finance"] for _, t in returns[:at]]):
            for name, gap in (("variance", one.variance), ("movement", one.movement)):
                if gap.outcome is not None:
                    found.append(_entry(authority, month, f"{one.line}, {one.period}: {name} of the forecast", gap))
    return found


def _entry(authority: str, month: str, text: str, gap: Gap) -> Entry:
    if gap.amount is None or gap.stated is None or gap.outcome is None:
        raise ValueError(f"{text} has nothing to compare")
    stated, apart = _pounds(gap.stated), abs(_pounds(gap.stated) - gap.amount)
    in_full = mixes_units((stated, gap.amount, apart))
    told, ours, off = (format_money(amount, in_full) for amount in (stated, gap.amount, apart))
    remark = "stated with the other sign" if gap.has_other_sign else ""
    return Entry(
        "forecast of money",
        authority,
        month,
        text,
        told,
        ours,
        gap.outcome,
        off if apart else "",
        remark,
        tuple(gap.rows),
    )


def _outlook(row: pd.Series, rows: list[pd.Series], earlier: Sequence[pd.DataFrame]) -> Outlook:
    mine = [r for r in rows if _is_of(row, r)]
    found = {kind: next((r for r in mine if r["kind"] == kind), None) for kind in FinanceKind}
    forecast = found[FinanceKind.FORECAST]
    spent = next(
        (
            r
            for r in rows
            if r["kind"] == FinanceKind.SPEND
            and r["line_id"] == row["line_id"]
            and r["period"].endswith(TO_DATE)
            and same_period(r["period"].removesuffix(TO_DATE), row["period"])
        ),
        found[FinanceKind.SPEND],
    )
    return Outlook(
        row["line_id"],
        row["line"],
        row["period"],
        bool(row["is_total"]),
        spent,
        Gap(forecast, found[FinanceKind.BUDGET], found[FinanceKind.VARIANCE]),
        Gap(forecast, _last_forecast(forecast, earlier), found[FinanceKind.MOVEMENT]),
    )


def _is_of(one: pd.Series, other: pd.Series) -> bool:
    """Whether two rows are of one line and period."""
    return one["line_id"] == other["line_id"] and same_period(one["period"], other["period"])


def _last_forecast(forecast: pd.Series | None, earlier: Sequence[pd.DataFrame]) -> pd.Series | None:
    """The forecast of the newest earlier return for the same line and period; a row that this one carries over is
    none.
    """
    if forecast is None:
        return None
    for table in reversed(earlier):
        for row in rows_of(table):
            if row["kind"] == FinanceKind.FORECAST and _is_of(forecast, row):
                if row["source_file"] != forecast["source_file"]:
                    return row
    return None


def _pounds(row: pd.Series) -> Decimal:
    return to_decimal(row["amount_gbp"])


def _last_place(row: pd.Series) -> Decimal:
    """The last place to which an amount is stated: 10,000 for £1,230,000, a pound for £1,234,567."""
    digits = f"{abs(int(_pounds(row)))}"
    zeros = len(digits) - len(digits.rstrip("0")) if digits != "0" else len(digits) + 9
    return Decimal(10) ** zeros if _pounds(row) == int(_pounds(row)) else Decimal(0)
