"""Tables that a return leaves out because nothing in them changed: they stand as they were last stated.

A return says so itself (``unchanged`` in return.yml): a table that is only missing is never filled from an earlier
month, for the source may have dropped it. A carried row keeps the record of the row it is, so that its way back leads
to the month that stated it.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from improvement_reports.domain.errors import Fault, listed, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.tables import CARRIED, RETURN_FILE, RETURN_TABLES, TableSpec
from improvement_reports.returns.reading import ROW, RawReturn, add_optional

Earlier = list[Mapping[str, pd.DataFrame]]


def carry_over(raw: RawReturn, earlier: Earlier) -> RawReturn:
    """The return with the tables that it says are unchanged, taken from the newest of the earlier ones that has them.

    ``earlier``: the processed tables of the authority's earlier returns, oldest first. What cannot be carried is a
    fault.
    """
    if raw.info is None or not raw.info.unchanged:
        return raw
    found, tables, files, origins, lacks = list(raw.faults), dict(raw.tables), dict(raw.files), {}, dict(raw.lacks)
    for name in raw.info.unchanged:
        rows = _last_stated(earlier, name)
        if problem := _problem(raw, name, rows):
            found.append(Fault(f"{RETURN_FILE}, unchanged", problem))
            continue
        spec, file = RETURN_TABLES[name], str(rows["source_file"].iloc[0])
        tables[name], files[name], origins[name] = _as_text(spec, rows), f"../{file.split('/', 1)[1]}", file
        if missing := add_optional(spec, tables[name]):
            lacks[name] = missing
    return replace(raw, faults=found, tables=tables, files=files, origins=origins, lacks=lacks)


def _last_stated(earlier: Earlier, name: str) -> pd.DataFrame:
    """The rows of a table in the newest return that has any; none where none has."""
    return next((t[name] for t in reversed(earlier) if name in RETURN_TABLES and len(t[name])), pd.DataFrame())


def _problem(raw: RawReturn, name: str, rows: pd.DataFrame) -> str:
    """Why a table cannot stand as it was, or nothing."""
    if name not in CARRIED:
        return (
            f"{shown(name)} is not a table that can stay as it was{suggestion(name, CARRIED)}; allowed are"
            f" {listed(CARRIED)}"
        )
    if name in raw.tables or name in raw.unread:
        return f"{name} is said to be unchanged, and {raw.files.get(name, name)} states it anew; take one of them out"
    if rows.empty:
        return f"{name} is said to be unchanged, and no earlier return has any; add the table, or take the word out"
    return ""


def _as_text(spec: TableSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """Processed rows as they were read: text by column, the index their number in their file."""
    lacks = str(rows["row_lacks"].iloc[0]).split()
    columns = [c for c in spec.column_names if c not in lacks]
    cells = [json.loads(text) for text in rows["row_cells"]]
    return pd.DataFrame(cells, columns=columns, index=pd.Index(rows["source_row"].tolist(), name=ROW), dtype=object)
