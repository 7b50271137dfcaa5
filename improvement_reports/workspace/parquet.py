"""Prepared tables read back, without threads: a process that has none can be forked, and small tables need none."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq


def read_parquet(path: Path) -> pd.DataFrame:
    """A Parquet file as `pandas.read_parquet` gives it."""
    with pq.ParquetFile(path) as file:
        return file.read(use_threads=False).to_pandas(use_threads=False)
