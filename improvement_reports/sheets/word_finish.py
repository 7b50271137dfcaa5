"""What Pandoc cannot say of a Word file: the house's styles, head and foot of each sheet, contents that stand there at
once, rows that are not split, coloured squares, and vectors beside the pictures of charts.
"""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from improvement_reports.domain.templates import fill
from improvement_reports.sheets.imprint import NO_DAY, Imprint
from improvement_reports.sheets.leaf import Element, Leaf
from improvement_reports.sheets.word_html import Shown

HERE = Path(__file__).parent
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SVG_BLIP = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
DECORATIVE = "http://schemas.microsoft.com/office/drawing/2017/decorative"
DECORATIVE_EXTENSION = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
UNSEEN_ID = "Forscreenreaders"
SMALL_LETTERS = {UNSEEN_ID: "2", "Month": "11"}  # in half points
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of every file in the archive: the same report gives the same bytes
SQUARES = {
    "Statusgood": ("00593C", "FFFFFF"),
    "Statusatrisk": ("F3D9A8", "4F3000"),
    "Statusbad": ("942514", "FFFFFF"),
    "Statuscompleted": ("12436D", "FFFFFF"),
}
# A4 in twentieths of a point.
SHEET = {"w": "11906", "h": "16838"}
MARGINS = {"top": "1247", "right": "1134", "bottom": "1247", "left": "1134", "header": "567", "footer": "567"}


def w(name: str) -> str:
    return f"{{{W}}}{name}"


VALUE = w("val")


