"""What the pages of several reports are made of: claims audit, golden threads, comparisons, programmes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from improvement_reports.domain.origins import named_sources
from improvement_reports.official.definitions import load_sources
from improvement_reports.pages.prepared_kept import Prepared
from improvement_reports.returns.keys import official_digest, return_months
from improvement_reports.returns.prepared import return_info
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.files import digest, file_digest
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.outlines import Outlined, as_said
from improvement_reports.workspace.parameters import Source, load_profiles
from improvement_reports.workspace.places import Project

if TYPE_CHECKING:
    import pandas as pd

    from improvement_reports.official.statistics import OfficialStatistics

AUDIT, COMPARE, ENDED, PROGRAMMES, THREAD = "audit", "compare", "ended", "programmes", "thread"


def reports_side_by_side(project: Project, reports: Sequence[Outlined]) -> Sequence[Outlined]:
    """The reports that stand on one page together: what is made up stands beside nothing real."""
    authorities = load_authorities(project)
    return [r for r in reports if not authorities[r.authority].illustrative] or reports


def made_from_settings(project: Project) -> list:
    """What all pages of several reports are made from."""
    params = [file_digest(project.params / n) for n in ("areas.yml", "authorities.yml", "measures.yml", "profiles.yml")]
    return [official_digest(project), params, package_digest()]


def made_from_returns(project: Project, reports: Sequence[Outlined], prepared: Prepared | None = None) -> str:
    """What pages are made from that show the returns of the authorities of these reports, and their outlines."""
    prepared = prepared or Prepared(project)
    returns = {key: prepared.of(key) for key in sorted({r.authority for r in reports})}
    return digest([made_from_settings(project), returns, [as_said(r) for r in reports]])


class OnceAsked(dict):
    """What is read of each authority, when it is first asked for."""

    def __init__(self, read: Callable[[str], Any]):
        super().__init__()
        self.read = read

    def __missing__(self, key: str) -> Any:
        found = self[key] = self.read(key)
        return found


class AllReports:
    """Returns by authority, their sources, the official statistics of today; each is read when it is first needed."""

    def __init__(self, project: Project, reports: Sequence[Outlined], prepared: Prepared | None = None):
        self.project, self.reports = project, reports
        self.prepared = prepared or Prepared(project)
        self.authorities, self.measures = load_authorities(project), load_measures(project)
        self.everyone = sorted({r.authority for r in reports})
        self.keys = sorted({r.authority for r in reports_side_by_side(project, reports)})
        profiles = load_profiles(project)
        self.known_by = profiles.known_by if profiles else "9999-12-31"
        self.month = max((r.month for r in reports if r.authority in self.keys), default="2000-01")

    @cached_property
    def official(self) -> OfficialStatistics | None:
        from improvement_reports.official.statistics import open_official

        return open_official(self.project, self.known_by)

    @cached_property
    def returns(self) -> Mapping[str, list[tuple[str, Mapping[str, pd.DataFrame]]]]:
        """The tables of each authority's returns by month; one whose report is not on the site is not known here."""
        return OnceAsked(self._returns_of)

    def _returns_of(self, authority: str) -> list[tuple[str, Mapping[str, pd.DataFrame]]]:
        if not return_months(self.project, authority):
            return []
        from improvement_reports.returns.series import known_returns  # tables are loaded where there are any

        months = {(r.authority, r.month) for r in self.reports}
        return [(m, tables) for m, tables in known_returns(self.project, authority) if (authority, m) in months]

    @cached_property
    def _infos(self) -> Mapping[str, dict[str, Any]]:
        """What each return of an authority says of itself, by month."""
        return OnceAsked(
            lambda key: {m: return_info(self.project.processed_return(key, m)) for m, _ in self.returns[key]}
        )

    @cached_property
    def official_sources(self) -> dict[str, Source]:
        return dict(load_sources(self.project)) if self.official is not None else {}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources of what stands side by side."""
        return {name: source for key in self.keys for name, source in self._own_sources(key)} | self.official_sources

    def sources_of(self, key: str) -> dict[str, Source]:
        """The sources of one authority's returns, and of official statistics."""
        return dict(self._own_sources(key)) | self.official_sources

    def _own_sources(self, key: str) -> Iterator[tuple[str, Source]]:
        for month, info in self._infos[key].items():
            yield from named_sources(f"{key}/{month}", info.sources).items()

    def received(self, key: str, month: str) -> str:
        """When a return was received."""
        return self._infos[key][month].received
