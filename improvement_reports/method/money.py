"""Totals of money: every total that a source states, recomputed from its lines. Pure functions of the finance table."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from improvement_reports.domain.markup import slug
from improvement_reports.domain.numbers import round_half_up, to_decimal


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
    found = []
    for (kind, period), group in finance.groupby(["kind", "period"], sort=False):
        lines = group[~group["is_total"]]
        # A line that only has a total over all years stands for itself and is no part of a table of years.
        for place, (_, row) in enumerate(group[group["is_total"]].iterrows()):
            if len(lines) > 1:
                total = _total(row, lines, f"{row['line']}, {kind}, {period}", f"{kind}.{period}.{row['line_id']}")
                found.append(replace(total, is_restated=place > 0))
    for (line_id, kind), group in finance.groupby(["line_id", "kind"], sort=False):
        years = group[group["period"] != "total"]
        for _, row in group[group["period"] == "total"].iterrows():
            if len(years) > 0:
                found.append(_total(row, years, f"{row['line']}, {kind}, all years", f"{kind}.years.{line_id}"))
    return found


def _total(row: pd.Series, lines: pd.DataFrame, label: str, name: str) -> Total:
    amounts = [to_decimal(a) for a in lines["amount_gbp"]]
    return Total(
        slug(*name.split(".")),
        label,
        row["period"],
        row,
        tuple(r for _, r in lines.iterrows()),
        to_decimal(row["amount_gbp"]),
        sum(amounts, Decimal(0)),
    )
