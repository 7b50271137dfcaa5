"""A tagged PDF made light, with what Typst cannot say yet: that the first cells of a row are its heads.

Typst writes each part of the document's structure as an object of its own and numbers to eight digits; packed, with
numbers to a hundredth of a point and without the lines of cells described a second time, a report weighs a third.
"""

import io
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import pikepdf

# Glyphs stand in two bytes each, so that no run of digits in a text is taken for a number.
NUMBER = re.compile(rb"(\d+\.\d{3,})")
PACKED: Literal[8] = 8  # the tightest level takes a third longer for two thousandths
SMALL_DIGITS = 4  # of a number below one, which may be a scale or a colour
ROW_PARTS = {"/TBody", "/TFoot"}


class Slim(NamedTuple):
    """A PDF, and how many sheets it has."""

    content: bytes
    sheets: int


def slim(pdf: bytes, row_heads: Sequence[Sequence[set[int]]]) -> Slim:
    """The same document in fewer bytes. ``row_heads``: of each table in its order, for each row of its body which
    of its cells are heads of the row, counted from 0.
    """
    pikepdf.settings.set_flate_compression_level(PACKED)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            contents = page.obj["/Contents"]
            contents.write(rounded(contents.read_bytes()))
        tables = list(tables_of(document))
        if len(tables) != len(row_heads):
            raise RuntimeError(f"a PDF has {len(tables)} tables instead of {len(row_heads)}")
        for table, heads in zip(tables, row_heads, strict=True):
            _mend_table(table, heads)
        packed = io.BytesIO()
        document.save(
            packed, object_stream_mode=pikepdf.ObjectStreamMode.generate, recompress_flate=True, deterministic_id=True
        )
        sheets = len(document.pages)
    return Slim(packed.getvalue(), sheets)


def rounded(content: bytes) -> bytes:
    """The instructions of a page with numbers no finer than anyone sees."""
    parts = NUMBER.split(content)
    parts[1::2] = map(_short, parts[1::2])
    return b"".join(parts)


@lru_cache(maxsize=1 << 13)  # a document has tens of thousands of numbers, and among them some thousand different ones
def _short(number: bytes) -> bytes:
    return number[: 2 + SMALL_DIGITS] if number.startswith(b"0.") else b"%.2f" % float(number)


def tables_of(document: pikepdf.Pdf) -> Iterator[Any]:
    """The tables of a document's structure, in the order in which they are read; none stands in another."""
    waiting = [document.Root["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop()
        if element.get("/S") == "/Table":
            yield element
        else:
            waiting += reversed(_kids(element))


def _kids(element: Any) -> list[Any]:
    """The elements below an element; what it shows on a page is none."""
    kids: Any = element.get("/K", [])
    found = list(kids) if isinstance(kids, (pikepdf.Array, list)) else [kids]
    return [kid for kid in found if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _mend_table(table: Any, heads: Sequence[set[int]]) -> None:
    rows: list[Any] = []
    head_rows: list[Any] = []
    for part in _kids(table):  # a table without a head has rows and no parts
        is_body = part.get("/S") in ROW_PARTS or part.get("/S") == "/TR"
        found = [part] if part.get("/S") == "/TR" else _kids(part)
        (rows if is_body else head_rows).extend(found)
    if len(rows) != len(heads):
        raise RuntimeError(f"a table of a PDF has {len(rows)} rows instead of {len(heads)}")
    for row in head_rows:
        for cell in _kids(row):
            _mend_cell(cell, any(heads), "")
    for row, of_row in zip(rows, heads, strict=True):
        for n, cell in enumerate(_kids(row)):
            is_head = n in of_row
            if is_head:
                cell["/S"] = pikepdf.Name("/TH")
            _mend_cell(cell, any(heads), "/Row" if is_head else "")


def _mend_cell(cell: Any, has_heads: bool, scope: str) -> None:
    """What a cell is without how it looks, which stands in the page. Where rows have heads, a list of the heads of its
    column alone would hide them: which heads are of a cell then follows from where it stands.
    """
    attributes = [a for a in _attributes(cell) if a.get("/O") != "/Layout"]
    for attribute in attributes:
        if has_heads and "/Headers" in attribute:
            del attribute["/Headers"]
    kept = [attribute for attribute in attributes if len(attribute) > 1]
    if scope:
        kept.append(pikepdf.Dictionary(O=pikepdf.Name("/Table"), Scope=pikepdf.Name(scope)))
    if kept:
        cell["/A"] = kept[0] if len(kept) == 1 else pikepdf.Array(kept)
    elif "/A" in cell:
        del cell["/A"]


def _attributes(cell: Any) -> list[Any]:
    attributes = cell.get("/A")
    return [] if attributes is None else list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
