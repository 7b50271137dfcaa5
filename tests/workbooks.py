"""The return of March as one Excel workbook, and ways to change a sheet of it."""

import yaml
from damage import RETURN, rows_of
from openpyxl import Workbook, load_workbook

from improvement_reports.workspace.cell_types import is_number
from improvement_reports.workspace.places import Project

OBSERVATIONS = "observations"


def to_workbook(project: Project) -> None:
    """The CSV files and return.yml of March 2024 as return.xlsx, as a spreadsheet holds them: numbers are numbers."""
    home = project.root / RETURN
    book = Workbook()
    info = yaml.safe_load((home / "return.yml").read_text())
    [(source_id, source)] = info["sources"].items()
    head = book.active
    head.title = "return"
    head.append(["authority", "month", "illustrative", "received"])
    head.append([info["authority"], info["month"], info["illustrative"], info["received"]])
    sources = book.create_sheet("sources")
    sources.append(
        ["source_id", "title", "publisher", "date", "licence", "file", "sha256", "meeting_body", "meeting_date"]
    )
    plain = [source[k] for k in ("title", "publisher", "date", "licence")]
    sources.append([source_id, *plain, None, None, source["meeting"]["body"], source["meeting"]["date"]])
    for path in sorted(home.glob("*.csv")):
        sheet = book.create_sheet(path.stem)
        for row in rows_of(path):
            sheet.append([float(cell) if is_number(cell) else cell or None for cell in row])
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type  # “=cmd()” is text here
        path.unlink()
    (home / "return.yml").unlink()
    book.save(home / "return.xlsx")


def on(sheet: str, change):
    """Damage a sheet of the workbook."""

    def damage(project: Project) -> None:
        path = project.root / RETURN / "return.xlsx"
        book = load_workbook(path)
        change(book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet))
        book.save(path)

    return damage


def put(place: str, value, number_format: str = "General"):
    def change(sheet) -> None:
        sheet[place].value = value
        sheet[place].number_format = number_format

    return change
