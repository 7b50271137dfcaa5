"""What the empty workbook offers of a project: its measures and those of the library, and examples of each column."""

import csv

from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns.keys import return_months
from improvement_reports.returns.template import Listed
from improvement_reports.workspace.measure_library import load_library
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.places import Project

DEMONSTRATION = "exampleshire"
LONGEST = 80


def listed_measures(project: Project) -> list[Listed]:
    """The project's own measures, then those of the library that it has not taken over."""
    own = load_measures(project)
    others = {key: m for key, m in load_library(project).items() if key not in own}
    return [
        Listed(key, m.title, m.unit.value, m.better_when.value, m.definition) for key, m in {**own, **others}.items()
    ]


def examples_of(project: Project) -> dict[tuple[str, str], str]:
    """A cell of the demonstration for each (table, column) that has one: the first filled one of its newest returns."""
    found: dict[tuple[str, str], str] = {}
    for month in reversed(return_months(project, DEMONSTRATION)):
        for name in RETURN_TABLES:
            path = project.raw_return(DEMONSTRATION, month) / f"{name}.csv"
            if not path.is_file():
                continue
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    for column, cell in row.items():
                        if cell and len(cell) <= LONGEST:
                            found.setdefault((name, column), cell)
    return found
