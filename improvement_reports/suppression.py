"""Small numbers: what must not be published, and what would give it away.

Primary: a count of children from 1 to the measure's threshold. Secondary: where a whole and all its parts but one are
shown, the one follows, so a second part goes too. A percentage over a suppressed numerator, or whose complement is that
small, is suppressed; so are the parts of a measure that `follows` another. There is no well-kept Python library for
this; the rules are those of the Government Statistical Service's guidance on tables from administrative sources.
"""

import pandas as pd

from improvement_reports.parameters import Measure
from improvement_reports.references import Reference, find_observation, parse_operands
from improvement_reports.tables import OBSERVATIONS
from improvement_reports.vocabulary import Unit, ValueStatus

GROUP = ["measure_id", "area", "period", "period_type"]
CELL = ["area", "period", "period_type", "category"]


def _is_small(number, threshold: int) -> bool:
    return pd.notna(number) and 0 < number <= threshold


def is_primary(row, measure: Measure) -> bool:
    """Whether a row itself is too small to publish: its count, its numerator, or the rest of its denominator.

    A percentage whose numerator is not stated stands for value × denominator ÷ 100 children.
    """
    threshold = measure.suppress_up_to
    if threshold == 0 or row["value_status"] != ValueStatus.PUBLISHED:
        return False
    if measure.unit is Unit.COUNT:
        return _is_small(row["value"], threshold)
    numerator = row["numerator"]
    if pd.isna(numerator) and measure.unit is Unit.PERCENT:
        numerator = row["value"] * row["denominator"] / 100
    rest = row["denominator"] - numerator
    # Half a child either way: the percentage from which the numerator was worked out is rounded.
    return _is_small(numerator, threshold + 0.5) or _is_small(rest, threshold + 0.5)


def _secondary(group: pd.DataFrame, hidden: pd.Series, threshold: int) -> list:
    """Rows of one distribution that must go as well because the rest would give the hidden ones away.

    A reader who knows the whole knows the sum of the hidden parts. It is safe when there are two or more of them and
    their sum is no small number, is more than one each, and is less than the most that so many small numbers can be.
    Where hiding parts does not make it safe, the whole goes.
    """
    parts = group[group["category"] != ""]
    gone = list(parts.index[hidden[parts.index]])
    if not gone:
        return []
    shown = parts.drop(gone)
    candidates = list(shown[shown["value"] > 0].sort_values("value", kind="stable").index)
    more: list = []
    while not _is_safe(parts.loc[gone + more, "value"], bool(more), threshold):
        if not candidates:
            return more + list(group.index[group["category"] == ""])
        more.append(candidates.pop(0))
    return more


def _is_safe(values: pd.Series, with_larger: bool, threshold: int) -> bool:
    """Whether hidden parts with a known sum stay unknown; a part that the source itself hid has no value here."""
    if len(values) < 2:
        return False
    if values.isna().any():
        return True
    total = values.sum()
    return total > max(threshold, len(values)) and (with_larger or total < len(values) * threshold)


def suppressed_rows(observations: pd.DataFrame, measures: dict[str, Measure]) -> pd.Series:
    """True for each observation that may not be published; same index as ``observations``, which is not changed."""
    rows = zip(observations.index, observations.to_dict("records"), strict=True)
    small = {
        i: is_primary(row, measures[row["measure_id"]]) or row["value_status"] == ValueStatus.SUPPRESSED
        for i, row in rows
    }
    hidden = pd.Series(small, index=observations.index, dtype=bool)
    for _, group in observations.groupby(GROUP, sort=False):
        hidden[_secondary(group, hidden, measures[group.iloc[0]["measure_id"]].suppress_up_to)] = True
    for _, group in observations.groupby(CELL, sort=False)["measure_id"]:
        by_measure = {observations.at[i, "measure_id"]: i for i in group.index}
        for measure_id, i in by_measure.items():
            hidden[i] = hidden[i] or any(
                hidden[by_measure[m]] for m in _leaders(measure_id, measures) if m in by_measure
            )
    return hidden


def _leaders(measure_id: str, measures: dict[str, Measure]) -> list[str]:
    """The measures that a measure follows, directly or through another."""
    found: list[str] = []
    while (measure_id := measures[measure_id].follows) and measure_id not in found:
        found.append(measure_id)
    return found


def suppress(observations: pd.DataFrame, measures: dict[str, Measure]) -> pd.DataFrame:
    """A new frame without the numbers that may not be published; their value_status says so.

    Value, numerator and denominator go together: two of them give the third. So does the record of the raw row: its
    cells hold the number, and a hash over so few possible numbers gives it away.
    """
    result = _without(observations, suppressed_rows(observations, measures))
    # A value that is missing for another reason does not leave its numerator behind.
    missing = result["value"].isna()
    result.loc[missing, ["numerator", "denominator", "change"]] = float("nan")
    return result


def suppress_again(observations: pd.DataFrame, earlier: list[pd.DataFrame]) -> pd.DataFrame:
    """A new frame without the numbers that an earlier return of the authority suppressed and this one says again."""
    keys = list(OBSERVATIONS.key)
    before = [f[f["value_status"] == ValueStatus.SUPPRESSED].set_index(keys).index for f in earlier]
    again = pd.Series(False, index=observations.index)
    for index in before:
        again |= observations.set_index(keys).index.isin(index)
    return _without(observations, again)


def _without(observations: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    result = observations.copy()
    result.loc[hidden, ["value", "numerator", "denominator", "change"]] = float("nan")
    result.loc[hidden, "value_status"] = ValueStatus.SUPPRESSED.value
    for column in ("row_cells", "row_sha256"):
        if column in result:
            result.loc[hidden, column] = ""
    return result


def withhold_claims(claims: pd.DataFrame, observations: pd.DataFrame, authority: str, month: str) -> pd.DataFrame:
    """A new frame in which a claim about a suppressed number states neither the number nor its words."""
    result = claims.copy()
    for index, claim in claims.iterrows():
        rows = [
            find_observation(observations, ref, authority, month)
            for ref in parse_operands(claim["operands"])
            if isinstance(ref, Reference) and ref.part != "target"
        ]
        if any(row["value_status"] == ValueStatus.SUPPRESSED for row in rows):
            result.loc[index, ["text", "row_cells", "row_sha256"]] = [
                "Withheld: it would give a small number away",
                "",
                "",
            ]
            result.loc[index, "stated_value"] = float("nan")
    return result
