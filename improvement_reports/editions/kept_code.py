"""The code of a release, kept as one file in data/archive: an edition is run again with what it was made with.

The file is a plain tar of the package and its pyproject.toml: names in order, one owner, one time, nothing compressed,
so that the same code is the same bytes on every machine. Manifests name the code in one of two ways:

- format 2: ``code_sha256`` is the sha256 of that file.
- format 1: ``code_sha256`` is the digest that release 0.1.0 took of its modules and of the version of Python. Which
file
  holds that code stands in ``data/archive/code.json``, and the digest is taken again of its content before it is
  believed.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tomllib
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from improvement_reports import HOME
from improvement_reports.domain.errors import UserError
from improvement_reports.editions.edition import Edition, all_editions
from improvement_reports.editions.inputs import ARCHIVE, keep_bytes, kept_path
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.keys import package_files
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.releases import known_releases

PACKAGE = "improvement_reports"
PROJECT_FILE = "pyproject.toml"
INDEX = f"{ARCHIVE}/code.json"
# What release 0.1.0 left out of its digest.
FIRST_WITHOUT_EFFECT = ("bench", "cli", "lab", "preview", "template")
MOST_BYTES = 100_000_000
Files = dict[str, bytes]


def current_code() -> Files:
    """The code that is running, by path: the package, and the pyproject.toml beside it where there is one."""
    files = {f"{PACKAGE}/{name}": content for name, content in package_files(HOME).items()}
    beside = HOME.parent / PROJECT_FILE
    return {**({PROJECT_FILE: beside.read_bytes()} if beside.is_file() else {}), **files}


def package_of(files: Files) -> Files:
    """The files of the package alone, by their path in it."""
    return {n.removeprefix(f"{PACKAGE}/"): content for n, content in files.items() if n.startswith(f"{PACKAGE}/")}


def release_of(files: Files) -> str:
    """The number of the release whose code this is; "" where it does not say."""
    try:
        return tomllib.loads(files[PROJECT_FILE].decode("utf-8"))["project"]["version"]
    except (KeyError, ValueError):
        return ""


# One file


def pack(files: Files) -> bytes:
    """The code as one tar file: the same files give the same bytes."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(files[name]), 0o644
            archive.addfile(entry, io.BytesIO(files[name]))
    return target.getvalue()


def unpack(content: bytes) -> Files:
    """The files of a kept archive; a `UserError` if it holds anything but the package and its pyproject.toml."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            entries = archive.getmembers()
            if strange := [e.name for e in entries if not _belongs(e)]:
                raise UserError(f"a kept archive of code holds {strange[0]!r}, which is no file of the package")
            if sum(e.size for e in entries) > MOST_BYTES:
                raise UserError(f"a kept archive of code holds more than {MOST_BYTES // 1_000_000} MB")
            return {e.name: _content(archive, e) for e in entries}
    except tarfile.TarError:
        raise UserError("a kept archive of code is no tar file") from None


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(entry)
    if file is None:
        raise tarfile.TarError(f"{entry.name} is no plain file")
    return file.read()


def _belongs(entry: tarfile.TarInfo) -> bool:
    parts = PurePosixPath(entry.name).parts
    inside = entry.name == PROJECT_FILE or (parts[0] == PACKAGE and len(parts) > 1)
    return entry.isreg() and inside and ".." not in parts and "\\" not in entry.name and ":" not in entry.name


def write_code(files: Files, folder: Path) -> None:
    """Lay the files out in a folder that then goes on Python's path."""
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


# What an edition names


def first_digest(files: Files, python: str) -> str:
    """``code_sha256`` as release 0.1.0 took it, of modules and the version of Python ("3.11.7")."""
    modules = {
        PurePosixPath(n).stem: digest(c)
        for n, c in sorted(package_of(files).items())
        if "/" not in n and n.endswith(".py")
    }
    kept = {stem: sha256 for stem, sha256 in modules.items() if stem not in FIRST_WITHOUT_EFFECT}
    return digest({"files": kept, "python": [int(part) for part in python.split(".")[:2]]})


def archive_of(project: Project, edition: Edition) -> str:
    """The sha256 of the file that holds an edition's code; "" if a manifest of the first format names unknown code."""
    m = edition.manifest
    return m.software.code_sha256 if m.format > 1 else index(project).get(m.software.code_sha256, "")


