"""The rows of tables: typed cells, and with each where it came from and its digest."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Protocol

import numpy as np
import pandas as pd

from improvement_reports.domain.numbers import decimals_of
from improvement_reports.domain.plain_text import one_line
from improvement_reports.domain.row_records import row_json
from improvement_reports.domain.tables import RETURN_TABLES, TableSpec


def typed(
    spec: TableSpec,
    frame: pd.DataFrame,
    file: str,
    lacks: Collection[str] = (),
    said: Mapping[str, list[str]] = MappingProxyType({}),
) -> pd.DataFrame:
    """A checked text table with numbers as floats, yes/no as booleans, and where each row came from.

    Index: 0 to n−1 in the order of the file; ``source_row`` is the row number in the file. ``lacks``: optional columns
    that the file does not have; they are no part of a row's record, so that its hash stays when a table gains such a
    column. ``said``: by column the words that stand in the file, where the frame has what they mean: they are what is
    recorded.
    """
    texts = {c: frame[c].tolist() for c in spec.column_names}
    numbers = _numbers([texts[c.name] for c in spec.columns if c.type == "number"])
    own = [said.get(c, texts[c]) for c in spec.column_names if c not in lacks]
    cells = [row_json(list(row)) for row in zip(*own, strict=True)] if own else ["[]"] * len(frame)
    words = _texts(
        {
            **{c.name: [one_line(str(t)) for t in texts[c.name]] for c in spec.columns if c.type not in NO_TEXT},
            "source_file": [file] * len(frame),
            "row_cells": cells,
            "row_lacks": [" ".join(c for c in spec.column_names if c in lacks)] * len(frame),
            "row_sha256": [hashlib.sha256(row.encode()).hexdigest() for row in cells],
        }
    )
    columns: dict[str, object] = {}
    for column in spec.columns:
        if column.type == "number":
            columns[column.name] = next(numbers)
        elif column.type == "yes_no":
            columns[column.name] = np.array([text == "yes" for text in texts[column.name]], dtype=bool)
        else:
            columns[column.name] = words[column.name]
    if "value" in spec.column_names:  # a value is shown with the decimals it was stated with
        columns["value_decimals"] = np.array([decimals_of(t) if t else 0 for t in texts["value"]], dtype="int64")
    columns["source_file"] = words["source_file"]
    columns["source_row"] = frame.index.to_numpy()
    # Without rows what is made of them has the type that prepared tables without rows have always had.
    columns["row_cells"] = words["row_cells"] if cells else np.array([], dtype=float)
    columns["row_lacks"] = words["row_lacks"]
    columns["row_sha256"] = words["row_sha256"] if cells else np.array([], dtype=float)
    return pd.DataFrame(columns)


NO_TEXT = ("number", "yes_no")


def _texts(columns: Mapping[str, list[str]]) -> dict[str, object]:
    """Columns of texts, all of one length, by name. All are made in one go, which costs as much as one."""
    made = pd.array([text for texts in columns.values() for text in texts], dtype="str")
    size = len(made) // len(columns)
    return {name: made[n * size : (n + 1) * size] for n, name in enumerate(columns)}


def _numbers(columns: list[list[str]]) -> Iterator[np.ndarray]:
    """Columns of numbers as floats; an empty cell is none. All are read in one go."""
    read = pd.to_numeric(pd.Series([t if t != "" else None for texts in columns for t in texts], dtype=object))
    values, size = read.to_numpy(dtype=float), len(columns[0]) if columns else 0
    return (values[n * size : (n + 1) * size] for n in range(len(columns)))


def rows_of(frame: pd.DataFrame) -> list[pd.Series]:
    """The rows of a table in their order."""
    return [row for _, row in frame.iterrows()] if len(frame) else []  # of no rows pandas makes much ado


def empty_table(spec: TableSpec) -> pd.DataFrame:
    """The table that a return leaves out: its columns and no rows."""
    return _empty(spec).copy()


@cache
def _empty(spec: TableSpec) -> pd.DataFrame:
    return typed(
        spec, pd.DataFrame(columns=list(spec.column_names), index=pd.Index([], name="source_row"), dtype=object), ""
    )


class _Head(Protocol):
    """Of whom and when a return is."""

    @property
    def authority(self) -> str: ...

    @property
    def month(self) -> str: ...


class CheckedReturn(Protocol):
    """What was read of a return: text tables by name, their files (by ``origins`` where another return's), the
    optional columns that they lack, and the council's own words by table and column.
    """

    @property
    def info(self) -> _Head | None: ...

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]: ...

    @property
    def files(self) -> Mapping[str, str]: ...

    @property
    def origins(self) -> Mapping[str, str]: ...

    @property
    def lacks(self) -> Mapping[str, Collection[str]]: ...

    @property
    def said(self) -> Mapping[str, Mapping[str, list[str]]]: ...


def typed_tables(raw: CheckedReturn) -> dict[str, pd.DataFrame]:
    """All tables of a checked return, those it leaves out empty; ``source_file`` is the path inside data/raw."""
    assert raw.info is not None  # or it would not have passed its check
    home = f"{raw.info.authority}/{raw.info.month}"
    return {
        name: (
            typed(
                spec,
                raw.tables[name],
                raw.origins.get(name, f"{home}/{raw.files[name]}"),
                raw.lacks.get(name, ()),
                raw.said.get(name, {}),
            )
            if name in raw.tables
            else empty_table(spec)
        )
        for name, spec in RETURN_TABLES.items()
    }
