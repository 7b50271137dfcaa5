"""What has changed since last time: hashes of contents, never of times."""

import sys
from functools import cache
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.domain.limits import MAX_TABLE_BYTES
from improvement_reports.workspace.files import digest, file_digest, file_hashes
from improvement_reports.workspace.notebooks import asked_sections, cells_of
from improvement_reports.workspace.places import MONTH, Project
from improvement_reports.workspace.safe_reading import is_left_behind
from improvement_reports.workspace.yaml_files import load_yaml

# Files of the package that no report and no page depends on: changing them makes nothing anew.
WITHOUT_EFFECT = ("bench.py", "cli.py", "lab.py", "preview.py", "template.py")






def package_files(home: Path) -> dict[str, bytes]:
    """Every file of the package in ``home`` by its path there: modules, sub-packages, templates, tables.

    What Python compiles and hidden files do not count, nor do links.
    """
    found = (p for p in sorted(home.rglob("*")) if p.is_file() and not p.is_symlink() and p.suffix != ".pyc")
    names = ((p.relative_to(home), p) for p in found)
    return {n.as_posix(): p.read_bytes() for n, p in names if not any(part.startswith((".", "__pycache__")) for part in n.parts)}


def effect_digest(files: dict[str, bytes]) -> str:
    """Equal for two packages that make the same reports and pages: of all their files but those `WITHOUT_EFFECT`."""
    return digest({name: digest(content) for name, content in files.items() if name not in WITHOUT_EFFECT})


@cache
def package_digest() -> str:
    """The code that makes reports and pages, and the Python it runs on: the key of everything that is made from them."""
    return digest({"files": effect_digest(package_files(HOME)), "python": sys.version_info[:2]})


def named_entries(path: Path, name: str, texts: list[bytes]) -> dict:
    """The entries of a ``id: {...}`` file whose id occurs in one of the texts, so that others can change without effect."""
    return {
        key: value for key, value in load_yaml(path, name).items() if any(str(key).encode() in text for text in texts)
    }


def months_of(project: Project, authority: str, until: str = "9999") -> list[str]:
    """The months for which an authority has a return in data/raw, oldest first, up to ``until``."""
    home = project.raw / authority
    return sorted(p.name for p in home.glob("*") if p.is_dir() and MONTH.fullmatch(p.name) and p.name <= until)


def return_key(project: Project, authority: str, month: str) -> str:
    """Key of the processed tables of a return: that of the month before, its files, what it is checked against, the code."""
    key = ""
    for m in months_of(project, authority, month):
        key = month_key(project, authority, m, key)
    return key


def month_key(project: Project, authority: str, month: str, before: str) -> str:
    """Key of one month of the series; ``before``: that of the month before it, for what that one shows shapes this one."""
    folder = project.raw_return(authority, month)
    return digest({
        "before": before,
        "files": file_hashes(folder),
        # A return may answer a recommendation that another one states, be it a later one.
        "recommendations": {f"{p.parent.name}/{p.name}": file_digest(p) for n in ("recommendations.csv", "return.xlsx") for p in sorted(folder.parent.glob(f"*/{n}"))},
        "params": [file_digest(project.params / n) for n in ("authorities.yml", "names.yml")],
        "measures": _measures(project, [folder]),
        "official": official_digest(project),
        "ended": file_digest(project.params / "areas.yml"),
        "sections": asked_sections(project, authority, month),
        "code": package_digest(),
    })  # fmt: skip


def official_digest(project: Project) -> list[str]:
    """What the official statistics are: their raw tables and their definitions."""
    folder = project.raw / "official-statistics"
    return [*(file_digest(p) for p in sorted(folder.glob("*")) if not is_left_behind(p.name)), file_digest(project.params / "official.yml")]


def _measures(project: Project, folders: list[Path], extra: bytes = b"") -> dict:
    # What no check can pass need not be searched.
    paths = [p for f in folders for p in sorted(f.rglob("*")) if p.is_file() and not is_left_behind(p.name) and p.stat().st_size <= MAX_TABLE_BYTES]
    texts = [p.read_bytes() for p in paths]
    path, name = project.params / "measures.yml", "params/measures.yml"
    if any(p.suffix == ".xlsx" for f in folders for p in f.glob("*")):
        return load_yaml(path, name)  # a workbook is compressed: its ids cannot be searched for
    return named_entries(path, name, [*texts, extra])




def report_key(project: Project, authority: str, month: str, kind: str) -> str:
    """Key of an executed report: template, parameters, the returns it reads, its measures, code and locked libraries."""
    params = project.report_params(authority, month, kind)
    if kind == "profile" and not params.is_file():
        params = project.params / "profiles.yml"
    home = project.raw / authority
    # Earlier months for what they say of this one; later ones too, for an inspection report shows what answered it.
    months = [] if kind == "profile" else sorted(p.name for p in home.glob("*") if MONTH.fullmatch(p.name) and (p.name <= month or kind == "inspection"))
    return digest({
        "template": cells_of(project.notebook(kind)),
        "params": file_digest(params),
        "returns": {m: file_hashes(home / m) for m in months},
        "measures": _measures(project, [home / m for m in months], params.read_bytes()),
        "ended": file_digest(project.params / "areas.yml"),
        "authority": load_yaml(project.params / "authorities.yml", "params/authorities.yml").get(authority),
        "names": file_digest(project.params / "names.yml"),
        "official": official_digest(project),
        "code": package_digest(),
        "lock": file_digest(project.root / "requirements.lock"),
    })  # fmt: skip
