"""Prepared tables as Parquet files, written and read back without threads: a process that has none can be forked, and
small tables need none.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_object_dtype

from improvement_reports.domain.joined_frames import cut
from improvement_reports.workspace.collection import without_collection
from improvement_reports.workspace.files import SETTLED_NS


def read_parquet(path: Path) -> pd.DataFrame:
    """A Parquet file as `pandas.read_parquet` gives it."""
    with pq.ParquetFile(path) as file:
        return file.read(use_threads=False).to_pandas(use_threads=False)


def read_once(path: Path) -> pd.DataFrame:
    """The same for whoever changes nothing in it: read once for each state of the file; files without rows that say the
    same, as half of a series does, are one frame.
    """
    return read_all_once([path])[0]


def read_all_once(
    paths: Sequence[Path],
    given: Mapping[Path, pd.DataFrame] | None = None,
    as_at: int = 0,
    known: Callable[[bytes], pd.DataFrame | None] = lambda content: None,
) -> list[pd.DataFrame]:
    """The same of several files: to make a frame costs as much for ten rows as for a thousand, so those that are of one
    kind are made at once.

    ``given``: what some of them hold if they were last changed well before a moment (ns). ``known``: what the bytes of
    a file say, where that is known.
    """
    asked = [(path, file_state(path)) for path in paths]
    found = {key: _kept.pop(key) for key in asked if key in _kept}
    found = {
        key: given[key[0]]
        for key in asked
        if given and key[0] in given and key not in found and max(key[1][CHANGED:]) <= as_at - SETTLED_NS
    } | found
    with without_collection():
        found |= _read([key for key in dict.fromkeys(asked) if key not in found], known)
    _kept.update(found)
    while len(_kept) > MOST_KEPT:
        del _kept[next(iter(_kept))]
    return [found[key] for key in asked]


Name = TypeVar("Name")
_Key = tuple[Path, tuple[int, ...]]  # a file in one state
CHANGED = 2  # from here on a state says when
MOST_KEPT = 512  # the tables of a report of ten years, most of which are small
_kept: dict[_Key, pd.DataFrame] = {}  # what was asked for last stands last


def file_state(path: Path) -> tuple[int, ...]:
    """What tells a file apart from itself at any other time."""
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _read(keys: Sequence[_Key], known: Callable[[bytes], pd.DataFrame | None]) -> dict[_Key, pd.DataFrame]:
    found: dict[_Key, pd.DataFrame] = {}
    tables: dict[_Key, pa.Table] = {}
    for key in keys:
        content = key[0].read_bytes()
        frame = _without_rows_known.get(content)
        if frame is None:
            frame = known(content)
        if frame is not None:
            found[key] = frame
            continue
        with pq.ParquetFile(pa.BufferReader(content)) as file:
            if file.metadata.num_rows:
                tables[key] = file.read(use_threads=False)
            else:
                found[key] = _frame_without_rows(content)
    found |= {key: _frames([table])[0] for key, table in tables.items() if not can_be_joined(table)}
    for alike in by_kind({key: table for key, table in tables.items() if key not in found}):
        found |= zip(alike, _frames(list(alike.values())), strict=True)
    return found


def by_kind(tables: Mapping[Name, pa.Table]) -> list[dict[Name, pa.Table]]:
    """Tables by what they are of: those of which all columns, and what their files say of these, are the same."""
    kinds: list[dict[Name, pa.Table]] = []
    for name, table in tables.items():
        of_one = (k for k in kinds if next(iter(k.values())).schema.equals(table.schema, check_metadata=True))
        known = next(of_one, None)
        if known is None:
            kinds.append(known := {})
        known[name] = table
    return kinds


def table_in(content: bytes) -> pa.Table:
    """The table that the bytes of a Parquet file hold."""
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        return file.read(use_threads=False)


def can_be_joined(table: pa.Table) -> bool:
    """Whether the types of its columns as pandas has them follow from the types alone: those of whole numbers or of
    yes and no of which one is missing do not, nor do categories.
    """
    return all(
        pa.types.is_string(c.type)
        or pa.types.is_large_string(c.type)
        or pa.types.is_floating(c.type)
        or ((pa.types.is_integer(c.type) or pa.types.is_boolean(c.type)) and not c.null_count)
        for c in table.columns
    )


def _frames(tables: Sequence[pa.Table]) -> list[pd.DataFrame]:
    """Tables of one kind as frames, which are cut from one."""
    if len(tables) == 1:
        return [frame_of(tables[0])]
    return cut(frame_of(pa.concat_tables(tables)), [len(table) for table in tables])


def frame_of(table: pa.Table) -> pd.DataFrame:
    """A table as `pyarrow.Table.to_pandas` gives it, in half the time where it has texts and numbers alone: that reads
    the names of all types again for each column of each table.
    """
    if not len(table) or not can_be_joined(table) or not _is_plain(table.schema.types, table.schema.metadata):
        return table.to_pandas(use_threads=False)
    return pd.DataFrame(dict(zip(table.column_names, map(_cells, table.columns), strict=True)), copy=False)


def _is_plain(types: Sequence[pa.DataType], metadata: Mapping[bytes, bytes] | None) -> bool:
    """Whether a file says of its columns no more than what their types say, and that its rows are counted."""
    said = (metadata or {}).get(PANDAS, b"")
    return bool(said) and _is_as_typed(tuple(types), said)


@lru_cache(maxsize=128)
def _is_as_typed(types: tuple[pa.DataType, ...], said: bytes) -> bool:
    noted = json.loads(said)
    names = [STR if pa.types.is_large_string(t) else np.dtype(t.to_pandas_dtype()).name for t in types]
    return not any(map(pa.types.is_string, types)) and (noted["index_columns"], names) == (
        [],
        [column["numpy_type"] for column in noted["columns"]],
    )


STR = "str"
_TEXT: Any = pd.StringDtype(na_value=np.nan)


def _cells(column: pa.ChunkedArray) -> Any:
    """The cells of a column as pandas has them, which whoever wants may change."""
    if pa.types.is_large_string(column.type):
        return _TEXT.__from_arrow__(column)
    cells = column.to_numpy()
    return cells if cells.flags.writeable else cells.copy()


def _frame_without_rows(content: bytes) -> pd.DataFrame:
    """That of a file without rows; files that say the same are one frame."""
    if len(_without_rows_known) >= MOST_WITHOUT_ROWS:
        _without_rows_known.clear()
    return _without_rows_known.setdefault(content, table_in(content).to_pandas(use_threads=False))


MOST_WITHOUT_ROWS = 128
_without_rows_known: dict[bytes, pd.DataFrame] = {}


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """A Parquet file just as `pandas.DataFrame.to_parquet` writes it without the index.

    What a file says of its columns is the same for every table of one kind, and is worked out once; so is the whole
    file of a table without rows.
    """
    path.write_bytes(_content(frame))


_Kind = tuple[tuple[Any, ...], tuple[Any, ...]]  # the names and types of a table's columns


def _content(frame: pd.DataFrame) -> bytes:
    kind: _Kind = (tuple(frame.columns), tuple(frame.dtypes))
    if any(is_object_dtype(t) and not isinstance(t, pd.StringDtype) for t in kind[1]):
        # What they are depends on what stands there.
        return bytes_of(pa.Table.from_pandas(frame, preserve_index=False, nthreads=1))
    if frame.empty:
        return _without_rows(kind)
    columns = [pa.array(frame[name], from_pandas=True) for name in kind[0]]
    return bytes_of(pa.Table.from_arrays(columns, schema=_schema(kind)))


def bytes_of(table: pa.Table) -> bytes:
    """A table as a Parquet file, packed as pandas packs one."""
    file = pa.BufferOutputStream()
    pq.write_table(table, file, compression="snappy")
    return file.getvalue().to_pybytes()


@lru_cache(maxsize=128)
def _without_rows(kind: _Kind) -> bytes:
    return bytes_of(_schema(kind).empty_table())


@lru_cache(maxsize=128)
def _schema(kind: _Kind) -> pa.Schema:
    """Put together from what is said of one column of each type: to have it said of every column takes longer than to
    write the few rows of a month.
    """
    names, types = kind
    ones = [_of_one(t) for t in types]
    fields = [field.with_name(name) for (field, _), name in zip(ones, names, strict=True)]
    columns = [{**said["columns"][0], "name": n, "field_name": n} for (_, said), n in zip(ones, names, strict=True)]
    return pa.schema(fields, {PANDAS: json.dumps({**ones[0][1], "columns": columns}).encode()})


PANDAS = b"pandas"  # under which a file says what pandas is to make of its columns


@lru_cache(maxsize=32)
def _of_one(dtype: Any) -> tuple[pa.Field, dict]:
    """What is said of a table with one column of a type: the column, and what pandas is to make of it."""
    frame = pd.DataFrame({"a": pd.Series([], dtype=dtype)})
    schema = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1).schema
    return schema.field(0), json.loads(schema.metadata[PANDAS])
