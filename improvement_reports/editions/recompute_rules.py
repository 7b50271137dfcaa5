"""What each formula of a figure says of its rows: "" if the figure follows from them, else what it does not fit.

One function for each kind of formula; `recompute` knows which formula is which.
"""

import re
from decimal import Decimal

from improvement_reports.domain.errors import shown
from improvement_reports.domain.numbers import format_day, round_half_up
from improvement_reports.domain.plain_text import one_line
from improvement_reports.domain.status_words import StatusWords, meaning
from improvement_reports.domain.vocabulary import ClaimMethod, Status
from improvement_reports.editions.recompute_numbers import (
    PARTS,
    PUBLISHED,
    STATES,
    TOLD,
    decimal_of,
    is_published_as,
    number_text,
    shown_as,
)
from improvement_reports.editions.recompute_way import level_of, levels, way_fault
from improvement_reports.method.claims import recompute as claim_number


def stated(f: dict, m: re.Match, rows: list[dict]) -> str | None:
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
        top, below, share = decimal_of(m["a"]), decimal_of(m["b"]), decimal_of(m["c"])
        if top != decimal_of(row["numerator"]) or below != decimal_of(row["denominator"]):
            return f"says {m['a']} ÷ {m['b']}, and its row says {row['numerator']} ÷ {row['denominator']}"
        if share != round_half_up(100 * top / below, len(m["c"].partition(".")[2])):
            return f"says {m['a']} ÷ {m['b']} = {m['c']}%, which is {number_text(100 * top / below)}%"
    if column is None or not row.get(column):
        return None if not f["value"] else f"is {shown(f['value'])}, and its row states no {column or 'number'}"
    return is_published_as(f, row[column], "its row")


def difference(f: dict, a: Decimal, b: Decimal, rows: list[dict]) -> str:
    for number, row in ((a, rows[0]), (b, rows[1])):
        if number not in [decimal_of(v) for c, v in row.items() if c in TOLD and v] and number not in levels(rows):
            return f"subtracts {number_text(number)}, which is not in its row"
    return is_published_as(f, a - b, "the difference")


def counted(f: dict, m: re.Match, rows: list[dict]) -> str:
    """A number of measures, of which each has a row at least."""
    fault = is_published_as(f, m["n"], "its formula")
    return fault or ("" if int(m["n"]) <= len(rows) else f"counts {m['n']}, and has {len(rows)} rows")


def on_the_way(f: dict, m: re.Match, rows: list[dict]) -> str:
    """The level of a month between two targets."""
    fault = way_fault(decimal_of(f["value"]), f["period"], m, rows)
    return fault or is_published_as(f, f["value"], "its value")


def mean(f: dict, m: re.Match, rows: list[dict]) -> str:
    values = [decimal_of(r["value"]) for r in rows if r[""] == "annual-values" and r.get("value")]
    if len(values) != int(m["n"]):
        return f"is a mean of {m['n']}, and has rows with {len(values)} values"
    return is_published_as(f, number_text(sum(values, Decimal(0)) / len(values)), "the mean of its rows")


def best(f: dict, m: re.Match, rows: list[dict]) -> str:
    """The value of the first of the neighbours, which is the highest or the lowest of them."""
    values = [decimal_of(r["value"]) for r in rows if r[""] == "annual-values" and r.get("value")]
    if len(values) != int(m["n"]) or values[0] not in (max(values), min(values)):
        return f"is the best of {m['n']}, and its rows have {len(values)} values of which the first is not the best"
    return is_published_as(f, number_text(values[0]), "the first of its rows")


def direction(f: dict, m: re.Match, rows: list[dict]) -> str:
    if len(rows) < 2 or not rows[0].get("value") or not rows[1].get("value"):
        return (
            ""
            if f["published"] == "too few points"
            else f"says {shown(f['published'])}, and has too few values to compare"
        )
    change, limit = decimal_of(rows[0]["value"]) - decimal_of(rows[1]["value"]), decimal_of(m["t"])
    if change == 0 or abs(change) < limit:
        expected = {"no significant change", "no change"}
    elif m["side"].startswith("neither"):
        expected = {"up" if change > 0 else "down"}
    else:
        expected = {"improving" if (change > 0) == m["side"].startswith("higher") else "worsening"}
    return (
        ""
        if f["published"].lower() in expected
        else f"says {shown(f['published'])}, and the value changed by {number_text(change)}"
    )


def against_target(f: dict, rows: list[dict], side: str) -> str | None:
    """Met, within tolerance or not met; each row is compared with the target on the side that is better."""
    if len(rows) not in (2, 3) or not rows[1].get("target"):
        return None
    value, way = decimal_of(rows[0]["value"]), level_of(rows[1:], rows[0]["period"])
    target = decimal_of(rows[1]["target"]) if way is None else way
    if upper := rows[1].get("target_upper"):
        short = max(target - value, value - decimal_of(upper))
    elif side in ("higher", "lower"):
        short = (target - value) * (1 if side == "higher" else -1)
    else:
        return None
    tolerance = decimal_of(rows[1].get("tolerance") or 0)
    expected = "met" if short <= 0 else "within tolerance" if short <= tolerance else "not met"
    return (
        ""
        if re.sub(r"^\W+", "", f["published"]).lower().startswith(expected)
        else f"says {shown(f['published'])}, and misses its target by {number_text(short)}"
    )


def drawn(f: dict, rows: list[dict]) -> str:
    """Every number in the table of a chart is a value or a target of one of its rows, as it is shown there."""
    stated = [*(decimal_of(v) for r in rows for c, v in r.items() if c in TOLD and v), *levels(rows)]
    for line in f["data"][1:]:
        for cell in line[1:]:
            m = PUBLISHED.fullmatch(cell.strip())
            if (
                m
                and m["rest"].strip() in ("", "%", "per 10,000")
                and not any(shown_as({"published": cell}, number) == "" for number in stated)
            ):
                return f"draws {shown(cell)}, which none of its rows states"
    return ""


def marked(f: dict, rows: list[dict]) -> str:
    word = re.sub(r"^\W+", "", f["published"]).strip().lower().replace(" ", "_")
    stated = [str(v).lower().replace(" ", "_") for r in rows for v in r.values()]
    return "" if word in stated else f"says {shown(f['published'])}, which is not in its row"


def meant(f: dict, m: re.Match, rows: list[dict], own: StatusWords | None) -> str:
    """A status that the row says in the council's own word, which its settings say the meaning of."""
    said = re.sub(r"^\W+", "", f["published"]).strip().lower()
    if m["word"] not in [one_line(str(v)) for r in rows for v in r.values()]:
        return f"says {shown(m['word'])}, which is not in its row"
    if said != m["status"] or (own is not None and meaning(m["word"], own, Status) != said.replace(" ", "_")):
        return f"says {shown(f['published'])}, which {shown(m['word'])} does not mean in the settings of the council"
    return ""


def claim(f: dict, m: re.Match, rows: list[dict]) -> str | None:
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
    return None if number is None else is_published_as(f, number, "its formula")


def _row_of(operand: str) -> str:
    return re.sub(r"#(?:numerator|denominator|value)$", "", operand.lstrip("-−"))


def _operand(operand: str, row: dict) -> Decimal | None:
    part = operand.partition("#")[2] or STATES.get(row[""], "value")
    if not row.get(part):
        return None
    return decimal_of(row[part]) * (-1 if operand[0] in "-−" else 1)
