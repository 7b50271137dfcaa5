"""Many small tables in one file are what each of their own files holds, and nothing where another hand was at work."""

import pandas as pd
import pytest

from improvement_reports.domain import joined_frames
from improvement_reports.domain.joined_frames import cut, joined
from improvement_reports.workspace.files import SETTLED_NS, file_digest
from improvement_reports.workspace.joined_tables import JoinedTables
from improvement_reports.workspace.parquet import read_all_once, read_once, read_parquet, write_parquet

TABLES = {
    "one": pd.DataFrame({"a": [1.5, None], "b": ["x", ""], "n": [1, 2]}),
    "two": pd.DataFrame({"a": [None, 2.0, 3.0], "b": ["y", "z", "é"], "n": [3, 4, 5]}),
    "none": pd.DataFrame({"a": [1.0], "b": ["x"], "n": [1]}).iloc[:0],
    "other": pd.DataFrame({"n": [1, 2]}),
    "as one": pd.DataFrame({"a": [1.5, None], "b": ["x", ""], "n": [1, 2]}),
}
ALIKE = ["one", "two", "none", "as one"]


@pytest.fixture
def files(tmp_path):
    for name, table in TABLES.items():
        write_parquet(table, tmp_path / name)
    return {name: tmp_path / name for name in TABLES}


@pytest.fixture
def kept(tmp_path):
    return JoinedTables(tmp_path / "build" / "joined", "key")


def test_each_is_what_its_own_file_holds(files, kept):
    kept.write(list(files.values()))
    parts = kept.parts()
    assert set(parts) == {file_digest(files[name]) for name in ALIKE}  # one of another kind is read from its own file
    for name in ALIKE:
        for frame in parts[file_digest(files[name])]:
            pd.testing.assert_frame_equal(frame, read_parquet(files[name]), check_index_type=True)
    first, second = parts[file_digest(files["one"])]  # of two files that say the same each has a frame of its own
    assert first is not second and kept.parts()[file_digest(files["one"])][0] is first


@pytest.mark.parametrize("what", ["nothing is there", "another key", "other bytes", "no seal", "an empty file"])
def test_nothing_is_taken_that_was_not_kept_for_this(files, kept, what):
    if what != "nothing is there":
        kept.write([files["one"], files["two"]])
        assert len(kept.parts()) == 2
    if what == "another key":
        kept = JoinedTables(kept.path, "another")
    elif what == "other bytes":
        raw = kept.path.read_bytes()
        kept.path.write_bytes(raw.replace(b'"key"', b'"Key"'))
    elif what == "no seal":
        kept.path.write_bytes(kept.path.read_bytes().partition(b"\n")[2])
    elif what == "an empty file":
        kept.path.write_bytes(b"")
    assert kept.parts() == {}


def test_where_nothing_can_be_read_or_written_nothing_is_kept(files, kept):
    kept.write([files["one"], files["one"].with_name("gone")])
    assert kept.parts() == {}
    kept.path.parent.write_text("a file where the folder should be")
    kept.write([files["one"]])
    assert kept.parts() == {} and kept.path.parent.is_file()


def test_no_file_or_none_that_can_be_joined(files, kept):
    kept.write([])
    missing = pd.DataFrame({"n": pd.array([1, None], dtype="Int64")})
    write_parquet(missing, files["other"])
    kept.write([files["other"]])
    assert kept.parts() == {} and not kept.path.exists()


def test_what_is_given_of_a_file_counts_if_it_was_there_well_before(files):
    """A file that was changed since someone looked is read, whatever they say of it."""
    given, changed = {files["one"]: pd.DataFrame({"given": [1]})}, files["one"].stat().st_ctime_ns
    (read,) = read_all_once([files["one"]], given, changed + SETTLED_NS - 1)
    assert "given" not in read
    write_parquet(TABLES["two"], files["one"])
    changed = files["one"].stat().st_ctime_ns
    found = read_all_once([files["one"], files["other"]], given, changed + SETTLED_NS)
    assert found[0] is given[files["one"]] and found[1]["n"].tolist() == [1, 2]
    assert read_once(files["one"]) is found[0]  # it is known from then on


@pytest.fixture
def frames(monkeypatch):
    monkeypatch.setattr(joined_frames, "_wholes", [])
    whole = pd.DataFrame({"n": range(6), "t": list("abcdef")})
    return cut(whole, [2, 0, 3, 1])


@pytest.mark.parametrize(
    "chosen", [[0, 1, 2, 3], [0, 1, 2], [0, 2, 3], [0], [2, 3], [3, 2], [0, 2, 2], [1], [1, 1]], ids=str
)
def test_frames_are_joined_as_pandas_joins_them(frames, chosen):
    own = [frames[n] for n in chosen]
    pd.testing.assert_frame_equal(joined(own), pd.concat(own, ignore_index=True), check_index_type=True)


def test_frames_of_another_return_follow_those_that_were_cut(frames, monkeypatch):
    more = pd.DataFrame({"n": [9], "t": ["z"]})
    parts = []
    concat = pd.concat
    monkeypatch.setattr(pd, "concat", lambda given, **how: parts.append(len(given)) or concat(given, **how))
    assert joined([*frames, more])["n"].tolist() == [0, 1, 2, 3, 4, 5, 9] and parts == [2]
    assert joined(frames)["t"].tolist() == list("abcdef") and parts == [2], "nothing is joined again"
