"""Small numbers: what must not be published, and what would give it away.

Primary: a count of children from 1 to the measure's threshold. Secondary: where a whole and all its parts but one are
shown, the one follows, so a second part goes too. A percentage over a suppressed numerator, or whose complement is that
small, is suppressed; so are the parts of a measure that `follows` another. There is no well-kept Python library for
this; the rules are those of the Government Statistical Service's guidance on tables from administrative sources.
"""

import pandas as pd

from improvement_reports.parameters import Measure
from improvement_reports.vocabulary import Unit, ValueStatus

GROUP = ["measure_id", "area", "period", "period_type"]
CELL = ["area", "period", "period_type", "category"]


def _is_small(number, threshold: int) -> bool:
    return pd.notna(number) and 0 < number <= threshold


def is_primary(row, measure: Measure) -> bool:
    """Whether a row itself is too small to publish: its count, its numerator, or the rest of its denominator."""
    threshold = measure.suppress_up_to
    if threshold == 0 or row["value_status"] != ValueStatus.PUBLISHED:
        return False
    if measure.unit is Unit.COUNT:
        return _is_small(row["value"], threshold)
    rest = row["denominator"] - row["numerator"]
    return _is_small(row["numerator"], threshold) or _is_small(rest, threshold)


def _secondary(group: pd.DataFrame, hidden: pd.Series) -> list:
    """Rows of one distribution that must go because exactly one of its parts is hidden and the rest would give it away."""
    parts = group[group["category"] != ""]
    hidden_parts = hidden[parts.index]
    if hidden_parts.sum() != 1 or len(parts) < 2:
        return []
    shown = parts[~hidden_parts & (parts["value"] > 0)]
    return [] if shown.empty else [shown["value"].idxmin()]


def suppressed_rows(observations: pd.DataFrame, measures: dict[str, Measure]) -> pd.Series:
    """True for each observation that may not be published; same index as ``observations``, which is not changed."""
    rows = zip(observations.index, observations.to_dict("records"), strict=True)
    hidden = pd.Series(
        {i: is_primary(row, measures[row["measure_id"]]) for i, row in rows}, index=observations.index, dtype=bool
    )
    for _, group in observations.groupby(GROUP, sort=False):
        hidden[_secondary(group, hidden)] = True
    cells = observations.groupby(CELL, sort=False)["measure_id"]
    for _, group in cells:
        by_measure = {observations.at[i, "measure_id"]: i for i in group.index}
        for measure_id, i in by_measure.items():
            leader = by_measure.get(measures[measure_id].follows)
            if leader is not None and hidden[leader]:
                hidden[i] = True
    return hidden


def suppress(observations: pd.DataFrame, measures: dict[str, Measure]) -> pd.DataFrame:
    """A new frame without the numbers that may not be published; their value_status says so.

    Value, numerator and denominator go together: two of them give the third. So does the record of the raw row: its
    cells hold the number, and a hash over so few possible numbers gives it away.
    """
    hidden = suppressed_rows(observations, measures)
    result = observations.copy()
    result.loc[hidden, ["value", "numerator", "denominator"]] = float("nan")
    result.loc[hidden, "value_status"] = ValueStatus.SUPPRESSED.value
    for column in ("row_cells", "row_sha256"):
        if column in result:
            result.loc[hidden, column] = ""
    return result
