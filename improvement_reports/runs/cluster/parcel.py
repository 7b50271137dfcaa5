"""What travels between a project and a machine of a cluster: files by their path below the project, and what became of
the run.

The scheduler of a cluster loads this module too, so it loads nothing that takes time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from improvement_reports.domain.errors import UserError, shown

Files = Mapping[str, bytes]  # by path below the project's folder, with forward slashes
EXECUTED, FAILED, TRACE = "report.ipynb", "failed.ipynb", "failed.txt"
# What a run gives back, and how large a notebook with all its charts may be.
GIVEN_BACK = (EXECUTED, FAILED, TRACE)
MAX_BYTES = 100_000_000


@dataclass(frozen=True)
class Make:
    """What a machine makes reports with: the release by name, the digest of its code, and the libraries that shape a
    report.
    """

    release: str
    code: str
    libraries: Mapping[str, str]


@dataclass(frozen=True)
class Parcel:
    """One report to be run: authority, month and kind, the key that it has here, what it is to be made with, its own
    inputs and the folders of its returns (an empty one counts in the key).
    """

    job: tuple[str, str, str]
    key: str
    make: Make
    files: Files
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class ParcelAnswer:
    """What became of it: state, seconds and message as in an `Outcome`, the key that the worker found, the files of the
    run by name, and who ran it. ``stranger``: what that machine makes reports with, if it did not run it for that.
    """

    state: str
    seconds: float
    message: str
    is_refused: bool
    key: str
    worker: str
    files: Files = field(default_factory=dict)
    stranger: Make | None = None


def can_load() -> bool:
    """Asked of the scheduler, which loads this module with every parcel."""
    return True


def inside(folder: Path, name: object) -> Path:
    """The place of a file below a folder; a `UserError` for a name that leads out of it or could mean another one."""
    text = name if isinstance(name, str) else ""
    parts = PurePosixPath(text).parts
    is_plain = bool(parts) and not any(c in text for c in "\\:\0\n") and "/".join(parts) == text
    if not is_plain or any(part in (".", "..", "/") for part in parts):
        raise UserError(f"A parcel of the cluster names {shown(name)}, which is no place below the project's folder.")
    return folder.joinpath(*parts)


def write_parcels(folder: Path, *parcels: Files, folders: tuple[str, ...] = ()) -> None:
    """Write the files of parcels below a folder; every name is looked at before the first is written."""
    places = {inside(folder, name): content for files in parcels for name, content in files.items()}
    for place in [inside(folder, name) for name in folders]:
        place.mkdir(parents=True, exist_ok=True)
    for place, content in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def given_back(answer: object, subject: str) -> ParcelAnswer:
    """What came back, if it is what a run gives and nothing else; a `UserError` otherwise, and nothing is written."""
    problem = _problem(answer)
    if problem:
        raise UserError(f"What the cluster gave back for {subject} {problem}; nothing of it was written.")
    assert isinstance(answer, ParcelAnswer)
    return answer


def _problem(answer: object) -> str:
    """What is wrong with an answer, as the end of a sentence; "" if nothing is."""
    if not isinstance(answer, ParcelAnswer) or not isinstance(answer.files, dict):
        return "is no answer of a run"
    if answer.state not in ("done", "failed") or not isinstance(answer.message, str):
        return f"says {shown(answer.state)}, which no run does"
    if strange := [n for n in answer.files if n not in GIVEN_BACK]:
        return f"holds a file {shown(strange[0])}, which no run gives"
    if any(not isinstance(c, bytes) or len(c) > MAX_BYTES for c in answer.files.values()):
        return f"holds a file that is no text or larger than {MAX_BYTES // 1_000_000} MB"
    if (EXECUTED in answer.files) != (answer.state == "done"):
        return f"says {shown(answer.state)}, which does not go with the files that came with it"
    return ""
