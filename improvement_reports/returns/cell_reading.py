"""What a cell of a workbook says: what a person sees there, or a sentence why that cannot be told.

A spreadsheet stores one thing and shows another: 21.46 as 21.5, 1,250,000 as 1,250, an age band 5-9 as a date. Where
the two differ the cell is refused; nothing is published that the person who filled it in has not seen.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from improvement_reports.domain.limits import MAX_DIGITS

GENERAL = ("", "general", "@")
PIECES = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<rest>[^"\\_*\[]+|.)', re.DOTALL
)
BREAKS = re.compile(r"(?:_x000[DdAa]_)+\n?|\n")
DATE_TYPES = ("date", "month")
PLAIN_WHOLE = re.compile(r"0|#|#,##0|0;-0")


class Unclear(ValueError):
    """A cell that does not say one thing; the message is the end of a sentence about it."""


def cell_text(value, data_type: str, number_format: str, font, column_type: str) -> str:
    """A cell as the text that stands for it in CSV; `Unclear` says what is wrong with it.

    ``column_type`` is the type of the column by its specification (text for one that is not known).
    """
    if value is None or value == "":
        return ""
    if data_type == "f":
        raise Unclear("holds a formula; paste its value instead")
    if data_type == "e":
        raise Unclear(f"holds the error {value}; correct it")
    plainly_set(value, font)
    if isinstance(value, bool):
        if column_type != "yes_no":
            raise Unclear(
                f"holds the truth value {'TRUE' if value else 'FALSE'}; write the word or number that is meant, in a"
                " cell formatted as text"
            )
        return "yes" if value else "no"
    if isinstance(value, dt.datetime | dt.date):
        return _date(value, number_format, column_type)
    if isinstance(value, dt.time | dt.timedelta):
        raise Unclear("holds a time of day; write the text or number that is meant, in a cell formatted as text")
    if isinstance(value, int | float):
        return _number(value, number_format, column_type)
    return BREAKS.sub("\n", str(value))


def plainly_set(value, font) -> None:
    """Small raised or lowered signs are footnotes, not digits; what is struck through is not meant."""
    fonts = [font, *(part.font for part in value if hasattr(part, "font"))] if isinstance(value, list) else [font]
    for one in fonts:
        raised = getattr(one, "vertAlign", None)
        if raised in ("superscript", "subscript"):
            raise Unclear(
                f"holds {raised} signs, such as a footnote mark, in “{_cut(value)}”; remove them, and write the"
                " footnote as a data note"
            )
        if getattr(one, "strike", None):
            raise Unclear(f"is struck through (“{_cut(value)}”); remove it, or the line through it")


def _cut(value) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else f"{text[:40]}…"


# Dates


def _date(value, number_format: str, column_type: str) -> str:
    """A date as precisely as its format shows it, in a column of dates and nowhere else."""
    bare = "".join(_pieces(number_format.split(";")[0])[0]).lower()
    day = f"{value.day} {value:%B} {value.year}"
    if column_type not in DATE_TYPES:
        raise Unclear(
            f"holds the date {day}, which spreadsheets make of texts such as 5-9; format the cell as text and write it"
            " again"
        )
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        raise Unclear(f"holds a time of day as well as the date {day}; write the date alone")
    if bare.strip() in GENERAL:
        return value.strftime("%Y-%m-%d")
    if "y" not in bare or ("m" not in bare and "d" in bare):
        raise Unclear(
            f"holds the date {day} but does not show all of it; write {value:%Y-%m-%d} or {value:%Y-%m} in a cell"
            " formatted as text"
        )
    return value.strftime("%Y-%m-%d" if "d" in bare else "%Y-%m" if "m" in bare else "%Y")


# Numbers


def _number(value, number_format: str, column_type: str) -> str:
    if isinstance(value, int):
        number = Decimal(value)
    elif value != value or value in (float("inf"), float("-inf")):
        raise Unclear("holds a number that is too large; correct it")
    else:
        number = Decimal(format(value, f".{MAX_DIGITS}g"))  # all that a spreadsheet shows of 21.499999999999996 is 21.5
    if abs(number) >= Decimal(10) ** MAX_DIGITS:
        raise Unclear(
            f"holds a number of more than {MAX_DIGITS} digits, and a spreadsheet keeps no more; correct it, or write a"
            " text in a cell formatted as text"
        )
    number = number.normalize() if number else Decimal(0)
    if problem := format_problem(number, number_format):
        raise Unclear(problem)
    plain = number_format.strip().lower() in GENERAL or PLAIN_WHOLE.fullmatch(number_format.strip())
    if column_type in ("text", "id", "choice") and not plain:
        raise Unclear(
            f"holds the number {number:f} in the format {number_format}; write it as it should be read, in a cell"
            " formatted as text"
        )
    return f"{number:f}"


def format_problem(number: Decimal, number_format: str) -> str:
    """Why a format does not show just this number, or nothing.
    https://support.microsoft.com/office/number-format-codes
    """
    if problem := other_number(number, number_format):
        return problem
    decimals = shown_decimals(number, number_format)
    shown = number if decimals is None else number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if shown != number:
        return (
            f"holds {number:f}, but its format {number_format} shows {shown:f}; write the number with the decimals that"
            " are to be published"
        )
    return ""


def other_number(number: Decimal, number_format: str) -> str:
    """Why a format shows another number than this one, its decimals aside, or nothing."""
    if number_format.strip().lower() in GENERAL:
        return ""
    place, (pieces, literal, brackets) = _section_of(number, number_format)
    bare = "".join(pieces)
    if "%" in bare:
        return (
            f"is formatted as a percentage and holds {float(number):g}; write the percentage as a plain number, for"
            " example 86"
        )
    shows = f"holds {number:f}, but its format {number_format} shows"
    advice = "write the number that is to be published, in a cell of the format General"
    if any(b[:1] in "<>=" for b in brackets if b):
        return f"{shows} something else for some numbers; {advice}"
    if "general" in bare.lower():
        return f"{shows} other digits; {advice}" if _digits(literal) else ""
    if not re.search(r"[0#?]", bare):
        return f"{shows} no number; {advice}"
    if _digits(literal):
        return f"{shows} other digits beside it; {advice}"
    if re.search(r"[eE][+-]", bare):
        return f"{shows} a power of ten; {advice}"
    if "/" in bare:
        return f"{shows} a fraction; {advice}"
    if re.search(r"[0#?],+(?![0#?,])", bare):
        return f"{shows} thousands or millions of it; {advice}"
    if place == 1 and "-" not in "".join((bare, literal)) and "(" not in "".join((bare, literal)):
        return f"{shows} no minus; {advice}"
    return ""


def shown_decimals(number: Decimal, number_format: str) -> int | None:
    """How many decimals a format shows of a number; None for one that shows all that there are."""
    if number_format.strip().lower() in GENERAL:
        return None
    bare = "".join(_section_of(number, number_format)[1][0])
    return len(re.findall(r"[0#?]", bare.partition(".")[2])) if re.search(r"[0#?]", bare) else None


def _digits(text: str) -> bool:
    return any(c.isnumeric() for c in text)


def _section_of(number: Decimal, number_format: str) -> tuple[int, tuple[list[str], str, list[str]]]:
    """Which section of a format shows a number, and its pieces."""
    sections = _sections(number_format)
    place = 1 if number < 0 and len(sections) > 1 else 2 if number == 0 and len(sections) > 2 else 0
    return place, _pieces(sections[place])


def _sections(number_format: str) -> list[str]:
    """The parts of a format for positive, negative, zero and text, set apart by semicolons outside of texts."""
    parts = [""]
    for match in PIECES.finditer(number_format):
        if match["rest"] is None:
            parts[-1] += match[0]
            continue
        first, *more = match["rest"].split(";")
        parts[-1] += first
        parts += more
    return parts


def _pieces(section: str) -> tuple[list[str], str, list[str]]:
    """The signs that mean something, the texts that stand for themselves, and what is in square brackets."""
    bare, literal, brackets = [], "", []
    for match in PIECES.finditer(section):
        if match["rest"] is not None:
            bare.append(match["rest"])
        elif match["bracket"] is not None:
            brackets.append(match["bracket"])
            if match["bracket"].startswith("$"):  # [$£-809] shows £
                literal += match["bracket"][1:].partition("-")[0]
        else:
            literal += match["quoted"] or match["escaped"] or ""
    return bare, literal, brackets
