"""The numbers of a risk register as figures, each as the source states it."""

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import slug
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.shared import Shared

RISK_NUMBERS = {
    "likelihood": "likelihood",
    "impact": "impact",
    "score_before": "score before anything is done",
    "score_now": "score now",
}


class RiskFigures(Shared):
    """The part of `Facts` that gives what a risk register states."""

    def risk_figure(self, row: pd.Series, column: str) -> Figure | None:
        """One number of a risk, ``column`` being one of `RISK_NUMBERS`; None where the register has none."""
        if pd.isna(row[column]):
            return None
        return Figure(
            slug("risks", row["risk_id"], "risk", column.replace("_", "-")),
            "number",
            f"Risk {row['risk_id']}: {RISK_NUMBERS[column]}",
            nb.format_number(row[column]),
            f"{nb.to_decimal(row[column]).normalize():f}",
            "",
            "",
            self.authority_id,
            self.month,
            "as stated in the source",
            inputs_of([row]),
        )
