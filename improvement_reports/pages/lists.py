"""The pages of the site that list what there is: home, reports, authorities, measures. Page sources for both
renderers.
"""

from collections.abc import Collection

from markupsafe import Markup

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.markup import demonstration_note, fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import BETTER_WORDS, KIND_WORDS
from improvement_reports.editions.edition import editions_of, published_reports
from improvement_reports.pages.contents import front_matter_of, plain_title
from improvement_reports.pages.page_link import page_link
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.parameters import ReportParameters
from improvement_reports.workspace.places import Project, generated


def write_lists(
    project: Project,
    reports: list[ReportParameters],
    authorities: dict[str, Authority],
    measures: dict[str, Measure],
    drafts: Collection[Job] = frozenset(),
) -> None:
    """Write every list page from the reports that are on the site, newest first; those of made-up authorities apart."""
    newest = sorted(reports, key=lambda r: (r.month, r.meeting.date), reverse=True)
    summaries = {(r.authority, r.month, str(r.kind)): _draft_word(r, drafts) + _summary(project, r) for r in newest}
    real = [r for r in newest if not authorities[r.authority].illustrative] or newest
    papers = [r for r in real if r.kind.has_return]
    made_up = sorted({r.authority for r in newest if r not in real})
    write_whole(generated(project, "demonstration.md"), _demonstration(made_up, authorities, newest))
    profiles = [r for r in newest if not r.kind.has_return]
    write_whole(generated(project, "profiles.md"), _profile_links(profiles, authorities))
    write_whole(generated(project, "newest.md"), _entries(papers[:6], authorities, summaries, "reports/"))
    write_whole(project.reports / "index.qmd", _reports_page(real, [r for r in newest if r not in real], authorities))
    with_log = _with_log(project)
    for key in sorted({r.authority for r in newest}):
        mine = [r for r in newest if r.authority == key]
        write_whole(
            project.reports / key / "index.qmd",
            _authority_page(authorities[key], mine, authorities, summaries, _has_thread(project, key), key in with_log),
        )
    used = {m for r in reports for m in r.measures}
    write_whole(generated(project, "measures.md"), measures_list({k: m for k, m in measures.items() if k in used}))


def _draft_word(r: ReportParameters, drafts: Collection[Job]) -> str:
    return "DRAFT, not published. " if (r.authority, r.month, str(r.kind)) in drafts else ""


def _demonstration(made_up: list[str], authorities, newest: list[ReportParameters]) -> str:
    """Where the home page leads those who want to see a programme over many months."""
    if not made_up:
        return "There is none on this site.\n"
    items = []
    for key in made_up:
        months = sorted({r.month for r in newest if r.authority == key})
        span = format_day(months[0]) if len(months) == 1 else f"{len(months)} months to {format_day(months[-1])}"
        items.append(
            f"[{markdown_text(authorities[key].name)}](reports/{key}/index.html) is made up: {span} of reports show how"
            " figures move, are corrected and are revised. None of its figures is real."
        )
    return "\n\n".join(items) + "\n"


def _with_log(project: Project) -> set[str]:
    """The authorities whose log of editions is laid: an edition that was changed is not shown, and then has no place
    in it.
    """
    return {
        job.authority
        for job in published_reports(project)
        for e in editions_of(project, *job)
        if (e.folder / "index.ipynb").is_file()
    }


def _has_thread(project: Project, key: str) -> bool:
    """Whether the authority has a golden thread: a page of it is laid if any of its prepared returns names a
    recommendation.
    """
    return (project.reports / key / "thread" / "index.qmd").is_file()


def _summary(project: Project, report: ReportParameters) -> str:
    """The report's summary with its numbers, as the laid page describes itself."""
    page = project.page_folder(report.authority, report.month, str(report.kind)) / "index.ipynb"
    return plain_title(front_matter_of(page)["description"])


def _when(r: ReportParameters) -> str:
    if not r.kind.has_return:
        return (
            f"{KIND_WORDS[r.kind]}, reporting year to {format_day(r.month)}, as published by"
            f" {format_day(r.meeting.date)}"
        )
    return f"{KIND_WORDS[r.kind]}, {format_day(r.month)}, for the {r.meeting.body} of {format_day(r.meeting.date)}"


