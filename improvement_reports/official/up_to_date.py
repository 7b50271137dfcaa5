"""The official tables prepared where anything that they are made from changed."""

import time
from functools import partial

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.limits import MAX_OFFICIAL_BYTES
from improvement_reports.domain.tables import COLUMNS
from improvement_reports.official.definitions import SOURCES_FILE, has_official, load_definitions
from improvement_reports.workspace.collection import give_back
from improvement_reports.workspace.files import digest, file_digest, sweep
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.official_tables import FOLDER, LARGE, LISTS_FILE
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.safe_reading import read_bytes
from improvement_reports.workspace.stamps import Stamp, digests, make_if_changed
from improvement_reports.workspace.work import Outcome


def official_key(project: Project) -> str:
    """Key of the processed tables: the contents of the raw tables and of this code."""
    files = [*(f"{name}.csv" for name in COLUMNS), SOURCES_FILE]
    lists = file_digest(project.params / LISTS_FILE)
    return digest([*(digest(_content(project, name)) for name in files), lists, package_digest()])


def _content(project: Project, name: str) -> bytes:
    try:
        return read_bytes(project.raw / FOLDER / name, f"data/raw/{FOLDER}/{name}", MAX_OFFICIAL_BYTES, LARGE)
    except FileNotFoundError:
        return b""  # preparing says that it is missing


def prepare_official_if_changed(project: Project, force: bool = False) -> Outcome:
    """An `Outcome`; bad input is one of its states and leaves the last good tables."""
    start = time.perf_counter()
    if not has_official(project):
        return Outcome(FOLDER, "unchanged")
    try:
        sweep(project.processed)
        folder = project.processed / FOLDER
        stamp = Stamp(project.processed / f".{FOLDER}.key", official_key(project), lambda: digests(folder))
        if not make_if_changed(stamp, partial(_prepare, project), force):
            return Outcome(FOLDER, "unchanged")
        return Outcome(FOLDER, "done", time.perf_counter() - start)
    except UserError as error:
        return Outcome(FOLDER, "failed", time.perf_counter() - start, str(error))


def _prepare(project: Project) -> None:
    from improvement_reports.official.prepare import prepare_official  # tables are loaded where any are to be made

    load_definitions(project)
    prepare_official(project)
    give_back()