def index(project: Project) -> dict[str, str]:
    """The archive of each code that manifests of the first format name; nothing where the file is missing or
    unsound.
    """
    try:
        content = json.loads((project.root / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in content.items()} if isinstance(content, dict) else {}


def code_of(project: Project, edition: Edition) -> Files:
    """The code that made an edition, proven by the digest in its manifest; a `UserError` if it is not kept or
    not that.
    """
    m, sha256 = edition.manifest, archive_of(project, edition)
    named = f"the code of {edition.identifier} (release {m.software.version}, sha256 {m.software.code_sha256[:12]}…)"
    path = kept_path(project, sha256) if sha256 else None
    if path is None or not path.is_file():
        raise UserError(
            f"{named} is not in {ARCHIVE}; in a copy with the whole history, python3 make.py keep puts it there"
        )
    content = path.read_bytes()
    if digest(content) != sha256:
        raise UserError(
            f"{named} was changed in {ARCHIVE}: its content is not what its name says; restore it from version control"
        )
    pinned = {r["code"]: r["archive"] for r in known_releases().values() if "code" in r}
    if pinned.get(m.software.code_sha256, sha256) != sha256:  # the first digest did not cover all files
        raise UserError(
            f"{named} is not what {INDEX} leads to: {sha256[:12]}… is not the archive of that release; restore {INDEX}"
            " from version control"
        )
    files = dict(_unpacked(content))
    if m.format == 1 and first_digest(files, m.environment.python) != m.software.code_sha256:
        raise UserError(
            f"{named} is not what {INDEX} leads to: the digest of {sha256[:12]}… is another one; restore {INDEX} from"
            " version control"
        )
    return files


@lru_cache(maxsize=6)  # the editions of one report are of so many releases
def _unpacked(content: bytes) -> Files:
    """`unpack` of one of the codes that most editions of a project were made with; not to be changed."""
    return unpack(content)


def code_faults(project: Project, editions: list[Edition]) -> list[str]:
    """What is wrong with the code of editions, each code once."""
    by_code = {(e.manifest.format, e.manifest.software.code_sha256, e.manifest.environment.python): e for e in editions}
    faults = []
    for e in by_code.values():
        try:
            code_of(project, e)
        except UserError as error:
            faults.append(str(error))
    return faults


def other_code_of(project: Project, edition: Edition) -> list[str]:
    """Editions whose release has the same number as that of an edition, but other code: a number is for one code."""
    own = edition.manifest.software
    others = (e for e in all_editions(project) if e.manifest.software.version == own.version)
    return [e.identifier for e in others if e.manifest.software.code_sha256 != own.code_sha256]


# Keeping it


def code_sha256() -> str:
    """How new manifests name the code that is running."""
    return hashlib.sha256(pack(current_code())).hexdigest()


@cache
def running_code_sha256() -> str:
    """`code_sha256` as a process first finds it, to be compared with what many editions name."""
    return code_sha256()


def keep_current(project: Project) -> str:
    """Put the code that is running into the archive, unless it is there; its sha256."""
    return keep_bytes(project, pack(current_code()))


def keep_from_history(project: Project, edition: Edition) -> str:
    """Keep the code of an edition of the first format from the commit that it names; the sha256 of its archive.

    Raises a `UserError` if the commit is not there, or if its code is not the code that the manifest names.
    """
    from improvement_reports.workspace.files import write_whole

    m = edition.manifest
    files = _of_commit(project, m.software.commit)
    if (found := first_digest(files, m.environment.python)) != m.software.code_sha256:
        raise UserError(
            f"The commit {m.software.commit[:12]} that {edition.identifier} names holds other code (digest"
            f" {found[:12]}…, not {m.software.code_sha256[:12]}…)."
        )
    sha256 = keep_bytes(project, pack(files))
    write_whole(
        project.root / INDEX,
        json.dumps({**index(project), m.software.code_sha256: sha256}, indent=1, sort_keys=True) + "\n",
    )
    if m.environment.lock_sha256:
        lock = _git(project, "show", f"{m.software.commit}:requirements.lock")
        if hashlib.sha256(lock).hexdigest() == m.environment.lock_sha256:
            keep_bytes(project, lock)
    return sha256


def _of_commit(project: Project, commit: str) -> Files:
    content = _git(project, "archive", "--format=tar", commit, PROJECT_FILE, PACKAGE)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {e.name: _content(archive, e) for e in archive.getmembers() if e.isreg()}


def _git(project: Project, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=project.root,
            capture_output=True,
            timeout=60,
            check=True,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        raise UserError(
            f"git {' '.join(arguments[:3])} failed: the history of this copy does not hold that state; fetch the whole"
            " history, then try again."
        ) from None
    return done.stdout
