"""The inputs of published editions, kept by their content in data/archive: what an edition was made from is there for ever.

A file lies under the sha256 of its content, so that a hundred editions with one table keep it once, and nothing kept is
ever written again.
"""

import os
import shutil
from pathlib import Path

from improvement_reports.errors import UserError
from improvement_reports.keys import file_digest
from improvement_reports.project import MONTH, Project

ARCHIVE = "data/archive"


def kept_path(project: Project, sha256: str) -> Path:
    return project.root / ARCHIVE / sha256[:2] / sha256


def input_files(project: Project, authority: str, month: str, kind: str) -> list[Path]:
    """Every file that a report is made from: template, parameters, the returns it reads, official statistics.

    The same files as `keys.report_key` takes its key from.
    """
    params = project.report_params(authority, month, kind)
    shared = ["authorities.yml", "measures.yml", "names.yml", "official.yml"]
    files = [project.notebook(kind), params if params.is_file() else project.params / "profiles.yml", *(project.params / n for n in shared)]
    if kind != "profile":
        for folder in sorted((project.raw / authority).glob("*")):
            # An inspection report shows what answered it, so it reads later returns as well.
            if MONTH.fullmatch(folder.name) and (folder.name <= month or kind == "inspection"):
                files += [p for p in sorted(folder.rglob("*")) if not p.name.startswith((".", "~"))]
    files += sorted((project.raw / "official-statistics").glob("*"))
    return [p for p in files if p.is_file()]


def keep(project: Project, path: Path, sha256: str) -> None:
    """Copy a file into the archive, unless it is there; written aside and renamed."""
    target = kept_path(project, sha256)
    if target.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(path, aside)
        if file_digest(aside) != sha256:
            raise UserError(f"{project.relative(path)} changed while it was read; publish again.")
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def find_input(project: Project, name: str, sha256: str) -> Path | None:
    """The file with just this content: in its own place if it is unchanged, else in the archive; None if it is gone."""
    return next((p for p in (project.root / name, kept_path(project, sha256)) if p.is_file() and file_digest(p) == sha256), None)


def kept_faults(project: Project, needed: dict[str, str]) -> list[str]:
    """Files of the archive that are not what their name says, and needed ones (name by sha256) that are not in it."""
    home = project.root / ARCHIVE
    faults = [f"{ARCHIVE} lacks {name} as it was when an edition was made from it (sha256 {sha256[:12]}…)" for sha256, name in needed.items() if not kept_path(project, sha256).is_file()]
    for path in sorted(home.glob("*/*")) if home.is_dir() else []:
        if not path.name.startswith(".") and file_digest(path) != path.name:
            faults.append(f"{project.relative(path)} was changed: its content is not what its name says")
    return faults
