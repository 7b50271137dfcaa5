"""Prepared tables are written as pandas would write them, byte for byte."""

import numpy as np
import pandas as pd
import pytest

from improvement_reports.domain.rows import empty_table, typed
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.workspace.parquet import read_parquet, write_parquet

COLUMNS = {"text": ["a", "é “x”", ""], "number": [1.5, float("nan"), -0.0], "is": [True, False, True], "row": [2, 3, 9]}
TABLES = {
    "of each type": pd.DataFrame(COLUMNS),
    "without rows": pd.DataFrame(COLUMNS).iloc[:0],
    "with a gap in a text": pd.DataFrame({"text": ["a", None]}, dtype="str"),
    "of objects": pd.DataFrame({"any": ["a", None], "text": ["x", "y"]}).astype({"any": object}),
    "of objects that are numbers": pd.DataFrame({"any": np.array([1, 2], dtype=object)}),
    "of objects without rows": pd.DataFrame({"any": np.array([], dtype=object)}),
    "of rows that were chosen": pd.DataFrame(COLUMNS)[[False, True, True]],
    **{f"{name} without rows": empty_table(spec) for name, spec in RETURN_TABLES.items()},
}


def row_of(spec) -> pd.DataFrame:
    kinds = {"number": "1.50", "yes_no": "yes"}
    return pd.DataFrame([{c.name: kinds.get(c.type, "x") for c in spec.columns}], index=[2], dtype=str)


@pytest.mark.parametrize(
    "table",
    [*TABLES.values(), *(typed(spec, row_of(spec), "a/2024-01/x.csv") for spec in RETURN_TABLES.values())],
    ids=[*TABLES, *RETURN_TABLES],
)
def test_the_file_is_the_one_that_pandas_writes(table, tmp_path):
    for _ in range(2):  # what was worked out for the first is used for the second
        write_parquet(table, tmp_path / "ours")
        table.to_parquet(tmp_path / "theirs", index=False)
        assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
    pd.testing.assert_frame_equal(read_parquet(tmp_path / "ours"), pd.read_parquet(tmp_path / "theirs"))


def test_columns_of_one_name_and_another_type_are_another_table(tmp_path):
    for table in (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]}), pd.DataFrame({"a": ["1"]})):
        write_parquet(table, tmp_path / "a")
        assert read_parquet(tmp_path / "a")["a"].tolist() == table["a"].tolist()
        assert read_parquet(tmp_path / "a")["a"].dtype == table["a"].dtype
