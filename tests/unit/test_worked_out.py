"""What was worked out of tables is taken again for just the same tables and definitions, and for no others."""

import os

import pandas as pd

from improvement_reports.facts.worked_out import worked_out
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.parquet import read_once, write_parquet


def test_the_same_tables_are_looked_up_in_the_same_way():
    first, second, targets = pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}), pd.DataFrame()
    known = worked_out(first, targets)
    assert worked_out(second, targets) is not known and worked_out(first, targets) is known
    assert worked_out(second, targets).observations.frame is second
    worked_out(pd.DataFrame(), targets)
    assert worked_out(first, targets) is not known  # the last two are kept


def test_it_is_worked_out_again_where_what_it_needs_is_another():
    known, measure, table = worked_out(pd.DataFrame(), pd.DataFrame()), Measure.model_construct(label="a"), [1]
    asked = []

    def once(*given):
        return known.once(("position", "x"), given, lambda: asked.append(given) or len(asked))

    assert once(table, measure) == once(table, Measure.model_construct(label="a")) == 1
    assert once(table, {"x": measure}) == once(table, {"x": measure}) == 2
    assert once(table, Measure.model_construct(label="b")) == 3
    assert once([1], Measure.model_construct(label="b")) == 4  # equal, but another


def test_a_file_is_read_again_when_it_is_another(tmp_path):
    path = tmp_path / "x.parquet"
    write_parquet(pd.DataFrame({"a": [1, 2]}), path)
    first = read_once(path)
    assert read_once(path) is first and first["a"].tolist() == [1, 2]
    write_parquet(pd.DataFrame({"a": [3, 4]}), tmp_path / "aside")
    os.utime(tmp_path / "aside", ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    os.replace(tmp_path / "aside", path)  # as old and as long, but another file
    assert read_once(path)["a"].tolist() == [3, 4]


def test_files_without_rows_are_one_table_if_they_say_the_same(tmp_path):
    """Half of the files of a series are such, and reading them cost as much as reading rows."""
    empty, other = pd.DataFrame({"a": [1.0]}).iloc[:0], pd.DataFrame({"a": ["x"]}).iloc[:0]
    for name, table in (("one", empty), ("two", empty), ("other", other), ("full", pd.DataFrame({"a": [1.0]}))):
        write_parquet(table, tmp_path / name)
    assert read_once(tmp_path / "two") is read_once(tmp_path / "one")
    for name in ("one", "other", "full"):
        pd.testing.assert_frame_equal(read_once(tmp_path / name), pd.read_parquet(tmp_path / name))