def finished(docx: bytes, pictures: Sequence[Shown], leaf: Leaf, imprint: Imprint, mark: str) -> bytes:
    """A Word file of Pandoc as the house has it. ``pictures``: in the order in which they stand in it."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    document = etree.fromstring(parts["word/document.xml"])
    relations = etree.fromstring(parts["word/_rels/document.xml.rels"])
    types = etree.fromstring(parts["[Content_Types].xml"])
    _rows(document)
    _unseen(document)
    _squares(document)
    _contents(document)
    parts |= _vectors(document, relations, pictures)
    _type(types, "Default", "Extension", "svg", "image/svg+xml")
    words = {"title": leaf.title, "mark": mark, "edition": imprint.edition, "address": imprint.address}
    section = _section(document)
    for place in ("header", "footer"):
        name = f"{place}1.xml"
        parts[f"word/{name}"] = fill(f"sheets/word_{place}.xml", **words).encode()
        _type(types, "Override", "PartName", f"/word/{name}", f"{WORD_TYPE}.{place}+xml")
        _relate(relations, f"rId{place}", place, name)
        reference = etree.Element(w(f"{place}Reference"), {w("type"): "default", f"{{{R}}}id": f"rId{place}"})
        section.insert(0, reference)
    parts["word/styles.xml"] = (HERE / "word_styles.xml").read_bytes()
    parts["docProps/core.xml"] = _about(leaf, imprint)
    parts["word/document.xml"] = _bytes(document)
    parts["word/_rels/document.xml.rels"] = _bytes(relations)
    parts["[Content_Types].xml"] = _bytes(types)
    return _packed(parts)


def _bytes(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _packed(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    names = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, parts[name])
    return packed.getvalue()


def _about(leaf: Leaf, imprint: Imprint) -> bytes:
    """Title, language, publisher and day, as the properties of the file name them."""
    moment = (imprint.moment or NO_DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {"title": leaf.title, "lang": leaf.lang, "publisher": imprint.publisher, "moment": moment}
    return fill("sheets/word_core.xml", **said).encode()


def _section(document: Element) -> Element:
    """The last words of the document say what its sheets are: A4 with margins."""
    section = next(document.iter(w("sectPr")))
    for child in list(section):
        section.remove(child)
    etree.SubElement(section, w("pgSz"), {w(key): value for key, value in SHEET.items()})
    etree.SubElement(section, w("pgMar"), {w(key): value for key, value in {**MARGINS, "gutter": "0"}.items()})
    return section


def _rows(document: Element) -> None:
    """No row of a table is split between sheets."""
    for row in document.iter(w("tr")):
        about = row.find(w("trPr"))
        if about is None:
            about = etree.Element(w("trPr"))
            row.insert(0, about)
        about.insert(0, etree.Element(w("cantSplit")))


def _unseen(document: Element) -> None:
    """Words for those who do not see the page, and names of months above squares, are so small in any program,
    whatever it makes of styles in tables.
    """
    for style in list(document.iter(w("rStyle"))):
        about, name = style.getparent(), style.get(VALUE, "")
        if about is None or name not in SMALL_LETTERS:
            continue
        if name == UNSEEN_ID:
            etree.SubElement(about, w("color"), {w("val"): "FFFFFF"})
        for size in ("sz", "szCs"):
            etree.SubElement(about, w(size), {w("val"): SMALL_LETTERS[name]})


def _squares(document: Element) -> None:
    """A cell with a sign of a status alone is filled with its colour."""
    for cell in document.iter(w("tc")):
        styles = [style.get(VALUE, "") for style in cell.iter(w("rStyle"))]
        signs = [name for name in styles if name in SQUARES]
        if len(signs) != 1 or UNSEEN_ID not in styles:
            continue
        runs = list(cell.iter(w("r")))
        if any(run.find(w("rPr")) is None for run in runs):
            continue
        fill_colour, ink = SQUARES[signs[0]]
        about = cell.find(w("tcPr"))
        if about is not None:
            etree.SubElement(about, w("shd"), {w("val"): "clear", w("color"): "auto", w("fill"): fill_colour})
        for run in runs:
            about = run.find(w("rPr"))
            if about is not None and about.find(w("color")) is None:
                etree.SubElement(about, w("color"), {w("val"): ink})


def _contents(document: Element) -> None:
    """Contents after the first part, as a field of Word whose links stand there before it is brought up to date."""
    body = document.find(w("body"))
    heads = _paragraphs(document, "Heading1")
    if body is None or len(heads) < 3:
        return
    entries = [(_anchor(head), "".join(t.text or "" for t in head.iter(w("t")))) for head in heads]
    written = etree.fromstring(fill("sheets/word_contents.xml", entries=entries).encode())
    place = heads[1]
    while place.getparent() is not body:
        parent = place.getparent()
        if parent is None:
            return
        place = parent
    before = place.getprevious()
    if before is not None and before.tag == w("bookmarkStart"):
        place = before
    for part in list(written):
        place.addprevious(part)


def _paragraphs(document: Element, name: str) -> list[Element]:
    """The paragraphs of a style; what says the style stands in the properties of its paragraph."""
    said = [style.getparent() for style in document.iter(w("pStyle")) if style.get(VALUE) == name]
    found = [about.getparent() for about in said if about is not None]
    return [paragraph for paragraph in found if paragraph is not None]


def _anchor(head: Element) -> str:
    """The bookmark of a heading, which Pandoc sets in it or before it."""
    inside = next(head.iter(w("bookmarkStart")), None)
    before = head.getprevious()
    found = inside if inside is not None else before
    return found.get(w("name"), "") if found is not None and found.tag == w("bookmarkStart") else ""


def _vectors(document: Element, relations: Element, pictures: Sequence[Shown]) -> dict[str, bytes]:
    """The vectors of the pictures as files of the document, each named by its picture; what is for the eye alone says
    so.
    """
    blips = list(document.iter(f"{{{A}}}blip"))
    if len(blips) != len(pictures):
        raise RuntimeError(f"a Word file has {len(blips)} pictures instead of {len(pictures)}")
    files: dict[str, bytes] = {}
    names: dict[bytes, str] = {}
    for blip, shown in zip(blips, pictures, strict=True):
        if shown.svg not in names:
            names[shown.svg] = f"drawing{len(names) + 1}"
            files[f"word/media/{names[shown.svg]}.svg"] = shown.svg
            _relate(relations, f"rId{names[shown.svg]}", "image", f"media/{names[shown.svg]}.svg")
        for old in list(blip):
            blip.remove(old)
        extension = etree.SubElement(etree.SubElement(blip, f"{{{A}}}extLst"), f"{{{A}}}ext", uri=SVG_EXTENSION)
        etree.SubElement(extension, f"{{{SVG_BLIP}}}svgBlip", {f"{{{R}}}embed": f"rId{names[shown.svg]}"})
    for about, shown in zip(document.iter(f"{{{WP}}}docPr"), pictures, strict=True):
        if shown.is_decoration:
            extension = etree.SubElement(etree.SubElement(about, f"{{{A}}}extLst"), f"{{{A}}}ext")
            extension.set("uri", DECORATIVE_EXTENSION)
            etree.SubElement(extension, f"{{{DECORATIVE}}}decorative", val="1")
    return files


def _type(types: Element, tag: str, key: str, value: str, content: str) -> None:
    etree.SubElement(types, f"{{{TYPES}}}{tag}", {key: value, "ContentType": content})


def _relate(relations: Element, name: str, kind: str, target: str) -> None:
    etree.SubElement(relations, f"{{{PACKAGE}}}Relationship", Id=name, Type=f"{R}/{kind}", Target=target)
