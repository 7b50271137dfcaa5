"""Scorecards for tests: the two made-up ones, grids and workbooks from lists, and a project that knows their measures."""

import shutil
from pathlib import Path

from openpyxl import Workbook

from improvement_reports.returns.scorecard.grid import Area, Cell, Grid
from improvement_reports.workspace.places import Project

HOME = Path(__file__).parent / "scorecards"
WIDE, EXPORT = HOME / "wide-monthly.xlsx", HOME / "tool-export.csv"
AUTHORITY, MONTH = "exampleshire", "2026-03"
# name in the scorecard: (measure, unit, decimals, better)
MEASURES = {
    "Contacts received": ("sc_contacts_count", "count", 0, "neutral"),
    "Referrals": ("sc_referrals_count", "count", 0, "neutral"),
    "% of contacts with a decision in 24 hours": ("sc_contacts_24h_pct", "percent", 1, "higher"),
    "% assessments completed in 45 working days": ("sc_assessments_pct", "percent", 1, "higher"),
    "% re-referrals within 12 months": ("sc_rereferrals_pct", "percent", 1, "lower"),
    "% ICPCs within 15 working days": ("sc_icpc_pct", "percent", 1, "higher"),
    "Children subject of a child protection plan": ("sc_plans_count", "count", 0, "neutral"),
    "% CP visits in timescale": ("sc_visits_pct", "percent", 1, "higher"),
    "Children in care": ("sc_in_care_count", "count", 0, "neutral"),
    "% children in care with 3+ placements": ("sc_placements_pct", "percent", 1, "lower"),
    "% care leavers in suitable accommodation": ("sc_accommodation_pct", "percent", 1, "higher"),
    "Average caseload": ("sc_caseload_average", "cases", 1, "lower"),
    "% agency social workers": ("sc_agency_pct", "percent", 1, "lower"),
    "% supervision on time": ("sc_supervision_pct", "percent", 1, "higher"),
    "Audits rated good or better": ("sc_audits_pct", "percent", 1, "higher"),
    "Return home interviews within 72 hours": ("sc_interviews_pct", "percent", 1, "higher"),
    "Placement spend – total (£)": ("sc_spend_pounds", "pounds", 0, "neutral"),
}


def measure_entry(name: str, key: str, unit: str, decimals: int, better: str) -> str:
    return (
        f'{key}:\n  title: "{name}"\n  label: "{name[:48]}"\n  unit: {unit}\n  of: cases\n  decimals: {decimals}\n'
        f"  better_when: {better}\n  definition: Made up for a test.\n  question: Why is that?\n"
        "  small_numbers_shown_because: made up\n"
    )


def with_measures(project: Project, names: dict[str, tuple[str, str, int, str]] = MEASURES) -> Project:
    """The project with measures of these names and no others, and without returns and reports."""
    shutil.rmtree(project.raw / AUTHORITY)
    shutil.rmtree(project.params / AUTHORITY)
    text = "\n".join(measure_entry(name, *rest) for name, rest in names.items())
    (project.params / "measures.yml").write_text(text, encoding="utf-8")
    return project


def grid_of(rows: list[list], title: str = "Sheet1", merged: tuple[str, ...] = (), **settings) -> Grid:
    """A grid from rows of values; a pair is a value and its number format."""
    grid = Grid(title, **settings)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            value, form = value if isinstance(value, tuple) else (value, "General")
            if value is not None:
                grid.cells[number, column] = Cell(number, column, value, form)
    grid.merged = tuple(area(ref) for ref in merged)
    return grid


def area(ref: str) -> Area:
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(ref)
    return Area(top, left, bottom, right)


def save_book(path: Path, rows: list[list], merged: tuple[str, ...] = (), change=lambda book: None) -> Path:
    """A workbook with one sheet, Scorecard; a pair is a value and its number format."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Scorecard"
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            value, form = value if isinstance(value, tuple) else (value, None)
            if value is not None:
                cell = sheet.cell(number, column, value)
                cell.number_format = form or cell.number_format
    for ref in merged:
        sheet.merge_cells(ref)
    change(book)
    book.save(path)
    return path
