"""Kinds of text that settings may hold: dates, identifiers, words that can be seen."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from improvement_reports.domain.hints import date_problem
from improvement_reports.domain.numbers import parse_date
from improvement_reports.workspace.places import MONTH
from improvement_reports.workspace.prose.signs import code_point, is_hidden

ID = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")


def as_text(value):
    """YAML turns 2021-05-26 into a date and 2021 into a number; both are meant as text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _real_date(text: str) -> str:
    try:
        parse_date(text)
    except ValueError:
        raise ValueError(date_problem(text).removeprefix("is ")) from None
    return text


def _real_day(text: str) -> str:
    """A whole day: what was known by it could not be told from a month or a year."""
    if len(_real_date(text)) != 10:
        raise ValueError("not a day; write year, month and day as in 2021-05-26")
    return text


def _month(text: str) -> str:
    if not MONTH.fullmatch(text):
        raise ValueError("not a month; write year and month as in 2021-04")
    return text


def _identifier(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError("not an id; use lower-case letters, digits, hyphens and underscores")
    return text


DateText = Annotated[str, BeforeValidator(as_text), AfterValidator(_real_date)]


DayText = Annotated[str, BeforeValidator(as_text), AfterValidator(_real_day)]


MonthText = Annotated[str, BeforeValidator(as_text), AfterValidator(_month)]


Identifier = Annotated[str, AfterValidator(_identifier)]


def seen_words(text: str) -> str:
    """Text as a reader sees it: nothing in it has an effect that nobody sees."""
    hidden = next((c for c in text if c not in "\n\t" and is_hidden(c)), None)
    if hidden is not None:
        raise ValueError(f"holds a character that cannot be seen ({code_point(hidden)}); remove it")
    return text


Words = Annotated[str, AfterValidator(seen_words)]


Text = Annotated[str, Field(min_length=1), AfterValidator(seen_words)]


# The three digits by which the department knows an authority.
AuthorityCode = Annotated[str, BeforeValidator(as_text), Field(pattern=r"^[0-9]{3}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)
