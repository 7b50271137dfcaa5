"""Numbers and dates as GOV.UK writes them, rounded half-up with `Decimal` at the last step."""

import calendar
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.dates import format_date
from babel.numbers import format_decimal

from improvement_reports.vocabulary import Unit

LOCALE = "en_GB"
MINUS = "−"

UNIT_NAMES = {
    Unit.PERCENT: ("percentage point", "percentage points"),
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


def to_decimal(value) -> Decimal:
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


def round_half_up(value, decimals: int) -> Decimal:
    """``value`` rounded half away from zero, as the department publishes (2.5 → 3, −2.5 → −3)."""
    return to_decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def decimals_of(text: str) -> int:
    """How many decimals a number was stated with: 99.6 → 1, 41 → 0."""
    return max(0, -to_decimal(text).as_tuple().exponent)


def format_number(value, decimals: int = 0) -> str:
    """1250 → 1,250; −0.04 with no decimals → 0; a true minus sign."""
    rounded = round_half_up(value, decimals)
    if rounded == 0:
        rounded = abs(rounded)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(rounded, format=pattern, locale=LOCALE).replace("-", MINUS)


def format_value(value, unit: Unit, decimals: int = 0) -> str:
    """A value with its unit as prose and tables show it: 86%, 1,250, 13.5 per 10,000, 26 weeks."""
    number = format_number(value, decimals)
    match Unit(unit):
        case Unit.PERCENT:
            return f"{number}%"
        case Unit.RATE:
            return f"{number} per 10,000"
        case Unit.POUNDS:
            return format_money(round_half_up(value, 0))
        case Unit.WEEKS | Unit.DAYS | Unit.YEARS | Unit.MINUTES:
            one, many = UNIT_NAMES[Unit(unit)]
            return f"{number} {one if number == '1' else many}"
        case _:
            return number


def format_distance(value, unit: Unit, decimals: int = 0) -> str:
    """The size of a difference in the measure's unit: 9 percentage points, 54."""
    if Unit(unit) is Unit.POUNDS:
        return format_money(abs(round_half_up(value, 0)))
    number = format_number(abs(to_decimal(value)), decimals)
    one, many = UNIT_NAMES[Unit(unit)]
    return f"{number} {one if number == '1' else many}".rstrip()


def format_signed(value, decimals: int = 0) -> str:
    """A change as a table cell: +5, −7.1, 0."""
    text = format_number(value, decimals)
    return text if text.startswith(MINUS) or round_half_up(value, decimals) == 0 else f"+{text}"


def format_money(pounds) -> str:
    """£521,000; £2.85 million from a million on."""
    amount = to_decimal(pounds)
    sign = MINUS if amount < 0 else ""
    amount = abs(amount)
    if amount >= 1_000_000:
        millions = round_half_up(amount / 1_000_000, 3).normalize()
        return f"{sign}£{format_decimal(millions, format='#,##0.###', locale=LOCALE)} million"
    return f"{sign}£{format_number(amount, 0 if amount == amount.to_integral_value() else 2)}"


def parse_date(text: str) -> date:
    """First day of a ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; a ValueError for any other text or impossible date."""
    parts = text.split("-")
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
    """6 to 8 October 2020; 31 October to 1 November 2022; June to July 2021. As precise as the less precise of the two."""
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
