"""The files for paper of a built site: the same words as the page, and what PDF/UA-1 asks for."""

import html
import io
import re
from itertools import pairwise
from pathlib import Path

import lxml.html
import pikepdf
import pytest
from hostile import PAYLOADS
from lxml import etree
from sheets_read import WORD, Word, chart_words, page_words, pdf_pages, tags, words
from site_helpers import built_project, quarto_site

from improvement_reports.editions.citing import edition_citation
from improvement_reports.editions.edition import newest_edition
from improvement_reports.sheets.imprint import Imprint
from improvement_reports.sheets.leaf import read_leaf
from improvement_reports.sheets.typeset import prepare_letters
from improvement_reports.sheets.word import report_docx
from improvement_reports.workspace.places import Project

FILES = (
    ("brief.pdf", "This report on one sheet (PDF)", 80_000),
    ("report.pdf", "This report as PDF", 300_000),
    ("report.docx", "This report as a Word file", 300_000),
)
# What a sheet says of itself.
BRIEF_WORDS = {"Illustrative", "made", "up", "for", "all", "figures", "are", "demonstration", "More", "stands", "whole"}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return built_project(tmp_path_factory) / "_site"


@pytest.fixture(scope="module")
def reports(site) -> list[Path]:
    """The folder of each report."""
    found = sorted(page.parent for page in site.glob("reports/*/????-??/*/index.html"))
    assert len(found) >= 9
    return found


def test_every_report_has_them_and_links_to_them(reports):
    for folder in reports:
        said = (folder / "index.html").read_text(encoding="utf-8")
        for name, words_, most in FILES:
            content = (folder / name).read_bytes()
            assert len(content) <= most, folder
            sheets = len(pdf_pages(folder / name)) if name.endswith(".pdf") else 0
            counted = "1 page, " if sheets == 1 else f"{sheets} pages, " if sheets else ""
            link = f'<a href="{name}" download>{words_}</a> ({counted}{round(len(content) / 1000)} kB)'
            assert said.count(link) == 1, (folder, name)
        (short,) = lxml.html.fromstring(said).xpath("//main/nav[@class='ways'][1]/ul[@class='on-paper']")
        assert short.xpath(".//a/@href") == [name for name, *_ in FILES], folder


def test_the_brief_is_one_sheet_of_the_page(reports):
    for folder in reports:
        (text,) = pdf_pages(folder / "brief.pdf")
        with pikepdf.open(folder / "brief.pdf") as document:
            assert [round(float(edge)) for edge in document.pages[0].MediaBox] == [0, 0, 595, 842]
        page, squeezed = page_words(folder / "index.html"), re.sub(r"\s+", "", text)
        page_squeezed = re.sub(r"\s+", "", page)
        strange = [word for word in words(text) - words(page) if word not in page_squeezed]
        assert {word for word in strange if "/" not in word} <= BRIEF_WORDS, folder
        (main,) = lxml.html.fromstring((folder / "index.html").read_bytes()).xpath("//main")
        for heading in main.xpath(".//*[contains(@class, 'first-screen')]//h3"):
            assert re.sub(r"\s+", "", heading.text_content()) in squeezed, folder
        for verdict in main.xpath(".//p[@class='verdict']"):
            assert re.sub(r"\s+", "", verdict.text_content()) in squeezed, folder


def test_the_pdf_has_the_words_and_numbers_of_the_page(reports):
    for folder in reports:
        text = " ".join(pdf_pages(folder / "report.pdf"))
        page, pdf = words(page_words(folder / "index.html")), words(text)
        squeezed = re.sub(r"\s+", "", text)
        missing = [word for word in page - pdf if re.sub(r"\s+", "", word) not in squeezed]
        assert missing == [], folder
        sheets = range(1, len(pdf_pages(folder / "report.pdf")) + 1)
        known = {*page, *words(chart_words(folder)), *map(str, sheets)}
        strange = {word for word in pdf if re.search(r"\d", word)} - known
        # An address may go on in the next line.
        assert {word for word in strange if "/" not in word or word not in squeezed} == set(), folder


