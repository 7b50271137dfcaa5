"""The first return and report of an authority, to be filled in: it renders at once, with official statistics beside.

Nothing is invented: the measures are in the table without a value, and the texts say so.
"""

import csv
import io
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from textwrap import fill

from improvement_reports.authoring.add_measure import add_measures, from_library
from improvement_reports.domain.errors import UserError, listed, shown
from improvement_reports.domain.numbers import format_day, parse_date
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import WITHOUT_RETURN, PeriodType, ReportKind, ValueStatus
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.councils import ended_sentence
from improvement_reports.workspace.files import swap_in, write_whole
from improvement_reports.workspace.layouts import sections_of
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.places import Project, checked_month

# Measures of the library to begin with: each has an official counterpart, so that the first page shows comparisons.
FIRST_MEASURES = (
    "assessments_45_days_pct",
    "rereferrals_12_months_pct",
    "icpc_within_15_days_pct",
    "cp_plans_count",
    "cp_repeat_pct",
    "children_looked_after_count",
    "cla_three_placements_pct",
    "care_leavers_accommodation_pct",
    "care_leavers_in_eet_pct",
    "caseload_average",
    "agency_social_workers_pct",
    "social_worker_vacancy_pct",
)
KEY_MEASURES = 6
NARRATIVE = ("headline.md", "data-notes.md")


@dataclass(frozen=True)
class Beginning:
    """What a first report is of: ``received`` and ``meeting`` are days, YYYY-MM-DD."""

    authority: str
    month: str
    kind: str
    received: str
    meeting: str
    body: str


def start(project: Project, wanted: Beginning) -> list[Path]:
    """Write the files of a first report, all or none; gives their paths, folders last.

    A `UserError` for an authority or kind that is unknown, has ended or has returns already.
    """
    name = _checked(project, wanted)
    params = project.report_params(wanted.authority, wanted.month, wanted.kind)
    names = ", ".join(p.name for p in sections_of(project.notebook(wanted.kind, wanted.authority)))
    listed_sections = fill(f"{names}.", 120, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
    words = {**_words(wanted, name), "layout": listed_sections}
    new = {
        m: fields for m in FIRST_MEASURES if m not in load_measures(project) and (fields := from_library(project, m))
    }
    folder = project.raw_return(wanted.authority, wanted.month)
    aside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    (aside / "narrative").mkdir(parents=True)
    for text in NARRATIVE:
        write_whole(aside / "narrative" / text, _starter(text).template)
    made_up = "\nillustrative: true\n" if load_authorities(project)[wanted.authority].illustrative else ""
    write_whole(aside / "return.yml", _starter("return.yml").substitute(words) + made_up)
    write_whole(aside / "observations.csv", observations(wanted, words["source"]))
    if new:
        add_measures(project, new)
    params.parent.mkdir(parents=True, exist_ok=True)
    write_whole(params, _starter("report.yml").substitute(words))
    swap_in(aside, folder)
    return [*([project.params / "measures.yml"] if new else []), params, folder]


def observations(wanted: Beginning, source: str) -> str:
    """The table of observations as CSV: each first measure without a value, its place to be filled in."""
    columns = RETURN_TABLES["observations"].column_names
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    table.writeheader()
    for measure in FIRST_MEASURES:
        table.writerow(
            {
                "measure_id": measure,
                "area": wanted.authority,
                "period": wanted.month,
                "period_type": PeriodType.MONTH.value,
                "value_status": ValueStatus.NOT_AVAILABLE.value,
                "source_id": source,
                "locator": "still to be filled in",
            }
        )
    return text.getvalue()


def _checked(project: Project, wanted: Beginning) -> str:
    """The authority's name, if it can have a first report of the month."""
    checked_month(wanted.month)
    name = name_of(project, wanted.authority)
    if said := ended_sentence(project, wanted.authority, wanted.month):
        raise UserError(f"{said[0].upper()}{said[1:]}.")
    kinds = [k.value for k in ReportKind if k not in WITHOUT_RETURN]
    if wanted.kind not in kinds:
        raise UserError(f"{shown(wanted.kind)} is not a kind of report that has a return; allowed are {listed(kinds)}.")
    require_days(wanted.month, wanted.received, wanted.meeting)
    home = project.raw / wanted.authority
    taken = [p for p in (home, project.report_params(wanted.authority, wanted.month, wanted.kind)) if p.exists()]
    if taken:
        raise UserError(
            f"{project.relative(taken[0])} is there already; python3 make.py new-month {wanted.authority} begins the"
            " next month."
        )
    return name


def name_of(project: Project, authority: str) -> str:
    """The name of an authority; a `UserError` for one that is not known."""
    authorities = load_authorities(project)
    if authority not in authorities:
        raise UserError(unknown_authority(authority, project))
    return authorities[authority].name


def is_day(text: str) -> bool:
    """Whether a text is a day that exists, YYYY-MM-DD."""
    try:
        return len(text) == len("2026-11-24") and bool(parse_date(text))
    except ValueError:
        return False


def require_days(month: str, received: str, meeting: str) -> None:
    """Say what is wrong with the days of a return and its report: figures come in their month or after, and before the
    meeting.
    """
    for option, text in (("--meeting", meeting), ("--received", received)):
        if not is_day(text):
            raise UserError(f"{option} {shown(text)} is not a day; write YYYY-MM-DD.")
    if received[:7] < month:
        raise UserError(
            f"The figures of {month} cannot have been received on {format_day(received)}; say --received with the day"
            " on which they were, or another --month."
        )
    if meeting < received:
        raise UserError(
            f"A meeting on {format_day(meeting)} cannot have figures that came on {format_day(received)}; say --meeting"
            " with a later day, or --received with the day on which they came."
        )


def unknown_authority(word: str, project: Project) -> str:
    """One sentence on an authority that is not known, with those whose name is like it."""
    from improvement_reports.domain.hints import nearest

    known = load_authorities(project)
    called = {name.lower(): key for key, a in known.items() for name in (key, a.name, a.short_name)}
    near = list(dict.fromkeys(called[n] for n in nearest(word.lower(), called, 3)))
    near = near or [key for key in known if word.lower() in key][:3]
    hint = f"; did you mean {listed(near)}?" if near else f"; keys are written as in {listed(list(known)[:3])}."
    return f"{shown(word)} is not an authority of England{hint}"


def _words(wanted: Beginning, name: str) -> dict[str, str]:
    keys = "\n".join(f"  - {measure}" for measure in FIRST_MEASURES[:KEY_MEASURES])
    quoted = {"name": name, "body": wanted.body}
    escaped = {key: text.replace("\\", "\\\\").replace('"', '\\"') for key, text in quoted.items()}
    return {
        "authority": wanted.authority,
        "month": wanted.month,
        "month_words": format_day(wanted.month),
        "kind": wanted.kind,
        "received": wanted.received,
        "meeting": wanted.meeting,
        "source": f"{wanted.authority}-{wanted.month}",
        "measures": keys,
        **escaped,
    }


def _starter(name: str) -> Template:
    return Template((files("improvement_reports") / "starter" / name).read_text(encoding="utf-8"))
