"""The inputs of published editions, kept by their content in data/archive: what an edition was made from is there for
ever.

A file lies under the sha256 of its content, so that a hundred editions with one table keep it once, and nothing kept is
ever written again.
"""

import os
import re
import shutil
from pathlib import Path

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.input_names import MAX_INPUT_BYTES, SHA256, plain_file
from improvement_reports.workspace.files import digest, file_digest
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml

ARCHIVE = "data/archive"
CODE_INDEX = "code.json"  # which kept code the manifests of the first format mean; `kept_code` judges it
Places = dict[str, tuple[Path, str]]  # by the name of an input: a file with its content, and the sha256 of that
LEFT = re.compile(r"\.[0-9a-f]{64}\.\d+")  # by a publish that was killed while it kept an input


def kept_path(project: Project, sha256: str) -> Path:
    return project.root / ARCHIVE / sha256[:2] / sha256


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


def keep_bytes(project: Project, content: bytes) -> str:
    """Put content that is no file of the project into the archive, unless it is there; its sha256."""
    from improvement_reports.workspace.files import write_bytes

    sha256 = digest(content)
    if not kept_path(project, sha256).is_file():
        write_bytes(kept_path(project, sha256), content)
    return sha256


def find_input(project: Project, name: str, sha256: str) -> Path | None:
    """The file with just this content: in its own place if it is unchanged, else in the archive; None if it is gone."""
    places = (project.root / name, kept_path(project, sha256))
    return next(
        (
            p
            for p in places
            if plain_file(p, project.root) and p.stat().st_size <= MAX_INPUT_BYTES and file_digest(p) == sha256
        ),
        None,
    )


def places_of(project: Project, edition: Edition) -> tuple[Places, list[str]]:
    """Where each input of an edition lies as it was, with its sha256, by its name; and the names of those that are
    gone.
    """
    found = {name: (find_input(project, name, record.sha256), record.sha256) for name, record in edition.inputs.items()}
    gone = [name for name, (place, _) in found.items() if place is None]
    return {name: (place, sha256) for name, (place, sha256) in found.items() if place is not None}, gone


def restore(place: Path, sha256: str, root: Path, name: str) -> None:
    """Write an input into a rebuilt project: a new file below its folder, with just the content that was recorded."""
    target = root / name
    if not target.resolve().is_relative_to(root.resolve()):
        raise UserError(f"{shown(name)} leads outside the rebuilt project; nothing was run.")
    content = place.read_bytes()
    if digest(content) != sha256:
        raise UserError(f"{name} changed while it was read; call this again.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        file.write(content)


def kept_faults(project: Project, needed: dict[str, str]) -> list[str]:
    """Files of the archive that are not what their name says, and needed ones (name by sha256) that are not in it."""
    home = project.root / ARCHIVE
    faults = [
        f"{ARCHIVE} lacks {name} as it was when an edition was made from it (sha256 {sha256[:12]}…)"
        for sha256, name in needed.items()
        if not kept_path(project, sha256).is_file()
    ]
    for path in sorted(home.rglob("*")) if home.is_dir() else []:
        if path.is_dir() and not path.is_symlink():
            if path.parent != home or not re.fullmatch(r"[0-9a-f]{2}", path.name):
                faults.append(f"{named(path, project)} is no folder of {ARCHIVE}; remove it")
        elif not plain_file(path, project.root):
            faults.append(
                f"{named(path, project)} is a link, a pipe or a device and not a file; put the file itself there"
            )
        elif LEFT.fullmatch(path.name) or path == home / CODE_INDEX:
            continue
        elif path.relative_to(home).as_posix() != f"{path.name[:2]}/{path.name}" or not SHA256.fullmatch(path.name):
            faults.append(f"{named(path, project)} is not named by its content, so it is no kept input; remove it")
        elif file_digest(path) != path.name:
            faults.append(f"{named(path, project)} was changed: its content is not what its name says")
    return faults


def named(path: Path, project: Project) -> str:
    """A path below the project as messages name it; a link by its own name, not by what it leads to."""
    return path.relative_to(project.root).as_posix()


def kept_yaml(places: Places, name: str) -> dict:
    """A kept settings file of an edition as a mapping; an empty one where there is none that can be read."""
    try:
        content = load_yaml(places[name][0], name) if name in places else {}
    except (UserError, OSError):
        return {}
    return content if isinstance(content, dict) else {}
