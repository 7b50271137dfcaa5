"""The rows of kept inputs, as an edition is held against them."""

import pytest

from improvement_reports.editions import from_rows


@pytest.fixture(autouse=True)
def _nothing_read():
    from_rows._rows.cache_clear()
    yield
    from_rows._rows.cache_clear()


def table(path, *rows: str):
    path.write_text("\n".join(["area,value", *rows, ""]), encoding="utf-8")
    return path


def test_cells_are_compared_without_what_a_release_may_read_otherwise(tmp_path):
    path = table(tmp_path / "a.csv", "North  East,1", "\N{LATIN SMALL LIGATURE FI}eld,\N{NO-BREAK SPACE}1 ", "North,")
    wanted = {("1", "NorthEast"), ("1", "field"), ("", "North")}
    assert from_rows._rows(path, "", ("value", "area")) == wanted
    assert from_rows._rows(path, "", ("value", "month")) is None


def test_statistics_are_read_once_though_many_returns_are_read_between(tmp_path):
    statistics = table(tmp_path / "statistics.csv", "A,1")
    first = from_rows._rows(statistics, "s", ("area",))
    for n in range(100):
        from_rows._rows(table(tmp_path / f"{n}.csv", "A,1"), str(n), ("area",))
    assert from_rows._rows(statistics, "s", ("area",)) is first
