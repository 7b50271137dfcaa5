"""What stands at the address of a file that lies in the archive of its edition alone: of its kind, and it leads there."""

import csv
import hashlib
import json
import zipfile
from pathlib import Path

import nbformat
import openpyxl
import pytest
from downloads_helpers import crate_issues, package_errors

from improvement_reports.editions.downloads.archive import edition_archive
from improvement_reports.editions.downloads.files import ARCHIVE, edition_facts
from improvement_reports.editions.edition import Edition
from improvement_reports.pages.in_archive import OF_EACH, at_their_addresses, lie_in_archive, with_archive
from improvement_reports.pages.lead_ons import lead_on
from improvement_reports.workspace.files import write_bytes

ROOT = Path(__file__).parents[2]
HOME = ROOT / "reports/exampleshire/2025-09/board"


def edition_at(number: int) -> Edition:
    return Edition(HOME / f"v{number}", "exampleshire", "2025-09", "board", number)


@pytest.fixture(scope="module")
def led(tmp_path_factory) -> Path:
    """A folder with the archive of a replaced edition, and what stands beside it at the addresses of its files."""
    folder, edition = tmp_path_factory.mktemp("led"), edition_at(1)
    edition_archive(edition.folder, folder / ARCHIVE, edition_facts(edition.manifest, "").slug)
    for name in lie_in_archive(edition, is_replaced=True):
        write_bytes(folder / name, lead_on(edition, name))
    return folder


def in_archive(folder: Path, inside: str) -> tuple[int, str]:
    with zipfile.ZipFile(folder / ARCHIVE) as archive:
        content = archive.read(inside)
    return len(content), hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", ["figures.json", "manifest.json"])
def test_a_file_of_json_names_that_in_the_archive(led, name):
    told = json.loads((led / name).read_text(encoding="utf-8"))
    assert told["lies_in"] == ARCHIVE and in_archive(led, told["as"]) == (told["bytes"], told["sha256"])
    assert told["edition"] == edition_at(1).identifier and told["as"].endswith(f"/{name}")


@pytest.mark.parametrize("name", ["figures.csv", "data/observations.csv"])
def test_a_table_names_that_in_the_archive(led, name):
    [row] = csv.DictReader((led / name).open(encoding="utf-8", newline=""))
    assert in_archive(led, row["as"]) == (int(row["bytes"]), row["sha256"]) and row["as"].endswith(f"/{name}")
    assert ((led / name).parent / row["lies_in"]).resolve() == led / ARCHIVE


def test_the_notebook_names_the_file_in_the_archive(led):
    book = nbformat.read(led / "report.ipynb", as_version=4)
    nbformat.validate(book)
    (cell,) = book.cells
    size, sha256 = in_archive(led, "exampleshire-2025-09-board-v1/report.ipynb")
    assert f"{size:,} bytes" in cell.source and sha256 in cell.source and f"]({ARCHIVE})" in cell.source


def test_the_descriptions_are_valid_and_describe_the_archive(led):
    assert package_errors(led / "datapackage.json") == []
    assert json.loads((led / "datapackage.json").read_text())["resources"][0]["path"] == ARCHIVE
    assert crate_issues(led) == []


def test_the_workbook_opens_and_says_where_the_tables_are(led):
    book = openpyxl.load_workbook(led / "tables.xlsx")
    assert ARCHIVE in book.active["A1"].value
    assert (led / "tables.xlsx").read_bytes() == lead_on(edition_at(2), "tables.xlsx")  # of any edition, on any day


def test_each_is_small(led):
    names = lie_in_archive(edition_at(1), is_replaced=True)
    assert {n for n in names if (led / n).stat().st_size > (6500 if n.endswith(".xlsx") else 1700)} == set()


def test_only_a_replaced_edition_has_all_but_its_charts_in_its_archive_alone():
    there = at_their_addresses([edition_at(n) for n in (1, 2, 3)])
    of_replaced = {f"v{n}/{name}" for n in (1, 2) for name in (*edition_at(n).manifest.files, "manifest.json")}
    charts = {name for name in of_replaced if "/charts/" in name}
    assert charts and set(there) - {"v3/report.ipynb", "v3/ro-crate-metadata.json"} == {
        name for name in of_replaced - charts if not name.endswith("/inputs.json")
    }
    assert lie_in_archive(edition_at(3), is_replaced=False) == OF_EACH


LINKS = (
    '<ul><li><a href="figures.html">Every figure</a></li>\n'
    '<li><a href="figures.csv" download>Figures (CSV)</a></li><li><a href="figures.json" download>Figures (JSON)</a></li>\n'
    '<li><a href="report.ipynb" download>The executed notebook</a></li></ul>'
)


@pytest.mark.parametrize(("is_replaced", "loaded"), [(True, 0), (False, 2)])
def test_links_lead_to_the_archive(is_replaced, loaded):
    text = with_archive(LINKS, is_replaced)
    assert text.count('<a href="figures.') == 1 + loaded and "report.ipynb" not in text
    assert text.count("<li>") == text.count("</li>") == 2 + loaded and f'href="{ARCHIVE}"' in text
