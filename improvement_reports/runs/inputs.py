"""The files that a report is made from."""

import posixpath
from collections.abc import Iterable
from pathlib import Path

from improvement_reports.domain.tables import SOURCES_FOLDER
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.workspace.official_tables import DEFINITIONS_FILE, LISTS_FILE
from improvement_reports.workspace.places import MONTH, Project
from improvement_reports.workspace.report_notebooks import notebooks_of
from improvement_reports.workspace.safe_reading import is_left_behind

# The settings that every report is made from.
SHARED = ("areas.yml", "authorities.yml", "measures.yml", "names.yml", DEFINITIONS_FILE, LISTS_FILE)


def months_read(project: Project, authority: str, month: str, kind: str) -> list[str]:
    """The months whose returns a report reads, oldest first: earlier ones for what they say of this one."""
    if kind not in set(ReportKind) or not ReportKind(kind).has_return:
        return []
    found = (p.name for p in (project.raw / authority).glob("*") if MONTH.fullmatch(p.name))
    # An inspection report shows what answered it, so it reads later returns as well.
    return sorted(m for m in found if m <= month or ReportKind(kind).reads_later_returns)


def input_files(project: Project, authority: str, month: str, kind: str) -> list[Path]:
    """Every file that a report is made from: template, parameters, the returns it reads, official statistics.

    A copy of a source document beside a return is evidence of it and not read.

    The same files as `keys.report_key` takes its key from.
    """
    params = project.report_params(authority, month, kind)
    files = [
        *notebooks_of(project, authority, month, kind),
        params if params.is_file() else project.params / "profiles.yml",
        *(project.params / n for n in SHARED),
    ]
    for read in months_read(project, authority, month, kind):
        home = project.raw / authority / read
        files += [p for p in sorted(home.rglob("*")) if p.relative_to(home).parts[0] != SOURCES_FOLDER]
    files += sorted((project.raw / "official-statistics").glob("*"))
    return [p for p in files if p.is_file() and not is_left_behind(p.name)]


def used_inputs(
    names: Iterable[str], authority: str, month: str, figures: Iterable[dict], carried: Iterable[str] = ()
) -> list[str]:
    """Those of a report's inputs that it was made from: its template and settings, its own return, and of other months
    and of official statistics the files whose rows stand behind a figure, with what describes them.

    ``carried``: files of tables, inside data/raw, that stand in the report as an earlier month stated them.

    A run is given more: it reads every month before, to check and to withhold with it.
    """
    files = [*(i["file"] for f in figures for i in f["inputs"]), *carried]
    rows = {f"data/raw/{file.split('#')[0]}" for file in files}
    folders = {posixpath.dirname(name) for name in rows} | {f"data/raw/{authority}/{month}"}
    own = f"data/raw/{authority}/{month}/"
    return [
        name
        for name in names
        if not name.startswith("data/raw/")
        or name.startswith(own)
        or name in rows
        or (posixpath.dirname(name) in folders and not name.endswith((".csv", ".xlsx")))
    ]
