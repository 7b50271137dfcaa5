"""Marks behind numbers: 19%*, 19% (prov). One is taken off where the sheet says that it means no more than that the
number may still change; what any other mark means is not guessed.
"""

import re
from dataclasses import replace

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.returns.scorecard.amounts import read_amount
from improvement_reports.returns.scorecard.grid import Cell, Grid
from improvement_reports.returns.scorecard.lines import Line

MARK = r"[*†‡^#¹²³⁴⁵]+"
MARKED = re.compile(rf"(?P<number>.*[\d%)])\s*(?P<mark>{MARK})", re.DOTALL)
SAYS_ITSELF = re.compile(
    r"(?P<number>.*[\d%])\s*\((?P<word>prov(?:isional)?|p|draft|unvalidated)\.?\)", re.I | re.DOTALL
)
NOTE = re.compile(rf"(?P<mark>{MARK})\s*[:=–-]?\s*(?P<words>[^*†‡^#¹²³⁴⁵].*)", re.DOTALL)
TENTATIVE = re.compile(
    r"\b(?:provisional|prov|draft|unvalidated|unconfirmed|preliminary|subject to (?:change|revision|validation)"
    r"|may(?: still)? change)\b"
)
# All that a note may say so that its mark means nothing else: “These figures are provisional and may still change.”
NO_MORE = re.compile(
    r"(?:provisional|prov|draft|unvalidated|unconfirmed|preliminary|subject|to|change|revision|validation|may|still|and"
    r"|figures?|data|values?|numbers?|results?|is|are|the|this|these|denotes|indicates|means| )+"
)


def unmarked(line: Line) -> tuple[Line, list[Fault]]:
    """A line whose provisional numbers stand without their mark, and what is to be said of them."""
    notes = notes_of(line.grid) if any(_ends(c) for part in _parts(line) for c in part.values()) else {}
    changed: dict[str, Cell] = {}
    parts = []
    for part in _parts(line):
        kept = {p: _without_mark(cell, notes) for p, cell in part.items()}
        changed |= {kept[p].ref: cell for p, cell in part.items() if kept[p] is not cell}
        parts.append(kept)
    if not changed:
        return line, []
    said = f"{shown(line.name)}: {', '.join(shown(c.words) for c in changed.values())} may still change; say so to"
    remark = Fault(line.grid.where(*changed), f"{said} readers in narrative/data-notes.md")
    return replace(line, values=parts[0], tops=parts[1], bottoms=parts[2]), [remark]


def _parts(line: Line) -> tuple[dict, dict, dict]:
    return line.values, line.tops, line.bottoms


def _ends(cell: Cell) -> bool:
    return bool(MARKED.fullmatch(cell.text) or SAYS_ITSELF.fullmatch(cell.text))


def notes_of(grid: Grid) -> dict[str, list[str]]:
    """What the notes of a sheet say, by the mark at their beginning."""
    notes: dict[str, list[str]] = {}
    for number in (n for n in grid.by_row if n not in grid.hidden_rows):
        for cell in grid.row(number).values():
            if found := NOTE.fullmatch(cell.text):
                notes.setdefault(found["mark"], []).append(found["words"])
    return notes


def is_tentative(note: str) -> bool:
    """Whether a note says that numbers may still change, and nothing else."""
    words = " ".join(re.findall(r"[^\W_]+", note.lower()))
    return bool(TENTATIVE.search(words) and NO_MORE.fullmatch(words))


def _without_mark(cell: Cell, notes: dict[str, list[str]]) -> Cell:
    """A cell without the mark of its number; itself where there is none that is understood."""
    found = MARKED.fullmatch(cell.text)
    if found:
        said = notes.get(found["mark"], [])
        is_known = bool(said) and all(map(is_tentative, said))
    else:
        found = SAYS_ITSELF.fullmatch(cell.text)
        is_known = bool(found)
    if not found or not is_known or read_amount(found["number"]) is None:
        return cell
    return replace(cell, value=found["number"].strip())


def why_marked(text: str) -> str:
    """That a text is a number with a mark of which nothing says what it means, as a sentence's end; "" for others."""
    found = MARKED.fullmatch(text)
    if not found or read_amount(found["number"]) is None:
        return ""
    mark = found["mark"]
    return (
        f"has the mark {shown(mark)}, and no note of the sheet says that it means provisional and no more; take it off"
        f" if the number is right without it, or write beneath the table what it means, as in “{mark} provisional”"
    )
