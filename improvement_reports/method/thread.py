"""The golden thread: inspection → recommendation → priority → steps → measures → where it stands. Pure functions of
tables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from improvement_reports.domain.wording import priorities_in_doubt


@dataclass(frozen=True)
class Answer:
    """What one return says in answer to one recommendation; rows of its tables. ``doubted``: priorities whose statuses
    are in doubt.
    """

    month: str
    priorities: tuple
    actions: tuple
    measures: tuple[str, ...]
    links: tuple
    doubted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Thread:
    """One recommendation with its inspection and every answer to it, oldest first."""

    recommendation: pd.Series
    inspection: pd.Series | None
    answers: tuple[Answer, ...]

    @property
    def measures(self) -> list[str]:
        return list(dict.fromkeys(m for a in self.answers for m in a.measures))

    @property
    def has_evidence(self) -> bool:
        """Whether any measure says how far it has come; steps alone are no evidence."""
        return bool(self.measures)


def threads(returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]]) -> list[Thread]:
    """The threads of an authority. ``returns``: (month, processed tables), oldest first; a recommendation is taken
    once.
    """
    recommendations: dict[str, pd.Series] = {}
    inspections: dict[str, pd.Series] = {}
    for _, tables in returns:
        for _, row in tables["recommendations"].iterrows():
            recommendations.setdefault(row["recommendation_id"], row)
        for _, row in tables["inspections"].iterrows():
            inspections.setdefault(row["inspection_id"], row)
    found = []
    for key, row in recommendations.items():
        answers = [a for month, tables in returns if (a := _answer(key, month, tables)) is not None]
        found.append(Thread(row, inspections.get(row["inspection_id"]), tuple(answers)))
    return sorted(
        found, key=lambda t: (t.inspection["date"] if t.inspection is not None else "", t.recommendation["number"])
    )


def _answer(key: str, month: str, tables: Mapping[str, pd.DataFrame]) -> Answer | None:
    links = tables["links"][tables["links"]["recommendation_id"] == key]
    actions = tables["actions"][tables["actions"]["recommendation_id"] == key]
    if links.empty and actions.empty:
        return None
    wanted = [p for p in dict.fromkeys(links["priority_id"]) if p]
    priorities = tables["priorities"].set_index("priority_id", drop=False)
    return Answer(
        month,
        tuple(priorities.loc[p] for p in wanted if p in priorities.index),
        tuple(r for _, r in actions.iterrows()),
        tuple(dict.fromkeys(m for m in links["measure_id"] if m)),
        tuple(r for _, r in links.iterrows()),
        frozenset(priorities_in_doubt(tables["notes"])) if "notes" in tables else frozenset(),
    )
