"""Numbers and dates as GOV.UK writes them, rounded half-up with `Decimal` at the last step."""

import calendar
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.dates import format_date
from babel.numbers import format_decimal

from improvement_reports.domain.vocabulary import Unit

# What a number may come as: exact, as a cell of a table, or as the text of a file.
Number = Decimal | float | str

LOCALE = "en_GB"
MINUS = "−"

# What stands after a number of a unit: for one, and for any other number.
UNIT_NAMES = {
    Unit.PERCENT: ("percentage point", "percentage points"),  # of a difference; a percentage itself has its sign
    Unit.COUNT: ("", ""),
    Unit.RATE: ("per 10,000", "per 10,000"),
    Unit.SCORE: ("point", "points"),
    Unit.WEEKS: ("week", "weeks"),
    Unit.DAYS: ("day", "days"),
    Unit.YEARS: ("year", "years"),
    Unit.MINUTES: ("minute", "minutes"),
    Unit.FTE: ("full-time equivalent", "full-time equivalents"),
    Unit.CASES: ("case", "cases"),
    Unit.POUNDS: ("", ""),
}


def to_decimal(value: Number) -> Decimal:
    """``value`` (text, int, float or Decimal) as an exact Decimal; a float goes by its shortest text, not its bits."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 86.0 is how a table holds the 86 that was stated
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return number


def round_half_up(value: Number, decimals: int) -> Decimal:
    """``value`` rounded half away from zero, as the department publishes (2.5 → 3, −2.5 → −3)."""
    return to_decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def decimals_of(number: Number) -> int:
    """How many decimals a number was stated with, from its text; of a float or a Decimal those that it needs: 99.6 → 1,
    41 → 0.
    """
    return max(0, -int(to_decimal(number).as_tuple().exponent))


def format_number(value: Number, decimals: int | None = None) -> str:
    """1250 → 1,250; −0.04 with no decimals → 0; a true minus sign. Without ``decimals`` as stated, nothing is rounded
    away.
    """
    rounded = round_half_up(value, decimals_of(value) if decimals is None else decimals)
    if rounded == 0:
        rounded = abs(rounded)
    pattern = "#,##0" + ("." + "0" * places if (places := decimals_of(rounded)) else "")
    return format_decimal(rounded, format=pattern, locale=LOCALE).replace("-", MINUS)


def with_unit(number: str, one: str, many: str) -> str:
    """A number as it is shown with the word for what it counts: 1 point, −1 point, 0 points, 1.5 points, 1.0 points."""
    return f"{number} {one if number.lstrip(f'{MINUS}+') == '1' else many}".rstrip()


def counted(number: int, one: str, many: str = "") -> str:
    """How many there are of something, in words: 1 measure, 0 measures, 1,250 measures."""
    return with_unit(format_number(number), one, many or f"{one}s")


def format_value(value: Number, unit: Unit, decimals: int | None = None) -> str:
    """A value with its unit as prose and tables show it: 86%, 1,250, 13.5 per 10,000, 26 weeks; without ``decimals`` as
    stated.
    """
    match Unit(unit):
        case Unit.PERCENT:
            return f"{format_number(value, decimals)}%"
        case Unit.POUNDS:
            return format_money(value if decimals is None else round_half_up(value, max(0, decimals)))
        case Unit.RATE | Unit.WEEKS | Unit.DAYS | Unit.YEARS | Unit.MINUTES:
            return with_unit(format_number(value, decimals), *UNIT_NAMES[Unit(unit)])
        case _:
            return format_number(value, decimals)


def format_difference(value: Number, unit: Unit, decimals: int | None = None) -> str:
    """A difference of two values in their unit, below zero with its minus: 1.5 percentage points, −1 percentage point,
    54, 2 weeks.

    The difference of two percentages is percentage points: 50% to 40% is not 10% less.
    """
    if Unit(unit) is Unit.POUNDS:
        return format_value(value, unit, decimals)
    return with_unit(format_number(value, decimals), *UNIT_NAMES[Unit(unit)])


def format_distance(value: Number, unit: Unit, decimals: int | None = None) -> str:
    """The size of a difference in the measure's unit: 9 percentage points, 54."""
    return format_difference(abs(to_decimal(value)), unit, decimals)


