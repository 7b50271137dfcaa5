"""Whatever is put into a return or the settings is refused in one sentence, in seconds, without filling the machine."""

import os
import resource
import socket
import time

import pytest
from damage import RETURN
from openpyxl import Workbook

from improvement_reports.domain import limits
from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.tables import OBSERVATIONS
from improvement_reports.facts.narrative import _syntax_faults
from improvement_reports.returns.prepare import check_return
from improvement_reports.runs.reports import report_files
from improvement_reports.workspace.csv_reading import read_csv
from improvement_reports.workspace.files import file_hashes
from improvement_reports.workspace.yaml_files import load_yaml

ROW = b"rereferrals_pct,exampleshire,2024-01,month,,20,,,,published,,board-2024-03,Page 2\n"
LATER = {"stated_rag", "comment"}  # optional columns that this file does not have
HEADER = ",".join(c for c in OBSERVATIONS.column_names if c not in LATER).encode() + b"\n"
# Of work, on a machine that is several times slower than usual; what is not refused goes on for minutes.
SECONDS, MEGABYTES = 30, 400


@pytest.fixture(autouse=True)
def in_time_and_memory():
    before, most = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - before < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most) // 1024 < MEGABYTES


def refused(project) -> str:
    with pytest.raises(InvalidInput) as caught:
        check_return(project, project.root / RETURN)
    return str(caught.value)


# Large


def test_a_hundred_thousand_rows(project):
    (project.root / RETURN / "observations.csv").write_bytes(HEADER + ROW * 100_000)
    assert f"observations.csv: has more than {limits.MAX_ROWS:,} rows" in refused(project)


def test_forty_nine_megabytes(project):
    with (project.root / RETURN / "observations.csv").open("wb") as file:
        file.write(HEADER)
        file.truncate(49_000_000)
    assert "observations.csv: is larger than 10 MB" in refused(project)


def test_a_file_of_a_terabyte_is_not_read_to_be_hashed(project):
    with (project.root / RETURN / "observations.csv").open("wb") as file:
        file.truncate(1_000_000_000_000)
    assert file_hashes(project.root / RETURN)["observations.csv"].startswith("larger than")
    assert "observations.csv: is larger than 10 MB" in refused(project)


@pytest.mark.parametrize(
    ("rows", "good"), [(limits.MAX_ROWS - 1, True), (limits.MAX_ROWS, True), (limits.MAX_ROWS + 1, False)]
)
def test_the_most_rows_of_a_table(rows, good):
    content = HEADER + ROW * rows
    if good:
        assert len(read_csv(content, "observations.csv", OBSERVATIONS.column_names).rows) == rows
    else:
        with pytest.raises(InvalidInput, match="more than"):
            read_csv(content, "observations.csv", OBSERVATIONS.column_names)


def test_more_claims_than_can_be_looked_up(project):
    path = project.root / RETURN / "claims.csv"
    with path.open("ab") as file:
        file.writelines(
            b"c%d,A claim,1,count,0,value,children_in_care_count,board-2024-03,Page 2\n" % n
            for n in range(limits.MAX_CLAIMS)
        )
    assert f"claims.csv: has more than {limits.MAX_CLAIMS} rows" in refused(project)


def test_a_million_columns():
    with pytest.raises(InvalidInput, match="more than 100 columns"):
        read_csv(HEADER.strip() + b",x" * 1_000_000 + b"\n", "observations.csv", OBSERVATIONS.column_names)


def test_an_open_quotation_mark_over_megabytes():
    with pytest.raises(InvalidInput, match="a cell is longer than any text can be"):
        read_csv(HEADER + b'"' + ROW * 20_000, "observations.csv", OBSERVATIONS.column_names)


