"""What stands in the files for paper, read with other programs than made them."""

import io
import re
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path

import lxml.html
import pikepdf
import pypdfium2
from lxml import etree

NOT_ON_PAPER = (
    "self::nav or self::script or self::style or contains(@class, 'downloads') or contains(@class, 'provenance')"
    " or contains(@class, 'newer-report') or contains(@class, '-mark') or contains(@class, 'to-contents')"
)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD = {
    "w": W,
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "svg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
    "d": "http://schemas.microsoft.com/office/drawing/2017/decorative",
}


@cache
def pdf_pages(path: Path) -> list[str]:
    """The text of each sheet, as PDFium reads it."""
    document = pypdfium2.PdfDocument(path)
    # PDFium has a sign of its own for a hyphen at the end of a line.
    return [document[n].get_textpage().get_text_range().replace("\ufffe", "-") for n in range(len(document))]


def words(text: str) -> Counter[str]:
    """How often each word stands in a text; a sign alone is none."""
    return Counter(word for word in re.findall(r"[\w£%.,’'/-]+", text) if re.search(r"\w", word))


def page_words(page: Path) -> str:
    """The words that a report's page shows of the report, without what only a screen has."""
    (main,) = lxml.html.fromstring(page.read_bytes()).xpath("//main")
    for part in main.xpath(f".//*[{NOT_ON_PAPER}]"):
        part.drop_tree()
    if main.xpath(".//*[contains(@class, 'first-screen')]"):
        for summary in main.xpath(".//p[contains(@class, 'lead')] | .//div[contains(@class, 'description')]"):
            summary.drop_tree()
    for line in main.xpath(".//*[contains(@class, 'edition-line')]/a[not(contains(@class, 'term'))]"):
        line.drop_tree()
    for line in main.xpath(".//*[@class='take'] | .//p[@class='source'][a/@download]"):
        line.drop_tree()
    for sentence in main.xpath(".//p[. = 'Select any number to see where it comes from.']"):
        sentence.drop_tree()
    for cell in main.iter("td", "th", "p", "li", "br", "dt", "dd", "h2", "h3", "summary", "caption", "div"):
        cell.tail = f" {cell.tail or ''}"
    return " ".join(main.text_content().split())


def chart_words(folder: Path) -> str:
    """What is written in the charts of a report's page."""
    names = re.findall(r'<img src="([^"#]+)', (folder / "index.html").read_text(encoding="utf-8"))
    return " ".join(" ".join(etree.parse(folder / name).getroot().itertext()) for name in names)


class Word:
    """The parts of a Word file."""

    def __init__(self, path: Path | io.BytesIO):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.document = etree.fromstring(self.parts["word/document.xml"])

    def all(self, path: str) -> list:
        """What an XPath finds in the document, with the prefixes of `WORD`."""
        return self.document.xpath(path, namespaces=WORD)

    def text(self) -> str:
        """Its words, paragraphs and lines apart."""
        for end in self.all("//w:p | //w:br | //w:tab"):
            end.tail = " "
        return " ".join("".join(self.all("//w:t/text() | //w:p/following-sibling::text() | //text()[. = ' ']")).split())

    def missing_parts(self) -> set[str]:
        """Files that the document says it has and has not."""
        relations = etree.fromstring(self.parts["word/_rels/document.xml.rels"])
        inside = [r for r in relations if r.get("TargetMode") != "External"]
        return {f"word/{r.get('Target')}" for r in inside} - set(self.parts)


def tags(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """The elements of the structure of a PDF, in the order in which they are read out."""
    found: list[pikepdf.Dictionary] = []

    def read(element) -> None:
        if isinstance(element, pikepdf.Array):
            for part in element:
                read(part)
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                found.append(element)
            if "/K" in element:
                read(element["/K"])

    read(document.Root["/StructTreeRoot"]["/K"])
    return found
