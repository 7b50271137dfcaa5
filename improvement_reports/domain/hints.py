"""What to write instead: the reading that a person probably meant of a date, a number or a word, as the end of a
sentence.

Nothing is guessed into the data: a reading is offered, and the person decides.
"""

import calendar
import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from improvement_reports.domain.errors import listed
from improvement_reports.domain.limits import MAX_DECIMALS, MAX_DIGITS, MAX_WHOLE
from improvement_reports.domain.numbers import parse_date

MONTH_NAMES = {
    **{name.lower(): n for n, name in enumerate(calendar.month_name) if name},
    **{name.lower(): n for n, name in enumerate(calendar.month_abbr) if name},
    "sept": 9,
}
WORD = r"(?P<word>[A-Za-z]{3,9})\.?"
SHAPES = [
    (re.compile(r"(?P<d>\d{1,2})\s*[/.\- ]\s*(?P<m>\d{1,2})\s*[/.\- ]\s*(?P<y>\d{4}|\d{2})"), "day"),
    (re.compile(r"(?P<y>\d{4})[/. ](?P<m>\d{1,2})[/. ](?P<d>\d{1,2})"), "day"),
    (re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"), "day"),
    (re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)"), "day"),
    (re.compile(rf"(?:[A-Za-z]+day,? )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ -]{WORD},?[ -](?P<y>\d{{4}}|\d\d)"), "day"),
    (re.compile(rf"{WORD} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})"), "day"),
    (re.compile(rf"{WORD}[ -](?P<y>\d{{4}}|\d\d)"), "month"),
    (re.compile(r"(?P<m>\d{1,2})[/.\-](?P<y>\d{4})"), "month"),
    (re.compile(r"(?P<y>\d{4})[/. -](?P<m>\d{1,2})"), "month"),
    (re.compile(r"(?P<y>\d{4}-\d\d-\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?"), "time"),
]
# Days since 30 December 1899, as Excel holds 1990 to 2050.
SERIAL = range(32874, 55153)
MAX_WORD = 80
DATE_FORMS = "YYYY-MM-DD, YYYY-MM or YYYY"


def read_date(text: str) -> str:
    """The date that a text in another form probably says, as YYYY-MM-DD or YYYY-MM, or nothing.

    31/07/2017, 31 July 2017, July 2017, 2017/07/31, 42947 (a spreadsheet's number for it). The day stands before the
    month.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"\d{5}", text, re.ASCII) and int(text) in SERIAL:
        return (date(1899, 12, 30) + timedelta(int(text))).isoformat()
    for shape, precision in SHAPES:
        if not (match := shape.fullmatch(text)) or not match[0].isascii():
            continue
        if precision == "time":
            return match["y"] if _is_date(match["y"]) else ""
        parts = match.groupdict()
        month = MONTH_NAMES.get(parts["word"].lower(), 0) if parts.get("word") else int(parts["m"])
        year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
        found = f"{year:04d}-{month:02d}" + (f"-{int(parts['d']):02d}" if precision == "day" else "")
        if _is_date(found):
            return found
    return ""


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def date_problem(text: str, forms: str = DATE_FORMS) -> str:
    """Why a text is no date of a return, and what to write."""
    if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", text, re.ASCII):
        year, month = int(text[:4]), int(text[5:7])
        if len(text) == 10 and 1 <= month <= 12 and year > 0:
            days = calendar.monthrange(year, month)[1]
            return f"is not a date that exists: {calendar.month_name[month]} {year} has {days} days; correct it"
        return f"is not a date that exists; write {forms}"
    if reading := read_date(text):
        return f"is not written as {forms}; if it means {_in_words(reading)}, write {reading}"
    return f"is not a date; write {forms}"


def _in_words(text: str) -> str:
    first = parse_date(text)
    return (
        f"{first.day} {calendar.month_name[first.month]} {first.year}"
        if len(text) == 10
        else f"{calendar.month_name[first.month]} {first.year}"
    )


def read_number(text: str) -> str:
    """The plain number that a text probably says (1,250 · 86% · £2,850 · −5 · +5 · 1e3 · 00012, digits of other
    scripts), or nothing.
    """
    if any(unicodedata.category(c) == "No" for c in text):  # ⁸ is a footnote and ½ no digit
        return ""
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2013", "-").replace("\u2010", "-")
    plain = re.sub(r"[\s'’£%]", "", plain).lstrip("+")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain, re.ASCII):
        plain = plain.replace(",", "")
    if match := re.fullmatch(r"(-?)(\d+(?:\.\d+)?)e\+?(\d)", plain, re.ASCII | re.IGNORECASE):
        plain = f"{match[1]}{_shifted(match[2], int(match[3]))}"
    if not re.fullmatch(r"-?(\d+\.?\d*|\.\d+)", plain, re.ASCII):
        return ""
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, _, rest = digits.partition(".")
    whole = whole.lstrip("0") or "0"
    return f"{sign}{whole}" + (f".{rest}" if rest else "")


def _shifted(digits: str, places: int) -> str:
    whole, _, rest = digits.partition(".")
    rest = rest.ljust(places, "0")
    return (whole + rest[:places]) + (f".{rest[places:]}" if rest[places:] else "")


def significant_digits(text: str) -> int:
    """How many digits of a plain number say something: 1250.10 has 6, 0.05 has 1."""
    return len(re.sub(r"[-.]", "", text).lstrip("0"))


def number_problem(text: str) -> str:
    """Why a text is no number of a return, and what to write."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
        whole, _, rest = text.lstrip("-").partition(".")
        if len(whole) > 1 and whole.startswith("0"):
            return (
                f"begins with a zero; write {read_number(text)} if it is a number"
                if len(text) <= MAX_DIGITS
                else "begins with a zero; write the number without it"
            )
        if len(whole) > MAX_WHOLE:
            return f"has more than {MAX_WHOLE} digits before the decimal point; correct it"
        if len(rest) > MAX_DECIMALS:
            return f"has more than {MAX_DECIMALS} decimals; round it to what is to be published"
        return f"has more than {MAX_DIGITS} digits, and a spreadsheet keeps no more; round it"
    reading = read_number(text)
    if reading and len(reading) <= MAX_DIGITS:
        return f"is not a plain number; write {reading}, without %, £, signs of thousands or powers of ten"
    return "is not a number; write digits with an optional decimal point, without %, £ or thousands separators"


@lru_cache(maxsize=4096)
def _near(word: str, allowed: tuple[str, ...], n: int) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(word, allowed, n=n))


def nearest(word: str, allowed: Iterable[object], n: int = 1) -> list[str]:
    """Up to ``n`` of the allowed words that look like the word, the nearest first; a long text is like none."""
    word = str(word)
    return [] if len(word) > MAX_WORD else list(_near(word, tuple(str(a) for a in allowed), n))


def suggestion(word: str, allowed: Iterable[object], n: int = 1) -> str:
    """“; did you mean x?” when one of the allowed words is near, else nothing."""
    near = nearest(word, allowed, n)
    return f"; did you mean {listed(f'“{x}”' for x in near)}?" if near else ""
