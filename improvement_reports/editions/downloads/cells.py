"""Cells of a spreadsheet: text that cannot become a formula or corrupt a file, and numbers that are numbers."""

import math
import re
from decimal import Decimal

from improvement_reports.domain.escaping import guarded
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.vocabulary import MISSING_WORDS, ValueStatus

MAX_CELL = 32_700  # characters; Excel's own limit is 32,767
MAX_TITLE = 1000

EMPTY = "[none]"
# The shorthand of the Government Statistical Service where it has one.
SHORTHAND: dict[str, str] = {
    ValueStatus.SUPPRESSED: "[c]",
    ValueStatus.LOW_RELIABILITY: "[u]",
    ValueStatus.NOT_AVAILABLE: "[x]",
    ValueStatus.NOT_APPLICABLE: "[z]",
    ValueStatus.ROUNDS_TO_ZERO: "[low]",
    ValueStatus.NOT_YET_DUE: "[not due]",
}
LEGEND = {
    EMPTY: "nothing stands here: the source states none, or none applies",
    **{mark: MISSING_WORDS[ValueStatus(status)] for status, mark in SHORTHAND.items()},
}

NUMBER = re.compile(
    r"(?P<sign>[-−+]?)(?P<pound>£?)(?P<whole>0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,11})(?P<decimals>\.[0-9]{1,9})?(?P<percent>%?)"
)
MONTH_NAMES = "|".join(format_day(f"2000-{month:02}").split()[0] for month in range(1, 13))
# A number with what the report sets beneath it, after a comma, or beside it: 86%, April 2021; 414.7 n = 10; +5 points.
REMARK = re.compile(rf"(?P<value>{NUMBER.pattern})(?:, (?P<beneath>.+)| (?!\d|{MONTH_NAMES})(?P<beside>.+))", re.DOTALL)
# What XML forbids, half of a pair, and what changes the direction of text.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def safe_text(text: str, limit: int = MAX_CELL) -> str:
    """Text as a cell can hold it: one line ending, nothing forbidden, no formula, nothing that `gptables` takes for
    markup.
    """
    text = FORBIDDEN.sub("�", re.sub(r"\r\n?", "\n", text)).replace("\t", " ").strip()
    text = re.sub(r"\](?=\()", "] ", text).replace("$$", "$ $")
    text = guarded(text)
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * limit else units[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def number_of(text: str) -> tuple[float, str] | None:
    """A plain number or percentage as published: its value and the number format that shows it so; None for any other
    text.
    """
    match = NUMBER.fullmatch(text)
    if not match:
        return None
    value = Decimal(match["whole"].replace(",", "") + (match["decimals"] or ""))
    value = (-value if match["sign"] in ("-", "−") else value) / (100 if match["percent"] else 1)
    shown = ("#,##0" if "," in match["whole"] else "0") + (
        "." + "0" * (len(match["decimals"]) - 1) if match["decimals"] else ""
    )
    shown = ('"£"' if match["pound"] else "") + shown + match["percent"]
    return float(value), f"+{shown};-{shown};{shown}" if match["sign"] == "+" else shown


def cell_text(text: str) -> str:
    """Text that is never empty nor a lone symbol, which a screen reader may pass over."""
    cleaned = safe_text(text)
    if cleaned in ("", "–", "-", "—", "'-"):
        return EMPTY
    return cleaned if re.search("[A-Za-z0-9]", cleaned) else f"{cleaned} (symbol)"


def titled(text: str) -> str:
    """A title that can be read out; a lone symbol is called one."""
    cleaned = safe_text(text, MAX_TITLE)
    return cleaned if re.search("[A-Za-z0-9]", cleaned) else f"{cleaned} (untitled)".strip()


def plain_number(value) -> float | int | None:
    """A number of a data table, from text or as it is; None for an empty cell or text."""
    if isinstance(value, str):
        value = float(value) if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", value) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)


def split_remarks(cells: list[str]) -> tuple[list[str], list[str]]:
    """Values and remarks of a column in which a cell is a plain number, or all are numbers with remarks; else no
    remarks.
    """
    shown = [c for c in cells if c]
    if not any(map(NUMBER.fullmatch, shown)) and not all(map(REMARK.fullmatch, shown)):
        return cells, []
    found = [REMARK.fullmatch(cell) for cell in cells]
    values = [match["value"] if match else cell for match, cell in zip(found, cells, strict=True)]
    return values, [(match["beneath"] or match["beside"]) if match else "" for match in found]
