"""Prepared tables as Parquet files, written and read back without threads: a process that has none can be forked, and
small tables need none.
"""

from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_object_dtype


def read_parquet(path: Path) -> pd.DataFrame:
    """A Parquet file as `pandas.read_parquet` gives it."""
    with pq.ParquetFile(path) as file:
        return _frame_in(file)


def _frame_in(file: pq.ParquetFile) -> pd.DataFrame:
    return file.read(use_threads=False).to_pandas(use_threads=False)


def read_once(path: Path) -> pd.DataFrame:
    """The same for whoever changes nothing in it: read once for each state of the file; files without rows that say the
    same, as half of a series does, are one frame.
    """
    found = path.stat()
    return _read_once(path, (found.st_ino, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=512)  # the tables of a report of ten years, most of which are small
def _read_once(path: Path, state: tuple[int, ...]) -> pd.DataFrame:
    content = path.read_bytes()
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        return _frame_in(file) if file.metadata.num_rows else _frame_without_rows(content)


@lru_cache(maxsize=128)
def _frame_without_rows(content: bytes) -> pd.DataFrame:
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        return _frame_in(file)


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """A Parquet file just as `pandas.DataFrame.to_parquet` writes it without the index.

    What a file says of its columns is the same for every table of one kind, and is worked out once; so is the whole
    file of a table without rows.
    """
    names, types = tuple(frame.columns), tuple(frame.dtypes)
    path.write_bytes(_file_without_rows(names, types) if frame.empty else _bytes(_arrow_table(frame, names, types)))


def _arrow_table(frame: pd.DataFrame, names: tuple[str, ...], types: tuple) -> pa.Table:
    if any(is_object_dtype(t) and not isinstance(t, pd.StringDtype) for t in types):  # it depends on what stands there
        return pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
    columns = [pa.array(frame[name], from_pandas=True) for name in names]
    return pa.Table.from_arrays(columns, schema=_without_rows(names, types).schema)


def _bytes(table: pa.Table) -> bytes:
    file = pa.BufferOutputStream()
    pq.write_table(table, file, compression="snappy")
    return file.getvalue().to_pybytes()


@lru_cache(maxsize=128)
def _without_rows(names: tuple[str, ...], types: tuple) -> pa.Table:
    frame = pd.DataFrame({name: pd.Series([], dtype=t) for name, t in zip(names, types, strict=True)})
    return pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)


@lru_cache(maxsize=128)
def _file_without_rows(names: tuple[str, ...], types: tuple) -> bytes:
    return _bytes(_without_rows(names, types))
