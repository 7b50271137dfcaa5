"""The next month of an authority: what carries over is there, what must be new is blank, what was copied is named.

Values, and what the source states of them, are never copied. Texts come along and stand under ``not_yet_read`` in
return.yml until a person takes them out; tables of the plan that rarely change stand under ``unchanged``.
"""

import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from improvement_reports.authoring.starting import require_days
from improvement_reports.domain.errors import UserError, listed, shown
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.tables import CARRIED, NARRATIVE_FOLDER, RETURN_FILE
from improvement_reports.domain.vocabulary import OPEN_DECISIONS, PeriodType, ValueStatus
from improvement_reports.method.spans import shift
from improvement_reports.returns.keys import return_months
from improvement_reports.returns.reading import RawReturn
from improvement_reports.returns.series import before, checked
from improvement_reports.workspace.files import swap_in, write_whole
from improvement_reports.workspace.places import Project, checked_month
from improvement_reports.workspace.strays import is_report_file

# What moves from month to month, to be gone through line by line; of decisions those that are still to be made.
COPIED = ("priorities", "actions", "decisions", "options")
# What the source states of the month in a table of the plan, which is another statement next month.
SAID_OF_THE_MONTH = {"actions": ("outcome",), "risks": ("movement",)}
BLANKED = ("value", "numerator", "denominator", "change", "stated_direction", "stated_rag", "comment")
OF_ONE_DOCUMENT = ("file", "sha256", "url")  # what a source says of a document that is not this month's
HEADER = """\
# Copied from {before} by new-month. Change what is new: the titles and days of the sources.
# not_yet_read: sections of the narrative as they were last month; take a name out when you have read and changed it.
# unchanged: tables that stand as they were last stated; to change one, take its name out and put the table here.
"""


@dataclass(frozen=True)
class Next:
    """What is begun: ``received`` and ``meeting`` are days, YYYY-MM-DD; ``copied``: tables to copy line by line."""

    authority: str
    month: str
    received: str
    meeting: str
    copied: Collection[str] = COPIED


def month_after(month: str) -> str:
    """The reporting month after one, YYYY-MM."""
    return shift(month, 1)


def last_month(project: Project, authority: str) -> str:
    """The newest month of an authority; a `UserError` that names `init` where there is none."""
    months = return_months(project, authority)
    if not months:
        raise UserError(f"{authority} has no return yet; python3 make.py init {authority} begins the first month.")
    return months[-1]


def begin(project: Project, wanted: Next) -> list[Path]:
    """Write the files of the next month, all or none; their paths.

    A `UserError` for a month that is there or does not follow the others, and `InvalidInput` if the newest return has
    faults.
    """
    last = last_month(project, wanted.authority)
    _check(project, wanted, last)
    raw, _ = checked(project, project.raw_return(wanted.authority, last), before(project, wanted.authority, last))
    folder = project.raw_return(wanted.authority, wanted.month)
    aside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    (aside / NARRATIVE_FOLDER).mkdir(parents=True)
    for name, text in files(raw, wanted, last).items():
        write_whole(aside / name, text)
    reports = {}
    for path in sorted((project.params / wanted.authority).glob(f"{last}-*.yml")):
        if is_report_file(path):
            text = moved_on(path.read_text(encoding="utf-8"), last, wanted.month)
            reports[path.with_name(path.name.replace(last, wanted.month, 1))] = _met(text, wanted.meeting)
    for path, text in reports.items():
        write_whole(path, text)
    swap_in(aside, folder)
    return [*reports, folder]


def files(raw: RawReturn, wanted: Next, last: str) -> dict[str, str]:
    """The files of the next return by their names, from the return of the month before."""
    renamed = _renewed(raw, wanted.month, last)
    tables = {"observations": _blank(raw.tables["observations"], wanted.month, last)}
    tables |= {t: _restated(t, raw.tables[t], raw.tables) for t in wanted.copied if t in raw.tables}
    tables = {name: table for name, table in tables.items() if name == "observations" or len(table)}
    found = {
        f"{name}.csv": _csv(table.assign(source_id=table["source_id"].replace(renamed)), raw.lacks.get(name, []))
        for name, table in tables.items()
    }
    for section, text in raw.narrative.items():
        found[f"{NARRATIVE_FOLDER}/{section}.md"] = moved_on(text, last, wanted.month)
    found[RETURN_FILE] = _settings(raw, wanted, last, renamed)
    return found


def _csv(table: pd.DataFrame, lacks: Collection[str]) -> str:
    """A table as CSV, without the optional columns that its own file did not have and nothing has come into."""
    return table.drop(columns=[c for c in lacks if not table[c].any()]).to_csv(index=False)


