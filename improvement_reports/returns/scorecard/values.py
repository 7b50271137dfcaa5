"""What the cells of a line say in the unit of its measure: a value, the counts behind it, or why there is none."""

from decimal import Decimal
from typing import NamedTuple

from improvement_reports.domain.errors import shown
from improvement_reports.domain.limits import MAX_DIGITS, MAX_WHOLE
from improvement_reports.domain.numbers import decimals_of, round_half_up
from improvement_reports.domain.sameness import normal_key
from improvement_reports.domain.vocabulary import Unit, ValueStatus
from improvement_reports.returns.cell_reading import other_number, shown_decimals
from improvement_reports.returns.scorecard.amounts import is_withheld, read_amount, why_no_number
from improvement_reports.returns.scorecard.grid import Cell
from improvement_reports.returns.scorecard.marks import why_marked

# What is written where there is no number, and what it means: the weakest reason that is true of each.
MISSING = {
    "n/a": ValueStatus.NOT_AVAILABLE,
    "na": ValueStatus.NOT_AVAILABLE,
    "n.a.": ValueStatus.NOT_AVAILABLE,
    "#n/a": ValueStatus.NOT_AVAILABLE,
    "-": ValueStatus.NOT_AVAILABLE,
    "..": ValueStatus.NOT_AVAILABLE,
    ":": ValueStatus.NOT_AVAILABLE,
    "x": ValueStatus.NOT_AVAILABLE,
    "tbc": ValueStatus.NOT_AVAILABLE,
    "not available": ValueStatus.NOT_AVAILABLE,
    "no data": ValueStatus.NOT_AVAILABLE,
    "z": ValueStatus.NOT_APPLICABLE,
    "not applicable": ValueStatus.NOT_APPLICABLE,
    "*": ValueStatus.SUPPRESSED,
    "c": ValueStatus.SUPPRESSED,
    "suppressed": ValueStatus.SUPPRESSED,
    "not yet due": ValueStatus.NOT_YET_DUE,
}
FRACTION, PERCENT, UNSURE, MIXED = "fraction", "percent", "unsure", "mixed"


class NotUnderstood(ValueError):
    """A cell that does not say one thing; the message is the end of a sentence about it."""


class Reading(NamedTuple):
    """What a cell says: a value in the measure's unit, or why there is none; ``decimals`` that the sheet shows."""

    value: Decimal | None
    status: ValueStatus = ValueStatus.PUBLISHED
    top: int | None = None
    bottom: int | None = None
    decimals: int | None = None
    is_worked_out: bool = False
    beside: str = ""  # how sure it is, as the cell says it


def scale_of(cells: list[Cell]) -> str:
    """How a line of percentages is written: as shares of one (0.54), as percentages (54), mixed, or not to be told.

    A cell that shows a % says it itself; only plain numbers are in doubt.
    """
    plain = [c for c in cells if _is_number(c) and "%" not in c.number_format]
    numbers = [float(c.value) for c in plain if isinstance(c.value, int | float)]
    numbers += [
        float(a.number) for c in cells if (a := read_amount(c.text)) and a.number is not None and not a.is_percent
    ]
    small = any(0 < n < 1 for n in numbers)
    if any(n > 1 for n in numbers):
        return MIXED if small else PERCENT
    return UNSURE if small or any(n == 1 for n in numbers) else PERCENT


def mark_of(text: str) -> ValueStatus | None:
    """What a text that stands where a number should means, where that is known: n/a, *, <5."""
    return MISSING.get(normal_key(text)) or (ValueStatus.SUPPRESSED if is_withheld(text) else None)


def examples(cells: list[Cell]) -> tuple[Cell, Cell] | None:
    """A plain number below one and one above, of a line that mixes both."""
    plain = [c for c in cells if _is_number(c) and "%" not in c.number_format]
    low = next((c for c in plain if 0 < float(str(c.value)) < 1), None)
    high = next((c for c in plain if float(str(c.value)) > 1), None)
    return (low, high) if low and high else None


def _is_number(cell: Cell) -> bool:
    return isinstance(cell.value, int | float) and not isinstance(cell.value, bool)


def read_value(cell: Cell, unit: Unit, scale: str, missing: dict[str, ValueStatus], as_shown: bool) -> Reading:
    """What a cell says; `NotUnderstood` where that is not one thing.

    ``as_shown``: a number goes by what its format shows (72%) and not by what is stored (71.94%).
    """
    if status := missing.get(normal_key(cell.words)):
        return Reading(None, status)
    if cell.problem:
        raise NotUnderstood(cell.problem)
    if _is_number(cell):
        return _checked(_of_number(cell, unit, scale, as_shown), cell, unit)
    if not isinstance(cell.value, str):
        made_of = "" if isinstance(cell.value, bool) else ", which spreadsheets make of texts such as 5-9"
        raise NotUnderstood(f"holds {shown(cell.words)}{made_of}; write the number that is meant")
    return _checked(_of_text(cell, unit, scale), cell, unit)


def _of_number(cell: Cell, unit: Unit, scale: str, as_shown: bool) -> Reading:
    number = Decimal(format(cell.value, f".{MAX_DIGITS}g"))
    if "%" in cell.number_format:
        if unit is not Unit.PERCENT:
            raise NotUnderstood(f"is formatted as a percentage, and the measure is a {unit}; correct one of them")
        number, decimals = number * 100, shown_decimals(number, cell.number_format)
    else:
        if problem := other_number(number, cell.number_format):
            raise NotUnderstood(problem)
        decimals = shown_decimals(number, cell.number_format)
        if unit is Unit.PERCENT:
            number = _scaled(number, scale)
    if as_shown and decimals is not None:
        number = round_half_up(number, decimals)
    return Reading(number.normalize() + 0, decimals=decimals)


