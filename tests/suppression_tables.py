"""Made-up observations with small numbers, and what of them is shown after suppression."""

import pandas as pd

from improvement_reports.method.suppression import suppress
from improvement_reports.workspace.measures import Measure

COUNT, SHARE = "children_count", "children_pct"


def measure(unit: str, of: str = "children", **fields) -> Measure:
    words = {"title": "T", "label": "L", "better_when": "lower", "definition": "D", "question": "Why?"}
    return Measure(unit=unit, of=of, **words, **fields)


MEASURES = {
    COUNT: measure("count"),
    SHARE: measure("percent", follows=COUNT),
    "staff_count": measure("count", of="staff"),
}


def rows(*given: dict) -> pd.DataFrame:
    """Observations; what a row does not say is the published whole of one count of children."""
    same = {
        "measure_id": COUNT,
        "area": "exampleshire",
        "period": "2024-03",
        "period_type": "month",
        "category": "",
        "value": None,
        "numerator": None,
        "denominator": None,
        "value_status": "published",
        "row_cells": "[…]",
        "row_sha256": "0",
    }
    frame = pd.DataFrame([{**same, **row} for row in given])
    return frame.astype({"value": float, "numerator": float, "denominator": float})


def shown(frame: pd.DataFrame, measures=MEASURES, column: str = "value") -> list:
    """The numbers that are published, None where one is hidden."""
    return [None if pd.isna(v) else v for v in suppress(frame, measures)[column]]
