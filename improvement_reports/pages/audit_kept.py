"""What the claims audit found of each authority, kept until one of its returns changes."""

import json
from collections.abc import Callable
from dataclasses import fields

from improvement_reports.domain.vocabulary import ClaimOutcome
from improvement_reports.method.audit_entry import Entry
from improvement_reports.pages.all_reports import AllReports, made_from_returns
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.stamps import sealed, unsealed

FOLDER = "audit"  # below build/
# What a page says of a row: where it came from and its cells as they were read.
OF_A_ROW = ("source_file", "source_row", "row_sha256", "row_cells", "source_id", "locator", "row_lacks")


def kept_entries(all_of: AllReports, find: Callable[[AllReports, str], list[Entry]]) -> list[Entry]:
    """What ``find`` gives of each authority whose returns stand side by side: as it was found before from the same
    returns, under this machine's seal, or found now.
    """
    found: list[Entry] = []
    for key in all_of.keys:
        path = all_of.project.build / FOLDER / f"{key}.json"
        made_from = made_from_returns(
            all_of.project, [r for r in all_of.reports if r.authority == key], all_of.prepared
        )
        if (text := unsealed(path, made_from)) is None:
            text = json.dumps([_record(entry) for entry in find(all_of, key)], ensure_ascii=False)
            write_whole(path, sealed(text, made_from))
        found += [
            Entry(**{**r, "outcome": ClaimOutcome(r["outcome"]), "rows": tuple(r["rows"])}) for r in json.loads(text)
        ]
    return found


def _record(entry: Entry) -> dict:
    rows = [
        {name: row[name] for name in OF_A_ROW if name in row} | {"source_row": int(row["source_row"])}
        for row in entry.rows
        if row is not None
    ]
    return {f.name: getattr(entry, f.name) for f in fields(entry)} | {"rows": rows}
