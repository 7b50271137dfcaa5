"""What is known of the measures of official statistics and of their sources, from params/official.yml and SOURCE.md."""

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.fields import Strict, Text
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.official_tables import FOLDER, read_table
from improvement_reports.workspace.parameters import Source
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml, validated


def year_words(measure_id: str, year: int) -> str:
    """What a reporting year of an official measure covers: 31 March 2018, year to March 2018, 30 September 2018."""
    if measure_id.startswith("sw_"):
        return f"30 September {year}"
    if measure_id.endswith("_gbp"):
        return nb.financial_year(f"{year}-03")
    if measure_id in STOCKS:
        return f"31 March {year}"
    return f"year to March {year}"


# Measures that count what there is at the end of the reporting year; the others count what happened in it.
STOCKS = (
    "cpp_rate",
    "cpp_count",
    "cpp_2_years_open_pct",
    "cin_rate",
    "cla_rate",
    "cla_count",
    "cla_3_placements_pct",
    "cla_long_term_stability_pct",
    "cla_20_miles_pct",
    "cla_health_check_pct",
    "cla_dental_check_pct",
)


def unit_words(measure: Measure) -> str:
    """What a table's row says of the unit where its cells do not."""
    return "per 10,000 children; " if measure.unit is Unit.RATE else ""


DEFINITIONS_FILE = "official.yml"


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


# Authorities that make one workforce return together, so that the department gives both the same figures of all their
# staff.
JOINT_WORKFORCE = {"314": "318", "318": "314", "940": "941", "941": "940"}


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
    content = load_yaml(project.params / DEFINITIONS_FILE, name)
    return {key: validated(OfficialDefinition, value, f"{name}, {key}") for key, value in content.items()}


def load_sources(project: Project) -> dict[str, OfficialSource]:
    """The releases by the id that figures carry."""
    name = f"data/raw/{FOLDER}/{SOURCES_FILE}"
    content = load_yaml(project.raw / FOLDER / SOURCES_FILE, name)
    return {key: validated(OfficialSource, value, f"{name}, {key}") for key, value in content.items()}


def has_official(project: Project) -> bool:
    return (project.raw / FOLDER).is_dir()


def official_measure_ids(project: Project) -> set[str]:
    """The ids of the raw table of official measures; none if it cannot be read, which preparing it says."""
    try:
        return {cells[0] for cells in read_table(project.raw / FOLDER / "measures.csv").rows.values()}
    except InvalidInput:
        return set()


def definitions_or_none(project: Project) -> dict[str, OfficialDefinition]:
    return load_definitions(project) if (project.params / DEFINITIONS_FILE).is_file() else {}


def keys_or_none(project: Project) -> dict[str, str] | None:
    if not (project.params / "authorities.yml").is_file():
        return None
    return {key: a.la_code for key, a in load_authorities(project).items()}
