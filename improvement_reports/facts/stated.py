"""Directions that the source itself states, as figures: shown as its words, beside what the method finds."""

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain.markup import slug
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.vocabulary import StatedDirection
from improvement_reports.domain.wording import period_words, recorded_period
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.shared import Shared
from improvement_reports.method.directions import effect
from improvement_reports.method.progress import Position

BETTER, WORSE = StatedDirection.IMPROVING, StatedDirection.WORSENING

# To the better and to the worse in the words of readers; the way of a number as it is stated.
STATED_WORDS = {
    StatedDirection.IMPROVING: "better",
    StatedDirection.WORSENING: "worse",
    StatedDirection.RISING: "rising",
    StatedDirection.FALLING: "falling",
    StatedDirection.STEADY: "steady",
}


RAG_END = "stated-rag"  # of the id of a figure


def text_of(row: pd.Series, column: str) -> str:
    """What stands in an optional column of a row; "" where nothing does, or where a return of before lacks it."""
    told = row.get(column, "")
    return told if isinstance(told, str) else ""


def stated_of(row: pd.Series) -> str:
    """The direction that the source states of an observation; "" where it states none."""
    return text_of(row, "stated_direction")


class StatedFigures(Shared):
    """The part of `Facts` that gives what the source says of a direction."""

    def stated_direction(self, at: Position) -> tuple[Figure, str] | None:
        """The direction in the words of the source, of the newest value or of the newest before it that the same return
        states one of; and of when that is, where it is not the newest. None where the return states none.
        """
        own = [row for row in at.series if row["source_file"] == at.current["source_file"]]
        row = next((row for row in (at.current, *reversed(own)) if stated_of(row)), None)
        if row is None:
            return None
        is_now = row["period"] == at.current["period"]
        return self._stated_figure(row), "" if is_now else period_words(row["period"], row["period_type"])

    def stated_rag(self, at: Position) -> Figure | None:
        """The RAG rating of the newest value in the words of the source, beside our verdict and no part of it; None
        where it states none.
        """
        return self._rag_figure(at.current, self.row_id(at.current, RAG_END), self.label(at.current))

    def recommendation_rag(self, row: pd.Series) -> Figure | None:
        """The RAG rating of a recommendation in the words of the source; None where it states none."""
        return self._rag_figure(row, slug("recommendation", row["recommendation_id"], RAG_END), row["name"])

    def _rag_figure(self, row: pd.Series, figure_id: str, label: str) -> Figure | None:
        word = text_of(row, "stated_rag")
        if not word:
            return None
        return Figure(
            figure_id,
            "number",
            f"{label}: RAG as the source states it",
            word[0].upper() + word[1:],
            word,
            "",
            row.get("measure_id", ""),
            row.get("area", self.authority_id),
            recorded_period(row) if "period" in row else self.month,
            "as stated in the source, not judged here",
            inputs_of([row]),
        )

    def stated_effects(self) -> dict[StatedDirection, list[pd.Series]]:
        """The rows of this return of which the source states a direction to the better, and to the worse."""
        found: dict[StatedDirection, list[pd.Series]] = {d: [] for d in (BETTER, WORSE)}
        rows = self.tables["observations"]
        for row in rows_of(rows[(rows["area"] == self.authority_id) & (rows["category"] == "")]):
            told = stated_of(row)
            way = effect(told, self.measures[row["measure_id"]].better_when) if told else None
            if way in (BETTER, WORSE):
                found[way].append(row)
        return found

    def count_stated(self, way: StatedDirection) -> Markup:
        """How many measures the source states to get better, or worse."""
        label = f"Values that the source itself states as getting {STATED_WORDS[way]}"
        return self.show(self.count_figure(f"stated.{STATED_WORDS[way]}", label, self.stated_effects()[way]))

    def _stated_figure(self, row: pd.Series) -> Figure:
        told = stated_of(row)
        return Figure(
            self.row_id(row, "stated-direction"),
            "number",
            f"{self.label(row)}: direction as the source states it",
            STATED_WORDS[StatedDirection(told)],
            told,
            "",
            row["measure_id"],
            row["area"],
            recorded_period(row),
            "as stated in the source, not judged here",
            inputs_of([row]),
        )
