"""What the pages of several reports are made of: claims audit, golden threads, comparisons, programmes."""

from improvement_reports.domain.origins import named_sources
from improvement_reports.official.definitions import load_sources
from improvement_reports.official.statistics import OfficialStatistics, open_official
from improvement_reports.returns.prepared import read_processed
from improvement_reports.returns.series import known_returns
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import ReportParameters, Source, load_profiles
from improvement_reports.workspace.places import Project

AUDIT, COMPARE, PROGRAMMES, THREAD = "audit", "compare", "programmes", "thread"


class AllReports:
    """Returns by authority, their sources, the official statistics of today."""

    def __init__(self, project: Project, reports: list[ReportParameters]):
        self.project, self.reports = project, reports
        self.authorities, self.measures = load_authorities(project), load_measures(project)
        everyone = sorted({r.authority for r in reports})
        # What is made up stands beside nothing real.
        self.keys = [k for k in everyone if not self.authorities[k].illustrative] or everyone
        # A return whose report is not on the site is not known here either.
        months = {(r.authority, r.month) for r in reports}
        self.returns = {key: [(m, t) for m, t in known_returns(project, key) if (key, m) in months] for key in everyone}
        profiles = load_profiles(project)
        self.known_by = profiles.known_by if profiles else "9999-12-31"
        self.official: OfficialStatistics | None = open_official(project, self.known_by)
        self.sources: dict[str, Source] = {}
        self.received: dict[tuple[str, str], str] = {}
        for key in everyone:
            for month, _ in self.returns[key]:
                info = read_processed(project.processed_return(key, month))[1]["info"]
                self.sources |= named_sources(f"{key}/{month}", info.sources)
                self.received[key, month] = info.received
        if self.official is not None:
            self.sources |= load_sources(project)
        self.month = max((r.month for r in reports if r.authority in self.keys), default="2000-01")
