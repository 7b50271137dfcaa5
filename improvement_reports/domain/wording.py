"""Words around numbers: periods, marks, and whether a stated number contradicts itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.vocabulary import BetterWhen, NoteKind, PeriodType

if TYPE_CHECKING:
    import pandas as pd

NOT_DATED = "not dated"


def recorded_period(row: pd.Series) -> str:
    """The period of an observation as the record of a figure has it: of a value that its source does not date no month
    is claimed.
    """
    return NOT_DATED if row["period_type"] == PeriodType.NOT_DATED else row["period"]


def period_words(period: str, period_type: str) -> str:
    """April 2021; 12 months to April 2021; 6 May 2021; not dated."""
    day = nb.format_day(period)
    match PeriodType(period_type):
        case PeriodType.ROLLING_12M:
            return f"12 months to {day}"
        case PeriodType.QUARTER:
            return f"quarter to {day}"
        case PeriodType.SIX_MONTHS:
            return f"six months to {day}"
        case PeriodType.YEAR:
            return f"year to {day}"
        case PeriodType.ACADEMIC_YEAR:
            return f"academic year to {day}"
        case PeriodType.FINANCIAL_YEAR_TO_DATE:
            return f"financial year so far, to {day}"
        case PeriodType.TO_DATE:
            return f"to {day}"
        case PeriodType.NOT_DATED:
            return NOT_DATED
        case _:
            return day


def in_period(period: str, period_type: str) -> str:
    """The same as the end of a clause: in April 2021, over the 12 months to April 2021, on 6 May 2021."""
    words = period_words(period, period_type)
    match PeriodType(period_type):
        case PeriodType.ROLLING_12M | PeriodType.SIX_MONTHS:
            return f"over the {words}"
        case PeriodType.QUARTER | PeriodType.YEAR | PeriodType.ACADEMIC_YEAR | PeriodType.FINANCIAL_YEAR_TO_DATE:
            return f"in the {words}"
        case PeriodType.TO_DATE:
            return f"by {nb.format_day(period)}"
        case PeriodType.NOT_DATED:
            return f"({NOT_DATED})"
        case _:
            return f"on {words}" if len(period) == 10 else f"in {words}"


# The end of a note's id that says that the two statuses of its priority are in doubt, for example that they changed
# places.
STATUSES_IN_DOUBT = "-statuses"
IN_DOUBT = " (in doubt)"
QUESTIONING = (NoteKind.AMBIGUITY, NoteKind.CONTRADICTION, NoteKind.SLIP)


def priorities_in_doubt(notes: pd.DataFrame) -> set[str]:
    """The priorities whose statuses a data note calls into question; a gap and a definition question nothing."""
    rows = zip(*(notes[column].tolist() for column in ("kind", "note_id", "priority_id")), strict=True)
    return {key for kind, note_id, key in rows if key and kind in QUESTIONING and note_id.endswith(STATUSES_IN_DOUBT)}


def titled(authority: str, title: str) -> str:
    """The title of a report with the name of its authority in front, unless it names that itself.

    >>> titled("Kent", "Progress to May 2024"), titled("Kent", "Social care in Kent")
    ('Kent: Progress to May 2024', 'Social care in Kent')
    """
    return title if re.search(rf"\b{re.escape(authority)}\b", title) else f"{authority}: {title}"


BETTER_WORDS = {
    BetterWhen.HIGHER: "higher is better",
    BetterWhen.LOWER: "lower is better",
    BetterWhen.NEUTRAL: "neither way is better",
}


def all_of(number: int, one: str) -> str:
    """The heading of a fold: All 5 data notes; The 1 data note."""
    return f"{'The' if number == 1 else 'All'} {nb.counted(number, one)}"


PLURALS = (
    "percentage points|points|weeks|days|years|months|minutes|cases|children|families|people|measures|priorities|parts|"
    "steps|actions|plans|recommendations|findings|strengths|weaknesses|conditions|areas|claims|statements|"
    "numbers|targets|visits|inspections|authorities|councils|posts|workers|teams"
)
ONE_OF_MANY = re.compile(rf"(?<![\d.,])1 (?:{PLURALS})\b")