@pytest.mark.quarto
def test_both_renderers_give_the_same_files_to_take(tmp_path_factory, site):
    """What is on paper, pictures and values: byte for byte."""
    kinds = {".pdf", ".docx", ".png", ".svg", ".csv"}
    ours, quarto = (
        {p.relative_to(s).as_posix(): p.read_bytes() for p in (s / "reports").rglob("*") if p.suffix in kinds}
        for s in (site, quarto_site(tmp_path_factory))
    )
    assert any(name.endswith(".picture.svg") for name in ours)
    assert sorted(ours) == sorted(quarto)
    assert [name for name, content in ours.items() if quarto[name] != content] == []


def test_paper_cites_the_edition_as_everything_does(tmp_path_factory, reports):
    project, cited = Project(built_project(tmp_path_factory)), 0
    for folder in reports:
        edition = newest_edition(project, *folder.relative_to(project.site / "reports").parts)
        if edition is None or "DRAFT" in (folder / "index.html").read_text(encoding="utf-8"):
            continue
        wanted = "".join(edition_citation(edition).split())
        assert wanted in "".join(" ".join(pdf_pages(folder / "report.pdf")).replace("-\n", "-").split()), folder
        assert wanted in "".join(Word(folder / "report.docx").text().split()), folder
        cited += 1
    assert cited > 8


@pytest.mark.parametrize("name", ["report.pdf", "brief.pdf"])
def test_the_pdf_is_tagged_as_pdf_ua_asks(reports, name):
    for folder in reports:
        path = folder / name
        document = pikepdf.open(path)
        elements = tags(document)
        root, kinds = document.Root, [str(element["/S"]) for element in elements]
        assert (
            root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en-GB" and root["/ViewerPreferences"]["/DisplayDocTitle"]
        )
        with document.open_metadata() as metadata:
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1" and metadata["dc:title"]
        levels = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
        assert levels[0] == 1
        assert all(below <= above + 1 for above, below in pairwise(levels)), folder
        assert all(str(e.get("/Alt", "")).strip() for e in elements if e["/S"] == "/Figure"), folder
        heads = [e for e in elements if e["/S"] == "/TH"]
        assert all(any("/Scope" in a for a in _attributes(e)) for e in heads), folder
        assert heads or name == "brief.pdf", folder
        with document.open_outline() as outline:
            assert len(outline.root) == levels.count(1), folder
        for sheet in document.pages:
            assert sheet.obj["/Tabs"] == "/S" and _is_all_marked(sheet), folder


def test_the_word_file_has_the_words_and_numbers_of_the_page(reports):
    for folder in reports:
        text = Word(folder / "report.docx").text()
        page, word = words(page_words(folder / "index.html")), words(text)
        squeezed = re.sub(r"\s+", "", text)
        assert [w for w in page - word if re.sub(r"\s+", "", w) not in squeezed] == [], folder
        strange = {w for w in word if re.search(r"\d", w)} - set(page)
        assert strange == set(), folder


