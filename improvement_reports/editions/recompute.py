"""Published numbers computed again from their formula and their rows alone: no notebook runs and no code of an edition.

A notebook that was changed together with its edition shows whatever it likes and shows it again when it is run. What it
says of itself still has to hold: the row must stand in the kept input, its hash must be its hash, and the number must
follow from the cells by the formula that is published beside it.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation
from pathlib import PurePosixPath

from improvement_reports.domain.errors import shown
from improvement_reports.domain.numbers import MINUS, format_day, round_half_up
from improvement_reports.domain.plain_text import one_line
from improvement_reports.domain.status_words import StatusWords, meaning
from improvement_reports.domain.vocabulary import ClaimMethod, Status
from improvement_reports.editions.recompute_direction import direction_fault
from improvement_reports.method.claims import recompute as claim_number
from improvement_reports.method.judgement_words import RULE

NUMBER = r"[-−+]?[\d,]+(?:\.\d+)?"
STATED = re.compile(rf"as stated in the source(?:; (?P<a>{NUMBER}) ÷ (?P<b>{NUMBER}) = (?P<c>{NUMBER})%)?")
DIFFERENCE = re.compile(rf"(?P<a>{NUMBER}) [−-] (?P<b>{NUMBER})")
MEAN = re.compile(r"mean of (?P<n>\d+) of the (?P<m>\d+) statistical neighbours \(model of \d+\) that have a value")
BEST = re.compile(r"best value of (?P<n>\d+) of the (?P<m>\d+) statistical neighbours \(model of \d+\) that have one")
PLACED = re.compile(r"value of place \d+ of \d+ authorities, the best first")
SUM = re.compile(r"sum of (?P<n>\d+) amounts?")
COUNTED = re.compile(r"number of measures \((?P<n>\d+)\)")
CLAIM = re.compile(r"(?P<method>percentage|sum|difference|value|higher|lower) of (?P<operands>.+)", re.DOTALL)
PREVIOUS = re.compile(
    r"previous value; (?P<side>higher is better|lower is better|neither higher nor lower is better); a change under"
    r" (?P<t>[\d.,]+) is no significant change.*"
)
PUBLISHED = re.compile(
    r"(?P<money>£?)(?P<sign>[-−+]?)(?P<pounds>£?)(?P<number>[\d,]+(?:\.\d+)?)(?P<million> million)?(?P<rest>.*)",
    re.DOTALL,
)
MARKED = re.compile(r"as marked in the source, where “(?P<word>.+)” means (?P<status>[a-z ]+)", re.DOTALL)
UNCOMPUTED = "cannot be computed again from its rows"
# In a table: what is plainly a value; dates, counts of rows and names have no sign.
SIGNED = re.compile(r"[\d,.]*\d%|£[\d,.]*\d(?: million)?")
OF_FIGURES = "each cell as its own figure says"
DRAWN = ("the values as stated in the source", "as published by the Department for Education")
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


TOLD = ("value", "target", "target_upper", "floor", "amount_gbp")  # cells that a difference or a chart is made of


@dataclass(frozen=True)
class Recomputed:
    """What was found: how many figures could be computed again, and each that does not follow from its rows."""

    covered: int
    faults: dict[str, str]


def recompute_all(
    figures: list[dict],
    columns: dict[str, list[str]],
    in_input: Callable[[dict], bool] = lambda row: True,
    better: dict[str, str] | None = None,
    own: StatusWords | None = None,
) -> Recomputed:
    """Compute every figure again that can be.

    ``better``: which side is better (``higher`` or ``lower``) by measure; ``columns``: the columns of each table, as
    figures.json lists them; ``in_input`` says whether a row (a record of a figure's input) stands in the kept file that
    it names. ``own``: the words for statuses of the settings that were kept, or None
    where they are not known.
    """
    covered, faults = 0, {}
    known: dict[tuple, str] = {}
    labels = tuple(str(f.get("label")) for f in figures)
    said = {str(f.get("published")) for f in figures if f.get("kind") == "number"}
    for f in figures:
        try:
            fault = next((words for i in f["inputs"] if (words := _row_fault(i, known, in_input))), "") or (
                _of_figures(f, said, labels)
                if f["formula"] == OF_FIGURES
                else _recomputed(f, columns, better or {}, own)
            )
        except (
            KeyError,
            TypeError,
            ValueError,
            InvalidOperation,
            DivisionByZero,
            AttributeError,
            IndexError,
            RecursionError,
        ) as error:
            fault = f"{UNCOMPUTED} ({type(error).__name__})"
        covered += fault is not None
        if fault:
            faults[str(f.get("id", ""))] = fault
    return Recomputed(covered, faults)


def _row_fault(row: dict, known: dict, in_input: Callable) -> str:
    key = row["file"], row["row"], row["cells"], row["sha256"]
    if key not in known:
        known[key] = ""
        if row["cells"] and hashlib.sha256(row["cells"].encode("utf-8")).hexdigest() != row["sha256"]:
            known[key] = f"the sha256 of row {row['row']} of {row['file']} is not that of its cells"
        elif row["cells"] and not in_input(row):
            known[key] = f"row {row['row']} of {row['file']} does not stand in the input that was kept"
    return known[key]


def _recomputed(f: dict, columns: dict, better: dict, own: StatusWords | None) -> str | None:
    """ "" if a figure follows from its rows, words if it does not, None if its formula is none of those known here."""
    formula, rows = f["formula"], [_cells(i, columns) for i in f["inputs"]]
    if f["kind"] == "chart" and formula in DRAWN:
        return _drawn(f, [row for row in rows if row])
    if f["kind"] != "number" or any(not row for row in rows):  # a row that is withheld
        return None
    if m := STATED.fullmatch(formula):
        return _stated(f, m, rows)
    if formula == "as published by the Department for Education":
        return _is(f, rows[0].get("value"), "its row")
    if m := DIFFERENCE.fullmatch(formula):
        return _difference(f, _decimal(m["a"]), _decimal(m["b"]), rows)
    if formula == "number of rows":
        return _is(f, str(len(rows)), "the number of its rows")
    if m := COUNTED.fullmatch(formula):
        return _is(f, m["n"], "its formula") or (
            "" if int(m["n"]) <= len(rows) else f"counts {m['n']}, and has {len(rows)} rows"
        )
    if m := MEAN.fullmatch(formula):
        return _mean(f, m, rows)
    if m := BEST.fullmatch(formula):
        return _best(f, m, rows)
    if PLACED.fullmatch(formula):
        return _is(f, rows[0].get("value"), "its row")
    if m := SUM.fullmatch(formula):
        return (
            _is(f, str(sum(_decimal(r["amount_gbp"]) for r in rows)), "the sum of its rows")
            if int(m["n"]) == len(rows)
            else f"sums {m['n']} amounts, and has {len(rows)} rows"
        )
    if m := PREVIOUS.fullmatch(formula):
        return _direction(f, m, rows)
    if m := RULE.fullmatch(formula):
        return direction_fault(f["published"], m, rows)
    if formula == "value against target, unrounded, on the side that is better":
        return _against_target(f, rows, better.get(rows[0].get("measure_id", ""), ""))
    if formula == "as marked in the source":
        return _marked(f, rows)
    if m := MARKED.fullmatch(formula):
        return _meant(f, m, rows, own)
    if formula.startswith("no value: "):
        return (
            ""
            if f["published"] == formula.removeprefix("no value: ") and not f["value"] and not rows[0].get("value")
            else f"shows {shown(f['published'])} where its row has {shown(rows[0].get('value', ''))}"
        )
    if m := CLAIM.fullmatch(formula):
        return _claim(f, m, rows)
    return None


def _of_figures(f: dict, said: set[str], labels: tuple[str, ...]) -> str:
    """Every percentage and amount in a table is that of a figure with an entry of its own, stands in a row, or belongs
    to a name.
    """
    words = " ".join(i["cells"] for i in f["inputs"])
    for line in f["data"][1:]:
        for cell in line[1:]:
            for number in SIGNED.findall(cell):
                if (
                    number not in said
                    and number.strip("%£") not in words
                    and not any(number in text for text in (*labels, *said))
                ):
                    return f"shows {shown(number)}, which is no figure of the report"
    return ""


def _cells(row: dict, columns: dict) -> dict[str, str]:
    table, lacks = PurePosixPath(row["file"].split("#")[-1]).stem, row.get("lacks", "").split()
    named = dict(
        zip((c for c in columns.get(table, []) if c not in lacks), json.loads(row["cells"] or "[]"), strict=False)
    )
    return {**named, "": table} if named else {}


def _decimal(text: object) -> Decimal:
    number = Decimal(str(text).replace(",", "").replace(MINUS, "-").replace("£", ""))
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def _is(f: dict, expected: object, what: str) -> str:
    """The unrounded value is the expected one, and what is published is that, rounded as it is shown."""
    wanted = _decimal(expected)
    if not f["value"] or abs(_decimal(f["value"]) - wanted) > Decimal("0.000001"):
        return (
            f"is {shown(f['value'])} unrounded, and {what} {'give' if what.endswith('rows') else 'gives'}"
            f" {_text(wanted)}"
        )
    return _shown_as(f, wanted)


def _text(number: Decimal) -> str:
    return f"{round_half_up(number, 6).normalize():f}"


def _shown_as(f: dict, number: Decimal) -> str:
    """What is published is the number with the decimals that it shows; a distance is shown without its sign."""
    m = PUBLISHED.match(f["published"])
    if not m:
        return "" if number == 0 else f"is published as {shown(f['published'])}, and is {_text(number)}"
    factor = 1_000_000 if m["million"] else 1
    says = _decimal(m["number"]) * factor
    decimals = len(m["number"].partition(".")[2])
    rounded = abs(round_half_up(number / factor, decimals)) * factor
    if says != rounded:
        return f"is published as {shown(f['published'])}, and is {_text(number)}"
    if m["sign"] in ("+", MINUS, "-") and number and (m["sign"] == "+") != (number > 0):
        return f"is published as {shown(f['published'])}, and is {_text(number)}"
    return ""


def _stated(f: dict, m: re.Match, rows: list[dict]) -> str | None:
    row = rows[0]
    if f["unit"] == "date":
        said = format_day(f["value"]).split()  # of two days of one month only the last has month and year
        return (
            ""
            if f["value"] in row.values() and all(word in f["published"].split() for word in said)
            else f"is {shown(f['published'])}, which is not the date in its row"
        )
    column = next(
        (c for end, c in PARTS.items() if f["id"].endswith(f".{end}") or f".{end}." in f["id"]), STATES.get(row[""])
    )
    if m["c"]:
        top, below, share = _decimal(m["a"]), _decimal(m["b"]), _decimal(m["c"])
        if top != _decimal(row["numerator"]) or below != _decimal(row["denominator"]):
            return f"says {m['a']} ÷ {m['b']}, and its row says {row['numerator']} ÷ {row['denominator']}"
        if share != round_half_up(100 * top / below, len(m["c"].partition(".")[2])):
            return f"says {m['a']} ÷ {m['b']} = {m['c']}%, which is {_text(100 * top / below)}%"
    if column is None or not row.get(column):
        return None if not f["value"] else f"is {shown(f['value'])}, and its row states no {column or 'number'}"
    return _is(f, row[column], "its row")


def _difference(f: dict, a: Decimal, b: Decimal, rows: list[dict]) -> str:
    for number, row in ((a, rows[0]), (b, rows[1])):
        if number not in [_decimal(v) for c, v in row.items() if c in TOLD and v]:
            return f"subtracts {_text(number)}, which is not in its row"
    return _is(f, a - b, "the difference")


def _mean(f: dict, m: re.Match, rows: list[dict]) -> str:
    values = [_decimal(r["value"]) for r in rows if r[""] == "annual-values" and r.get("value")]
    if len(values) != int(m["n"]):
        return f"is a mean of {m['n']}, and has rows with {len(values)} values"
    return _is(f, _text(sum(values, Decimal(0)) / len(values)), "the mean of its rows")


def _best(f: dict, m: re.Match, rows: list[dict]) -> str:
    """The value of the first of the neighbours, which is the highest or the lowest of them."""
    values = [_decimal(r["value"]) for r in rows if r[""] == "annual-values" and r.get("value")]
    if len(values) != int(m["n"]) or values[0] not in (max(values), min(values)):
        return f"is the best of {m['n']}, and its rows have {len(values)} values of which the first is not the best"
    return _is(f, _text(values[0]), "the first of its rows")


def _direction(f: dict, m: re.Match, rows: list[dict]) -> str:
    if len(rows) < 2 or not rows[0].get("value") or not rows[1].get("value"):
        return (
            ""
            if f["published"] == "too few points"
            else f"says {shown(f['published'])}, and has too few values to compare"
        )
    change, limit = _decimal(rows[0]["value"]) - _decimal(rows[1]["value"]), _decimal(m["t"])
    if change == 0 or abs(change) < limit:
        expected = {"no significant change", "no change"}
    elif m["side"].startswith("neither"):
        expected = {"up" if change > 0 else "down"}
    else:
        expected = {"improving" if (change > 0) == m["side"].startswith("higher") else "worsening"}
    return (
        ""
        if f["published"].lower() in expected
        else f"says {shown(f['published'])}, and the value changed by {_text(change)}"
    )


def _against_target(f: dict, rows: list[dict], side: str) -> str | None:
    """Met, within tolerance or not met; each row is compared with the target on the side that is better."""
    if len(rows) != 2 or not rows[1].get("target"):
        return None
    value, target = _decimal(rows[0]["value"]), _decimal(rows[1]["target"])
    if upper := rows[1].get("target_upper"):
        short = max(target - value, value - _decimal(upper))
    elif side in ("higher", "lower"):
        short = (target - value) * (1 if side == "higher" else -1)
    else:
        return None
    tolerance = _decimal(rows[1].get("tolerance") or 0)
    expected = "met" if short <= 0 else "within tolerance" if short <= tolerance else "not met"
    return (
        ""
        if re.sub(r"^\W+", "", f["published"]).lower().startswith(expected)
        else f"says {shown(f['published'])}, and misses its target by {_text(short)}"
    )


def _drawn(f: dict, rows: list[dict]) -> str:
    """Every number in the table of a chart is a value or a target of one of its rows, as it is shown there."""
    stated = [_decimal(v) for r in rows for c, v in r.items() if c in TOLD and v]
    for line in f["data"][1:]:
        for cell in line[1:]:
            m = PUBLISHED.fullmatch(cell.strip())
            if (
                m
                and m["rest"].strip() in ("", "%", "per 10,000")
                and not any(_shown_as({"published": cell}, number) == "" for number in stated)
            ):
                return f"draws {shown(cell)}, which none of its rows states"
    return ""


def _marked(f: dict, rows: list[dict]) -> str:
    word = re.sub(r"^\W+", "", f["published"]).strip().lower().replace(" ", "_")
    stated = [str(v).lower().replace(" ", "_") for r in rows for v in r.values()]
    return "" if word in stated else f"says {shown(f['published'])}, which is not in its row"


def _meant(f: dict, m: re.Match, rows: list[dict], own: StatusWords | None) -> str:
    """A status that the row says in the council's own word, which its settings say the meaning of."""
    said = re.sub(r"^\W+", "", f["published"]).strip().lower()
    if m["word"] not in [one_line(str(v)) for r in rows for v in r.values()]:
        return f"says {shown(m['word'])}, which is not in its row"
    if said != m["status"] or (own is not None and meaning(m["word"], own, Status) != said.replace(" ", "_")):
        return f"says {shown(f['published'])}, which {shown(m['word'])} does not mean in the settings of the council"
    return ""


def _claim(f: dict, m: re.Match, rows: list[dict]) -> str | None:
    """A recomputed claim: its operands are its rows in order, each once; the last row is the claim itself."""
    if rows[-1][""] != "claims":
        return None
    operands = [o.strip() for o in m["operands"].split(";")]
    keys = dict.fromkeys(_row_of(o) for o in operands)
    if (
        len(keys) != len(rows) - 1
        or rows[-1].get("method") != m["method"]
        or [o.strip() for o in rows[-1].get("operands", "").split(";")] != operands
    ):
        return (
            f"is not computed as its claim says ({rows[-1].get('method')} of {shown(rows[-1].get('operands', ''), 80)})"
            if rows[-1].get("method") != m["method"]
            else None
        )
    row_of = dict(zip(keys, rows, strict=False))
    numbers = [n for o in operands if (n := _operand(o, row_of[_row_of(o)])) is not None]
    if len(numbers) < len(operands):
        return None
    number = claim_number(ClaimMethod(m["method"]), numbers)
    return None if number is None else _is(f, number, "its formula")


def _row_of(operand: str) -> str:
    return re.sub(r"#(?:numerator|denominator|value)$", "", operand.lstrip("-−"))


def _operand(operand: str, row: dict) -> Decimal | None:
    part = operand.partition("#")[2] or STATES.get(row[""], "value")
    if not row.get(part):
        return None
    return _decimal(row[part]) * (-1 if operand[0] in "-−" else 1)
