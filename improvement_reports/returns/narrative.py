"""The narrative of a return, checked against its facts."""

from decimal import Decimal
from pathlib import Path

from improvement_reports.domain.errors import Fault, UserError
from improvement_reports.domain.hints import read_number, suggestion
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.facts.narrative import faults_of_texts, load_names, reference_faults, text_faults
from improvement_reports.workspace.notebooks import asked_sections
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.prose.signs import Finder
from improvement_reports.workspace.prose.texts import Prose

# What may stand around a number of a sentence.
AROUND = ".,;:!?()[]\"'\u2018\u2019\u201c\u201d*_"


class _NotOpened(Exception):
    """Official statistics that cannot be opened, which is no fault of the text that asks for them."""


def narrative_faults(project: Project, raw, tables: dict, measures, earlier: list) -> list[Fault]:
    """References of a return's narrative to figures that the return, and the earlier ones, do not have.

    ``tables``: those of the return, without what must be withheld; ``earlier``: those of the earlier returns, oldest
    first.
    """
    from improvement_reports.domain.numbers import last_day
    from improvement_reports.facts.facts import Facts
    from improvement_reports.official.statistics import OfficialStatistics, open_official
    from improvement_reports.workspace.authorities import load_authorities

    if not raw.narrative:
        return []
    authority, month = raw.info.authority, raw.info.month

    def official() -> OfficialStatistics | None:
        try:
            return open_official(project, last_day(raw.info.received).isoformat())
        except UserError as error:
            raise _NotOpened from error

    # They are opened where a reference asks for them: few do.
    facts = Facts(authority, month, load_authorities(project)[authority], measures, tables, earlier, official)
    texts = [(text, f"narrative/{section}.md") for section, text in raw.narrative.items()]
    try:
        return [fault for text, where in texts for fault in reference_faults(text, where, facts)]
    except _NotOpened as error:
        raise error.__cause__ or error from None


def prose_faults(project: Project, raw) -> list[Fault]:
    """What is wrong with a return's narrative whatever its tables hold."""
    from improvement_reports.facts.facts import NARRATIVE_FUNCTIONS, Facts

    names = load_names(project)
    functions = {name: getattr(Facts, name).__get__(object()) for name in NARRATIVE_FUNCTIONS}
    texts = [Prose(f"narrative/{section}.md", text) for section, text in raw.narrative.items()]
    return faults_of_texts(texts, names, functions, _finder(raw))


def _finder(raw) -> Finder:
    """References to the return's own observations by how a person writes their values: 85%, 1,250, £2,850."""
    table = raw.tables.get("observations")
    named: dict[Decimal, dict[str, None]] = {}
    if table is not None and sorted(table.columns) == sorted(RETURN_TABLES["observations"].column_names):
        for row in table.to_dict("records"):
            if number := read_number(row["value"]):
                named.setdefault(Decimal(number), {})[_reference(row, raw.folder)] = None

    def references(word: str) -> list[str]:
        number = read_number(word.strip(AROUND))
        return list(named.get(Decimal(number), {}))[:3] if number else []

    return references


def _reference(row: dict, folder: Path) -> str:
    """What to write in narrative for an observation; what goes without saying is left out."""
    options = {
        "period": row["period"] if row["period"] != folder.name else "",
        "category": row["category"],
        "area": row["area"] if row["area"] != folder.parent.name else "",
    }
    said = "".join(f', {name}="{value}"' for name, value in options.items() if value)
    return f'{{{{ value("{row["measure_id"]}"{said}) }}}}'


def section_faults(project: Project, raw) -> list[Fault]:
    """Files of the narrative that no report would show: misspelt, or of another kind of report."""
    if raw.info is None or (asked := asked_sections(project, raw.folder.parent.name, raw.folder.name)) is None:
        return []
    table = raw.tables.get("priorities")
    ids = [] if table is None or "priority_id" not in table else list(table["priority_id"])
    known = [section for a in asked for section in ([a.replace("{}", i) for i in ids] if "{}" in a else [a])]
    return [
        Fault(
            f"narrative/{section}.md",
            f"no report of this return shows a section of this name{suggestion(section, known)}; allowed are"
            f" {', '.join(f'{k}.md' for k in known)}; rename or remove the file",
        )
        for section in raw.narrative
        if section not in known
    ]


def template_faults(text: str, where: str, names: list[str], facts) -> list[Fault]:
    """Faults of one template: of its text, else each reference that finds nothing, by its line."""
    return text_faults(text, where, names, facts.functions) or reference_faults(text, where, facts)
