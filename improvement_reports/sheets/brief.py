"""``brief.pdf``: what a report shows first, on one sheet of A4: its verdict, key measures with their lines, what is not
working and what is done, questions, how the statuses went, and the next dates.

Each part is taken from the page of the report as it stands there. Where all of it does not fit at letters that can be
read, the last parts are left out, and the sheet says where they stand.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from improvement_reports.sheets.imprint import NO_DAY, Imprint
from improvement_reports.sheets.leaf import Element, Leaf, classes, text_of
from improvement_reports.sheets.pictures import Pictures
from improvement_reports.sheets.report_pdf import sheet_of
from improvement_reports.sheets.slim import Slim, slim
from improvement_reports.sheets.typeset import told, typeset
from improvement_reports.sheets.typst_blocks import Writer
from improvement_reports.sheets.typst_text import call, joined, literal

AHEAD = "what-happens-next"  # the section of the dates ahead, by its id on the page
AHEAD_WORDS = ("What happens next", "What was to happen next")
DATES = 4
FIRST_SCREEN = ("first-screen", "glance")
# How large letters may be, in percent of their size; the one that is tried first, and how far off it may lead.
SHARES, USUAL, SPARE = (125, 112, 100, 94, 88, 82, 76, 68), 100, 4
TAKEN = "taken"  # where the sheet says how much of its height is taken (`house.typ`)
LEFT_OUT = "More stands in the whole report."
# What stands on the sheet is a file of its own, which Typst reads once and not for each size of the letters.
BODY = "body.typ"
OF_BODY = f'{{import "{BODY}": body; body}}'


class Part(NamedTuple):
    """A part of the sheet: its Typst code, and of each table in it whether its rows have heads."""

    code: str
    row_heads: list[list[set[int]]]


def brief_pdf(leaf: Leaf, imprint: Imprint, read: Callable[[str], bytes], fonts: Path, name: str) -> Slim:
    """The sheet of a report as PDF. ``read``, ``fonts``, ``name``: as for the whole report (`report_pdf`)."""
    pictures = Pictures(read)
    parts = [part for part in parts_of(leaf.body, pictures) if part.code]
    for count in range(len(parts), -1, -1):
        shown = parts[:count]
        codes = [part.code for part in shown]
        if count < len(parts) or not parts:
            codes.append(call("para", literal(LEFT_OUT), kind=literal("small")))
        heads = [heads for part in shown for heads in part.row_heads]
        files = pictures.files | {BODY: f'#import "house.typ": *\n#let body = {joined(codes)}\n'.encode()}
        documents = {s: sheet_of(leaf, imprint, call("brief.with", share=str(s)), OF_BODY) for s in SHARES}
        if document := _largest(documents, files, fonts, name):
            sheet = slim(typeset(document, files, fonts, imprint.moment or NO_DAY, name), heads)
            if sheet.sheets == 1:
                return sheet
    raise RuntimeError(f"{name}: its title does not fit on one sheet")


def _largest(documents: dict[int, str], files: Mapping[str, bytes], fonts: Path, name: str) -> str:
    """Of a sheet at each share the one whose letters are largest and which is no more than a sheet; "" if none is."""
    share = largest_share(lambda share: told(documents[share], files, fonts, TAKEN, name))
    return "" if share is None else documents[share]


def largest_share(taken: Callable[[int], float]) -> int | None:
    """The largest share of their size at which letters fit on the sheet; None if none does. ``taken``: how much of the
    sheet's height they take at a share, which is asked seldom: the height goes with the square of the letters' size.
    """
    usual = taken(USUAL)
    likely = max(USUAL / sqrt(usual) + SPARE, SHARES[-1])
    return next((s for s in SHARES if s <= likely and (usual if s == USUAL else taken(s)) <= 1), None)


def parts_of(body: Element, pictures: Pictures) -> Iterator[Part]:
    """The parts of the sheet, what matters most first."""
    first = next((e for e in body.iter("div") if set(classes(e)).intersection(FIRST_SCREEN)), None)
    about = [e for e in body.iter("p") if "edition-line" in classes(e) or _is_in(e, "about-report")]
    yield _part(pictures, "about", about)
    verdict = _with_class(body, "p", "verdict") or _with_class(body, "p", "lead")
    yield _part(pictures, "", verdict[:1])
    if first is None:
        return
    yield _part(pictures, "", [t for t in first.iter("table") if _is_in(t, "keys")])
    yield _cards(pictures, first)
    yield _part(pictures, "history-of", _history(body))
    yield _part(pictures, "ahead", _dates(body, first))
    yield _part(pictures, "", [e for e in first.itersiblings("p") if text_of(e)])


def _part(pictures: Pictures, function: str, elements: list[Element]) -> Part:
    """Some elements of the page, within a function of the house."""
    writer = Writer(pictures.chart, pictures.spark)
    blocks = [code for element in elements for code in writer.block(element, str(element.tag))]
    code = joined(blocks) if blocks else ""
    return Part(call(function, code) if code and function else code, writer.row_heads)


def _cards(pictures: Pictures, first: Element) -> Part:
    """What follows the key measures, box beside box."""
    writer = Writer(pictures.chart, pictures.spark)
    boxes = [heading.getparent() for heading in first.iter("h3")]
    cards = [joined(writer.blocks(box)) for box in boxes if box is not None]
    return Part(call("cards", *cards) if cards else "", writer.row_heads)


def _history(body: Element) -> list[Element]:
    return [table for table in body.iter("table") if "history" in classes(table)][:1]


def _dates(body: Element, first: Element) -> list[Element]:
    """The heading and the first rows of the dates ahead, unless the first screen has them."""
    if any(text_of(heading) in AHEAD_WORDS for heading in first.iter("h3")):
        return []
    section = next((e for e in body.iter("section") if e.get("id") == AHEAD), None)
    table = next(section.iter("table"), None) if section is not None else None
    if section is None or table is None:
        return []
    shown = copy.deepcopy(table)
    for row in list(shown.iter("tr"))[DATES + 1 :]:
        parent = row.getparent()
        if parent is not None:
            parent.remove(row)
    heading = next(iter(section.iter("h2")), None)
    return [*([heading] if heading is not None else []), shown]


def _with_class(body: Element, tag: str, name: str) -> list[Element]:
    return [element for element in body.iter(tag) if name in classes(element)]


def _is_in(element: Element, name: str) -> bool:
    return any(name in classes(above) for above in element.iterancestors("div"))
