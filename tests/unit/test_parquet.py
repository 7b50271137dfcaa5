"""Prepared tables are written as pandas would write them, byte for byte."""

import numpy as np
import pandas as pd
import pytest

from improvement_reports.domain.rows import empty_table, typed
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.workspace import parquet
from improvement_reports.workspace.parquet import frame_of, read_all_once, read_parquet, table_in, write_parquet

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


GAPS = {
    "a gap in whole numbers": pd.DataFrame({"n": pd.array([1, None], dtype="Int64")}),
    "a gap in yes and no": pd.DataFrame({"is": pd.array([True, None], dtype="boolean")}),
    "a category": pd.DataFrame({"kind": pd.Categorical(["a", "b", "a"])}),
    "days": pd.DataFrame({"day": pd.to_datetime(["2024-03-31", None])}),
    "half the size": pd.DataFrame({"n": np.array([1, 2], dtype="int32"), "x": np.array([1, 2], dtype="float32")}),
    "an index": pd.DataFrame({"n": [1.0, 2.0]}, index=["a", "b"]),
}


@pytest.mark.parametrize(
    "table",
    [
        *TABLES.values(),
        *GAPS.values(),
        *(typed(spec, row_of(spec), "a/2024-01/x.csv") for spec in RETURN_TABLES.values()),
    ],
    ids=[*TABLES, *GAPS, *RETURN_TABLES],
)
def test_a_frame_is_the_one_that_pandas_reads(table, tmp_path):
    """The same types of columns, names, rows and cells."""
    table.to_parquet(tmp_path / "a")
    read = table_in((tmp_path / "a").read_bytes())
    ours, theirs = frame_of(read), pd.read_parquet(tmp_path / "a")
    pd.testing.assert_frame_equal(ours, theirs)
    assert [type(c) for c in ours.dtypes] == [
        type(c) for c in theirs.dtypes
    ] and ours.columns.dtype == theirs.columns.dtype
    assert type(ours.index) is type(theirs.index)
    for name in ours:
        assert [type(cell) for cell in ours[name]] == [type(cell) for cell in theirs[name]]


def test_columns_of_texts_and_numbers_are_not_read_with_the_names_of_their_types(tmp_path, monkeypatch):
    """Which takes as long as all else of a small table; whoever has read them may change them."""
    pd.DataFrame(COLUMNS).to_parquet(tmp_path / "a", index=False)
    read = table_in((tmp_path / "a").read_bytes())
    monkeypatch.setattr("pyarrow.pandas_compat.table_to_dataframe", lambda *_, **__: pytest.fail("it was"))
    frame = frame_of(read)
    frame.loc[0, "number"] = 7.0
    assert frame["number"].tolist()[0] == 7.0 and len(frame) == 3


def test_files_without_rows_that_say_the_same_are_opened_once(tmp_path, monkeypatch):
    parquet._without_rows_known.clear()
    opened, original = [], parquet.table_in
    monkeypatch.setattr(parquet, "table_in", lambda content: opened.append(content) or original(content))
    for name in ("a", "b", "c"):
        write_parquet(TABLES["without rows"], tmp_path / name)
    frames = read_all_once([tmp_path / name for name in ("a", "b", "c")])
    assert len(opened) == 1 and frames[0] is frames[1] is frames[2]
    pd.testing.assert_frame_equal(frames[0], pd.read_parquet(tmp_path / "a"))