def format_change(value: Number, unit: Unit, decimals: int | None = None) -> str:
    """A change as a table cell shows it: +5 percentage points, −1 percentage point, +54, 0. Its sign is that of the
    number shown.
    """
    text = format_difference(value, unit, decimals)
    return text if text.startswith(MINUS) or not any(c in "123456789" for c in text.split()[0]) else f"+{text}"


def difference_unit(unit: Unit) -> str:
    """The unit of a difference, as figures.csv has it."""
    return "percentage_points" if Unit(unit) is Unit.PERCENT else str(Unit(unit))


MILLION = 1_000_000


def format_money(pounds: Number, in_full: bool = False) -> str:
    """£521,000; £2.85 million from a million on, unless it must be written ``in_full``: £2,850,000.

    Millions are used only where three decimals of them say the whole amount.
    """
    amount = to_decimal(pounds)
    sign = MINUS if amount < 0 else ""
    amount = abs(amount)
    if amount >= MILLION and amount % 1000 == 0 and not in_full:
        millions = (amount / MILLION).normalize()
        return f"{sign}£{format_decimal(millions, format='#,##0.###', locale=LOCALE)} million"
    return f"{sign}£{format_number(amount, 0 if amount == amount.to_integral_value() else max(2, decimals_of(amount)))}"


def mixes_units(amounts: Iterable[Number]) -> bool:
    """Whether amounts of money would be written partly in pounds and partly in millions."""
    return len({format_money(a).endswith("million") for a in amounts if to_decimal(a) != 0}) > 1


def parse_date(text: str) -> date:
    """First day of a ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; a ValueError for any other text or impossible date."""
    parts = text.split("-") if isinstance(text, str) else []  # an argument of a reference may be a number
    widths = [len(p) for p in parts]
    if widths not in ([4], [4, 2], [4, 2, 2]) or not all(p.isascii() and p.isdigit() for p in parts):
        raise ValueError(f"{text!r} is not a date")
    year, month, day = ([int(p) for p in parts] + [1, 1])[:3]
    return date(year, month, day)


def last_day(text: str) -> date:
    """Last day of a ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""
    first = parse_date(text)
    if len(text) == 4:
        return date(first.year, 12, 31)
    if len(text) == 7:
        return date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
    return first


def format_day(text: str) -> str:
    """26 May 2021, May 2021 or 2021, as precise as the text itself."""
    pattern = {4: "y", 7: "MMMM y", 10: "d MMMM y"}[len(text)]
    return format_date(parse_date(text), format=pattern, locale=LOCALE)


def format_days(first: str, last: str) -> str:
    """6 to 8 October 2020; 31 October to 1 November 2022; June to July 2021. As precise as the less precise of
    the two.
    """
    if first == last:
        return format_day(first)
    a, b = parse_date(first), parse_date(last)
    if min(len(first), len(last)) < 10:
        precision = min(len(first), len(last))
        same_year = precision == 7 and a.year == b.year
        start = format_date(a, "MMMM", LOCALE) if same_year else format_day(first[:precision])
        return f"{start} to {format_day(last[:precision])}"
    if (a.year, a.month) == (b.year, b.month):
        return f"{a.day} to {format_day(last)}"
    return f"{format_date(a, 'd MMMM', LOCALE) if a.year == b.year else format_day(first)} to {format_day(last)}"


def format_short_month(text: str) -> str:
    """Apr 2021, for axes."""
    return format_date(parse_date(text), format="MMM y", locale=LOCALE).replace("Sept", "Sep")


def financial_year(text: str) -> str:
    """The financial year of a date, as GOV.UK writes it: 2021-04 → 2021 to 2022."""
    day = parse_date(text)
    start = day.year if day.month >= 4 else day.year - 1
    return f"{start} to {start + 1}"
