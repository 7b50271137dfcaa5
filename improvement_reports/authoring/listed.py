"""What the empty workbook offers of a project: its measures and those of the library, and examples of each column."""

import csv

from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import AREA_NAMES, Area
from improvement_reports.returns.keys import return_months
from improvement_reports.returns.template import Listed, ListedArea
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.measure_library import load_library
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_entries

DEMONSTRATION = "exampleshire"
LONGEST = 80


def listed_measures(project: Project) -> list[Listed]:
    """The project's own measures, then those of the library that it has not taken over."""
    own = load_measures(project)
    others = {key: m for key, m in load_library(project).items() if key not in own}
    return [
        Listed(key, m.title, m.unit.value, m.better_when.value, m.definition) for key, m in {**own, **others}.items()
    ]


def listed_areas(project: Project) -> list[ListedArea]:
    """The areas of which a return may state a number, where a council of the project declares any of its own; else
    nothing, for then there is nothing to choose.
    """
    path = project.params / "authorities.yml"
    councils = load_entries(path, Authority, "params/authorities.yml") if path.is_file() else {}
    if not any(council.areas for council in councils.values()):
        return []
    found = []
    for key, council in councils.items():
        found.append(ListedArea(key, council.name, "the authority itself"))
        for group in council.areas.values():
            what = f"{group.kind} of {council.short_name}" + (f": {group.title}" if group.title else "")
            found += [ListedArea(area, name, what) for area, name in group.areas.items()]
    return found + [ListedArea(area.value, AREA_NAMES[area], "to compare with") for area in Area]


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
