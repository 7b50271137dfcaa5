"""Add a measure to params/measures.yml: from the library, or from what its author says of it."""

from collections.abc import Callable
from pathlib import Path

import yaml

from improvement_reports.domain.errors import InvalidInput, UserError, shown
from improvement_reports.domain.vocabulary import BetterWhen, Unit
from improvement_reports.workspace.fields import ID
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.measure_library import library_hint, load_library
from improvement_reports.workspace.measures import Measure, load_measures, measure_faults
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml, validated

NAME = "params/measures.yml"
# What a measure must say, and how it is asked for; the rest has a usual value.
ASKED = {
    "title": "Its title in full",
    "label": "The words for tables and charts (48 letters at most)",
    "unit": f"Its unit ({', '.join(Unit)})",
    "of": "What is counted (children, visits, staff …)",
    "better_when": f"Better when ({', '.join(BetterWhen)})",
    "definition": "What it counts, of when and of whom",
    "question": "What a councillor would ask about it",
}
# What the library says of a measure and the council's own list does not.
ONLY_IN_LIBRARY = ("source", "synonyms")


def from_library(project: Project, measure_id: str) -> dict | None:
    """What the library writes of a measure, as fields of params/measures.yml; None if it has no such measure."""
    library = load_library(project)
    if measure_id not in library:
        return None
    written = load_yaml(project.params / "measure_library.yml", "params/measure_library.yml")[measure_id]
    return {key: value for key, value in written.items() if key not in ONLY_IN_LIBRARY}


def told(project: Project, measure_id: str, said: dict, ask: Callable[[str], str] | None) -> dict:
    """The fields of a measure: what the library has, what was said instead, and what ``ask`` is answered.

    A `UserError` that names what is missing where nobody can be asked.
    """
    _checked_id(measure_id)
    library = from_library(project, measure_id)
    if library is not None:
        return library | said
    missing = [field for field in ASKED if field not in said]
    if missing and ask is None:
        options = ", ".join(f"--{field.replace('_', '-')}" for field in missing)
        raise UserError(
            f"No measure of the library has the id {shown(measure_id)}"
            f"{library_hint(measure_id, load_library(project))}; to add one of your own, say as well: {options}."
        )
    asked = {field: ask(ASKED[field]) for field in missing} if ask else {}
    return {field: (said | asked)[field] for field in ASKED} | said


def add_measure(project: Project, measure_id: str, fields: dict) -> Path:
    """Write the measure at the end of params/measures.yml, whose other lines stay as they are.

    A `UserError` or `InvalidInput` for an id that is taken or no id, and for fields that make no measure; the file is
    then as it was.
    """
    add_measures(project, {measure_id: fields})
    return project.params / "measures.yml"


def add_measures(project: Project, entries: dict[str, dict]) -> None:
    """Write several measures at once, all or none."""
    path = project.params / "measures.yml"
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    known = load_measures(project) if before.strip() else {}
    for measure_id in entries:
        _checked_id(measure_id)
        if measure_id in known:
            raise UserError(f"{shown(measure_id)} is in {NAME} already; change it there, or choose another id.")
    new = {key: validated(Measure, fields, f"the new measure {key}") for key, fields in entries.items()}
    if faults := measure_faults(known | new, NAME):
        raise InvalidInput(NAME, faults)
    write_whole(path, before + "".join(_entry(key, fields, before) for key, fields in entries.items()))


def _checked_id(measure_id: str) -> None:
    if not ID.fullmatch(measure_id):
        raise UserError(
            f"{shown(measure_id)} is no id of a measure; write small letters, digits and underscores, as in"
            " referrals_count."
        )


def _entry(measure_id: str, fields: dict, before: str) -> str:
    """The lines of a measure, an empty one before them."""
    lines = yaml.safe_dump({measure_id: fields}, allow_unicode=True, sort_keys=False, width=10**6)
    return ("" if not before or before.endswith("\n") else "\n") + "\n" + lines