def _entries(reports: list[ReportParameters], authorities, summaries, base: str) -> str:
    """A list of reports with their summaries; ``base``: the way to the folder of their authorities."""
    shown = [
        {
            "link": page_link(
                f"{base}{r.authority}/{r.month}/{r.kind}/index.html",
                f"{authorities[r.authority].short_name}: {r.title}",
                authorities[r.authority].illustrative,
            ),
            "summary": summaries[r.authority, r.month, str(r.kind)],
            "when": _when(r),
        }
        for r in reports
    ]
    return fenced(fill("pages/report_list.html", reports=shown))


def _profile_links(profiles: list[ReportParameters], authorities) -> str:
    items = [
        f"[{markdown_text(authorities[r.authority].short_name)}](reports/{r.authority}/{r.month}/profile/index.html)"
        for r in profiles
    ]
    return ", ".join(items) + "\n" if items else "None on this site.\n"


def _reports_page(reports: list[ReportParameters], made_up: list[ReportParameters], authorities) -> str:
    fields = {"title": "Reports", "description": "Every report on this site, newest first", "toc": False}
    parts = [
        front_matter(fields),
        "Every report on this site, newest first. [Editions, revisions and corrections](log/index.html).",
    ]
    parts.append(fenced(_reports_table("All reports", reports, authorities)))
    if made_up:
        parts += [
            "## Demonstration",
            "These reports are of an authority that is made up. None of their figures is real.",
        ]
        parts.append(fenced(_reports_table("Reports of the demonstration", made_up, authorities)))
    return "\n\n".join(parts)


REPORT_COLUMNS = [
    Column("report", "Report", is_row_header=True),
    Column("authority", "Authority"),
    Column("position", "Position at"),
    Column("kind", "Kind"),
    Column("for", "For"),
]


def _reports_table(caption: str, reports: list[ReportParameters], authorities: dict[str, Authority]) -> Markup:
    return table(caption, REPORT_COLUMNS, [_report_row(r, authorities[r.authority]) for r in reports])


def _report_row(r: ReportParameters, authority: Authority) -> dict[str, str]:
    return {
        "report": page_link(f"{r.authority}/{r.month}/{r.kind}/index.html", r.title),
        "authority": page_link(f"{r.authority}/index.html", authority.short_name, authority.illustrative),
        "position": format_day(r.month),
        "kind": KIND_WORDS[r.kind],
        "for": f"{r.meeting.body}, {format_day(r.meeting.date)}",
    }


def _authority_page(authority: Authority, reports, authorities, summaries, has_thread: bool, has_log: bool) -> str:
    fields = {**texts(authority.name, f"Progress reports of {authority.name}"), "toc": False}
    made_up = fenced(demonstration_note())
    base = ""
    entries = _entries(reports, authorities, summaries, base).replace(f'href="{reports[0].authority}/', 'href="')
    facts = f"Region: {markdown_text(authority.region)}. Code of the Department for Education: {authority.la_code}."
    facts += f" Code of the Office for National Statistics: {authority.ons_code}." if authority.ons_code else ""
    if has_thread:
        facts += (
            "\n\n[The golden thread](thread/index.html): from each recommendation of an inspection to what answers it"
            " and where that stands. [The programmes side by side](../programmes/index.html)."
        )
    if has_log:
        facts += "\n\n[Editions, revisions and corrections](log/index.html) of this authority's reports."
    return (
        front_matter(fields)
        + "\n"
        + (made_up if authority.illustrative else "")
        + f"\n{facts}\n\n## Reports\n{entries}"
    )


def shown_because(measure: Measure) -> str:
    """Why small numbers of a measure are shown, where it says so."""
    if measure.small_numbers_shown_because:
        return f"Small numbers are shown: {measure.small_numbers_shown_because}."
    return measure.small_number_reason or ""


def measures_list(measures: dict[str, Measure]) -> str:
    """Definition, unit, better side, thresholds and question of each measure, for about/measures."""
    by_label = sorted(measures.items(), key=lambda pair: pair[1].label.lower())
    rules = {key: _rules(m) for key, m in measures.items()}
    return fenced(fill("pages/measures.html", measures=by_label, rules=rules, better_words=BETTER_WORDS))


def _rules(m: Measure) -> str:
    """How a measure is compared, and which of its numbers are not shown."""
    small = f"Counts from 1 to {m.suppress_up_to} are suppressed." if m.suppress_up_to else shown_because(m)
    threshold = (
        f"Of two shares, a change under {m.change_threshold:g} is no significant change." if m.change_threshold else ""
    )
    return f"Compared with the {m.method.replace('_', ' ')}. {threshold} {small}".strip()
