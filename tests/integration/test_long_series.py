"""The tables of a long series lie in one file for whoever prepares one more month; that changes nothing of it."""

import shutil

import pytest
from caches import forget_everything
from conftest import ROOT

from improvement_reports.returns import earlier
from improvement_reports.returns.prepared import INFO_FILE
from improvement_reports.returns.series import prepare_series
from improvement_reports.workspace import files, parquet
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import digests

KEY = "exampleshire"
MONTHS = sorted(p.name for p in (ROOT / "data" / "raw" / KEY).iterdir())
ASKED = {f"{name}.parquet" for name in earlier.ASKED_OF_EARLIER}


@pytest.fixture
def project(tmp_path) -> Project:
    for part in ("notebooks", "params", f"data/raw/{KEY}"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "_quarto.yml").write_text("project: {}\n", encoding="utf-8")
    return Project(tmp_path)


def test_of_a_long_series_earlier_tables_are_read_from_one_file(project, monkeypatch):
    """What a month shows is the same; a table that another hand changed is not in it, and is made again."""
    monkeypatch.setattr(files, "SETTLED_NS", 0)
    monkeypatch.setattr(parquet, "SETTLED_NS", 0)
    read, original = [], parquet._read
    monkeypatch.setattr(
        parquet, "_read", lambda keys, known: read.extend(path for path, _ in keys) or original(keys, known)
    )

    def prepared_anew() -> tuple[list[str], set[str], dict[str, str]]:
        """As a call of its own would, the last month changed: what is not as it was, what is read, what is there."""
        forget_everything()
        monkeypatch.setattr(parquet, "_kept", {})
        path = project.raw / KEY / MONTHS[-1] / "observations.csv"
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        read.clear()
        done = [o.subject.split("/")[1] for o in prepare_series(project, KEY) if o.state == "done"]
        tables = digests(project.processed_return(KEY, MONTHS[-1]))
        return done, {path.name for path in read} & ASKED, {n: d for n, d in tables.items() if n != INFO_FILE}

    prepare_series(project, KEY)
    done, apart, tables = prepared_anew()
    assert (done, apart) == ([MONTHS[-1]], set())
    shutil.rmtree(project.build / "returns")
    assert prepared_anew() == ([MONTHS[-1]], ASKED, tables)
    other = parquet.read_parquet(project.processed_return(KEY, MONTHS[3]) / "observations.parquet").iloc[:1]
    parquet.write_parquet(other, project.processed_return(KEY, MONTHS[3]) / "observations.parquet")
    done, _, after = prepared_anew()
    assert done == [MONTHS[3], MONTHS[-1]] and after == tables


def test_of_a_short_series_each_table_is_read_from_its_own_file(project, monkeypatch):
    monkeypatch.setattr(earlier, "MOST_APART", len(MONTHS))
    prepare_series(project, KEY)
    assert not list((project.build / "returns").glob("*.observations"))
    monkeypatch.setattr(earlier, "MOST_APART", len(MONTHS) - 1)
    path = project.raw / KEY / MONTHS[0] / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    prepare_series(project, KEY)
    assert list((project.build / "returns").glob("*.observations"))
