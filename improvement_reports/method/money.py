"""Totals of money: every total that a source states, recomputed from its lines. Pure functions of the finance table."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from improvement_reports.domain.markup import slug
from improvement_reports.domain.numbers import round_half_up, to_decimal
from improvement_reports.domain.rows import rows_of


@dataclass(frozen=True)
class Total:
    """A stated total, in pounds, with the lines that should make it; ``difference`` is stated − summed."""

    name: str
    label: str
    period: str
    row: pd.Series
    lines: tuple
    stated: Decimal
    summed: Decimal

    is_restated: bool = False

    @property
    def difference(self) -> Decimal:
        """Nothing where a total that is said a second time, in round millions, is the sum rounded as far as it is."""
        if self.is_restated:
            places = len(f"{self.stated:f}".split(".")[0]) - len(f"{self.stated:f}".split(".")[0].rstrip("0"))
            return self.stated - round_half_up(self.summed.scaleb(-places), 0).scaleb(places)
        return self.stated - self.summed


def totals(finance: pd.DataFrame) -> list[Total]:
    """Every total that can be recomputed.

    Down a column: a row marked ``is_total`` against the other lines of its kind and period. Along a row: an amount
    whose period is ``total`` against the same line's amounts of single years. A total without such lines is not in the
    result.
    """
    rows, found = rows_of(finance), []
    for (kind, period), group in _groups(rows, "kind", "period").items():
        lines = [row for row in group if not row["is_total"]]
        # A line that only has a total over all years stands for itself and is no part of a table of years.
        for place, row in enumerate(row for row in group if row["is_total"]):
            if len(lines) > 1:
                total = _total(row, lines, f"{row['line']}, {kind}, {period}", f"{kind}.{period}.{row['line_id']}")
                found.append(replace(total, is_restated=place > 0))
    for (line_id, kind), group in _groups(rows, "line_id", "kind").items():
        years = [row for row in group if row["period"] != "total"]
        for row in (row for row in group if row["period"] == "total"):
            if years:
                found.append(_total(row, years, f"{row['line']}, {kind}, all years", f"{kind}.years.{line_id}"))
    return found


def _groups(rows: list[pd.Series], *columns: str) -> dict[tuple[str, ...], list[pd.Series]]:
    """Rows by their cells in some columns, in their order."""
    found: dict[tuple[str, ...], list[pd.Series]] = {}
    for row in rows:
        found.setdefault(tuple(row[column] for column in columns), []).append(row)
    return found


def _total(row: pd.Series, lines: list[pd.Series], label: str, name: str) -> Total:
    amounts = [to_decimal(line["amount_gbp"]) for line in lines]
    return Total(
        slug(*name.split(".")),
        label,
        row["period"],
        row,
        tuple(lines),
        to_decimal(row["amount_gbp"]),
        sum(amounts, Decimal(0)),
    )
