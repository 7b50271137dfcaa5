"""The page of an authority, which is its home: its newest position, how its plan has gone, what is ahead, where it
stands, and all its reports.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import demonstration_note, fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import KIND_WORDS, ReportKind
from improvement_reports.editions.edition import Edition, editions_of
from improvement_reports.pages.dates_ahead import dates_named
from improvement_reports.pages.ended_words import end_words, predecessor_words
from improvement_reports.pages.report_parts import blocks_under, first_screen_of, seen_from, verdict_in
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.outlines import Outlined
from improvement_reports.workspace.places import Project

IN_BRIEF = "In brief"
HISTORY = "How the plan has gone, month by month"
MOST_DATES = 8


@dataclass(frozen=True)
class Listed:
    """A report on the site: what its page says of itself, whether that is a draft, and its replaced editions.

    ``made_from``: equal for two that are made from the same; "" where that is not known.
    """

    params: Outlined
    summary: str
    is_draft: bool = False
    earlier: Sequence[str] = ()
    made_from: str = ""

    @property
    def job(self) -> Job:
        return Job(self.params.authority, self.params.month, str(self.params.kind))

    @property
    def folder(self) -> str:
        """Its folder, from that of its authority."""
        return f"{self.params.month}/{self.params.kind}/"

    @property
    def words(self) -> str:
        return f"{KIND_WORDS[self.params.kind]}, {format_day(self.params.month)}"

    @property
    def when(self) -> str:
        r = self.params
        if not r.kind.has_return:
            return f"Reporting year to {format_day(r.month)}, as published by {format_day(r.meeting.date)}"
        return f"Position at {format_day(r.month)}, for the {r.meeting.body} of {format_day(r.meeting.date)}"


def replaced_editions(editions: Sequence[Edition]) -> list[str]:
    """The editions of a report that a newer one replaced, the newest first: v2, v1."""
    return [e.version for e in reversed(editions[:-1])]


def newest_position(reports: Sequence[Listed]) -> Listed | None:
    """The report that tells the newest position: the newest one of a programme that is no inspector's letter, else the
    newest letter. ``reports``: newest first.
    """
    papers = [r for r in reports if r.params.kind.has_return]
    return next((r for r in papers if not r.params.kind.is_letter), papers[0] if papers else None)


def verdict(project: Project, report: Listed) -> Markup:
    """The verdict of a report's first screen as its page shows it, with links from the folder of its authority."""
    return seen_from(verdict_in(blocks_under(_source(project, report), IN_BRIEF)), report.folder)


def _source(project: Project, report: Listed) -> Path:
    return project.page_folder(*report.job) / "index.ipynb"


def home_page(
    project: Project, authority: Authority, reports: Sequence[Listed], as_at: str, has_thread: bool, has_log: bool
) -> str:
    """The source of an authority's page. ``reports``: all of it that are on the site, newest first; ``as_at``: the day
    from which what is ahead is told from what is over.
    """
    return home_text(home_parts(project, authority, reports, has_thread, has_log), as_at)


class HomeParts(NamedTuple):
    """An authority's page before and after what is ahead of it, which changes with the day: the dates that its reports
    name, None without any; and the verdict on its newest position.
    """

    before: str
    ahead: list[list[str]] | None
    after: str
    verdict: str = ""


def home_text(parts: HomeParts, as_at: str) -> str:
    """The page of an authority as at a day."""
    return "\n\n".join([parts.before, *_ahead(parts.ahead, as_at), parts.after]) + "\n"


def home_parts(
    project: Project, authority: Authority, reports: Sequence[Listed], has_thread: bool, has_log: bool
) -> HomeParts:
    """What an authority's page is made of. ``reports``: all of it that are on the site, newest first."""
    fields = {**texts(authority.name, f"Is it getting better? Progress of {authority.name}, and all its reports")}
    parts = [front_matter(fields)]
    if authority.illustrative:
        parts.append(fenced(demonstration_note()))
    parts += filter(None, [end_words(project, authority)])
    position, ahead = newest_position(reports), None
    if position is not None:
        parts += [*_position(project, position), *_history(project, reports)]
        ahead = _dates_named(project, reports)
    after: list[str] = []
    profile = next((r for r in reports if not r.params.kind.has_return), None)
    if profile is not None:
        after += _standing(project, profile)
    after += ["## All reports", fenced(_groups(reports))]
    after += ["## About this authority", *_facts(authority, has_thread, has_log)]
    after += filter(None, [predecessor_words(project, authority)])
    said = str(verdict(project, position)) if position is not None else ""
    return HomeParts("\n\n".join(parts), ahead, "\n\n".join(after), said)


