"""Ids that must stand somewhere else: measures, areas, sources, priorities, recommendations."""

from collections.abc import Collection, Iterator

from improvement_reports.domain.errors import Fault, listed, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import Area
from improvement_reports.returns.reading import recommendation_ids
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.workspace.measure_library import LibraryMeasure, library_hint, load_library

# Unknown words of one column that are told with the nearest allowed ones.
MOST_HINTS = 20


def reference_faults(given: Given) -> Iterator[Fault]:
    """Ids that must stand somewhere else: measures, areas, sources, priorities."""
    raw = given.raw
    priorities = set(raw.tables["priorities"]["priority_id"]) if given.has("priorities") else set()
    inspections = set(raw.tables["inspections"]["inspection_id"]) if given.has("inspections") else set()
    recommendations, unread = _recommendations(given)
    known: dict[str, tuple[Collection[str] | None, str]] = {
        "measures": (given.measures, "params/measures.yml"),
        "areas": _areas(given),
        "sources": (
            raw.info.sources if raw.info else None,
            "return.yml" if (raw.folder / "return.yml").exists() else "the sheet sources",
        ),
        "priorities": (priorities if "priorities" not in given.unread else None, "priorities.csv"),
        "inspections": (inspections if "inspections" not in given.unread else None, "inspections.csv"),
        "recommendations": (recommendations, f"recommendations.csv of this or another return{unread}"),
    }
    decisions = set(raw.tables["decisions"]["decision_id"]) if given.has("decisions") else set()
    known["decisions"] = (decisions if "decisions" not in given.unread else None, "decisions.csv")
    library = load_library(given.project)
    for name, spec in RETURN_TABLES.items():
        if not given.has(name):
            continue
        for column, other in ((c, c.refers_to) for c in spec.columns if c.refers_to):
            allowed, place = known[other]
            if allowed is None:  # what it refers to could not be read, which is a fault of its own
                continue
            values = raw.tables[name][column.name]
            unknown = list(dict.fromkeys(v for v in values if v and v not in allowed))
            hints = {v: _hint(v, allowed, library if other == "measures" else {}) for v in unknown[:MOST_HINTS]}
            for number, value in values.items():
                if value and value not in allowed:
                    yield Fault(
                        f"{raw.files[name]}, row {number}, {column.name}",
                        f"{shown(value)} is not in {place}{hints.get(value, '')}",
                    )


def _areas(given: Given) -> tuple[list[str], str]:
    """The areas of which a return may state a number, its own before those of others, and where they are declared."""
    key = given.raw.folder.parent.name
    own = given.authorities[key].area_names if key in given.authorities else {}
    place = f"this return, nor an area of {key} in params/authorities.yml" if own else "this return"
    return [key, *own, *(a.value for a in Area)], place


def _hint(value: str, allowed: Collection[str], library: dict[str, LibraryMeasure]) -> str:
    """The nearest three of the allowed words, what the library has instead, else the first of the allowed."""
    return (
        suggestion(value, allowed, 3)
        or library_hint(value, library)
        or (
            f"; allowed are {listed(sorted(allowed)[:12])}"
            if allowed
            else "; it names none: add it there, or leave it out here"
        )
    )


def _recommendations(given: Given) -> tuple[set[str] | None, str]:
    """Ids of the recommendations of this return and of the authority's others: one report answers another's inspection.

    With them a remark on returns that cannot be read, and so name none.
    """
    raw = given.raw
    if "recommendations" in given.unread:
        return None, ""
    found = set(raw.tables["recommendations"]["recommendation_id"]) if given.has("recommendations") else set()
    others = {path: ids for path, ids in recommendation_ids(raw.folder.parent).items() if path.parent != raw.folder}
    unread = [f"{path.parent.name}/{path.name}" for path, ids in others.items() if ids is None]
    return found.union(*(ids for ids in others.values() if ids)), (
        f" ({listed(unread)} cannot be read)" if unread else ""
    )
