"""What a cell may hold by the type of its column: numbers, dates, identifiers, plain text."""

import re

from improvement_reports.domain.hints import read_date, significant_digits
from improvement_reports.domain.limits import MAX_DECIMALS, MAX_DIGITS, MAX_WHOLE
from improvement_reports.domain.numbers import parse_date
from improvement_reports.domain.plain_text import is_plain_text
from improvement_reports.workspace.fields import ID

# What a float holds exactly; a number that begins with a zero is a code.
NUMBER = re.compile(rf"-?(0|[1-9]\d{{0,{MAX_WHOLE - 1}}})(\.\d{{1,{MAX_DECIMALS}}})?", re.ASCII)


MAX_ID = 100


MADE_DATE = re.compile(
    r"\d{1,2}[-/"
    r" ](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[-/"
    r" ]\d{2}",
    re.ASCII | re.IGNORECASE,
)


def is_number(text: str) -> bool:
    """A plain decimal number of at most 15 digits: no thousands separator, no unit, no exponent, finite."""
    return bool(NUMBER.fullmatch(text)) and significant_digits(text) <= MAX_DIGITS


def is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def is_made_date(text: str) -> bool:
    """Whether a category is what spreadsheets make of 5-9 or 10-12: 05-Sep, Oct-12, 05/09/2024, 2024-09-05."""
    return (
        bool(read_date(text) and re.search(r"[-/.]", text))
        or bool(MADE_DATE.fullmatch(text))
        or (is_date(text) and len(text) == 10)
    )


def is_id(text: str) -> bool:
    return len(text) <= MAX_ID and bool(ID.fullmatch(text))


TYPE_TESTS = {
    "id": is_id,
    "text": is_plain_text,
    "number": is_number,
    "date": is_date,
    "yes_no": lambda text: text in ("yes", "no"),
}