def _scaled(number: Decimal, scale: str) -> Decimal:
    if number == 0 or scale == PERCENT:
        return number
    if scale == FRACTION:
        return number * 100
    if scale == MIXED:
        raise NotUnderstood(
            "stands in a row that mixes shares of one and percentages; write them in one way, or say scale in the"
            " mapping"
        )
    raise NotUnderstood(
        f"may be {number:f}% or {number * 100:f}%; say scale: fraction or scale: percent in the mapping"
    )


def _of_text(cell: Cell, unit: Unit, scale: str) -> Reading:
    amount = read_amount(cell.text)
    if amount is None:
        raise NotUnderstood(f"{shown(cell.words)} {why_marked(cell.text) or why_no_number(cell.text)}")
    if amount.number is None:
        return Reading(None, top=amount.top, bottom=amount.bottom)
    number = amount.number
    if amount.is_percent and unit is not Unit.PERCENT:
        raise NotUnderstood(f"{shown(cell.words)} is a percentage, and the measure is a {unit}; correct one of them")
    if amount.is_pounds and unit is not Unit.POUNDS:
        raise NotUnderstood(f"{shown(cell.words)} is money, and the measure is a {unit}; correct one of them")
    if unit is Unit.PERCENT and not amount.is_percent:
        number = _scaled(number, scale)
    if amount.top is None and amount.bottom is not None and unit in (Unit.COUNT, Unit.RATE, Unit.POUNDS, Unit.FTE):
        raise NotUnderstood(
            f"{shown(cell.words)} says of how many, and the measure is a {unit}; write the number alone"
        )
    if amount.top is None and amount.bottom == 0:
        raise NotUnderstood(
            f"{shown(cell.words)} is a number of none; say under missing in the mapping why there is none"
        )
    reading = Reading(number, top=amount.top, bottom=amount.bottom, decimals=decimals_of(number), beside=amount.beside)
    return _with_top(reading) if unit is Unit.PERCENT else reading


def _with_top(reading: Reading) -> Reading:
    """18% of 40 with its numerator, where that comes out whole and no other would be rounded to the same share."""
    if reading.value is None or reading.bottom is None or reading.top is not None or not reading.bottom:
        return reading
    top = reading.value * reading.bottom / 100
    step = Decimal(100) / reading.bottom  # by what the share of one more differs
    is_only = step > Decimal(1).scaleb(-decimals_of(reading.value))
    return reading._replace(top=int(top)) if is_only and top == top.to_integral_value() else reading


def _checked(reading: Reading, cell: Cell, unit: Unit) -> Reading:
    value = reading.value
    if value is not None and abs(value) >= Decimal(10) ** MAX_WHOLE:
        raise NotUnderstood(f"says {value:.3e}, which is larger than any figure of a return; correct it")
    if value is not None and unit is Unit.PERCENT and not 0 <= value <= 100:
        raise NotUnderstood(f"says {value:f}%, which is not between 0 and 100; correct it")
    if value is not None and value < 0:
        raise NotUnderstood(f"says {value:f}, and {unit} cannot be below 0; correct it")
    if value is not None and unit is Unit.COUNT and value != value.to_integral_value():
        raise NotUnderstood(f"says {value:f}, and a {unit} is a whole number; correct it, or the measure")
    return reading


def completed(reading: Reading, unit: Unit, decimals: int, top: Decimal | None, bottom: Decimal | None) -> Reading:
    """A reading with the counts behind it, its value rounded half up to the decimals of the measure.

    A share of which only the counts are stated is worked out from them; one that contradicts them is not understood.
    """
    first = top if reading.top is None else Decimal(reading.top)
    second = bottom if reading.bottom is None else Decimal(reading.bottom)
    if first is None or second is None:
        if reading.value is None and reading.status is ValueStatus.PUBLISHED:
            raise NotUnderstood("states no value, and not both of the counts behind it; write the value")
        return reading._replace(value=_rounded(reading.value, decimals))
    reading = reading._replace(top=int(first), bottom=int(second))
    if reading.status is not ValueStatus.PUBLISHED:
        return reading
    if unit is not Unit.PERCENT:
        if reading.value is None:
            raise NotUnderstood(f"says {first} of {second}, and the measure is a {unit}; write the number itself")
        return reading._replace(value=_rounded(reading.value, decimals))
    if not 0 <= first <= second or second == 0:
        raise NotUnderstood(f"says {first} of {second}, which is no share; correct it")
    exact = 100 * first / second
    if reading.value is None:
        return reading._replace(value=_rounded(exact, decimals), is_worked_out=True)
    places = (
        decimals_of(reading.value) if reading.decimals is None else min(reading.decimals, decimals_of(reading.value))
    )
    if abs(reading.value - exact) > Decimal("0.500001").scaleb(-places):
        raise NotUnderstood(
            f"says {reading.value:f}%, but {first} of {second} is {round_half_up(exact, max(1, places))}%; correct it"
        )
    return reading._replace(value=_rounded(exact if decimals < places else reading.value, decimals))


def _rounded(value: Decimal | None, decimals: int) -> Decimal | None:
    if value is None:
        return None
    rounded = round_half_up(value, decimals) if decimals_of(value.normalize()) > decimals else value
    return rounded.normalize() + 0
