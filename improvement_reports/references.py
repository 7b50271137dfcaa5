"""References from claims and narrative to observations: ``measure_id[category]@period/period_type:area#part``.

Category, period, area and part are optional: no category, the reporting month, the authority itself, the value.
"""

import re
from dataclasses import dataclass

import pandas as pd

from improvement_reports.errors import UserError, shown

PARTS = ("value", "numerator", "denominator", "target")
SYNTAX = re.compile(
    r"(?P<measure>[a-z0-9_]+)(?:\[(?P<category>[^\]]*)\])?(?:@(?P<period>[\d-]+))?(?:/(?P<period_type>[a-z0-9_]+))?(?::(?P<area>[a-z0-9_-]+))?(?:#(?P<part>[a-z]+))?"
)


@dataclass(frozen=True)
class Reference:
    measure_id: str
    category: str = ""
    period: str | None = None
    area: str | None = None
    part: str = "value"
    period_type: str | None = None

    def __str__(self):
        text = self.measure_id
        text += f"[{self.category}]" if self.category else ""
        text += f"@{self.period}" if self.period else ""
        text += f"/{self.period_type}" if self.period_type else ""
        text += f":{self.area}" if self.area else ""
        text += f"#{self.part}" if self.part != "value" else ""
        return text


def parse_reference(text: str) -> Reference:
    """One reference; a `UserError` says what the syntax is."""
    match = SYNTAX.fullmatch(text.strip())
    if not match:
        raise UserError(
            f"{shown(text)} is not a reference; write measure_id[category]@period/period_type:area#part, of which only measure_id is needed"
        )
    part = match["part"] or "value"
    if part not in PARTS:
        raise UserError(f"{shown(text)} names the part “{part}”; allowed are {', '.join(PARTS)}")
    return Reference(
        match["measure"], match["category"] or "", match["period"], match["area"], part, match["period_type"]
    )


def parse_operands(text: str) -> list[Reference]:
    """References separated by semicolons."""
    return [parse_reference(part) for part in text.split(";") if part.strip()]


def find_observation(observations: pd.DataFrame, ref: Reference, authority: str, month: str) -> pd.Series:
    """The one observation that ``ref`` names; a `UserError` if there is none or more than one.

    Without a period it is the reporting month's, else the only or the newest one up to the return. Of two period types for
    one month (a month and its rolling year) the month is meant unless the reference says otherwise.
    """
    area = ref.area or authority
    rows = observations[
        (observations["measure_id"] == ref.measure_id)
        & (observations["area"] == area)
        & (observations["category"] == ref.category)
    ]
    if rows.empty:
        raise UserError(
            f"there is no observation of “{ref.measure_id}”{_detail(ref, area, authority)}; correct the reference, or add the row"
        )
    if ref.period_type:
        rows = rows[rows["period_type"] == ref.period_type]
    if ref.period:
        rows = rows[rows["period"] == ref.period]
    elif (rows["period"] == month).any():
        rows = rows[rows["period"] == month]
    else:
        rows = rows[rows["period"] == rows["period"].max()]
    if len(rows) > 1 and (rows["period_type"] == "month").sum() == 1:
        rows = rows[rows["period_type"] == "month"]
    if rows.empty:
        raise UserError(
            f"there is no observation of “{ref.measure_id}” for {ref.period or month}{_detail(ref, area, authority)}; correct the reference, or add the row"
        )
    if len(rows) > 1:
        types = ", ".join(sorted(rows["period_type"]))
        raise UserError(
            f"“{ref}” names {len(rows)} observations ({types}); write which one, as in {ref.measure_id}@{ref.period or month}/{rows.iloc[0]['period_type']}, or period_type in narrative"
        )
    return rows.iloc[0]


def _detail(ref: Reference, area: str, authority: str) -> str:
    category = f" in the category “{ref.category}”" if ref.category else ""
    return category + (f" for {area}" if area != authority else "")


def find_target(targets: pd.DataFrame, measure_id: str, period: str) -> pd.Series | None:
    """The target of a measure that holds in ``period`` (the newest ``valid_from`` that is not later), or None."""
    rows = targets[(targets["measure_id"] == measure_id) & (targets["valid_from"] <= period[:7])]
    return None if rows.empty else rows.loc[rows["valid_from"].idxmax()]
