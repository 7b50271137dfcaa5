"""What was worked out of tables is taken again for just the same tables and definitions, and for no others."""

import os

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.facts.worked_out import worked_out
from improvement_reports.workspace import parquet
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.parquet import read_all_once, read_once, write_parquet

ROW = {
    **{"measure_id": "m", "area": "home", "category": "", "period_type": "month", "value_decimals": 0},
    **{"numerator": None, "denominator": None},
}
MEASURE = Measure(
    **{"title": "T", "label": "L", "unit": "percent", "of": "audits", "better_when": "higher", "definition": "D"},
    question="Why?",
)


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


def test_a_row_of_the_return_and_its_likeness_among_all_returns_are_one_position():
    of_return = pd.DataFrame([{**ROW, "period": "2024-02", "value": 82.0}])
    both = pd.concat([of_return, pd.DataFrame([{**ROW, "period": "2024-01", "value": 80.0}])], ignore_index=True)
    known = worked_out(both, pd.DataFrame(columns=["measure_id", "valid_from"]))
    found = known.assessed(Rows(of_return).row(0), MEASURE)
    assert known.assessed(Rows(both).row(0), MEASURE) is found and found.change == 2
    assert known.assessed(Rows(both).row(1), MEASURE) is not found
    revised = pd.DataFrame([{**ROW, "period": "2024-02", "value": 83.0}])
    assert known.assessed(Rows(revised).row(0), MEASURE).value == 83
    assert known.assessed(Rows(of_return).row(0), MEASURE.model_copy(update={"unit": Unit.COUNT})) is not found


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


def test_many_files_are_read_as_each_of_them_would_be(tmp_path, monkeypatch):
    """Of one kind together, and those that were read before not once more."""
    tables = {
        "one": pd.DataFrame({"a": [1.5, None], "b": ["x", ""]}),
        "two": pd.DataFrame({"a": [None, 2.0, 3.0], "b": ["y", "z", None]}),
        "none": pd.DataFrame({"a": [1.0], "b": ["x"]}).iloc[:0],
        "other": pd.DataFrame({"a": [1, 2]}),
        "three": pd.DataFrame({"a": [4.0], "b": ["é"]}),
    }
    paths = [tmp_path / name for name in tables]
    for name, table in tables.items():
        write_parquet(table, tmp_path / name)
    first = read_once(tmp_path / "two")
    made, frames = [], parquet._frames
    monkeypatch.setattr(parquet, "_frames", lambda alike: made.append(len(alike)) or frames(alike))
    found = read_all_once([*paths, paths[0]])
    assert sorted(made) == [1, 2]  # “one” and “three” together, “other” by itself
    assert found[1] is first and found[-1] is found[0] and read_all_once(paths)[4] is found[4]
    for path, table in zip(paths, found, strict=False):
        pd.testing.assert_frame_equal(table, pd.read_parquet(path), check_index_type=True)


@pytest.mark.parametrize(
    "first, second",
    [([1, None], [1, 2]), ([True, None], [True, False]), (pa.array(["a", "b"]).dictionary_encode(), ["b", "b"])],
    ids=["a whole number is missing", "a truth is missing", "categories"],
)
def test_tables_whose_types_follow_from_what_stands_in_them_are_read_apart(tmp_path, first, second):
    kind = first.type if isinstance(first, pa.Array) else pa.array(first).type
    for name, cells in (("first", first), ("second", second)):
        cells = cells if isinstance(cells, pa.Array) else pa.array(cells)
        cells = cells if cells.type == kind else cells.dictionary_encode()
        pq.write_table(pa.table({"a": cells}), tmp_path / name)
    paths = [tmp_path / "first", tmp_path / "second"]
    for path, table in zip(paths, read_all_once(paths), strict=True):
        pd.testing.assert_frame_equal(table, pd.read_parquet(path))


def test_what_was_asked_for_long_ago_is_forgotten_first(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "_kept", {})
    monkeypatch.setattr(parquet, "MOST_KEPT", 2)
    for name in ("one", "two", "three"):
        write_parquet(pd.DataFrame({"a": [name]}), tmp_path / name)
    one, two = read_once(tmp_path / "one"), read_once(tmp_path / "two")
    assert read_once(tmp_path / "one") is one
    read_once(tmp_path / "three")
    assert read_once(tmp_path / "one") is one and read_once(tmp_path / "two") is not two
