"""The pages of the site that list what there is: home, reports, authorities, measures. Page sources for both renderers."""

import html
import json

from improvement_reports.blocks import Column, escape_markdown, table_html
from improvement_reports.numbers import format_day
from improvement_reports.pages import fenced, front_matter, texts
from improvement_reports.parameters import Authority, Measure, ReportParameters
from improvement_reports.project import Project
from improvement_reports.run import write_whole
from improvement_reports.terms import link_terms, load_terms
from improvement_reports.vocabulary import BetterWhen, ReportKind

KIND_WORDS = {
    ReportKind.BOARD: "Improvement Board report",
    ReportKind.SCRUTINY: "Scrutiny report",
    ReportKind.CABINET: "Cabinet report",
    ReportKind.INSPECTION: "Inspection report",
    ReportKind.PROFILE: "Profile",
}
BETTER_WORDS = {
    BetterWhen.HIGHER: "Higher is better",
    BetterWhen.LOWER: "Lower is better",
    BetterWhen.NEUTRAL: "Neither way is better",
}


def generated(project: Project, name: str):
    """Where a generated part of a page lies; pages take it in with an include."""
    return project.build / "pages-parts" / name


def lay_site(
    project: Project, reports: list[ReportParameters], authorities: dict[str, Authority], measures: dict[str, Measure]
) -> None:
    """Write every list page from the reports that are on the site, newest first."""
    newest = sorted(reports, key=lambda r: (r.month, r.meeting.date), reverse=True)
    summaries = {(r.authority, r.month, str(r.kind)): _summary(project, r) for r in newest}
    papers = [r for r in newest if r.kind is not ReportKind.PROFILE]
    profiles = [r for r in newest if r.kind is ReportKind.PROFILE]
    write_whole(generated(project, "profiles.md"), _profile_links(profiles, authorities))
    terms = load_terms(project)
    write_whole(
        generated(project, "newest.md"), *link_terms([_entries(papers[:6], authorities, summaries, "reports/")], terms)
    )
    write_whole(project.reports / "index.qmd", _reports_page(newest, authorities))
    for key in sorted({r.authority for r in newest}):
        mine = [r for r in newest if r.authority == key]
        write_whole(
            project.reports / key / "index.qmd", _authority_page(authorities[key], mine, authorities, summaries, _has_thread(project, key))
        )
    used = {m for r in reports for m in r.measures}
    write_whole(generated(project, "measures.md"), measures_list({k: m for k, m in measures.items() if k in used}))


def _has_thread(project: Project, key: str) -> bool:
    """Whether any return of the authority names a recommendation, so that it has a golden thread."""
    return any((project.raw / key).glob("*/recommendations.csv"))


def _summary(project: Project, report: ReportParameters) -> str:
    """The report's summary with its numbers, as the laid page has it in its front matter."""
    notebook = json.loads(
        (project.page_folder(report.authority, report.month, str(report.kind)) / "index.ipynb").read_text(
            encoding="utf-8"
        )
    )
    source = "".join(notebook["cells"][0]["source"])
    line = next(line for line in source.splitlines() if line.startswith("report-summary: "))
    return json.loads(line.removeprefix("report-summary: "))


def _illustrative(authority: Authority) -> str:
    return ' <span class="tag">Illustrative</span>' if authority.illustrative else ""


def _when(r: ReportParameters) -> str:
    if r.kind is ReportKind.PROFILE:
        return f"{KIND_WORDS[r.kind]}, reporting year to {format_day(r.month)}, as published by {format_day(r.meeting.date)}"
    return f"{KIND_WORDS[r.kind]}, {format_day(r.month)}, for the {html.escape(r.meeting.body)} of {format_day(r.meeting.date)}"


