"""What may be wrong with a raw table of official statistics."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.hints import number_problem
from improvement_reports.domain.limits import MAX_DECIMALS
from improvement_reports.domain.numbers import parse_date
from improvement_reports.domain.vocabulary import BetterWhen, ValueStatus
from improvement_reports.official.definitions import UNITS
from improvement_reports.workspace.areas import area_faults, region_code
from improvement_reports.workspace.cell_types import is_id, is_number
from improvement_reports.workspace.official_tables import FOLDER, MOST_NAMED
from improvement_reports.workspace.places import MONTH


@dataclass
class _Table:
    """A raw table while it is checked: its rows by their number in the file, all tables beside it, and its faults."""

    name: str
    frame: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    faults: list[Fault] = field(default_factory=list)

    @property
    def file(self) -> str:
        return f"{FOLDER}/{self.name}.csv"

    def report(self, bad: pd.Series, column: str, problem: str) -> None:
        """A fault for each of the first bad rows, and one for all others."""
        for index in self.frame.index[bad][:MOST_NAMED]:
            where = f"{self.file}, row {index}, {column}"
            self.faults.append(Fault(where, f"{shown(self.frame.at[index, column])} {problem}"))
        if (more := int(bad.sum()) - MOST_NAMED) > 0:
            rows = "row" if more == 1 else "rows"
            self.faults.append(Fault(f"{self.file}, {column}", f"{more} more {rows} of the same kind: {problem}"))

    def fits(self, column: str, test: Callable[[str], object]) -> pd.Series:
        """The rows whose text passes a test, which sees each text once."""
        texts = self.frame[column]
        return texts.isin([text for text in texts.unique() if test(text)])

    def known(self, column: str, table: str) -> pd.Series:
        """The rows whose text stands in a column of another table: of measures their id, of areas their code."""
        return self.frame[column].isin(self.tables[table]["measure_id" if table == "measures" else "la_code"])


def table_faults(name: str, frame: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> list[Fault]:
    table = _Table(name, frame, tables)
    if value := {"annual-values": "value", "referrals-by-month": "referrals"}.get(name):
        _check_values(table, value)
    if name == "annual-values":
        table.report(~table.known("measure_id", "measures"), "measure_id", "is not in measures.csv")
    if name in ("annual-values", "statistical-neighbours"):
        table.report(~table.known("la_code", "areas"), "la_code", "is not in areas.csv")
    if name == "statistical-neighbours":
        table.report(~table.known("neighbour_la_code", "areas"), "neighbour_la_code", "is not in areas.csv")
    for column, (form, problem) in WHOLE.get(name, {}).items():
        table.report(~table.fits(column, re.compile(form).fullmatch), column, problem)
    if name == "referrals-by-month":
        _check_referrals(table)
    if name == "areas":
        return [*table.faults, *area_faults(dict(zip(frame.index, frame.to_dict("records"), strict=True)), table.file)]
    if name == "measures":
        _check_measures(table)
    _check_keys(table)
    return table.faults


def _check_values(table: _Table, value: str) -> None:
    """Values, their statuses, and the day from which each was known."""
    frame = table.frame
    problems = {text: _number_problem(text) for text in frame[value].unique()}
    is_published = frame["status"] == "published"
    for problem in sorted({p for p in problems.values() if p}):
        table.report(is_published & (frame[value].map(problems) == problem), value, problem)
    table.report(~is_published & (frame[value] != ""), value, "stands there although it is not published")
    is_status = frame["status"].isin([s.value for s in ValueStatus])
    table.report(~is_status, "status", "is not a known status; see SOURCE.md")
    is_day = table.fits("available_from", _is_day)
    table.report(~is_day, "available_from", "is not a day (YYYY-MM-DD) that exists")


def _check_referrals(table: _Table) -> None:
    """Areas by their code, regions by their name, and months."""
    has_code = table.frame["la_code"] != ""
    is_region = table.fits("area_name", region_code)
    table.report(~has_code & ~is_region, "area_name", "has no code and is no region that is known")
    table.report(has_code & ~table.known("la_code", "areas"), "la_code", "is not in areas.csv")
    table.report(~table.fits("month", MONTH.fullmatch), "month", "is not a month (YYYY-MM)")


def _check_measures(table: _Table) -> None:
    """Ids, units, and which way is better."""
    frame, is_named = table.frame, table.fits("measure_id", is_id)
    table.report(~is_named, "measure_id", "is not an id; use lower-case letters, digits, hyphens and underscores")
    table.report(~frame["unit"].isin(UNITS), "unit", f"is not a known unit; known are {', '.join(UNITS)}")
    sides = [*(b.value for b in BetterWhen), "none"]
    table.report(
        ~frame["better_when"].isin(sides), "better_when", "is not allowed; write higher, lower, neutral or none"
    )


def _check_keys(table: _Table) -> None:
    """No row stands twice; a region is one however it is spelt."""
    frame, keys = table.frame, KEYS[table.name]
    known = frame.assign(la_code=area_codes(frame)) if table.name == "referrals-by-month" else frame
    same = " and ".join(k for k in keys[1:] if k != "available_from")
    same += " and area_name" if "area_name" in frame and "month" in frame else ""
    revised = ", or give the revised one the day from which it was known" if "available_from" in keys else ""
    problem = f"stands twice for the same {same or keys[0]}; keep one row{revised}"
    table.report(known.duplicated(keys), keys[0], problem)


YEAR = "(19|20)[0-9]{2}", "is not a year of four digits; write a whole number"


# Columns of whole numbers: their form, and what is said of another.
WHOLE = {
    "annual-values": {"reporting_year": YEAR},
    "statistical-neighbours": {"model_year": YEAR, "rank": ("[0-9]{1,3}", "is not a whole number")},
    "measures": {"decimals": (f"[0-{MAX_DECIMALS}]", f"is not a whole number from 0 to {MAX_DECIMALS}")},
}


# What a row is known by. Of two values for one thing, each with a day of its own, the newest that was known by a day
# holds.
KEYS = {
    "annual-values": ["measure_id", "reporting_year", "la_code", "available_from"],
    "measures": ["measure_id"],
    "areas": ["la_code"],
    "statistical-neighbours": ["model_year", "la_code", "rank"],
    "referrals-by-month": ["month", "la_code", "available_from"],
}


def _number_problem(text: str) -> str:
    """What is wrong with a published value, as the end of a sentence, or nothing: the rules of a number of a return."""
    if is_number(text):
        return ""
    said = number_problem(text)
    return "is not a number although the status is published" if said.startswith("is not a") else said


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(parse_date(text))
    except ValueError:
        return False


def area_codes(referrals: pd.DataFrame) -> list[str]:
    """The code of the area of each row of monthly referrals: its own, or that of its region."""
    areas = zip(referrals["la_code"].tolist(), referrals["area_name"].tolist(), strict=True)
    return [code or region_code(area) or "" for code, area in areas]
