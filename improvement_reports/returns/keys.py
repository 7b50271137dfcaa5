"""From what a prepared month follows: equal keys give equal tables."""

import shutil
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path

from improvement_reports.domain.limits import MAX_TABLE_BYTES
from improvement_reports.domain.tables import SOURCES_FOLDER
from improvement_reports.workspace.files import digest, file_digest, file_hashes, settled_state
from improvement_reports.workspace.keys import named_entries, package_digest
from improvement_reports.workspace.lain_still import LainStill
from improvement_reports.workspace.notebooks import Asked
from improvement_reports.workspace.official_tables import DEFINITIONS_FILE, LISTS_FILE
from improvement_reports.workspace.places import MONTH, Project
from improvement_reports.workspace.safe_reading import is_left_behind
from improvement_reports.workspace.yaml_files import load_yaml

SEEN = "returns"  # below build/


def return_months(project: Project, authority: str, until: str = "9999") -> list[str]:
    """The months for which an authority has a return in data/raw, oldest first, up to ``until``."""
    home = project.raw / authority
    return sorted(p.name for p in home.glob("*") if p.is_dir() and MONTH.fullmatch(p.name) and p.name <= until)


def seen_before(project: Project, authority: str) -> LainStill:
    """What earlier calls found out of an authority's returns and of what was made of them."""
    return LainStill(project.build / SEEN / f"{authority}.json", package_digest())


def forget_seen(project: Project) -> None:
    """Have the next call read every file of every return, and of what was made of them."""
    shutil.rmtree(project.build / SEEN, ignore_errors=True)


def keyed_months(
    project: Project, authority: str, until: str = "9999", seen: LainStill | None = None
) -> Iterator[tuple[str, str]]:
    """The months of the series up to one, each with the key of its processed tables, oldest first: its files, what it
    is checked against, the code, and the key of the month before, for what that one shows shapes this one.

    What is the same for every month is looked at once, a month's own files when its turn comes; those that lie as they
    did when they were ``seen`` are not read.
    """
    home, months = project.raw / authority, return_months(project, authority, until)
    if not months:
        return
    measures = load_yaml(project.params / "measures.yml", "params/measures.yml")
    same = {
        # A return may answer a recommendation that another one states, be it a later one.
        "recommendations": {
            f"{p.parent.name}/{p.name}": file_digest(p)
            for n in ("recommendations.csv", "return.xlsx")
            for p in sorted(home.glob(f"*/{n}"))
        },
        "params": [file_digest(project.params / n) for n in ("authorities.yml", "names.yml")],
        "official": official_digest(project),
        "ended": file_digest(project.params / "areas.yml"),
        "code": package_digest(),
    }
    seen = seen_before(project, authority) if seen is None else seen
    asked, entries, of_all, key = _Sections(project, authority, seen), digest(measures), digest(same), ""
    for month in months:
        folder = home / month
        own = {
            "files": seen.of(f"return {month}", [folder], partial(_digest_of_month, measures, folder), entries),
            "sections": asked.of(month),
        }
        key = digest({"before": key, **own, "same": of_all})
        yield month, key


class _Sections:
    """What the reports of each month ask for; that of months without settings of their own is the same for all of
    them, and is looked at once.
    """

    def __init__(self, project: Project, authority: str, seen: LainStill):
        self._asked, self._seen = Asked(project, authority), seen
        self._of_others: list[list[str] | None] = []

    def of(self, month: str) -> list[str] | None:
        if settings := self._asked.settings_of(month):
            return self._found(f"sections {month}", month, settings)
        if not self._of_others:
            self._of_others.append(self._found("sections", month, []))
        return self._of_others[0]

    def _found(self, name: str, month: str, settings: list[Path]) -> list[str] | None:
        return self._seen.of(name, [*settings, *self._asked.notebooks], partial(self._asked.of, month))


def official_digest(project: Project) -> list[str]:
    """What the official statistics are: their raw tables and their definitions."""
    folder = project.raw / "official-statistics"
    return [
        *(file_digest(p) for p in sorted(folder.glob("*")) if not is_left_behind(p.name)),
        *(file_digest(project.params / name) for name in (DEFINITIONS_FILE, LISTS_FILE)),
    ]


def named_in(project: Project, text: bytes) -> dict:
    """The entries of params/measures.yml that a text names."""
    return named_entries(load_yaml(project.params / "measures.yml", "params/measures.yml"), [text])


def of_month(project: Project, folder: Path) -> tuple[str, dict]:
    """What the files of a return are, as one digest, and the entries of params/measures.yml that they name.

    A report asks this of every month before its own: a folder that has been as it is for a while is read once by a
    process.
    """
    path = project.params / "measures.yml"
    state = settled_state(folder)
    if state is None:
        return _of_month(load_yaml(path, "params/measures.yml"), folder)
    return _of_month_once(path, file_digest(path), folder, state)


@lru_cache(maxsize=1 << 12)
def _of_month_once(path: Path, _measures: str, folder: Path, _state: tuple) -> tuple[str, dict]:
    return _of_month(load_yaml(path, "params/measures.yml"), folder)


def _of_month(measures: dict, folder: Path) -> tuple[str, dict]:
    return digest(file_hashes(folder)), _named(measures, [folder])


def _digest_of_month(measures: dict, folder: Path) -> str:
    return digest(_of_month(measures, folder))


def _named(measures: dict, folders: list[Path]) -> dict:
    # What no check can pass need not be searched.
    paths = [
        p
        for f in folders
        for p in sorted(f.rglob("*"))
        if p.is_file() and not is_left_behind(p.name) and p.stat().st_size <= MAX_TABLE_BYTES
        if p.relative_to(f).parts[0] != SOURCES_FOLDER  # what a copy of a document says names nothing
    ]
    texts = [p.read_bytes() for p in paths]
    if any(p.suffix == ".xlsx" for f in folders for p in f.glob("*")):
        return measures  # a workbook is compressed: its ids cannot be searched for
    return named_entries(measures, texts)
