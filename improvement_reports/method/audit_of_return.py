"""What the audit finds of one return, by what was known at its meeting. Pure functions of tables."""

from collections.abc import Mapping, Sequence

import pandas as pd

from improvement_reports.method.audit import (
    balance_entries,
    claim_entries,
    event_entries,
    quarter_entries,
    restated_entries,
    total_entries,
)
from improvement_reports.method.audit_entry import Entry
from improvement_reports.method.beside_official import official_entries
from improvement_reports.method.claims import Known
from improvement_reports.method.directions import direction_entries
from improvement_reports.method.outlook import outlook_entries
from improvement_reports.workspace.measures import Measure

Returns = Sequence[tuple[str, Mapping[str, pd.DataFrame]]]


def entries_of_return(known: Known, returns: Returns, measures: dict[str, Measure]) -> list[Entry]:
    """Everything that is checked of the return of ``known.month``, the last of ``returns``."""
    key, month = known.authority, known.month
    tables = dict(returns)[month]
    observations = tables["observations"]
    found = claim_entries(key, month, known, tables["claims"])
    found += balance_entries(key, month, observations, measures)
    found += total_entries(key, month, tables["finance"])
    if known.official is not None:
        found += official_entries(key, month, observations, measures, known.official, known.la_code)
    together = restated_entries(key, returns, measures) + event_entries(key, returns)
    together += quarter_entries(key, returns, measures)
    together += outlook_entries(key, returns)
    together += direction_entries(key, returns, measures, known.official, known.la_code)
    return found + [entry for entry in together if entry.month == month]
