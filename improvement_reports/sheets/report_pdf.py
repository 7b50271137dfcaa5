"""``report.pdf``: the report as its page shows it, on numbered sheets of A4, as PDF/UA-1."""

from collections.abc import Callable
from pathlib import Path

from improvement_reports.sheets.imprint import NO_DAY, Imprint
from improvement_reports.sheets.leaf import DRAFT, ILLUSTRATIVE, Leaf
from improvement_reports.sheets.pictures import Pictures
from improvement_reports.sheets.slim import Slim, slim
from improvement_reports.sheets.typeset import typeset
from improvement_reports.sheets.typst_blocks import Writer
from improvement_reports.sheets.typst_text import call, literal

MARKS = {
    DRAFT: "DRAFT: not published, its figures may change",
    ILLUSTRATIVE: "Illustrative: all figures are made up for demonstration",
}


def mark_of(leaf: Leaf) -> str:
    """The words that each sheet is marked with; "" for a published report of a real authority."""
    return ". ".join(MARKS[mark] for mark in (DRAFT, ILLUSTRATIVE) if mark in leaf.marks)


def sheet_of(leaf: Leaf, imprint: Imprint, function: str, body: str) -> str:
    """A document of the house: Typst code with what stands on every sheet."""
    moment = imprint.moment
    day = f"datetime(year: {moment.year}, month: {moment.month}, day: {moment.day})" if moment else "none"
    language, _, region = leaf.lang.partition("-")
    setting = call(
        f"{function}.with",
        title=literal(leaf.title),
        mark=literal(mark_of(leaf)),
        edition=literal(imprint.edition),
        address=literal(imprint.address),
        author=literal(imprint.publisher),
        lang=literal(language),
        region=literal(region) if region else "none",
        day=day,
    )
    return f'#import "house.typ": *\n#show: {setting}\n#{body}\n'


def report_pdf(leaf: Leaf, imprint: Imprint, read: Callable[[str], bytes], fonts: Path, name: str) -> Slim:
    """The whole report as PDF. ``read`` gives a chart's file by its address on the page; ``fonts``: the folder with
    the letters; ``name``: of the report in a message.
    """
    pictures = Pictures(read)
    writer = Writer(pictures.chart, pictures.spark)
    document = sheet_of(leaf, imprint, "report", writer.document(leaf.body))
    return slim(typeset(document, pictures.files, fonts, imprint.moment or NO_DAY, name), writer.row_heads)
