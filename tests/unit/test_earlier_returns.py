"""What is asked of the earlier returns of a series is read of all of them at once."""

import pandas as pd
import pytest

from improvement_reports.domain.rows import empty_table
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns import earlier
from improvement_reports.returns.earlier import ASKED_OF_EARLIER, Prepared, read_ahead
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

    def noted(paths, *rest):
        found.append([path.parent.name for path in paths])
        return read_all_once(paths, *rest)

    monkeypatch.setattr(earlier, "read_all_once", noted)
    monkeypatch.setattr(earlier, "read_once", lambda path: noted([path])[0])
    return found


def test_a_table_that_is_asked_of_two_months_is_read_of_all(series, read):
    read_ahead(series)
    assert read == [list(MONTHS)] * len(ASKED_OF_EARLIER)
    del read[:]
    frames = [tables["actions"] for tables in series]
    assert read == [["2025-01"], list(MONTHS)]
    for tables, frame in zip(series, frames, strict=True):
        pd.testing.assert_frame_equal(frame, read_parquet(tables.file("actions")))
    assert all(tables["actions"] is frame for tables, frame in zip(series, frames, strict=True))
    assert len(read) == 2


def test_a_table_that_is_asked_of_one_month_is_read_of_that(series, read):
    read_ahead(series)
    del read[:]
    assert [len(series[2][name]) for name in ("actions", "milestones", "actions")] == [2, 2, 2]
    assert read == [["2025-03"]] * 2


def test_a_month_that_cannot_be_read_is_said_only_to_who_asks_it(series, read):
    read_ahead(series)
    series[3].file("actions").write_bytes(b"none")
    series[2].file("milestones").unlink()
    assert [len(tables["actions"]) for tables in series[:3]] == [0, 1, 2]
    assert [len(series[n]["milestones"]) for n in (0, 1, 3)] == [0, 1, 3]
    with pytest.raises(ValueError, match=r"magic bytes|Parquet"):
        series[3]["actions"]
    with pytest.raises(FileNotFoundError):
        series[2]["milestones"]
