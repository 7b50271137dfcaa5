"""Reading raw files: every text as it was written, and no bytes whatever end in a bug."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.plain_text import is_plain_text
from improvement_reports.domain.tables import FRAMEWORK
from improvement_reports.returns.prepare import check_return
from improvement_reports.returns.reading import read_return
from improvement_reports.workspace.csv_reading import decode

CELL = st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Mn", "Me"]), max_size=20).filter(is_plain_text)
ROW = st.lists(CELL.map(str.strip), min_size=len(FRAMEWORK.columns), max_size=len(FRAMEWORK.columns)).filter(any)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("2024-03")


def as_csv(rows, **dialect) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, **dialect).writerows(rows)
    return buffer.getvalue().encode()


@given(
    rows=st.lists(ROW, min_size=1, max_size=4),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_text_is_read_as_it_was_written(folder, rows, quoting, end):
    content = as_csv([FRAMEWORK.column_names, *rows], quoting=quoting, lineterminator=end)
    (folder / "framework.csv").write_bytes(content)
    table = read_return(folder).tables["framework"]
    assert table.to_numpy().tolist() == rows
    assert list(table.index) == [*range(2, len(rows) + 2)]


@given(content=st.binary(max_size=200))
def test_no_bytes_are_a_bug(folder, content):
    for name in ("framework.csv", "return.yml"):
        (folder / name).write_bytes(content)
    assert all(f.where and f.what for f in read_return(folder).faults)


@given(content=st.text(max_size=60))
def test_no_text_is_a_bug_in_return_yml(folder, content):
    (folder / "return.yml").write_text(content, encoding="utf-8", errors="replace")
    assert all(f.where and f.what for f in read_return(folder).faults)


@pytest.mark.parametrize(
    ("content", "line", "byte"),
    [(b"a\nb\xe9", 2, "0xE9"), (b"\xef\xbb\xbfa\r\nb\r\n\x80", 3, "0x80"), (b"\xed\xa0\x80", 1, "0xED")],
)
def test_what_is_no_utf_8_is_told_with_its_line(content, line, byte):
    with pytest.raises(InvalidInput) as caught:
        decode(content, "a.csv")
    assert str(caught.value.faults[0]).startswith(f"a.csv, line {line}: the byte {byte} is not UTF-8")


def test_a_return_in_another_place_is_not_read(project, tmp_path_factory):
    """A link in the place of a month would read, and hash, whatever lies behind it."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "2024-03"
    place = project.raw_return("exampleshire", "2024-03")
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    with pytest.raises(InvalidInput, match="leads outside"):
        check_return(project, place)
