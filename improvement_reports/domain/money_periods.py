"""For what time an amount of money is: a grammar, so that a word which is no period is refused and two spellings are
one period.
"""

import re

from improvement_reports.domain.numbers import parse_date

TOTAL = "total"
TO_DATE = " to date"
FORMS = (
    "a financial year (2020-21 or 2020 to 2021), a quarter of one (2020-21 Q1), a month (2020-04), a day (2020-04-30),"
    " a year (2020), “2020-21 to date”, “2020-21 to 2022-23”, or total"
)
QUARTER = re.compile(r"(?P<year>.+?),? ?q(?P<quarter>[1-4])")
YEARS = re.compile(r"(?P<first>\d{4}) to (?P<last>\d{4})", re.ASCII)
SHORT_YEAR = re.compile(r"(?P<first>\d{4})[-/](?P<last>\d{2}|\d{4})", re.ASCII)


def money_period(text: str) -> str:
    """The normal form of a period; a ValueError says what is wrong with it.

    >>> money_period("2020 to 2021"), money_period("2020/21 Q1"), money_period("2021-22 to date")
    ('2020-21', '2020-21 q1', '2021-22 to date')
    """
    words = " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", text).lower().split())
    if words in (TOTAL, TO_DATE.strip()):
        return words
    if words.endswith(TO_DATE):
        return _one(words.removesuffix(TO_DATE)) + TO_DATE
    quarter = QUARTER.fullmatch(words)
    if words.count(" to ") == 1 and YEARS.fullmatch(quarter["year"] if quarter else words) is None:
        first, last = (_one(part) for part in words.split(" to "))
        if _kind(first) != _kind(last) or first >= last:
            raise ValueError("does not go from an earlier to a later period of the same kind")
        return f"{first} to {last}"
    return _one(words)


def _one(words: str) -> str:
    """The normal form of a single period."""
    if match := QUARTER.fullmatch(words):
        return f"{_financial_year(match['year'])} q{match['quarter']}"
    if YEARS.fullmatch(words) or (SHORT_YEAR.fullmatch(words) and not _is_date(words)):
        return _financial_year(words)
    if not _is_date(words):
        raise ValueError("is no period")
    if (match := SHORT_YEAR.fullmatch(words)) and int(match["last"]) == (int(match["first"]) + 1) % 100:
        raise ValueError(
            f"may be a month or a financial year; write {match['first']} to {int(match['first']) + 1} for the year"
        )
    return words


def _financial_year(words: str) -> str:
    """2020-21 for 2020-21, 2020/21, 2020 to 2021 and 2020-2021; a ValueError for years that do not follow each
    other.
    """
    match = YEARS.fullmatch(words) or SHORT_YEAR.fullmatch(words)
    if match is None:
        raise ValueError("is no period")
    first, last = int(match["first"]), match["last"]
    if int(last) != (first + 1 if len(last) == 4 else (first + 1) % 100):
        raise ValueError("names two years that do not follow each other")
    return f"{first}-{(first + 1) % 100:02}"


def _is_date(words: str) -> bool:
    try:
        parse_date(words)
    except ValueError:
        return False
    return True


def _kind(period: str) -> tuple:
    """What two ends of a span have in common: a financial year, a quarter, a month, a day or a year."""
    return " q" in period, len(period), bool(SHORT_YEAR.fullmatch(period)) and not _is_date(period)


def same_period(a: str, b: str) -> bool:
    """Whether two texts name one period, however each is spelt."""
    try:
        return a == b or money_period(a) == money_period(b)
    except ValueError:
        return False
