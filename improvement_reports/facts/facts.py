"""The facts of one reporting month, and the traced numbers that narrative and tables take from them.

Each function here that gives a number gives it as markup that links to its provenance, and notes the `Figure` in
``shown``; `take_figures` hands the figures noted since the last call to the block that shows them.
"""

from collections.abc import Callable

from improvement_reports.facts.levels import LevelFigures
from improvement_reports.facts.measures import MeasureFigures
from improvement_reports.facts.official import OfficialFigures
from improvement_reports.facts.plan import PlanFigures
from improvement_reports.facts.risks import RiskFigures
from improvement_reports.facts.runs import RunFigures
from improvement_reports.facts.stated import StatedFigures
from improvement_reports.facts.uncertainty import UncertaintyFigures

NARRATIVE_FUNCTIONS = (
    "value",
    "numerator",
    "denominator",
    "change",
    "direction",
    "target",
    "distance",
    "result",
    "sentence",
    "period",
    "amount",
    "date",
    "status",
    "count_priorities",
    "count_measures",
    "count_claims",
    "recomputed",
    "dfe",
    "dfe_year",
    "count_rows",
    "count_standings",
    "authority_name",
)


class Facts(
    MeasureFigures,
    RunFigures,
    UncertaintyFigures,
    StatedFigures,
    PlanFigures,
    RiskFigures,
    LevelFigures,
    OfficialFigures,
):
    """The facts of one return of an authority, from the tables that `Shared` holds."""

    @property
    def functions(self) -> dict[str, Callable[..., str]]:
        """What narrative may call, by its name there."""
        return {name: getattr(self, name) for name in NARRATIVE_FUNCTIONS}
