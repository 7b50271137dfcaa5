"""What the pages of several reports are made of: claims audit, golden threads, comparisons, programmes."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from improvement_reports.domain.origins import named_sources
from improvement_reports.official.definitions import load_sources
from improvement_reports.official.statistics import OfficialStatistics, open_official
from improvement_reports.returns.prepared import return_info
from improvement_reports.returns.series import known_returns
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import ReportParameters, Source, load_profiles
from improvement_reports.workspace.places import Project

AUDIT, COMPARE, ENDED, PROGRAMMES, THREAD = "audit", "compare", "ended", "programmes", "thread"


class AllReports:
    """Returns by authority, their sources, the official statistics of today; each is read when it is first needed."""

    def __init__(self, project: Project, reports: list[ReportParameters]):
        self.project, self.reports = project, reports
        self.authorities, self.measures = load_authorities(project), load_measures(project)
        self.everyone = sorted({r.authority for r in reports})
        # What is made up stands beside nothing real.
        self.keys = [k for k in self.everyone if not self.authorities[k].illustrative] or self.everyone
        profiles = load_profiles(project)
        self.known_by = profiles.known_by if profiles else "9999-12-31"
        self.official: OfficialStatistics | None = open_official(project, self.known_by)
        self.month = max((r.month for r in reports if r.authority in self.keys), default="2000-01")

    @cached_property
    def returns(self) -> dict[str, list[tuple[str, Mapping[str, pd.DataFrame]]]]:
        """The tables of each authority's returns by month; one whose report is not on the site is not known here."""
        months = {(r.authority, r.month) for r in self.reports}
        return {
            key: [(m, t) for m, t in known_returns(self.project, key) if (key, m) in months] for key in self.everyone
        }

    @cached_property
    def _infos(self) -> dict[tuple[str, str], Any]:
        """What each return says of itself."""
        return {
            (key, month): return_info(self.project.processed_return(key, month))
            for key in self.everyone
            for month, _ in self.returns[key]
        }

    @cached_property
    def official_sources(self) -> dict[str, Source]:
        return dict(load_sources(self.project)) if self.official is not None else {}

    @cached_property
    def sources(self) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for (key, month), info in self._infos.items():
            found |= named_sources(f"{key}/{month}", info.sources)
        return found | self.official_sources

    def sources_of(self, key: str) -> dict[str, Source]:
        """The sources of one authority's returns, and of official statistics."""
        own = {name: source for name, source in self.sources.items() if name.startswith(f"{key}/")}
        return own | self.official_sources

    @cached_property
    def received(self) -> dict[tuple[str, str], str]:
        return {home: info.received for home, info in self._infos.items()}