def test_many_faults_are_told_in_few_words(project):
    """The same mistake in a thousand rows is said once, and a thousand mistakes are counted."""
    path = project.root / RETURN / "observations.csv"
    path.write_bytes(
        path.read_bytes()
        + b"".join(
            b"unknown_%d,exampleshire,2024-01,moth,,20,,,published,board-2024-03,Page 2\n" % n for n in range(500)
        )
    )
    said = refused(project)
    assert (
        "observations.csv, rows 20, 21, 22 and 497 others, period_type: “moth” is not allowed; did you mean “month”?"
        in said
    )
    assert said.count("\n") <= limits.MAX_FAULTS + 2
    assert f"and {502 - 1 - limits.MAX_FAULTS} more; correct these first" in said


def test_a_workbook_of_many_rows(project):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("observations")
    for n in range(15_000):
        sheet.append([n] * 12)
    book.save(project.root / RETURN / "return.xlsx")
    for path in (project.root / RETURN).glob("*.csv"):
        path.unlink()
    assert f"has more than {limits.MAX_ROWS:,} rows" in refused(project)


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000,
        "a: " + "{" * 100_000,
        "a:\n" + "".join(" " * n + "- a:\n" for n in range(1, 300)),
        "- " * 50_000,
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"b{n}: &b{n} [*a, *a, *a, *a, *a, *a, *a]\n" for n in range(9)),
        "? " * 10_000,
        "a: " + "9" * 100_000,
        "a: '" + "x" * 900_000 + "'",
        "a: [" + "1, " * 300_000 + "]",
        "!" * 100_000,
        "a: |\n" + " x\n" * 200_000,
    ],
    ids=lambda text: text[:12],
)
def test_settings_without_end(project, text):
    path = project.params / "measures.yml"
    path.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        load_yaml(path, "params/measures.yml")
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    "text",
    [
        "{{ value(1e999) }}",
        "{{ value(-1e999) }}",
        "{{ value(" + "9" * 5000 + ") }}",
        "{{ value(" + "9" * 20 + ") }}",
        "{{ 'x' * 10**9 }}",
        "{{ value('x' * 10**9) }}",
        "{{ 10**10**10 }}",
        "{{ range(10**9) }}",
        "{{ value('" + "x" * 1000 + "') }}",
        "{{ value(" + "(" * 5000 + ") }}",
        "{{ value('a\u200bb') }}",
        '{{ value("a") }} ' * (limits.MAX_REFERENCES + 1),
        "{{" * 20_000,
        "{{ value(" + "'a' " * 10_000 + ") }}",
    ],
    ids=lambda text: text[:24],
)
def test_references_without_end(text):
    assert _syntax_faults(text, "narrative/a.md", ["value"])


def test_a_narrative_without_end(project):
    (project.root / RETURN / "narrative/headline.md").write_text("\n" * 60_000)
    assert "narrative/headline.md: is larger than 50 kB" in refused(project)


# Not a file


def folder(path) -> None:
    path.mkdir()


def pipe(path) -> None:
    os.mkfifo(path)


def unix_socket(path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the name of a socket may only be short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("make", [folder, pipe, unix_socket])
@pytest.mark.parametrize("name", ["notes.csv", "return.yml", "return.xlsx", "narrative/headline.md"])
def test_what_is_no_file_is_not_waited_for(project, make, name):
    path = project.root / RETURN / name
    path.unlink(missing_ok=True)
    make(path)
    assert name in refused(project)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no devices here")
@pytest.mark.parametrize("name", ["measures.yml", "names.yml", "authorities.yml"])
def test_settings_that_never_end(project, name):
    path = project.params / name
    path.unlink()
    path.symlink_to("/dev/zero")
    assert f"params/{name}: is a device; put the file itself there" in refused(project)


# Left by systems and editors


def test_what_systems_leave_behind_is_not_read(project):
    home = project.root / RETURN
    before = file_hashes(home)
    for name in (
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "~$return.xlsx",
        "._observations.csv",
        ".~lock.notes.csv#",
        "narrative/.DS_Store",
        "narrative/Thumbs.db",
    ):
        (home / name).write_bytes(b"\0\1\2")
    (home / "__MACOSX").mkdir()
    (project.params / "exampleshire/._2024-03-board.yml").write_bytes(b"\0\5\x16\7")
    check_return(project, home)
    assert file_hashes(home) == before
    assert all(not path.name.startswith(".") for path in report_files(project))
