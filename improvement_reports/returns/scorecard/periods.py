"""The period that a heading or a cell of a scorecard names: Apr-25, April 2025, 30/04/2025, Q1 2025/26, 2025/26.

A heading that leaves the year to the band above it (Apr beneath 2025/26, Q1 beneath it) is read with that band. What is
read in two ways is not read.
"""

import calendar
import datetime as dt
import re
from typing import NamedTuple

from improvement_reports.domain.hints import MONTH_NAMES, read_date
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.returns.scorecard.roles import part_of

YEAR_WORDS = r"(?:fy|financial year|year)?\s*"
FINANCIAL = re.compile(rf"{YEAR_WORDS}(?P<y>20\d\d|\d\d)\s*(?P<s>/|-|–|to)\s*(?P<z>20\d\d|\d\d)", re.IGNORECASE)
QUARTER = re.compile(r"(?:q|qtr|quarter)\s*\.?\s*(?P<q>[1-4])(?!\d)[\s,:(]*(?P<rest>.*?)\)?", re.IGNORECASE)
QUARTER_LAST = re.compile(r"(?P<rest>.+?)[\s,:]*(?:q|qtr|quarter)\s*\.?\s*(?P<q>[1-4])", re.IGNORECASE)
MONTH_ALONE = re.compile(r"[A-Za-z]{3,9}\.?")
JOINED = re.compile(r"([A-Za-z]{3,9})[ .]*['’]?[ .]*(\d\d|\d{4})")  # Apr25, Apr’25
# A month by its number in a financial year: M11, Month 11, P11, Period 11.
NUMBERED = re.compile(
    r"(?:m|mth|month|p|period)\s*\.?\s*(?P<m>1[0-2]|0?[1-9])(?!\d)[\s,:(]*(?P<rest>.*?)\)?", re.IGNORECASE
)
# What stands around a month and says something of its numbers: Apr 25 (prov), Apr-25*, % Apr-25, Apr-25 (%).
BEHIND = re.compile(
    r"\s*(?:\((?P<a>prov(?:isional)?|p|r|rev(?:ised)?|draft|est(?:imated?)?|unvalidated|%)\.?\)"
    r"|\s(?P<b>prov(?:isional)?|draft|unvalidated)\.?|[*†‡^]+|%)",
    re.IGNORECASE,
)
TENTATIVE = ("prov", "p", "draft", "est", "unvalidated")
US_DATE = re.compile(r"(?P<m>1[0-2]|0?[1-9])[/.-](?P<d>1[3-9]|2\d|3[01])[/.-](?P<y>\d{4}|\d\d)")
RUN_TOGETHER = re.compile(r"20\d\d(?:0[1-9]|1[0-2])")
DATE_PARTS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class Period(NamedTuple):
    """A period of time by the month in which it ends, YYYY-MM, and its kind."""

    end: str
    kind: PeriodType

    @property
    def words(self) -> str:
        """As messages say it: April 2025; quarter to June 2025; year to March 2026."""
        month = f"{calendar.month_name[int(self.end[5:])]} {self.end[:4]}"
        long = {PeriodType.QUARTER: "quarter to ", PeriodType.YEAR: "year to "}
        return f"{long.get(self.kind, '')}{month}"


class NoYear(ValueError):
    """A date that is shown without its year: Apr-25 was made the 25th of April. The message ends a sentence."""


def read_period(value: object, number_format: str = "General", band: str = "") -> Period | None:
    """The period that a heading names, or None; `NoYear` for a date that does not show its year.

    ``band``: what stands above the heading, across several columns.
    """
    if isinstance(value, dt.datetime | dt.date):
        return _of_date(value, number_format)
    if not isinstance(value, str):
        return None
    text = bare_heading(value)[0]
    return _quarter(text, band) or _year(text) or _numbered(text, band) or _month(text, band)


def bare_heading(value: str) -> tuple[str, bool]:
    """A heading without what it says of its numbers (prov, *, %), and whether that is that they may still change."""
    text, tentative = " ".join(value.replace("\u2011", "-").split()).strip(" .:"), False
    while found := re.search(rf"(?:{BEHIND.pattern})$", text, re.IGNORECASE):
        said = (found["a"] or found["b"] or "").lower()
        tentative = tentative or said.startswith(TENTATIVE)
        text = text[: found.start()].strip(" .:")
    return text.removeprefix("%").strip(), tentative


def read_part(value: object, band: str = "") -> tuple[Period, str] | None:
    """The period that a heading names and which part of a measure it says that the column is: Apr-25 Numerator."""
    words = bare_heading(value)[0].split() if isinstance(value, str) else []
    for count in range(1, min(3, len(words))):
        for label, rest in ((words[-count:], words[:-count]), (words[:count], words[count:])):
            part = part_of(" ".join(label))
            if part and (period := read_period(" ".join(rest).strip(" :,–-()"), "General", band)):
                return period, part
    return None


