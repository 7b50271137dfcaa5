"""The measures that councils commonly report (params/measure_library.yml), from which one's own list is filled.

No report reads the library: what a council uses stands in its params/measures.yml, so that a word that changes here
changes no report.
"""

from improvement_reports.workspace.fields import Text
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_entries

LIBRARY_FILE = "measure_library.yml"


class LibraryMeasure(Measure):
    """A measure with ``source`` (whose definition is meant) and ``synonyms`` (how councils' scorecards call it)."""

    source: Text
    synonyms: tuple[Text, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be called, the title first."""
        return tuple(dict.fromkeys((self.title, self.label, *self.synonyms)))


def load_library(project: Project) -> dict[str, LibraryMeasure]:
    """The library by id; empty where the project keeps none."""
    path = project.params / LIBRARY_FILE
    return load_entries(path, LibraryMeasure, f"params/{LIBRARY_FILE}") if path.is_file() else {}


def nearest_in_library(word: str, library: dict[str, LibraryMeasure], n: int = 3) -> list[str]:
    """Ids of up to ``n`` measures that are called like ``word`` (an id, a title or a synonym), the nearest first."""
    from improvement_reports.domain.measure_names import LEAST, bare, likeness  # loaded where a name is unknown

    if word in library:
        return [word]
    wanted, best = bare(word.replace("_", " ")), dict[str, float]()
    for key, measure in library.items():
        best[key] = max(likeness(wanted, bare(name)) for name in (key.replace("_", " "), *measure.names))
    return [key for key in sorted(best, key=lambda k: (-best[k], k)) if best[key] >= LEAST][:n]


def library_hint(word: str, library: dict[str, LibraryMeasure]) -> str:
    """What the library has instead of an unknown measure, as the end of a sentence, or nothing."""
    near = nearest_in_library(word, library)
    if not near:
        return ""
    known = ", ".join(f"{key} ({library[key].title})" for key in near)
    return f"; the library of measures has {known}: python3 make.py add-measure {near[0]} takes the first one over"
