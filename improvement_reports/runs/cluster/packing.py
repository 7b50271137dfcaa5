"""The side of the project: what a report is made from, as bytes, and what comes back put in its place."""

import json
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.runs.cluster.parcel import (
    EXECUTED,
    FAILED,
    GIVEN_BACK,
    TRACE,
    Files,
    Make,
    Parcel,
    ParcelAnswer,
)
from improvement_reports.runs.inputs import SHARED, input_files, months_read
from improvement_reports.runs.run import run_stamp
from improvement_reports.workspace.files import write_bytes
from improvement_reports.workspace.official_tables import FOLDER
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import Outcome

LOCK = "requirements.lock"


def shared_files(project: Project) -> dict[str, bytes]:
    """What every report is made from: settings, the lock, the official statistics as received and as prepared."""
    return _contents(project, _shared(project))


def _shared(project: Project) -> list[Path]:
    return [
        *(project.params / name for name in SHARED),
        project.root / LOCK,
        *sorted((project.raw / FOLDER).glob("*")),
        *sorted((project.processed / FOLDER).glob("*.parquet")),
    ]


def packed(project: Project, job: tuple[str, str, str], key: str, make: Make) -> Parcel:
    """A report and what it alone is made from: template, parameters, its returns as received and as prepared."""
    shared, months = set(_shared(project)), months_read(project, *job)
    own = [p for p in input_files(project, *job) if p not in shared]
    prepared = [
        path
        for month in months
        if not (project.processed / job[0] / f".{month}.failed").exists()  # as `returns.series` leaves it out
        for path in sorted(project.processed_return(job[0], month).glob("*"))
    ]
    folders = tuple(project.relative(project.raw / job[0] / month) for month in months)
    return Parcel(job, key, make, _contents(project, [*own, *prepared]), folders)


def _contents(project: Project, paths: list[Path]) -> dict[str, bytes]:
    """The files that are there, by their path below the project's folder."""
    return {p.relative_to(project.root).as_posix(): p.read_bytes() for p in paths if p.is_file()}


def size(files: Files) -> int:
    """How many bytes they hold."""
    return sum(len(content) for content in files.values())


def keep(project: Project, job: tuple[str, str, str], key: str, answer: ParcelAnswer) -> Outcome:
    """Put what a run on the cluster gave into its folder, as a run here leaves it; the seal is this machine's own.

    A report that failed keeps the last good run.
    """
    folder, subject = project.run_folder(*job), "/".join(job)
    if answer.state == "done" and answer.key != key:
        raise UserError(
            f"{answer.worker} made {subject} from other files than are here now: one of them was changed while it was"
            " sent; do the same again."
        )
    if answer.state == "done" and not _is_notebook(answer.files[EXECUTED]):
        raise UserError(f"What {answer.worker} gave back for {subject} is no notebook; nothing of it was written.")
    for name in (FAILED, TRACE):
        (folder / name).unlink(missing_ok=True)
    for name in GIVEN_BACK:
        if name in answer.files:
            write_bytes(folder / name, answer.files[name])
    if answer.state == "done":
        run_stamp(folder, key).set()
    return Outcome(subject, answer.state, answer.seconds, answer.message, answer.is_refused)


def _is_notebook(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content).get("cells"), list)
    except (ValueError, AttributeError, RecursionError):
        return False