def why_no_period(value: object) -> str:
    """Why a heading or a cell that looks like a time names no month, and what to write, as a sentence's end."""
    text = bare_heading(str(value))[0] if isinstance(value, str | int) else ""
    if found := US_DATE.fullmatch(text):
        return f"has the month before the day; write the day first, as in {found['d']}/{found['m']}/{found['y']}"
    if RUN_TOGETHER.fullmatch(text):
        return f"may be a month; write it as in {calendar.month_abbr[int(text[4:])]}-{text[2:4]}"
    if len(read_date(text)) == 10 and not re.fullmatch(r"[\d.,]+", text):
        return "is a day in the middle of a month, which stands for no month; write the month, as in Apr-25"
    is_month = MONTH_ALONE.fullmatch(text) and text.rstrip(".").lower() in MONTH_NAMES
    if is_month or ((found := NUMBERED.fullmatch(text)) and not found["rest"]):
        return (
            "names a month without its year; write it as in Apr-25, or the financial year (2025/26) in the row above it"
        )
    return ""


def _of_date(value: dt.date, number_format: str) -> Period | None:
    shown = DATE_PARTS.sub("", number_format.split(";")[0]).lower()
    if "y" not in shown and shown.strip() not in ("", "general"):
        meant = f", perhaps meant as {value:%b} 20{value.day:02d}" if value.day > 12 else ""
        raise NoYear(
            f"holds {value.day} {value:%B} {value.year} and does not show the year{meant}; write the month as text, as"
            " in April 2025, or name it under months in the mapping"
        )
    return month_of(value) if "d" in shown else Period(f"{value:%Y-%m}", PeriodType.MONTH)


def month_of(day: dt.date) -> Period | None:
    """The month that begins or ends on a day; None for a day in the middle of one, which stands for no month."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(f"{day:%Y-%m}", PeriodType.MONTH) if day.day in (1, last) else None


def _month(text: str, band: str) -> Period | None:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return None
    if joined := JOINED.fullmatch(text):
        text = f"{joined[1]} {joined[2]}"
    found = read_date(text)
    if len(found) == 10:
        return month_of(dt.date.fromisoformat(found))
    if len(found) == 7:
        return Period(found, PeriodType.MONTH)
    number = MONTH_NAMES.get(text.rstrip(".").lower(), 0) if MONTH_ALONE.fullmatch(text) else 0
    start = _start_of_band(band) if number else 0
    return Period(f"{start + (number < 4)}-{number:02d}", PeriodType.MONTH) if start else None


def _start_of_band(text: str) -> int:
    """The calendar year in which the financial year of a band begins, or 0."""
    found = FINANCIAL.search(text)
    return _start(found) if found else 0


def _start(found: re.Match) -> int:
    """The first year of 2025/26, or 0 where the second does not follow it."""
    first, second = (int(found[k]) % 100 for k in "yz")
    return 2000 + first if second == (first + 1) % 100 else 0


def _year(text: str) -> Period | None:
    """A financial year. 2011-12 with a hyphen could be December 2011, and is read as that."""
    found = FINANCIAL.fullmatch(text)
    if not found or (found["s"] == "-" and len(found["y"]) == 4 and len(found["z"]) == 2 and int(found["z"]) <= 12):
        return None
    start = _start(found)
    return Period(f"{start + 1}-03", PeriodType.YEAR) if start else None


def _start_beside(rest: str, band: str) -> int:
    """The same of what stands beside a quarter or a month's number: a financial year and which months it is of, or
    nothing, so that the band has it. Any other word makes it another column: Q1 2025/26 Target.
    """
    others = re.findall(r"[^\W\d_]+", FINANCIAL.sub(" ", rest))
    if any(word.lower() not in {*MONTH_NAMES, "to", "of"} for word in others):
        return 0
    return _start_of_band(rest or band)


def _quarter(text: str, band: str) -> Period | None:
    found = QUARTER.fullmatch(text) or QUARTER_LAST.fullmatch(text)
    if not found:
        return None
    start = _start_beside(found["rest"], band)
    if not start:
        return None
    number = int(found["q"])
    month = (3 * number + 2) % 12 + 1  # the first quarter ends in June, the fourth in March
    return Period(f"{start + (number == 4)}-{month:02d}", PeriodType.QUARTER)


def _numbered(text: str, band: str) -> Period | None:
    """The month of a financial year by its number, 1 being April."""
    found = NUMBERED.fullmatch(text)
    start = _start_beside(found["rest"], band) if found else 0
    if not found or not start:
        return None
    month = (int(found["m"]) + 2) % 12 + 1
    return Period(f"{start + (month < 4)}-{month:02d}", PeriodType.MONTH)


def month_words(month: str) -> str:
    """2026-03 as March 2026."""
    return Period(month, PeriodType.MONTH).words
