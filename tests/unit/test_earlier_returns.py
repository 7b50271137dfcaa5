"""What is asked of the earlier returns of a series is read of all of them at once."""

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pyarrow.parquet import ParquetFile

from improvement_reports.domain.rows import empty_table
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns import earlier
from improvement_reports.returns.earlier import ASKED_OF_EARLIER, Prepared, read_ahead
from improvement_reports.workspace.joined_tables import JoinedTables
from improvement_reports.workspace.parquet import read_all_once, read_parquet, write_parquet

MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04")


@pytest.fixture
def series(tmp_path) -> list[Prepared]:
    for number, month in enumerate(MONTHS):
        (tmp_path / month).mkdir()
        for name, spec in RETURN_TABLES.items():
            table = empty_table(spec)
            frame = pd.DataFrame({column: [f"{month} {column}"] * number for column in table.columns}, dtype="str")
            write_parquet(frame, tmp_path / month / f"{name}.parquet")
    return [Prepared(tmp_path / month) for month in MONTHS]


@pytest.fixture
def read(monkeypatch) -> list[list[str]]:
    """Which months are read at once, of each reading."""
    found: list[list[str]] = []

    def noted(paths, *rest, **named):
        found.append([path.parent.name for path in paths])
        return read_all_once(paths, *rest, **named)

    monkeypatch.setattr(earlier, "read_all_once", noted)
    monkeypatch.setattr(earlier, "read_once", lambda path: noted([path])[0])
    return found


def test_a_table_that_is_asked_of_two_months_is_read_of_all(series, read):
    read_ahead(series, {})
    assert read == [list(MONTHS)] * len(ASKED_OF_EARLIER)
    del read[:]
    frames = [tables["actions"] for tables in series]
    assert read == [["2025-01"], list(MONTHS)]
    for tables, frame in zip(series, frames, strict=True):
        pd.testing.assert_frame_equal(frame, read_parquet(tables.file("actions")))
    assert all(tables["actions"] is frame for tables, frame in zip(series, frames, strict=True))
    assert len(read) == 2


def test_a_table_that_is_asked_of_one_month_is_read_of_that(series, read):
    read_ahead(series, {})
    del read[:]
    assert [len(series[2][name]) for name in ("actions", "milestones", "actions")] == [2, 2, 2]
    assert read == [["2025-03"]] * 2


def test_a_month_that_cannot_be_read_is_said_only_to_who_asks_it(series, read):
    read_ahead(series, {})
    series[3].file("actions").write_bytes(b"none")
    series[2].file("milestones").unlink()
    assert [len(tables["actions"]) for tables in series[:3]] == [0, 1, 2]
    assert [len(series[n]["milestones"]) for n in (0, 1, 3)] == [0, 1, 3]
    with pytest.raises(ValueError, match=r"magic bytes|Parquet"):
        series[3]["actions"]
    with pytest.raises(FileNotFoundError):
        series[2]["milestones"]


def test_a_table_of_a_long_series_is_read_of_all_from_one_file(series, read, tmp_path, monkeypatch):
    """The current return's own too, where its table is one of them."""
    monkeypatch.setattr(earlier, "MOST_APART", len(MONTHS) - 2)
    joined = {name: JoinedTables(tmp_path / "joined" / name, "key") for name in RETURN_TABLES}
    for name in ("actions", "observations"):
        joined[name].write([tables.file(name) for tables in series])
    before, current = series[:-1], series[-1]
    read_ahead(before, joined, current)
    del read[:]
    opened = []
    monkeypatch.setattr(pq, "ParquetFile", lambda *given: opened.append(given) or ParquetFile(*given))
    frames = [tables["actions"] for tables in series[1:]]
    assert read == [list(MONTHS[:-1]), [MONTHS[-1]]] and opened == [], "no file but the joined one is unpacked"
    for tables, frame in zip(series[1:], frames, strict=True):
        pd.testing.assert_frame_equal(frame, read_parquet(tables.file("actions")))
    assert len(before[1]["milestones"]) == 1 and read[2:] == [[MONTHS[1]]], "that lies in no joined file"


def test_of_what_another_hand_wrote_the_joined_file_says_nothing(series, tmp_path, monkeypatch):
    monkeypatch.setattr(earlier, "MOST_APART", len(MONTHS) - 1)
    joined = {name: JoinedTables(tmp_path / "joined" / name, "key") for name in RETURN_TABLES}
    joined["actions"].write([tables.file("actions") for tables in series])
    other = pd.read_parquet(series[3].file("actions")).iloc[:1]
    write_parquet(other, series[2].file("actions"))
    read_ahead(series, joined)
    assert [len(tables["actions"]) for tables in series] == [0, 1, 1, 3]
    pd.testing.assert_frame_equal(series[2]["actions"], other)
