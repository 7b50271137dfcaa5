"""The rows of an edition's data tables against the kept inputs that they come from: nothing stands there that no row
says.
"""

import csv
import unicodedata
from decimal import Decimal, InvalidOperation
from pathlib import Path

from improvement_reports.domain.escaping import guarded
from improvement_reports.domain.tables import COLUMNS, RETURN_TABLES
from improvement_reports.domain.vocabulary import ValueStatus
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.inputs import Places, kept_yaml
from improvement_reports.runs.downloads import official_rows

ROW = "source_row"
# What is taken out of a row that holds a small number; an empty one says nothing false.
WITHHELD = ("value", "numerator", "denominator", "change", "value_status", "stated_value")
WITHHELD_TEXT = "Withheld"  # how the text of a claim about a withheld number begins, in every release
Table = tuple[list[str], list[list[str]]]


def rows_not_kept(
    edition: Edition, tables: dict[str, Table], figures: list[dict], places: Places, gone: list[str]
) -> list[tuple[str, object, object]]:
    """Each row of ``data/`` that no row of the kept inputs says, as (what, as published, what there is).

    ``gone``: recorded inputs that are not kept any more, of which nothing can be said; `verify` names them.
    """
    official = official_rows(figures)
    found: list[tuple[str, object, object]] = []
    for name, (header, rows) in tables.items():
        if name in COLUMNS:
            wanted = [[guarded(str(c)) for c in row] for row in official.get(name, [])]
            found += [
                (f"data/{name}.csv", row, "no row of the official statistics behind its figures")
                for row in rows
                if row not in wanted
            ]
            continue
        kept = _kept(places, gone, f"data/raw/{edition.authority}/{edition.month}/", name)
        found += _other_rows(name, header, rows, *kept) if kept else []
    return found


def _kept(places: Places, gone: list[str], home: str, name: str) -> tuple[list[str], list[list[str]]] | None:
    """Columns and rows of the kept table; none where a workbook holds it, which the edition's own code reads."""
    if f"{home}{name}.csv" not in places and (stated := _last_stated(places, home, name)):
        return _raw(places[stated][0])
    if f"{home}{name}.csv" not in places:
        unknown = f"{home}{name}.csv" in gone or any(
            n.startswith(home) and n.endswith(".xlsx") for n in (*places, *gone)
        )
        return None if unknown else ([], [])
    return _raw(places[f"{home}{name}.csv"][0])


def _last_stated(places: Places, home: str, name: str) -> str:
    """The kept file of an earlier month that states a table which the return calls unchanged; nothing for any other."""
    if name not in (kept_yaml(places, f"{home}return.yml").get("unchanged") or ()):
        return ""
    authority = home.rstrip("/").rsplit("/", 1)[0]
    found = (n for n in places if n.startswith(f"{authority}/") and n.endswith(f"/{name}.csv") and n < home)
    return max(found, default="")


def _raw(path: Path) -> tuple[list[str], list[list[str]]] | None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file))
    except (OSError, ValueError, csv.Error):
        return None  # accepted by another release, so its own code judges it
    return header, [row for row in rows if any(cell.strip() for cell in row)]


def _other_rows(
    name: str, header: list[str], rows: list[list[str]], columns: list[str], kept: list[list[str]]
) -> list[tuple[str, object, object]]:
    columns = [c.strip() for c in columns]
    spec = RETURN_TABLES.get(name)
    flags = {c.name for c in spec.columns if c.type == "yes_no"} if spec else set()
    shared = [c for c in header if c in columns]
    free = [c for c in shared if c in WITHHELD]
    fixed = [c for c in shared if c not in WITHHELD and not (name == "claims" and c == "text")]
    free += [c for c in shared if c not in (*fixed, *free)]
    index: dict[tuple, list[tuple]] = {}
    for row in kept:
        cells = dict(zip(columns, row, strict=False))
        index.setdefault(tuple(_plain(cells.get(c, ""), c in flags) for c in fixed), []).append(
            tuple(_plain(cells.get(c, "")) for c in free)
        )
    found: list[tuple[str, object, object]] = []
    for row in rows:
        cells = dict(zip(header, row, strict=False))
        same = index.get(tuple(_plain(cells[c], c in flags) for c in fixed), [])
        values = tuple(_plain(cells[c]) for c in free)
        if not any(_fits(cells, free, values, own) for own in same):
            found.append(
                (f"data/{name}.csv, row {cells.get(ROW, '?')}", "; ".join(row), "no such row of the kept return")
            )
    if len(rows) != len(kept):
        found.append((f"data/{name}.csv", f"{len(rows)} rows", f"{len(kept)} rows in the kept return"))
    return found


def _fits(cells: dict[str, str], names: list[str], values: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Whether values are those of a kept row; a withheld row shows none of them."""
    is_withheld = cells.get("value_status") == ValueStatus.SUPPRESSED or cells.get("text", "").startswith(WITHHELD_TEXT)
    words = ("value_status", "text")
    return all(
        a == b or (a == "" and n not in words) or (n in words and is_withheld)
        for n, a, b in zip(names, values, own, strict=True)
    )


def _plain(text: str, is_flag: bool = False) -> str:
    """A cell without what a release may write otherwise: forms of Unicode, white space, the guard against formulas,
    zeros of a number.

    ``is_flag``: yes or no, of which an empty cell is no.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).removeprefix("'").casefold()
    if is_flag and plain == "no":
        return ""
    try:
        return (
            f"{Decimal(plain.replace(',', '')).normalize():f}"
            if plain[:1] in "-+.0123456789" and len(plain) < 40
            else plain
        )
    except InvalidOperation:
        return plain
