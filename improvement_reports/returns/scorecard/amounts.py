"""Amounts and levels as people write them: £1,234,567, 54%, 4 of 7, 57% (4 of 7), 4/7 (57%); <50%, 60%+, 50-59.9%.

Pure: text in, an amount or a level out, or None where a text says neither.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from improvement_reports.domain.limits import MAX_DIGITS, MAX_WHOLE

PLAIN = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
AMOUNT = re.compile(rf"(?P<minus>[-−–]?)\s*(?P<pound>£?)\s*(?P<n>{PLAIN})\s*(?P<sign>%?|[km](?:illion)?)", re.I)
OF = re.compile(r"(?P<a>\d{1,6})\s*(?:of|out of)\s*(?P<b>\d{1,6})", re.IGNORECASE)
WITH_COUNTS = re.compile(r"(?P<amount>[^()]+?)\s*\(\s*(?P<a>\d{1,6})\s*(?:of|out of|/)\s*(?P<b>\d{1,6})\s*\)", re.I)
COUNTS_FIRST = re.compile(r"(?P<a>\d{1,6})\s*(?:of|out of|/)\s*(?P<b>\d{1,6})\s*\(\s*(?P<amount>[^()]+?%)\s*\)", re.I)
# How many there were, and how sure the number is: 18% (n=40), 90% (+/-5%), 90% (95% CI 85-95).
WITH_BASE = re.compile(r"(?P<amount>[^()]+?)\s*\(\s*(?:n|base)\s*[=:]?\s*(?P<b>\d{1,6})\s*\)", re.IGNORECASE)
SIGN = r"(?:\+\s*/\s*[-−–]|\+-|±)"
WITH_INTERVAL = re.compile(
    rf"(?P<amount>[^()±+]+?)\s*(?P<beside>{SIGN}\s*(?:{PLAIN})\s*%?|\(\s*{SIGN}\s*(?:{PLAIN})\s*%?\s*\)"
    rf"|\(\s*(?:9\d(?:\.\d)?%\s*)?CI\s*[:=]?\s*(?:{PLAIN})\s*%?\s*(?:-|–|to)\s*(?:{PLAIN})\s*%?\s*\))",
    re.IGNORECASE,
)
PER_CENT = re.compile(r"\s*per ?cent\b", re.IGNORECASE)
# Where a number went says nothing of the number itself: 22% ▲.
ARROW = re.compile(r"\s*[▲▼△▽↑↓→↗↘⬆⬇►]\ufe0f?$")
IN_BRACKETS = re.compile(r"(?P<pound>£?)\s*\(\s*(?P<n>[^()]+?)\s*\)")  # below 0, as accounts write it
SMALL = re.compile(r"(?:<\s*=?|≤|less than|fewer than|under)\s*(?:10|[1-9])", re.IGNORECASE)
SCALES = {"k": 1000, "m": 1_000_000, "million": 1_000_000}

ONE = rf"£?\s*(?:{PLAIN})\s*%?"
BELOW = re.compile(rf"(?:<\s*=?|≤|less than|under|below|up to|no more than|at most)\s*(?P<a>{ONE})", re.IGNORECASE)
OR_LESS = re.compile(rf"(?P<a>{ONE})\s*(?:or (?:less|below|under|lower|fewer)|and (?:below|under)|-)", re.IGNORECASE)
ABOVE = re.compile(rf"(?:>\s*=?|≥|more than|over|above|at least|greater than)\s*(?P<a>{ONE})", re.IGNORECASE)
OR_MORE = re.compile(rf"(?P<a>{ONE})\s*(?:\+|or (?:more|above|over|higher)|and (?:above|over))", re.IGNORECASE)
BETWEEN = re.compile(rf"(?:between\s*)?(?P<a>{ONE})\s*(?:-|–|—|to|and)\s*(?P<b>{ONE})", re.IGNORECASE)


class Amount(NamedTuple):
    """A number as stated, with what stood beside it. ``top`` and ``bottom``: the counts behind it, where stated;
    ``beside``: how sure it is, for which a return has no place.
    """

    number: Decimal | None
    is_percent: bool = False
    is_pounds: bool = False
    top: int | None = None
    bottom: int | None = None
    beside: str = ""


class Level(NamedTuple):
    """Where a colour begins and ends; None: it goes on. Both the same: one number, as a target is written."""

    low: Decimal | None
    high: Decimal | None
    is_percent: bool = False

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high


def read_amount(text: str) -> Amount | None:
    """What a text says as an amount: its number in units (£1.2m is 1,200,000), and the counts of “4 of 7”."""
    text = ARROW.sub("", PER_CENT.sub("%", " ".join(text.split())))
    if counts := OF.fullmatch(text):
        return Amount(None, top=int(counts["a"]), bottom=int(counts["b"]))
    if both := WITH_COUNTS.fullmatch(text) or COUNTS_FIRST.fullmatch(text):
        amount = read_amount(both["amount"])
        return amount._replace(top=int(both["a"]), bottom=int(both["b"])) if amount and amount.number else None
    if more := WITH_BASE.fullmatch(text) or WITH_INTERVAL.fullmatch(text):
        return _with_more(more)
    if below := IN_BRACKETS.fullmatch(text):
        text = f"-{below['pound']}{below['n']}"
    found = AMOUNT.fullmatch(text)
    if not found:
        return None
    sign = found["sign"].lower()
    if sign in SCALES and not found["pound"]:
        return None  # 5m may be five minutes, months or millions
    number = Decimal(re.sub(r"[, ]", "", found["n"])) * SCALES.get(sign, 1)
    if len(number.as_tuple().digits) > MAX_DIGITS or abs(number) >= Decimal(10) ** MAX_WHOLE:
        return None
    return Amount(-number if found["minus"] else number, sign == "%", bool(found["pound"]))


def _with_more(found: re.Match) -> Amount | None:
    """An amount behind which its base or its interval stands, and nothing else does."""
    amount = read_amount(found["amount"])
    if amount is None or amount.number is None or amount[3:] != Amount(None)[3:]:
        return None
    said = found.groupdict()
    return amount._replace(bottom=int(said["b"]) if "b" in said else None, beside=said.get("beside", ""))


def why_no_number(text: str) -> str:
    """Why a text that stands for a number is none, and what to do: the end of a sentence."""
    level = read_level(text)
    if level is not None and not level.is_point and not SMALL.fullmatch(text):
        return "is from one number to another, or all on one side of one; write the one number that is meant"
    if re.fullmatch(r"\d+,\d{1,2}\s*%?", text):
        return f"has a comma for the decimal point; write {text.replace(',', '.')}"
    if text.startswith("="):
        return "is a formula as text; write the number that it gives"
    return "is no number; write one, or say under missing in the mapping why there is none"


def is_withheld(text: str) -> bool:
    """Whether a text says that a small number is withheld: <5, < 10, fewer than 6."""
    return bool(SMALL.fullmatch(" ".join(text.split())))


def read_level(text: str) -> Level | None:
    """From where to where a colour or a target goes, by its words; None where they say no level."""
    text = " ".join(text.replace("−", "-").split()).strip(" .")
    if found := BELOW.fullmatch(text) or OR_LESS.fullmatch(text):
        return Level(None, _number(found["a"]), "%" in text)
    if found := ABOVE.fullmatch(text) or OR_MORE.fullmatch(text):
        return Level(_number(found["a"]), None, "%" in text)
    if found := BETWEEN.fullmatch(text):
        low, high = sorted([_number(found["a"]), _number(found["b"])])
        return Level(low, high, "%" in text)
    amount = read_amount(text)
    if amount is None or amount.number is None or amount[3:] != Amount(None)[3:]:
        return None
    return Level(amount.number, amount.number, amount.is_percent)


def _number(text: str) -> Decimal:
    return Decimal(re.sub(r"[£%,\s]", "", text))
