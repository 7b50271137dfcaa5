"""When a step is due in the words of a plan: Q2 2026/27, spring 2026, autumn term 2026, ongoing.

The words are shown as they are written. What is read of them, the last day that they can mean, is for the order of
steps and for asking later whether a step was done in time; it is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from improvement_reports.domain.hints import MONTH_NAMES, read_date
from improvement_reports.domain.money_periods import money_period
from improvement_reports.domain.numbers import format_day, last_day, parse_date

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 80
LAST = "9999-12-31"  # what has no time stands after what has one
SEASONS = {"spring": 5, "summer": 8, "autumn": 11, "winter": 2}  # the last month of each
TERMS = {"autumn": 12, "spring": 4, "summer": 7}
PARTS_OF_YEAR = {"q1": 6, "q2": 9, "q3": 12, "q4": 3, "h1": 9, "h2": 3}
LEAD = re.compile(r"(?:by |in |during |due )?(?:the )?(?:(?:end|start|middle) of |early |mid[ -]|late )?(?:the )?")
PART = re.compile(r"(?P<kind>q|quarter |h|half )(?P<number>\d+)(?:,? (?:of )?(?P<year>.+))?")
YEAR_FIRST = re.compile(r"(?P<year>\d.*?),? (?P<part>(?:q|h)\d+)")
SEASON = re.compile(r"(?P<name>spring|summer|autumn|winter)(?P<term> term)?,? (?P<year>.+)")
MONTH = re.compile(r"(?P<month>[a-z]+) (?P<year>\d{4})")
TIME = re.compile(  # words before which “due” can stand
    r"(?:the )?(?:(?:end|start|middle) of |early |mid[ -]|late )?(?:the )?(?:[qh]\d|(?:quarter|half) \d|\d{4}|"
    rf"(?:{'|'.join((*SEASONS, *MONTH_NAMES))})\b)",
    re.IGNORECASE,
)


def due_problem(words: str) -> str:
    """Why words cannot stand in due_words, as the end of a sentence; "" where they can."""
    if len(words) > LONGEST or "\n" in words:
        return f"is not a few words on one line; write when it is due in at most {LONGEST} characters"
    if day := _date_of(words):
        return f"is a date; write {day} in due, and leave due_words for what is no date, such as Q2 2026/27"
    try:
        due_end(words)
    except ValueError as error:
        return f"{error}; write for example Q2 2026/27, H1 2026/27, spring 2026, autumn term 2026 or ongoing"
    return ""


def due_end(words: str, month: str = "") -> str:
    """The last day that words can mean, YYYY-MM-DD, and "" for words without a time.

    A quarter without its year is one of the financial year of ``month``, and has no time without it. A ValueError says
    what is wrong with words that look like a time and are none.

    >>> due_end("Q2 2026/27"), due_end("by spring 2026"), due_end("ongoing"), due_end("Q4", "2026-10")
    ('2026-09-30', '2026-05-31', '', '2027-03-31')
    """
    text = " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", words).lower().split())
    text = LEAD.sub("", text, count=1)
    if match := YEAR_FIRST.fullmatch(text):
        text = f"{match['part']} {match['year']}"
    if match := PART.fullmatch(text):
        return _part_end(f"{match['kind'][0]}{match['number']}", match["year"], month)
    if match := SEASON.fullmatch(text):
        return _season_end(match["name"], bool(match["term"]), match["year"])
    if (match := MONTH.fullmatch(text)) and match["month"] in MONTH_NAMES:
        return _month_end(int(match["year"]), MONTH_NAMES[match["month"]])
    if re.fullmatch(r"\d[\d/ to-]*", text):
        first, last = _years(text)
        return f"{last}-03-31" if first != last else f"{last}-12-31"
    return ""


def due_order(row: Mapping[str, str] | pd.Series, month: str) -> str:
    """What rows of steps are put into the order of time by: the date, or the last day of the words."""
    if row["due"]:
        return row["due"]
    words = row.get("due_words") or ""
    return (due_end(words, month) if words else "") or LAST


def due_by(row: Mapping[str, str] | pd.Series) -> str:
    """The last day on which a step is in time, YYYY-MM-DD, as far as its date or its words say one; else ""."""
    return last_day(row["due"]).isoformat() if row["due"] else due_end(row.get("due_words") or "")


def due_shown(row: Mapping[str, str] | pd.Series) -> str:
    """When a step is due, as a page shows it: the words of the plan with the date that it gives, or the date."""
    words, day = row.get("due_words") or "", format_day(row["due"]) if row["due"] else ""
    if not words:
        return day and f"due {day}"
    shown = f"due {words}" if TIME.match(words) else words
    return f"{shown} ({day})" if day else shown


def _date_of(words: str) -> str:
    """A date as due takes it, of words that are one."""
    try:
        parse_date(words)
    except ValueError:
        return read_date(words)
    return words


def _years(text: str) -> tuple[int, int]:
    """The first and the last calendar year of 2026/27, 2026 to 2027 or 2026."""
    normal = money_period(text)
    if not re.fullmatch(r"\d{4}(-\d\d)?", normal):
        raise ValueError("is no year")
    first = int(normal[:4])
    return first, first + 1 if len(normal) == 7 else first


def _part_end(part: str, year: str | None, month: str) -> str:
    """The end of a quarter or a half of a financial year."""
    if part not in PARTS_OF_YEAR:
        raise ValueError("names a part that no year has")
    if year is None:
        if not month:
            return ""
        day = parse_date(month)
        first = day.year if day.month >= 4 else day.year - 1
    else:
        first, last = _years(year)
        if first == last:
            return ""  # of which year a plan means Q2 2026 is not said
    at = PARTS_OF_YEAR[part]
    return _month_end(first + (at == 3), at)


def _season_end(name: str, is_term: bool, year: str) -> str:
    """The end of a season or of a school term."""
    first, last = _years(year)
    at = (TERMS if is_term else SEASONS).get(name)
    if at is None:
        raise ValueError("names a term that no school has")
    if name == "winter":
        return _month_end(first + 1, at)
    return _month_end(last if at <= 8 else first, at)


def _month_end(year: int, month: int) -> str:
    return last_day(f"{year:04d}-{month:02d}").isoformat()