def moved_on(text: str, last: str, month: str) -> str:
    """A text or a settings file of last month as it would read this month: months named, and periods of references."""
    pairs = {shift(last, -1): last, last: month}
    text = re.sub(
        r"(period=\\?[\"'])(\d{4}-\d\d)(?=\\?[\"'])", lambda m: m[1] + pairs.get(m[2], m[2]), text
    )  # the month before is now last month, last month is this one; any other is a fixed point
    text = re.sub(rf"^(month: *[\"']?){last}", rf"\g<1>{month}", text, flags=re.MULTILINE)
    return text.replace(format_day(last), format_day(month))


def _met(text: str, meeting: str) -> str:
    """The settings of a report with another day of the meeting."""
    return re.sub(r"(^meeting:.*?\bdate: *[\"']?)\d{4}-\d\d-\d\d", rf"\g<1>{meeting}", text, count=1, flags=re.S | re.M)


def _blank(table: pd.DataFrame, month: str, last: str) -> pd.DataFrame:
    """Last month's measures for this month, without what was measured; what is not monthly is left to its own time."""
    monthly = (table["period"].str[:7] == last) & (table["period_type"] != PeriodType.NOT_DATED)
    rows = table[monthly].copy()
    rows["period"] = month
    had_value = (rows["value"] != "") | (rows["value_status"] == ValueStatus.SUPPRESSED)
    rows[[c for c in BLANKED if c in rows]] = ""
    # What had no value keeps saying why, for that rarely changes; what had one is missing until it is filled in.
    rows.loc[had_value, "value_status"] = ValueStatus.PUBLISHED.value
    return rows


def _restated(name: str, table: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """A table of the plan; for priorities what was the status last month is now the status before. A decision comes
    along until it is made, with its options; what was said of the month does not.
    """
    if name in ("decisions", "options"):
        return table[table["decision_id"].isin(_still_open(tables))]
    if name != "priorities":
        return table.assign(**{c: "" for c in SAID_OF_THE_MONTH.get(name, ()) if c in table})
    now = {f"previous_{c}": table[c] for c in ("action_status", "impact_status") if f"previous_{c}" in table}
    return table.assign(**now)


def _still_open(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """The decisions that are still to be made."""
    if "decisions" not in tables:
        return set()
    table = tables["decisions"]
    return set(table.loc[table["status"].isin(list(OPEN_DECISIONS)), "decision_id"])


def _renewed(raw: RawReturn, month: str, last: str) -> dict[str, str]:
    """The sources of last month's values by the ids that they have this month; other documents stay what they are."""
    used = raw.tables["observations"].loc[raw.tables["observations"]["period"].str[:7] == last, "source_id"]
    return {s: s.replace(last, month) for s in dict.fromkeys(used)}


def _settings(raw: RawReturn, wanted: Next, last: str, renamed: dict[str, str]) -> str:
    """The text of return.yml."""
    content = raw.known_info.model_dump(mode="json", exclude_defaults=True)
    content |= {"month": wanted.month, "received": wanted.received}
    stays = [t for t in CARRIED if t in raw.tables and t not in wanted.copied]
    still_named = {s for t in stays for s in raw.tables[t]["source_id"]}
    documents = content["sources"]
    content["sources"] = {key: s for key, s in documents.items() if key not in renamed or key in still_named}
    content["sources"] |= {new: _source(documents[old], wanted, last) for old, new in renamed.items()}
    content |= {"unchanged": stays, "not_yet_read": list(raw.narrative)}
    lines = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10**6)
    return HEADER.format(before=format_day(last)) + "\n" + lines


def _source(source: dict, wanted: Next, last: str) -> dict:
    """This month's document in the place of last month's."""
    new = {key: value for key, value in source.items() if key not in OF_ONE_DOCUMENT}
    new |= {"title": new["title"].replace(format_day(last), format_day(wanted.month)), "date": wanted.received}
    if "meeting" in new:
        new["meeting"] = new["meeting"] | {"date": wanted.meeting}
    return new


def _check(project: Project, wanted: Next, last: str) -> None:
    if checked_month(wanted.month) <= last:
        raise UserError(
            f"{wanted.authority} has a return of {format_day(last)}, so the next month is"
            f" {month_after(last)}; a month that is there is changed in its own files."
        )
    require_days(wanted.month, wanted.received, wanted.meeting)
    if unknown := [t for t in wanted.copied if t not in CARRIED]:
        raise UserError(f"{shown(unknown[0])} is not a table that can be copied; allowed are {listed(CARRIED)}.")
