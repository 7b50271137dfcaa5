"""What the last good build found out of each report, for a build that comes after a change somewhere else.

The parts of a project are compared by the states of their files (`workspace.tree_state`). A report all of whose parts
are as they were is neither read nor worked out again: what was noted of it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from improvement_reports.workspace.places import MONTH, RESERVED

SOURCES, MADE, SITE, ARCHIVE = "source", "made", "site", "source /archive"  # its name is no authority's
# What pages are rendered with, and the pages about the site: no report and no page source of one is made from it.
TEXTS, TEXT_FOLDERS = "source /texts", frozenset({"about", "theme"})
Place = Sequence[str]  # authority, month, kind

# Folders of data/raw and reports/ that belong to no authority.
OF_ALL = frozenset({"official-statistics", "inspections", *RESERVED})


def part_of_folder(folder: Place, is_source: bool) -> str:
    """The part of a project that the files of a folder belong to, by the folder's parts below the root.

    >>> part_of_folder(("data", "raw", "a", "2024-03", "narrative"), True)
    'source a/2024-03'
    >>> part_of_folder(("reports", "a", "2024-03", "board", "v1"), True)
    'source a/2024-03/board'
    """
    word = SOURCES if is_source else MADE
    match folder:
        case ("data", "archive", *_):
            return ARCHIVE
        case (first, *_) if first in TEXT_FOLDERS:
            return TEXTS
        case ("data", "raw" | "processed", authority, *rest) if authority not in OF_ALL:
            return "/".join([f"{word} {authority}", *rest[:1]])
        case ("params", authority, *_):
            return f"{word} {authority}"
        case ("reports", authority, month, kind, *_) if authority not in OF_ALL:
            return f"{word} {authority}/{month}/{kind}"
        case ("build", "runs" | "drafts", authority, month, kind, *_):
            return f"{word} {authority}/{month}/{kind}"
    return word


def report_of(name: str) -> str:
    """The report that a file of reports/ or of the site is of, by its path from the root; "" of any other file.

    >>> report_of("reports/a/2024-03/board/v1/index.html"), report_of("reports/a/log/index.html")
    ('a/2024-03/board', '')
    """
    match name.split("/", 4):
        case ["reports", authority, month, kind, _] if authority not in OF_ALL and MONTH.fullmatch(month):
            return f"{authority}/{month}/{kind}"
    return ""


def part_of_site(folder: Place) -> str:
    """The part of a site that the files of a folder belong to: all that is of one report is one.

    >>> part_of_site(("reports", "a", "2024-03", "board", "v1")), part_of_site(("reports", "a", "log"))
    ('site a/2024-03/board', 'site')
    """
    report = report_of("/".join((*folder[:4], ""))) if len(folder) > 3 else ""
    return f"{SITE} {report}" if report else SITE


@dataclass(frozen=True)
class Known:
    """The parts of a project then and now, and what was noted of each report: nothing, where all is to be read.

    ``at``: when a call last began to change the project before ``now`` was looked at (`workspace.locks`).
    """

    then: Mapping[str, str] = field(default_factory=dict)
    now: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, dict] = field(default_factory=dict)
    at: int = 0

    def of(self, job: Place) -> dict | None:
        """What was noted of a report that everything it is made from, and all that was made of it, still stands for."""
        noted = self.facts.get("/".join(job))
        if noted is None or not self._is_same(SOURCES):
            return None
        if (changed := self._changed.get(job[0])) and not changed.isdisjoint(self._parts_of(job, noted["months"])):
            return None
        return noted if not noted["reads_archive"] or self._is_same(ARCHIVE) else None

    def is_prepared(self, authority: str) -> bool:
        """Whether the returns of an authority and what was made of them are as a good build left them."""
        return authority in self._authorities and self._is_same(
            SOURCES, *(part for part in self._changed.get(authority, ()) if _is_of_returns(part))
        )

    def prepared(self) -> list[str]:
        """The authorities of which that is so."""
        return [authority for authority in sorted(self._authorities) if self.is_prepared(authority)]

    def has_same_editions(self) -> bool:
        """Whether every edition is as a good build found it, and so what each says of the one before it."""
        return bool(self.then) and not any(
            part.startswith(f"{SOURCES} ") and part.count("/") == 2 for own in self._changed.values() for part in own
        )

    def has_same_list(self) -> bool:
        """Whether the list of what may be on the site is the one that a good build left."""
        return self._is_same(MADE)

    def has_same_site(self) -> bool:
        """Whether every file of the site is as a good build left it."""
        return self._is_same(SITE) and not any(
            part.startswith(f"{SITE} ") for own in self._changed.values() for part in own
        )

    def _parts_of(self, job: Place, months: str) -> list[str]:
        """The parts that a report depends on, of those of its authority."""
        authority, home = job[0], "/".join(job)
        returns = (p for p in self._changed[authority] if p.startswith(f"{SOURCES} {authority}/") and p.count("/") == 1)
        read = [p for p in returns if p.split("/")[1] <= months]
        return [f"{SOURCES} {authority}", *read, f"{SOURCES} {home}", f"{MADE} {home}"]

    @cached_property
    def _changed(self) -> dict[str, set[str]]:
        """The parts that came, went or changed, by the authority that they are of."""
        found: dict[str, set[str]] = {}
        for part in self.then.keys() | self.now.keys():
            if self.then.get(part) != self.now.get(part):
                found.setdefault(authority_of(part), set()).add(part)
        return found

    @cached_property
    def _authorities(self) -> set[str]:
        """Those of which there are returns, parameters or what was made of them, then or now."""
        return {authority_of(part) for part in self.then.keys() | self.now.keys() if _is_of_returns(part)}

    def _is_same(self, *parts: str) -> bool:
        return bool(self.then) and all(self.then.get(part) == self.now.get(part) for part in parts)


def authority_of(part: str) -> str:
    """The authority that a part is of, "" of a part that is of none.

    >>> authority_of("made a/2024-03/board"), authority_of("made"), authority_of(ARCHIVE)
    ('a', '', '')
    """
    return part.partition(" ")[2].partition("/")[0]


def _is_of_returns(part: str) -> bool:
    return bool(authority_of(part)) and part.count("/") < 2


NOTHING = Known()
