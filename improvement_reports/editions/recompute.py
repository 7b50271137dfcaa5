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
from decimal import DivisionByZero, InvalidOperation
from pathlib import PurePosixPath

from improvement_reports.domain.errors import shown
from improvement_reports.domain.status_words import StatusWords
from improvement_reports.editions.kept_official import AmongOf
from improvement_reports.editions.recompute_direction import direction_fault
from improvement_reports.editions.recompute_numbers import NUMBER, decimal_of, is_published_as
from improvement_reports.editions.recompute_places import PLACED, RANKED, placed, ranked
from improvement_reports.editions.recompute_rules import (
    against_target,
    best,
    claim,
    counted,
    difference,
    direction,
    drawn,
    marked,
    mean,
    meant,
    on_the_way,
    stated,
)
from improvement_reports.editions.recompute_way import WAY
from improvement_reports.method.judgement_words import RULE

STATED = re.compile(rf"as stated in the source(?:; (?P<a>{NUMBER}) ÷ (?P<b>{NUMBER}) = (?P<c>{NUMBER})%)?")
DIFFERENCE = re.compile(rf"(?P<a>{NUMBER}) [−-] (?P<b>{NUMBER})")
MEAN = re.compile(
    r"mean of (?P<n>\d+) of the (?P<m>\d+) statistical neighbours \(model of \d+\) that have a value"
    r"(?P<joint>(?:; without [^;]+, whose figure is that of [^;]+ \(joint return\))*)"
)
BEST = re.compile(r"best value of (?P<n>\d+) of the (?P<m>\d+) statistical neighbours \(model of \d+\) that have one")
SUM = re.compile(r"sum of (?P<n>\d+) amounts?")
COUNTED = re.compile(r"number of measures \((?P<n>\d+)\)")
CLAIM = re.compile(r"(?P<method>percentage|sum|difference|value|higher|lower) of (?P<operands>.+)", re.DOTALL)
PREVIOUS = re.compile(
    r"previous value; (?P<side>higher is better|lower is better|neither higher nor lower is better); a change under"
    r" (?P<t>[\d.,]+) is no significant change.*"
)
MARKED = re.compile(r"as marked in the source, where “(?P<word>.+)” means (?P<status>[a-z ]+)", re.DOTALL)
UNCOMPUTED = "cannot be computed again from its rows"
# In a table: what is plainly a value; dates, counts of rows and names have no sign.
SIGNED = re.compile(r"[\d,.]*\d%|£[\d,.]*\d(?: million)?")
OF_FIGURES = "each cell as its own figure says"
DRAWN = ("the values as stated in the source", "as published by the Department for Education")


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
    among: AmongOf = lambda row: None,
) -> Recomputed:
    """Compute every figure again that can be.

    ``better``: which side is better (``higher`` or ``lower``) by measure; ``columns``: the columns of each table, as
    figures.json lists them; ``in_input`` says whether a row (a record of a figure's input) stands in the kept file that
    it names. ``own``: the words for statuses of the settings that were kept, or None
    where they are not known. ``among``: all authorities in the measure and year of a row, as the kept tables have them.
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
                else _recomputed(f, columns, better or {}, own, among)
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


def _recomputed(f: dict, columns: dict, better: dict, own: StatusWords | None, among: AmongOf) -> str | None:
    """ "" if a figure follows from its rows, words if it does not, None if its formula is none of those known here."""
    formula, rows = f["formula"], [_cells(i, columns) for i in f["inputs"]]
    if f["kind"] == "chart" and formula in DRAWN:
        return drawn(f, [row for row in rows if row])
    if f["kind"] != "number" or any(not row for row in rows):  # a row that is withheld
        return None
    if m := STATED.fullmatch(formula):
        return stated(f, m, rows)
    if formula == "as published by the Department for Education":
        return is_published_as(f, rows[0].get("value"), "its row")
    if m := DIFFERENCE.fullmatch(formula):
        return difference(f, decimal_of(m["a"]), decimal_of(m["b"]), rows)
    if m := WAY.fullmatch(formula):
        return on_the_way(f, m, rows)
    if formula == "number of rows":
        return is_published_as(f, str(len(rows)), "the number of its rows")
    if m := COUNTED.fullmatch(formula):
        return counted(f, m, rows)
    if m := MEAN.fullmatch(formula):
        return mean(f, m, rows)
    if m := BEST.fullmatch(formula):
        return best(f, m, rows)
    if m := PLACED.fullmatch(formula) or RANKED.fullmatch(formula):
        return (placed if m.re is PLACED else ranked)(f, m, rows, among(rows[0]))
    if m := SUM.fullmatch(formula):
        return (
            is_published_as(f, str(sum(decimal_of(r["amount_gbp"]) for r in rows)), "the sum of its rows")
            if int(m["n"]) == len(rows)
            else f"sums {m['n']} amounts, and has {len(rows)} rows"
        )
    if m := PREVIOUS.fullmatch(formula):
        return direction(f, m, rows)
    if m := RULE.fullmatch(formula):
        return direction_fault(f["published"], m, rows)
    if formula == "value against target, unrounded, on the side that is better":
        return against_target(f, rows, better.get(rows[0].get("measure_id", ""), ""))
    if formula == "as marked in the source":
        return marked(f, rows)
    if m := MARKED.fullmatch(formula):
        return meant(f, m, rows, own)
    if formula.startswith("no value: "):
        return (
            ""
            if f["published"] == formula.removeprefix("no value: ") and not f["value"] and not rows[0].get("value")
            else f"shows {shown(f['published'])} where its row has {shown(rows[0].get('value', ''))}"
        )
    if m := CLAIM.fullmatch(formula):
        return claim(f, m, rows)
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
