"""What is known of the measures of official statistics and of their sources, from params/official.yml and SOURCE.md."""

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.official.lists import NAME, OfficialLists, list_faults, load_lists
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.fields import Strict, Text
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.official_tables import DEFINITIONS_FILE, FOLDER, read_table
from improvement_reports.workspace.parameters import Source
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_entries, load_yaml, validated


def unit_words(measure: Measure) -> str:
    """What a table's row says of the unit where its cells do not."""
    return "per 10,000 children; " if measure.unit is Unit.RATE else ""


SOURCES_FILE = "sources.yml"


UNITS = {
    "%": Unit.PERCENT,
    "per 10,000": Unit.RATE,
    "children": Unit.COUNT,
    "score": Unit.SCORE,
    "FTE": Unit.FTE,
    "cases": Unit.CASES,
    "GBP": Unit.POUNDS,
}


class OfficialDefinition(Strict):
    """An entry of ``params/official.yml``: what a measure of the department counts, in our own words."""

    label: Text
    of: Text
    definition: Text
    question: Text
    caution: str | None = None


class OfficialSource(Source):
    """An entry of ``sources.yml``; ``release`` is its name in measures.csv."""

    release: Text


def load_definitions(project: Project) -> dict[str, OfficialDefinition]:
    """Definitions of the official measures by id."""
    name = f"params/{DEFINITIONS_FILE}"
    return load_entries(project.params / DEFINITIONS_FILE, OfficialDefinition, name)


def load_sources(project: Project) -> dict[str, OfficialSource]:
    """The releases by the id that figures carry."""
    name = f"data/raw/{FOLDER}/{SOURCES_FILE}"
    content = load_yaml(project.raw / FOLDER / SOURCES_FILE, name)
    return {key: validated(OfficialSource, value, f"{name}, {key}") for key, value in content.items()}


def has_official(project: Project) -> bool:
    return (project.raw / FOLDER).is_dir()


def official_measure_ids(project: Project) -> list[str]:
    """The ids of the raw table of official measures; none if it cannot be read, which preparing it says."""
    try:
        rows = read_table(project.raw / FOLDER / "measures.csv").rows.values()
        return list(dict.fromkeys(cells[0] for cells in rows))
    except InvalidInput:
        return []


def definitions_or_none(project: Project) -> dict[str, OfficialDefinition]:
    return load_definitions(project) if (project.params / DEFINITIONS_FILE).is_file() else {}


def checked_lists(project: Project) -> OfficialLists:
    """The lists of params/official_lists.yml, each measure of the raw table in its places and no other."""
    lists, known = load_lists(project), official_measure_ids(project)
    if known and (faults := list_faults(lists, known)):
        raise InvalidInput(NAME, faults)
    return lists


def keys_or_none(project: Project) -> dict[str, str] | None:
    if not (project.params / "authorities.yml").is_file():
        return None
    return {key: a.la_code for key, a in load_authorities(project).items()}