def test_the_word_file_has_styles_heads_and_alternatives(reports):
    for folder in reports:
        word = Word(folder / "report.docx")
        assert word.missing_parts() == set(), folder
        styles = etree.fromstring(word.parts["word/styles.xml"])
        known = set(styles.xpath("//w:style/@w:styleId", namespaces=WORD))
        assert set(word.all("//w:pStyle/@w:val | //w:rStyle/@w:val | //w:tblStyle/@w:val")) <= known, folder
        levels = [int(name[7:]) for name in word.all("//w:pStyle/@w:val") if re.fullmatch(r"Heading\d", name)]
        assert levels[0] == 1 and all(below <= above + 1 for above, below in pairwise(levels)), folder
        assert len(word.all("//w:p[w:pPr/w:pStyle/@w:val = 'Title']")) == 1, folder
        assert word.all("//w:tr[not(w:trPr/w:cantSplit)]") == [], folder
        with_heads = word.all("//w:tbl[w:tr[1]/w:trPr/w:tblHeader]")
        assert len(with_heads) == len(word.all("//w:tbl")), folder
        for about in word.all("//wp:docPr"):
            assert about.get("descr") or about.xpath(".//d:decorative[@val='1']", namespaces=WORD), folder
        assert len(word.all("//svg:svgBlip")) == len(word.all("//a:blip")), folder
        anchors = set(word.all("//w:hyperlink/@w:anchor"))
        assert anchors and anchors <= set(word.all("//w:bookmarkStart/@w:name")), folder
        foot, core = word.parts["word/footer1.xml"].decode(), word.parts["docProps/core.xml"].decode()
        assert "improvement-reports/" in foot and "NUMPAGES" in foot and "<dc:language>en-GB<" in core, folder


def test_hostile_text_is_text_in_word(tmp_path):
    """Each text stands in a paragraph, a cell, a heading and a list, and comes out as it went in."""
    prepare_letters(tmp_path)
    body = "".join(
        f"<h2>{t}</h2><p>{t}</p><ul><li>{t}</li></ul><table><caption>{t}</caption><tr><td>{t}</td></tr></table>"
        for t in map(html.escape, PAYLOADS)
    )
    chart = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="5" height="5"/></svg>'
    body += f'<figure class="chart"><img src="c.svg" alt="{html.escape(PAYLOADS[0])}"></figure>'
    leaf = read_leaf(f"<html lang='en-GB'><main><h1>{html.escape(PAYLOADS[0])}</h1>{body}</main></html>", "a page")
    imprint = Imprint(PAYLOADS[1], PAYLOADS[2], PAYLOADS[3], None)
    read = {"c.svg": chart.encode()}.__getitem__
    made = [report_docx(leaf, imprint, read, tmp_path, "a page").content for _ in range(2)]
    assert made[0] == made[1]
    word = Word(io.BytesIO(made[0]))
    squeezed = re.sub(r"\s+", "", word.text())
    for text in PAYLOADS:
        assert squeezed.count(re.sub(r"\s+", "", text)) >= 4, text
    said = {"word/footer1.xml": PAYLOADS[1:3], "docProps/core.xml": PAYLOADS[3:4], "word/header1.xml": PAYLOADS[:1]}
    for part, texts in said.items():
        assert all(text in "".join(etree.fromstring(word.parts[part]).itertext()) for text in texts), part


def test_rows_have_heads(reports):
    """As many as on the page, also those of a history, whose rows have two."""
    for folder in [f for f in reports if "gloucestershire/2021-04" in f.as_posix() or "exampleshire" in f.as_posix()]:
        document = pikepdf.open(folder / "report.pdf")
        rows = [e for e in tags(document) if e["/S"] == "/TH" and _scope(e) == "/Row"]
        (main,) = lxml.html.fromstring((folder / "index.html").read_bytes()).xpath("//main")
        assert len(rows) == len(main.xpath(".//tbody/tr/th")) > 60, folder


def _attributes(element) -> list:
    found = element.get("/A", [])
    return [found] if isinstance(found, pikepdf.Dictionary) else list(found)


def _scope(element) -> str:
    return next((str(a["/Scope"]) for a in _attributes(element) if "/Scope" in a), "")


def _is_all_marked(sheet: pikepdf.Page) -> bool:
    """Whether every word and line of a sheet is part of the structure or said to be none of it."""
    depth = 0
    for operands, operator in pikepdf.parse_content_stream(sheet):
        name = str(operator)
        if name in ("BDC", "BMC"):
            depth += 1
        elif name == "EMC":
            depth -= 1
        elif name in ("Tj", "TJ", "S", "f", "f*", "B", "Do", "sh") and depth < 1:
            return False
        del operands
    return depth == 0