def _position(project: Project, report: Listed) -> list[str]:
    """The newest position as the report shows it in brief; its summary where it shows nothing there."""
    in_brief = first_screen_of(blocks_under(_source(project, report), IN_BRIEF))
    blocks = [seen_from(block, report.folder) for block in in_brief]
    day, has_verdict = format_day(report.params.meeting.date), bool(verdict_in(blocks))
    head = fill("pages/home_position.html", report=report, day=day, has_verdict=has_verdict)
    return [
        f"## Newest position: {format_day(report.params.month)} {{#position}}",
        fenced(head),
        *(fenced(block) for block in blocks),
        fenced(fill("pages/home_report_link.html", report=report, words="The whole report")),
    ]


def _history(project: Project, reports: Sequence[Listed]) -> list[str]:
    """How the statuses of the plan went, from the newest report that shows it."""
    for report in reports:
        if blocks := blocks_under(_source(project, report), HISTORY):
            return [f"## {HISTORY} {{#history}}", *(fenced(seen_from(block, report.folder)) for block in blocks)]
    return []


def _dates_named(project: Project, reports: Sequence[Listed]) -> list[list[str]] | None:
    """What the newest report of each kind names as ahead: the date, when it is over, its title, and the folder and words
    of the report; None where none names any.
    """
    newest: dict[ReportKind, Listed] = {}
    for report in reports:
        newest.setdefault(report.params.kind, report)
    with_dates = [report for report in newest.values() if report.params.kind.has_return]
    found = [(date, report) for report in with_dates for date in dates_named(_content(project, report))]
    return [[d.date, d.until, d.title, report.folder, report.words] for d, report in found] or None


def _ahead(named: Sequence[Sequence[str]] | None, as_at: str) -> list[str]:
    """What of that is not over on a day, the nearest first."""
    if named is None:
        return []
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for date, until, title, folder, words in named:
        if until > as_at:
            found.setdefault((date, title), (until, title, date, folder, words))
    dates = sorted(found.values(), key=lambda named: named[:2])[:MOST_DATES]
    shown = [
        {"when": format_day(date), "title": title, "report": {"folder": folder, "words": words}}
        for _, title, date, folder, words in dates
    ]
    day = format_day(as_at)
    return ["## What is ahead {#ahead}", fenced(fill("pages/home_dates.html", dates=shown, day=day))]


def _content(project: Project, report: Listed) -> Path:
    """The folder of what is shown of a report."""
    return project.draft_folder(*report.job) if report.is_draft else editions_of(project, *report.job)[-1].folder


def _standing(project: Project, profile: Listed) -> list[str]:
    """Where the authority stands in official statistics, as its profile says in brief."""
    blocks = [seen_from(block, profile.folder) for block in blocks_under(_source(project, profile), IN_BRIEF)]
    if not blocks:
        return []
    return [
        f"## Where it stands in official statistics: year to {format_day(profile.params.month)} {{#standing}}",
        *(fenced(block) for block in blocks),
        fenced(fill("pages/home_report_link.html", report=profile, words="The whole profile")),
    ]


def _groups(reports: Sequence[Listed]) -> Markup:
    """The reports by kind: the newest of each with its summary, the others and replaced editions folded."""
    groups: list[Mapping] = []
    for kind in ReportKind:
        mine = [r for r in reports if r.params.kind is kind]
        if mine:
            replaced = [(r, version) for r in mine for version in r.earlier]
            groups.append(
                {"title": f"{KIND_WORDS[kind]}s", "newest": mine[0], "others": mine[1:], "replaced": replaced}
            )
    return fill("pages/home_reports.html", groups=groups)


def _facts(authority: Authority, has_thread: bool, has_log: bool) -> list[str]:
    words = f"Region: {markdown_text(authority.region)}. Code of the Department for Education: {authority.la_code}."
    words += f" Code of the Office for National Statistics: {authority.ons_code}." if authority.ons_code else ""
    found = [words]
    if has_thread:
        found.append(
            "[The golden thread](thread/index.html): from each recommendation of an inspection to what answers it and"
            " where that stands. [The programmes side by side](../programmes/index.html)."
        )
    if has_log:
        found.append("[Editions, revisions and corrections](log/index.html) of this authority's reports.")
    return found