def _entries(reports: list[ReportParameters], authorities, summaries, base: str) -> str:
    items = []
    for r in reports:
        authority = authorities[r.authority]
        link = f"{base}{r.authority}/{r.month}/{r.kind}/index.html"
        items.append(f"""<li>
<h3><a href="{link}">{html.escape(authority.short_name)}: {html.escape(r.title)}</a>{_illustrative(authority)}</h3>
<p>{html.escape(summaries[r.authority, r.month, str(r.kind)])}</p>
<p class="when">{_when(r)}</p>
</li>""")
    return fenced(f'<ul class="report-list">\n{"".join(items)}\n</ul>')


def _profile_links(profiles: list[ReportParameters], authorities) -> str:
    items = [f"[{escape_markdown(authorities[r.authority].short_name)}](reports/{r.authority}/{r.month}/profile/index.html)" for r in profiles]
    return ", ".join(items) + "\n" if items else "None on this site.\n"


def _reports_page(reports: list[ReportParameters], authorities) -> str:
    rows = [
        [f'<a href="{r.authority}/{r.month}/{r.kind}/index.html">{html.escape(r.title)}</a>',
         f'<a href="{r.authority}/index.html">{html.escape(authorities[r.authority].short_name)}</a>{_illustrative(authorities[r.authority])}',
         format_day(r.month), KIND_WORDS[r.kind], f"{html.escape(r.meeting.body)}, {format_day(r.meeting.date)}"]
        for r in reports
    ]  # fmt: skip
    columns = [
        Column("Report", is_row_header=True),
        Column("Authority"),
        Column("Position at"),
        Column("Kind"),
        Column("For"),
    ]
    fields = {"title": "Reports", "description": "Every report on this site, newest first", "toc": False}
    return (
        front_matter(fields)
        + "\n\nEvery report on this site, newest first.\n"
        + fenced(table_html("All reports", columns, rows))
    )


def _authority_page(authority: Authority, reports, authorities, summaries, has_thread: bool) -> str:
    fields = {**texts(authority.name, f"Progress reports of {authority.name}"), "toc": False}
    made_up = fenced(
        '<p class="illustrative"><strong>Illustrative.</strong> This authority and all its figures are made up for demonstration.</p>'
    )
    base = ""
    entries = _entries(reports, authorities, summaries, base).replace(f'href="{reports[0].authority}/', 'href="')
    facts = f"Region: {escape_markdown(authority.region)}. Code of the Department for Education: {authority.la_code}."
    facts += f" Code of the Office for National Statistics: {authority.ons_code}." if authority.ons_code else ""
    if has_thread:
        facts += "\n\n[The golden thread](thread/index.html): from each recommendation of an inspection to what answers it and where that stands. [The programmes side by side](../programmes/index.html)."
    return (
        front_matter(fields)
        + "\n"
        + (made_up if authority.illustrative else "")
        + f"\n{facts}\n\n## Reports\n{entries}"
    )


def measures_list(measures: dict[str, Measure]) -> str:
    """Definition, unit, better side, thresholds and question of each measure, for about/measures."""
    items = []
    for key, m in sorted(measures.items(), key=lambda pair: pair[1].label.lower()):
        small = (
            f"Counts from 1 to {m.suppress_up_to} are suppressed."
            if m.suppress_up_to
            else (m.small_number_reason or "")
        )
        threshold = f"A change under {m.change_threshold:g} is no significant change." if m.change_threshold else ""
        rule = f"Compared with the {m.method.replace('_', ' ')}. {threshold} {small}".strip()
        items.append(f"""<div class="measure-entry" id="{key}">
<h2>{html.escape(m.label)}</h2>
<dl><dt>Official wording</dt><dd>{html.escape(m.title)}</dd><dt>Definition</dt><dd>{html.escape(m.definition)}</dd>
<dt>Unit</dt><dd>{m.unit.value}, of {html.escape(m.of)}, {m.decimals} decimals</dd><dt>Better when</dt><dd>{BETTER_WORDS[m.better_when]}</dd>
<dt>Rules</dt><dd>{html.escape(rule)}</dd><dt>A question to ask</dt><dd>{html.escape(m.question)}</dd><dt>Id</dt><dd><code>{key}</code></dd></dl>
</div>""")
    return fenced("\n".join(items))
