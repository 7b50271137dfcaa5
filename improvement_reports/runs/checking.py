"""The command `check`: returns, the parameter files of their reports, official statistics, and files that nothing
reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.hints import suggestion
from improvement_reports.official.definitions import has_official, load_definitions, official_measure_ids
from improvement_reports.official.lists import list_faults, load_lists
from improvement_reports.returns.folders import returns, stray_folders
from improvement_reports.returns.money_lines import lines_with_other_ids
from improvement_reports.returns.report_files import unshown_tables
from improvement_reports.returns.series import Step, Tables, walk
from improvement_reports.returns.since_last import left_from_last_month, stale_words
from improvement_reports.returns.starter_texts import texts_as_begun
from improvement_reports.returns.unshown_measures import unshown_measures
from improvement_reports.runs.report_files import Sound, check_report, reports_without_return
from improvement_reports.runs.reports import report_files
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.official_tables import DEFINITIONS_FILE
from improvement_reports.workspace.parameters import load_profiles, load_report
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.strays import stray_notebooks, stray_params, stray_raw


@dataclass(frozen=True)
class Finding:
    """One line of the answer: a fault, or what is well."""

    text: str
    is_fault: bool = True


def check_all(project: Project, authority: str | None = None, month: str | None = None) -> Iterator[Finding]:
    """What is wrong, and what is well, in the order of the project; without filters the whole of it."""
    whole = authority is None and month is None
    if whole:
        yield from (Finding(str(f)) for f in stray_folders(project))
        yield from (Finding(str(s)) for s in (*stray_raw(project), *stray_notebooks(project)))
    yield from (Finding(str(s), s.is_meant) for s in stray_params(project, authority, month))
    sound: dict[tuple[str, str], Sound] = {}
    wanted = returns(project, authority, month)
    for a in dict.fromkeys(a for a, _ in wanted):
        yield from _returns(project, a, {m for b, m in wanted if b == a}, sound)
    yield from _reports(project, authority, month, sound)
    if whole:
        yield from _profiles(project)
        yield from _official(project)


def _returns(
    project: Project, authority: str, months: set[str], sound: dict[tuple[str, str], Sound]
) -> Iterator[Finding]:
    """The wanted returns of an authority, checked anew in the order of their months; those without faults go into
    ``sound``.
    """
    earlier: list[Tables] = []
    earlier_month = ""
    for step in walk(project, authority, max(months), months):
        subject, raw = f"{authority}/{step.month}", step.raw
        if step.month in months and step.error is not None:
            yield Finding(str(step.error))
        elif step.month in months and raw is not None and step.tables is not None:
            sound[authority, step.month] = Sound(raw, step.tables, tuple(earlier))
            rows = sum(len(t) for t in raw.tables.values())
            yield Finding(
                f"{subject}: no faults in {rows} rows of {len(raw.tables)} tables and {len(raw.narrative)} sections.",
                False,
            )
            notes = [*unshown_tables(project, raw), *unshown_measures(project, raw, step.tables)]
            notes += texts_as_begun(raw, step.tables, authority)
            notes += _since(project, authority, step, earlier_month, earlier)
            yield from (Finding(f"{subject}: note: {words}", False) for words in notes)
        if step.tables is not None:
            earlier.append(step.tables)
            earlier_month = step.month


def _since(project: Project, authority: str, step: Step, before: str, earlier: list[Tables]) -> Iterator[str]:
    """What of a return and of its report files still stands as in the month before; nothing in the first month."""
    if not earlier or step.raw is None or step.tables is None:
        return
    yield from left_from_last_month(step.raw, step.tables, earlier, before)
    yield from lines_with_other_ids(step.tables, earlier)
    every = {"observations": pd.concat([t["observations"] for t in (*earlier[-2:], step.tables)], ignore_index=True)}
    texts = [(f"narrative/{name}.md", text) for name, text in step.raw.narrative.items()]
    for path in sorted((project.params / authority).glob(f"{step.month}-*.yml")):
        texts += _texts_of_report(project, path)
    yield from stale_words(texts, every, authority, step.month, before)


def _texts_of_report(project: Project, path: Path) -> list[tuple[str, str]]:
    """The title, the summary and the findings of a report file; none of one that cannot be read, which is told
    elsewhere.
    """
    try:
        params = load_report(project, path)
    except UserError:
        return []
    name = project.relative(path)
    charts = [c for section in params.all_sections.values() for c in section.charts]
    found = [(f"{name}, title", params.title), (f"{name}, summary", params.summary)]
    return [*found, *((f"{name}, chart {c.id}, finding", c.finding) for c in charts)]


def _reports(
    project: Project, authority: str | None, month: str | None, sound: dict[tuple[str, str], Sound]
) -> Iterator[Finding]:
    """The parameter files of the reports that pass the filters; one whose return has faults is checked by itself."""
    paths = [p for p in report_files(project) if authority in (None, p.parent.name) and month in (None, p.stem[:7])]
    yield from (Finding(str(f)) for f in reports_without_return(project, paths))
    good = 0
    for path in paths:
        try:
            check_report(project, path, sound.get((path.parent.name, path.stem[:7])))
            good += 1
        except UserError as error:
            yield Finding(str(error))
    if good:
        yield Finding(f"{good} of {len(paths)} parameter files of reports have no faults.", False)


def _profiles(project: Project) -> Iterator[Finding]:
    try:
        load_profiles(project)
    except UserError as error:
        yield Finding(str(error))


def _official(project: Project) -> Iterator[Finding]:
    """Names of official measures in the parameters that the department's table does not have: they would be left
    out.
    """
    if not has_official(project):
        return
    try:
        known = official_measure_ids(project)
        if not known:
            return
        for key in load_definitions(project) if (project.params / DEFINITIONS_FILE).is_file() else ():
            if key not in known:
                yield Finding(
                    f"params/{DEFINITIONS_FILE}, {key}: is not a measure of measures.csv{suggestion(key, known)};"
                    " correct it, or take it out"
                )
        yield from (Finding(str(fault)) for fault in list_faults(load_lists(project), known))
        for key, measure in load_measures(project).items():
            if measure.official and measure.official.measure not in known:
                wrong = measure.official.measure
                yield Finding(
                    f"params/measures.yml, {key}, official: “{wrong}” is not a measure of the official"
                    f" statistics{suggestion(wrong, known)}"
                )
    except UserError as error:
        yield Finding(str(error))
