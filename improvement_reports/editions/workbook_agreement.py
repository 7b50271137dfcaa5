"""Whether an edition's workbook holds what its code would write: each table cell by cell, and no text beside them but
its own.

Made again it would be in most of a second; read it is in a tenth of one. Styles and widths are left to `verify`.
"""

import io
import re
import zipfile
from collections.abc import Iterator

import lxml.etree

from improvement_reports.editions.downloads.cells import safe_text
from improvement_reports.editions.downloads.facts import EditionFacts
from improvement_reports.editions.downloads.sheets import NOTES, Sheet, sheets_of
from improvement_reports.editions.downloads.workbook import cover_lines

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:app|core)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/(?:workbook|styles|sharedStrings|theme/theme1)\.xml|xl/(?:worksheets/sheet|tables/table)\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels"
)
LARGEST = 60_000_000  # bytes of one part, so that no packed file fills the memory
WITHOUT_TABLE = 3  # cover, contents, notes
NOTE_MARK = re.compile(r"\s*\[note \d+\]")
# What `gptables` itself writes on cover, contents and notes.
OF_THE_LIBRARY = {
    "Introductory information",
    "About these data",
    "Notes",
    "Notes (illustrative figures)",
    "Note number",
    "Note",
    "Table of contents",
    "This worksheet contains one table.",
    "Worksheet",
    "What it holds",
    "Back to the contents",
    "See the notes.",
}


def workbook_fault(content: bytes, facts: EditionFacts, figures: list[dict], tables: dict) -> tuple[str, str] | None:
    """What stands in the workbook, and what should: the first place where they differ; None if they agree."""
    sheets, empty = sheets_of(facts, figures, tables)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if strange := _strange(archive, len(sheets) + WITHOUT_TABLE):
                return strange, "the parts of a workbook, each once"
            texts = [_text(item) for item in _tree(archive, "xl/sharedStrings.xml")]
            known = _known(facts, sheets, empty)
            if other := next((t for t in texts if _bare(t) not in known), None):
                return other, "no such text"
            if elsewhere := _links(archive) - {facts.licence_url, *(str(s.get("url", "")) for s in facts.sources)}:
                return min(elsewhere), "no such link"
            for number, sheet in enumerate(sheets, WITHOUT_TABLE + 1):
                if found := _table_fault(list(_rows(archive, number, texts)), sheet):
                    return found
    except (
        zipfile.BadZipFile,
        KeyError,
        IndexError,
        ValueError,
        OSError,
        RuntimeError,
        NotImplementedError,
        lxml.etree.LxmlError,
    ):
        return "what cannot be read", "a workbook"
    return None


def _strange(archive: zipfile.ZipFile, sheets: int) -> str:
    """A part that no workbook of ours has, has twice, or has too large; "" if there is none."""
    names = archive.namelist()
    allowed = {f"xl/worksheets/sheet{n}.xml" for n in range(1, sheets + 1)}
    for entry in archive.infolist():
        is_sheet = entry.filename.startswith("xl/worksheets/sheet")
        if (
            not PARTS.fullmatch(entry.filename)
            or (is_sheet and entry.filename not in allowed)
            or names.count(entry.filename) > 1
            or entry.file_size > LARGEST
        ):
            return entry.filename
    return ""


def _links(archive: zipfile.ZipFile) -> set[str]:
    """Every address that its cells lead to."""
    names = [n for n in archive.namelist() if n.endswith(".rels")]
    return {r.get("Target", "") for n in names for r in _tree(archive, n) if r.get("TargetMode") == "External"}


def _tree(archive: zipfile.ZipFile, name: str):
    return lxml.etree.fromstring(archive.read(name), lxml.etree.XMLParser(resolve_entities=False, no_network=True))


def _text(item) -> str:
    return "".join(t.text or "" for t in item.iter(f"{MAIN}t"))


def _bare(text: str) -> str:
    """A text without the marks of notes, which the library adds, and in one form of white space."""
    return " ".join(NOTE_MARK.sub("", text).split())


def _known(facts: EditionFacts, sheets: list[Sheet], empty: list[str]) -> set[str]:
    """Every text that the workbook may hold."""
    found = {*OF_THE_LIBRARY, *cover_lines(facts, sheets, empty), *NOTES.values()}
    for sheet in sheets:
        found |= {sheet.name, sheet.title, safe_text(sheet.source), safe_text(sheet.scope), *sheet.header}
        found |= {cell for row in sheet.rows for cell in row if isinstance(cell, str)}
    return {_bare(t) for t in found}


def _rows(archive: zipfile.ZipFile, number: int, texts: list[str]) -> Iterator[list]:
    """The cells of a sheet, row by row: texts, numbers, and a formula as what no table of ours has."""
    for row in _tree(archive, f"xl/worksheets/sheet{number}.xml").iter(f"{MAIN}row"):
        yield [_cell(c, texts) for c in row.iter(f"{MAIN}c")]


def _cell(cell, texts: list[str]):
    if cell.find(f"{MAIN}f") is not None:
        return f"a formula: {cell.findtext(f'{MAIN}f')}"
    value = cell.findtext(f"{MAIN}v") or ""
    match cell.get("t"):
        case "s":
            return texts[int(value)]
        case "inlineStr" | "str":
            return _text(cell) or value
    return float(value) if value else None


def _table_fault(rows: list[list], sheet: Sheet) -> tuple[str, str] | None:
    """The first cell of a table that is another one; the table is what stands last on its sheet."""
    wanted = [sheet.header, *sheet.rows]
    shown = rows[-len(wanted) :] if len(rows) >= len(wanted) else rows
    for row, own in zip(shown, wanted, strict=False):
        for cell, right in zip([*row, *[None] * len(own)], own, strict=False):
            if not _same(cell, right):
                return f"{sheet.name}: {cell}", f"{sheet.name}: {right}"
        if len([c for c in row if c is not None]) > len(own):
            return f"{sheet.name}: more cells in a row", f"{len(own)} cells"
    return None if len(shown) == len(wanted) else (f"{sheet.name}: {len(shown) - 1} rows", f"{len(wanted) - 1} rows")


def _same(cell, right) -> bool:
    if isinstance(right, str):
        return isinstance(cell, str) and _bare(cell) == _bare(right)
    return isinstance(cell, float) and abs(cell - float(right)) <= 1e-9 * max(1.0, abs(cell))
