"""The golden thread: inspection → recommendation → priority → steps → measures → where it stands. Pure functions of
tables.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.rows import rows_of
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
        for row in rows_of(tables["recommendations"]):
            recommendations.setdefault(row["recommendation_id"], row)
        for row in rows_of(tables["inspections"]):
            inspections.setdefault(row["inspection_id"], row)
    answers: dict[str, list[Answer]] = {key: [] for key in recommendations}
    for month, tables in returns if recommendations else ():
        for key, answer in _answers(recommendations, month, tables):
            answers[key].append(answer)
    found = [
        Thread(row, inspections.get(row["inspection_id"]), tuple(answers[key])) for key, row in recommendations.items()
    ]
    return sorted(
        found, key=lambda t: (t.inspection["date"] if t.inspection is not None else "", t.recommendation["number"])
    )


def _answers(keys: Iterable[str], month: str, tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, Answer]]:
    """What one return says in answer to recommendations, each with its key."""
    links, actions, priorities = (Rows(tables[name]) for name in ("links", "actions", "priorities"))
    doubted = frozenset(priorities_in_doubt(tables["notes"])) if "notes" in tables else frozenset()
    for key in keys:
        linked, steps = links.where(recommendation_id=key), actions.where(recommendation_id=key)
        if linked or steps:
            wanted = dict.fromkeys(link["priority_id"] for link in linked if link["priority_id"])
            yield (
                key,
                Answer(
                    month,
                    tuple(row for priority_id in wanted for row in priorities.where(priority_id=priority_id)),
                    tuple(steps),
                    tuple(dict.fromkeys(link["measure_id"] for link in linked if link["measure_id"])),
                    tuple(linked),
                    doubted,
                ),
            )
