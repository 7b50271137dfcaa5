"""Numbers as figures publish them, and whether one is the number that its rows give."""

import re
from decimal import Decimal

from improvement_reports.domain.errors import shown
from improvement_reports.domain.numbers import MINUS, round_half_up

NUMBER = r"[-−+]?[\d,]+(?:\.\d+)?"
PUBLISHED = re.compile(
    r"(?P<money>£?)(?P<sign>[-−+]?)(?P<pounds>£?)(?P<number>[\d,]+(?:\.\d+)?)(?P<million> million)?(?P<rest>.*)",
    re.DOTALL,
)
TOLD = ("value", "target", "target_upper", "floor", "amount_gbp")  # cells that a difference or a chart is made of
# Which cell of a row a figure states, by the table; the end of a figure's id says which other one.
STATES = {
    "observations": "value",
    "targets": "target",
    "finance": "amount_gbp",
    "claims": "stated_value",
    "annual-values": "value",
    "referrals-by-month": "value",
}
PARTS = {
    "numerator": "numerator",
    "denominator": "denominator",
    "stated-change": "change",
    "floor": "floor",
    "upper-end": "target_upper",
    "tolerance": "tolerance",
    "risk.likelihood": "likelihood",
    "risk.impact": "impact",
    "risk.score-before": "score_before",
    "risk.score-now": "score_now",
    "amber-level": "amber",
    "red-level": "red",
    "stretch-target": "stretch",
}


def decimal_of(text: object) -> Decimal:
    number = Decimal(str(text).replace(",", "").replace(MINUS, "-").replace("£", ""))
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def is_published_as(f: dict, expected: object, what: str) -> str:
    """The unrounded value is the expected one, and what is published is that, rounded as it is shown."""
    wanted = decimal_of(expected)
    if not f["value"] or abs(decimal_of(f["value"]) - wanted) > Decimal("0.000001"):
        return (
            f"is {shown(f['value'])} unrounded, and {what} {'give' if what.endswith('rows') else 'gives'}"
            f" {number_text(wanted)}"
        )
    return shown_as(f, wanted)


def number_text(number: Decimal) -> str:
    return f"{round_half_up(number, 6).normalize():f}"


def shown_as(f: dict, number: Decimal) -> str:
    """What is published is the number with the decimals that it shows; a distance is shown without its sign."""
    m = PUBLISHED.match(f["published"])
    if not m:
        return "" if number == 0 else f"is published as {shown(f['published'])}, and is {number_text(number)}"
    factor = 1_000_000 if m["million"] else 1
    says = decimal_of(m["number"]) * factor
    decimals = len(m["number"].partition(".")[2])
    rounded = abs(round_half_up(number / factor, decimals)) * factor
    if says != rounded:
        return f"is published as {shown(f['published'])}, and is {number_text(number)}"
    if m["sign"] in ("+", MINUS, "-") and number and (m["sign"] == "+") != (number > 0):
        return f"is published as {shown(f['published'])}, and is {number_text(number)}"
    return ""
