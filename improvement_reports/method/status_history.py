"""How the statuses of a plan's priorities went from month to month: pure functions of tables.

A status is what a return states of a priority: of its steps (``action``), and of their effect (``impact``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.series import expected_periods
from improvement_reports.domain.vocabulary import PeriodType, Status
from improvement_reports.domain.wording import priorities_in_doubt

STEPS, EFFECT = "action", "impact"
# More months than this are not shown; fewer than this many with statuses are no history.
MOST_MONTHS, FEWEST_MONTHS = 24, 3


@dataclass(frozen=True)
class Stated:
    """A status of one month: None where the return of that month has none, or there is no return.

    ``in_doubt``: a data note calls it into question, so that nothing is concluded from it.
    """

    month: str
    status: Status | None = None
    in_doubt: bool = False
    row: pd.Series | None = None


@dataclass(frozen=True)
class History:
    """One kind of status of one priority through the months, oldest first; the newest month is that of the report."""

    priority_id: str
    title: str
    which: str
    stated: tuple[Stated, ...]

    @property
    def now(self) -> Stated:
        return self.stated[-1]

    @property
    def run(self) -> tuple[Stated, ...]:
        """The months to the newest for which its status was the same without a gap; a status in doubt has none."""
        if self.now.status is None or self.now.in_doubt:
            return ()
        length = 0
        for at in reversed(self.stated):
            if at.status is not self.now.status or at.in_doubt:
                break
            length += 1
        return self.stated[len(self.stated) - length :]

    @property
    def since(self) -> str | None:
        """The month in which the status became what it is, if it was another one or none in a month before."""
        return self.run[0].month if self.run and len(self.run) < len(self.stated) else None


def status_histories(returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]]) -> list[History]:
    """The histories of every priority that the newest return rates, in the order of its plan: steps, then effect.

    ``returns``: month and tables, oldest first. Months between them without a return are gaps, by the step that the
    returns keep. Nothing where fewer than `FEWEST_MONTHS` returns state statuses.
    """
    rated = [(month, tables) for month, tables in returns if (tables["priorities"]["action_status"] != "").any()]
    if len(rated) < FEWEST_MONTHS or rated[-1][0] != returns[-1][0]:
        return []
    months = expected_periods([month for month, _ in rated], PeriodType.MONTH)[-MOST_MONTHS:]
    rows = {(m, r["priority_id"]): r for m, tables in rated for r in rows_of(tables["priorities"])}
    doubted = {m: priorities_in_doubt(tables["notes"]) if "notes" in tables else set() for m, tables in rated}
    newest = [r for r in rows_of(rated[-1][1]["priorities"]) if r["action_status"]]
    return [
        History(
            row["priority_id"],
            row["title"],
            which,
            tuple(_stated(m, rows.get((m, row["priority_id"])), which, doubted.get(m, set())) for m in months),
        )
        for row in newest
        for which in (STEPS, EFFECT)
    ]


def _stated(month: str, row: pd.Series | None, which: str, doubted: set[str]) -> Stated:
    if row is None or not row[f"{which}_status"]:
        return Stated(month)
    return Stated(month, Status(row[f"{which}_status"]), row["priority_id"] in doubted, row)


def first_month(histories: Sequence[History]) -> str:
    """The oldest month that is shown."""
    return histories[0].stated[0].month


def with_status(histories: Sequence[History], which: str, status: Status, month: str) -> list[pd.Series]:
    """The rows of the priorities whose steps or effect had a status in a month, those in doubt left out."""
    return [
        at.row
        for h in histories
        if h.which == which
        for at in h.stated
        if at.month == month and at.status == status and not at.in_doubt and at.row is not None
    ]


def done_without_effect(histories: Sequence[History]) -> tuple[History, History] | None:
    """The priority whose steps are completed the longest while its effect is at risk or compromised: both histories."""
    steps = {h.priority_id: h for h in histories if h.which == STEPS}
    found = [
        (steps[h.priority_id], h)
        for h in histories
        if h.which == EFFECT
        and h.run
        and h.now.status in (Status.AT_RISK, Status.COMPROMISED)
        and steps[h.priority_id].run
        and steps[h.priority_id].now.status is Status.COMPLETED
    ]
    return max(found, key=lambda pair: min(len(pair[0].run), len(pair[1].run)), default=None)
