"""What a source states beside a target: where amber and red begin, and a target beyond it. All are levels."""

from collections.abc import Iterator

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import slug
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.shared import Shared
from improvement_reports.method.progress import Position

# Column of targets.csv: the end of the id of its figure, and the words before the number.
LEVELS = {
    "amber": ("amber-level", "amber from"),
    "red": ("red-level", "red from"),
    "stretch": ("stretch-target", "stretch target"),
}


class LevelFigures(Shared):
    """The part of `Facts` that gives the levels of a target."""

    def level_figures(self, at: Position) -> Iterator[tuple[str, Figure]]:
        """The levels that the source states of the target that holds, each with the words before it."""
        for column, (end, words) in LEVELS.items():
            if at.target is not None and pd.notna(level := at.target.get(column)):
                yield words, self._level_figure(at, at.target, level, end, words)

    def _level_figure(self, at: Position, target: pd.Series, level: float, end: str, words: str) -> Figure:
        measure = self.measures[at.measure_id]
        return Figure(
            slug(at.measure_id, "target", target["valid_from"], end),
            "number",
            f"{measure.label}: {words}, beside the target from {nb.format_day(target['valid_from'])}",
            nb.format_value(level, measure.unit),
            f"{nb.to_decimal(level):f}",
            str(measure.unit),
            at.measure_id,
            self.authority_id,
            target["valid_from"],
            "as stated in the source",
            inputs_of([target]),
        )
