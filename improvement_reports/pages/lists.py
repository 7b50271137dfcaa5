"""The pages of the site that list what there is: home, reports, authorities, measures. Page sources for both
renderers.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from markupsafe import Markup

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.markup import fenced, front_matter
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import BETTER_WORDS, KIND_WORDS
from improvement_reports.domain.wording import titled
from improvement_reports.pages.around import as_at
from improvement_reports.pages.home import HomeParts, Listed, newest_position
from improvement_reports.pages.homes_kept import Homes
from improvement_reports.pages.page_link import page_link
from improvement_reports.pages.report_parts import seen_from
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.outlines import Outlined
from improvement_reports.workspace.places import Project, generated

# Reports that the first page lists; all of them stand on a page of their own.
MOST_NEWEST = 6
# Reports in one table of the page of reports; of more the newest are shown, and each authority's page has all of its.
MOST_REPORTS = 200


def write_lists(
    project: Project,
    reports: Iterable[Listed],
    authorities: dict[str, Authority],
    measures: dict[str, Measure],
    with_log: Collection[str] = frozenset(),
    are_as_left: bool = False,
) -> None:
    """Write every list page from the reports that are on the site, newest first; those of made-up authorities apart.

    ``with_log``: the authorities whose log of editions is laid; ``are_as_left``: the pages that the last good build
    wrote lie there untouched.
    """
    listed = sorted(reports, key=lambda r: (r.params.month, r.params.meeting.date), reverse=True)
    newest = [r.params for r in listed]
    of_each: dict[str, list[Listed]] = {}
    for r in listed:
        of_each.setdefault(r.params.authority, []).append(r)
    homes = Homes(project)
    parts = {
        key: homes.parts(key, authorities[key], of_each[key], _has_thread(project, key), key in with_log)
        for key in sorted(of_each)
    }
    real = [r for r in newest if not authorities[r.authority].illustrative] or newest
    of_real_ones = {r.authority for r in real}
    made_up = {r.authority for r in newest} - of_real_ones
    of_made_up = [r for r in listed if r.params.authority in made_up]
    shown = _homes(of_made_up, authorities, parts) if made_up else ""
    write_whole(generated(project, "demonstration.md"), _demonstration(made_up, authorities, of_each) + shown)
    profiles = [r for r in newest if not r.kind.has_return]
    write_whole(generated(project, "profiles.md"), _profile_links(profiles, authorities))
    of_real = [r for r in listed if r.params.authority in of_real_ones]
    papers = [r for r in of_real if r.params.kind.has_return]
    write_whole(generated(project, "homes.md"), _homes(of_real, authorities, parts))
    write_whole(generated(project, "newest.md"), _entries(papers[:MOST_NEWEST], authorities))
    write_whole(
        project.reports / "index.qmd", _reports_page(real, [r for r in newest if r.authority in made_up], authorities)
    )
    days = {kind: as_at([r for r in newest if authorities[r.authority].illustrative is kind]) for kind in (True, False)}
    for key in parts:
        homes.write(key, parts[key], days[authorities[key].illustrative], are_as_left)
    homes.keep()
    used = {m for r in newest for m in r.measures}
    write_whole(generated(project, "measures.md"), measures_list({k: m for k, m in measures.items() if k in used}))


def _draft_word(report: Listed) -> str:
    return "DRAFT, not published. " if report.is_draft else ""


def _demonstration(made_up: Collection[str], authorities, of_each: Mapping[str, Sequence[Listed]]) -> str:
    """Where the home page leads those who want to see a programme over many months."""
    if not made_up:
        return "There is none on this site.\n"
    items = []
    for key in sorted(made_up):
        months = sorted({r.params.month for r in of_each[key]})
        span = format_day(months[0]) if len(months) == 1 else f"{len(months)} months to {format_day(months[-1])}"
        items.append(
            f"[{markdown_text(authorities[key].name)}](reports/{key}/index.html) is made up: {span} of reports show how"
            " figures move, are corrected and are revised. None of its figures is real."
        )
    return "\n\n".join(items) + "\n"


def _has_thread(project: Project, key: str) -> bool:
    """Whether the authority has a golden thread: a page of it is laid if any of its prepared returns names a
    recommendation.
    """
    return (project.reports / key / "thread" / "index.qmd").is_file()


def _entries(reports: Sequence[Listed], authorities: Mapping[str, Authority]) -> str:
    """A list of reports, for the site's first page, on which their authorities' newest summaries stand."""
    shown = [
        {
            "link": page_link(
                f"reports/{r.params.authority}/{r.folder}index.html",
                titled(authorities[r.params.authority].short_name, r.params.title),
                authorities[r.params.authority].illustrative,
            ),
            "is_draft": r.is_draft,
            "when": f"{KIND_WORDS[r.params.kind]}. {r.when}",
        }
        for r in reports
    ]
    return fenced(fill("pages/report_list.html", reports=shown))


def _homes(listed: Sequence[Listed], authorities: Mapping[str, Authority], parts: Mapping[str, HomeParts]) -> str:
    """The authorities that report on a programme, each with its newest position in a sentence or two and a link to its
    home.
    """
    shown = []
    of_each: dict[str, list[Listed]] = {}
    for r in listed:
        of_each.setdefault(r.params.authority, []).append(r)
    for key in sorted(of_each, key=lambda k: (authorities[k].short_name, k)):
        if (newest := newest_position(of_each[key])) is not None:
            folder = f"reports/{key}/"
            shown.append(
                {
                    "link": page_link(
                        f"{folder}index.html", authorities[key].short_name, authorities[key].illustrative
                    ),
                    "verdict": seen_from(parts[key].verdict, folder) or _draft_word(newest) + newest.summary,
                    "newest": newest,
                    "folder": folder,
                }
            )
    return fenced(fill("pages/homes.html", homes=shown)) if shown else "There is none on this site yet.\n"


def _profile_links(profiles: list[Outlined], authorities) -> str:
    items = [
        f"[{markdown_text(authorities[r.authority].short_name)}](reports/{r.authority}/{r.month}/profile/index.html)"
        for r in profiles
    ]
    return ", ".join(items) + "\n" if items else "None on this site.\n"


def _reports_page(
    reports: Sequence[Outlined], made_up: Sequence[Outlined], authorities: Mapping[str, Authority]
) -> str:
    """The page of all reports, newest first; those of made-up authorities apart."""
    fields = {"title": "Reports", "description": "Every report on this site, newest first", "toc": False}
    parts = [
        front_matter(fields),
        "What was published when, and what was changed and why: [editions, revisions and corrections](log/index.html)."
        " Which councils are no more, and who took over: [councils that ended](ended/index.html).",
    ]
    parts += _tables_of_reports("All reports", reports, authorities, "## Newest reports {#newest}")
    if made_up:
        parts += [
            "## Demonstration",
            "These reports are of an authority that is made up. None of their figures is real.",
            *_tables_of_reports("Reports of the demonstration", made_up, authorities),
        ]
    return "\n\n".join(parts)


def _tables_of_reports(
    caption: str, reports: Sequence[Outlined], authorities: Mapping[str, Authority], heading: str = ""
) -> list[str]:
    """A table of reports, newest first; of many the authorities, whose pages have all of theirs, and the newest below a
    ``heading``.
    """
    if len(reports) <= MOST_REPORTS:
        return [fenced(_reports_table(caption, reports, authorities))]
    below = "[below](#newest)" if heading else "below"
    return [
        f"There are {len(reports):,} reports. Each stands on the page of its authority; the newest {MOST_REPORTS} are"
        f" {below}.",
        fenced(_authorities_table("Authorities and their reports", reports, authorities)),
        *([heading] if heading else []),
        fenced(_reports_table(f"The newest {MOST_REPORTS} reports", reports[:MOST_REPORTS], authorities)),
    ]


AUTHORITY_COLUMNS = [
    Column("authority", "Authority", is_row_header=True),
    Column("count", "Reports", is_number=True),
    Column("position", "Newest position"),
]


def _authorities_table(caption: str, reports: Sequence[Outlined], authorities: Mapping[str, Authority]) -> Markup:
    """The authorities of these reports by name, each with a link to its page."""
    counts = Counter(r.authority for r in reports)
    newest: dict[str, str] = {}
    for r in reports:
        newest[r.authority] = max(newest.get(r.authority, ""), r.month)
    return table(
        caption,
        AUTHORITY_COLUMNS,
        [
            {
                "authority": page_link(f"{key}/index.html", authorities[key].short_name, authorities[key].illustrative),
                "count": f"{counts[key]:,}",
                "position": format_day(newest[key]),
            }
            for key in sorted(counts, key=lambda key: authorities[key].short_name)
        ],
    )


REPORT_COLUMNS = [
    Column("report", "Report", is_row_header=True),
    Column("authority", "Authority"),
    Column("position", "Position at"),
    Column("kind", "Kind"),
    Column("for", "For"),
]


def _reports_table(caption: str, reports: Sequence[Outlined], authorities: Mapping[str, Authority]) -> Markup:
    return table(caption, REPORT_COLUMNS, [_report_row(r, authorities[r.authority]) for r in reports])


def _report_row(r: Outlined, authority: Authority) -> dict[str, str]:
    return {
        "report": page_link(f"{r.authority}/{r.month}/{r.kind}/index.html", r.title),
        "authority": page_link(f"{r.authority}/index.html", authority.short_name, authority.illustrative),
        "position": format_day(r.month),
        "kind": KIND_WORDS[r.kind],
        "for": f"{r.meeting.body}, {format_day(r.meeting.date)}",
    }


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
