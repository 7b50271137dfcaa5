"""What the last good build found out of each report, for a build that comes after a change somewhere else. A build in
which something failed was good but for the authorities that this was of, of which nothing is known.

The parts of a project are compared by the states of their files (`workspace.tree_state`). A report all of whose parts
are as they were is neither read nor worked out again: what was noted of it stands.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from improvement_reports.workspace.files import digest
from improvement_reports.workspace.places import MONTH, RESERVED

SOURCES, MADE, SITE, ARCHIVE = "source", "made", "site", "source /archive"  # its name is no authority's
# What pages are rendered with, and the pages about the site: no report and no page source of one is made from it.
TEXTS, TEXT_FOLDERS = "source /texts", frozenset({"about", "theme"})
Place = Sequence[str]  # authority, month, kind
JOB = 3  # parts of a place

# Folders of data/raw and reports/ that belong to no authority.
OF_ALL = frozenset({"official-statistics", "inspections", *RESERVED})
# A report's file of parameters, which no other report reads.
PARAMETERS = re.compile(rf"({MONTH.pattern}-[a-z]+)\.yml")
OF_PARAMETERS = re.compile(rf"{SOURCES} (?P<authority>[^/]+)/(?P<month>{MONTH.pattern})-(?P<kind>[a-z]+)")


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


def part_of_parameters(authority: str, name: str) -> str:
    """The same of a file in the folder of an authority's parameters: that of each report is a part.

    >>> part_of_parameters("a", "2024-03-board.yml"), part_of_parameters("a", "import.yml")
    ('source a/2024-03-board', 'source a')
    """
    match = PARAMETERS.fullmatch(name)
    return f"{SOURCES} {authority}/{match[1]}" if match else f"{SOURCES} {authority}"


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

    ``at``: when a call last began to change the project before ``now`` was looked at (`workspace.locks`). ``site``
    gives the parts of the site as they are now: it may be looked at yet, and is asked for when pages are rendered.
    """

    then: Mapping[str, str] = field(default_factory=dict)
    now: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, dict] = field(default_factory=dict)
    at: int = 0
    site: Callable[[], Mapping[str, str]] = dict

    def of(self, job: Place) -> dict | None:
        """What was noted of a report that everything it is made from, and all that was made of it, still stands for."""
        if not self.has_same_settings or (noted := self.facts.get("/".join(job))) is None:
            return None
        if (changed := self._changed.get(job[0])) and not changed.isdisjoint(self._parts_of(job, noted["months"])):
            return None
        return noted if not noted["reads_archive"] or self._is_same(ARCHIVE) else None

    def told(self, job: Place) -> Mapping[str, Any] | None:
        """What such a report told others of itself when the last good build had written its pages."""
        noted = self.of(job)
        return noted.get("told") if noted else None

    def with_same_reports(self, jobs: Iterable[Place]) -> set[str]:
        """Of these reports, all as they were, the authorities of which they are all that were on the site."""
        now = Counter(job[0] for job in jobs)
        return {key for key, count in now.items() if self._on_site[key] == count}

    @cached_property
    def _on_site(self) -> Counter[str]:
        """How many reports of each authority were on the site."""
        return Counter(name.partition("/")[0] for name, noted in self.facts.items() if "page" in noted.get("told", ()))

    @cached_property
    def has_same_settings(self) -> bool:
        """Whether what every report is made from is as it was, and so whether anything at all is known."""
        return self._is_same(SOURCES)

    @cached_property
    def parameter_files(self) -> list[tuple[str, ...]]:
        """The reports that have a file of parameters now, in order; of those authorities whose files moved others may
        have one as well.
        """
        found = (match for part in self.now if (match := OF_PARAMETERS.fullmatch(part)))
        return sorted(match.group("authority", "month", "kind") for match in found)

    def folders(self, word: str) -> list[tuple[str, ...]]:
        """The folders, as authority, month and kind, in which there are files now that were published (`SOURCES`), or
        that builds made (`MADE`), in order.
        """
        start = f"{word} "
        found = (part.removeprefix(start) for part in self.now if part.startswith(start) and part.count("/") == JOB - 1)
        return sorted(tuple(name.split("/")) for name in found)

    def moved_folders(self) -> list[tuple[str, ...]]:
        """The folders of reports in which anything came, went or changed, as authority, month and kind, in order."""
        names = {part.rpartition(" ")[2] for own in self._changed.values() for part in own}
        return sorted(tuple(name.split("/")) for name in names if name.count("/") == JOB - 1)

    def with_other_parameters(self) -> list[str]:
        """The authorities of which a file of parameters, or what lies beside them, came, went or changed, in order."""
        return sorted(
            key
            for key, own in self._changed.items()
            if any(part == f"{SOURCES} {key}" or OF_PARAMETERS.fullmatch(part) for part in own)
        )

    def is_prepared(self, authority: str) -> bool:
        """Whether the returns of an authority and what was made of them are as a good build left them."""
        return authority in self._authorities and self._is_same(
            SOURCES, *(part for part in self._changed.get(authority, ()) if _is_of_returns(part))
        )

    def prepared(self) -> list[str]:
        """The authorities of which that is so."""
        return [authority for authority in sorted(self._authorities) if self.is_prepared(authority)]

    def state_of_returns(self, authority: str) -> str:
        """One digest of the state in which the returns of an authority, and what was made of them, are now."""
        return digest(self._states_of_returns.get(authority, []))

    @cached_property
    def _states_of_returns(self) -> dict[str, list[list[str]]]:
        found: dict[str, list[list[str]]] = {}
        for part in sorted(filter(_is_of_returns, self.now)):
            found.setdefault(authority_of(part), []).append([part, self.now[part]])
        return found

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
        return bool(self.then) and self._site_then == self.site()

    @cached_property
    def _site_then(self) -> dict[str, str]:
        return {part: state for part, state in self.then.items() if not is_in_project(part)}

    def _parts_of(self, job: Place, months: str) -> list[str]:
        """The parts that a report depends on, of those of its authority."""
        authority, home = job[0], "/".join(job)
        returns = (p for p in self._changed[authority] if p.startswith(f"{SOURCES} {authority}/") and p.count("/") == 1)
        read = [p for p in returns if MONTH.fullmatch(month := p.split("/")[1]) and month <= months]
        parameters = f"{SOURCES} {authority}/{'-'.join(job[1:])}"
        return [f"{SOURCES} {authority}", parameters, *read, f"{SOURCES} {home}", f"{MADE} {home}"]

    @cached_property
    def _changed(self) -> dict[str, set[str]]:
        """The parts that came, went or changed, by the authority that they are of."""
        found: dict[str, set[str]] = {}
        for part in filter(is_in_project, self.then.keys() | self.now.keys()):
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


def is_in_project(part: str) -> bool:
    """Whether a part lies in the project, and not on its site.

    >>> is_in_project("made a/2024-03/board"), is_in_project("site a/2024-03/board"), is_in_project(SITE)
    (True, False, False)
    """
    return part.split(" ", 1)[0] != SITE


def _is_of_returns(part: str) -> bool:
    return bool(authority_of(part)) and part.count("/") < 2


NOTHING = Known()
