"""A page on paper: what is left out, how texts become Typst code, how tables are fitted."""

import io
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import lxml.etree
import lxml.html
import pypdfium2
import pytest
from hostile import PAYLOADS
from PIL import Image

from improvement_reports.domain.errors import UserError
from improvement_reports.sheets import made as made_files
from improvement_reports.sheets import slim, typeset
from improvement_reports.sheets.brief import LEFT_OUT, brief_pdf, largest_share
from improvement_reports.sheets.imprint import Imprint
from improvement_reports.sheets.leaf import read_leaf, text_of
from improvement_reports.sheets.made import write_sheets
from improvement_reports.sheets.pictures import chart_for_paper
from improvement_reports.sheets.report_pdf import mark_of, report_pdf
from improvement_reports.sheets.typst_tables import STEPS, Need, fitted, grid_of, row_heads, shared
from improvement_reports.sheets.typst_text import literal
from improvement_reports.workspace.files import write_whole

IMPRINT = Imprint("Edition v1, published 1 May 2026", "improvement-reports/a/2026-03/board/v1", "A council", None)
MOMENT = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("letters")
    typeset.prepare_letters(folder)
    return folder


def page(body: str, lang: str = "en-GB") -> str:
    return f'<html lang="{lang}"><body><main><h1>A &amp; B</h1>{body}</main></body></html>'


def test_what_is_said_of_a_row_stands_on_lines_of_its_own_on_paper():
    """“neither way is better Earlier: 400 September 2026 Change: +10” was one line there; styles part it on a screen."""
    said = (
        '<table><tr><th>Contacts <br><span class="when">either</span> <span class="said-of-row"><span>Earlier: <a'
        ' href="#a">400</a> <br><span class="when">May</span></span> <span>Change: +10</span></span></table>'
    )
    (cell,) = read_leaf(page(said), "a page").body.iter("th")
    lines = lxml.html.tostring(cell, encoding="unicode").split("<br>")
    assert [" ".join(lxml.html.fromstring(f"<p>{line}</p>").text_content().split()) for line in lines] == [
        "Contacts",
        "either",
        "Earlier: 400 May",
        "Change: +10",
    ]


QUARTO_SUMMARY = '<div><div class="description">\n It fell.\n</div></div>'


def made(body: str, letters, imprint: Imprint = IMPRINT, charts=None):
    return report_pdf(read_leaf(page(body), "a page"), imprint, (charts or {}).__getitem__, letters, "a page")


def text_in(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))


def test_what_only_a_screen_has_is_not_on_paper():
    leaf = read_leaf(
        page(
            '<nav class="ways">Reports</nav><p class="newer-report">Newer</p><p class="edition-line"><strong>Edition v2'
            '</strong>, published (<a class="term" href="g.html">control charts</a> …) · <a href="c.html">Changed</a> ·'
            ' <a href="#e">All</a></p><p>Text <a class="n" href="v1/figures.html#1">86%</a> of.</p><p class="source">'
            '<a class="provenance" href="x">Rows</a></p><ul class="downloads"><li>zip</li></ul>'
            "<p>Select any number to see where it comes from.</p>"
        ),
        "a page",
    )
    assert text_of(leaf.body) == "Edition v2, published (control charts …)Text 86% of."
    assert not leaf.body.xpath(".//a[@href]")


def test_the_summary_is_the_same_by_both_renderers():
    both = [read_leaf(page(said), "a page") for said in ('<p class="lead">It fell.</p>', QUARTO_SUMMARY)]
    assert [text_of(leaf.body.find(".//p[@class='lead']")) for leaf in both] == ["It fell."] * 2
    first = f'{QUARTO_SUMMARY}<div class="first-screen"><p class="verdict">It fell, and more.</p></div>'
    assert text_of(read_leaf(page(first), "a page").body) == "It fell, and more."


@pytest.mark.parametrize(
    "address, href, led", [("", "x.html", None), ("https://a.uk/r/index.html", "x.html", "https://a.uk/r/x.html")]
)
def test_a_link_leads_to_a_full_address_or_is_words(address, href, led):
    leaf = read_leaf(page(f'<p><a href="{href}">there</a> <a href="https://b.uk/">out</a></p>'), "a page", address)
    assert [link.get("href") for link in leaf.body.iter("a")] == [led, "https://b.uk/"]


def test_a_page_without_a_heading_is_named():
    with pytest.raises(UserError, match=r"^reports/x/index\.html has no main part with a heading"):
        read_leaf("<main><p>x</p></main>", "reports/x/index.html")


def test_hostile_text_is_text(letters):
    """Each text stands in a paragraph, a cell, a heading and a list, and comes out as it went in."""
    import html

    texts = [html.escape(text) for text in PAYLOADS]
    body = "".join(
        f"<h2>{t}</h2><p>{t}</p><ul><li>{t}</li></ul><table><caption>{t}</caption><tr><td>{t}</td></tr></table>"
        for t in texts
    )
    squeezed = re.sub(r"\s+", "", text_in(made(body, letters).content).replace("\ufffe", ""))
    for text in PAYLOADS:
        assert squeezed.count(re.sub(r"\s+", "", text)) >= 4, text


@pytest.mark.parametrize("text, code", [('a"b', '"a\\"b"'), ("\\", '"\\\\"'), ("#x", '"#x"'), ("\x07", '"\\u{7}"')])
def test_a_text_is_a_literal(text, code):
    assert literal(text) == code


def test_spans_stand_where_they_are():
    table = lxml.html.fromstring(
        "<table><tbody><tr><th rowspan=2>a</th><td colspan=2>b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table>"
    )
    grid = grid_of(table)
    assert grid.columns == 3
    assert [[cell.column for cell in row] for row in grid.body] == [[0, 1], [1, 2]]
    assert row_heads(grid) == [{0}, set()]


def table_of(rows: list[list[str]]):
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return lxml.html.fromstring(f"<table><tbody>{cells}</tbody></table>")


def test_columns_take_what_they_need_where_there_is_room():
    assert fitted(grid_of(table_of([["short", "words"]]))).widths == ["auto", "auto"]


def test_the_column_with_the_words_gets_the_room():
    rows = [["Step of many words that goes on and on " * 3, "Head of Service and of more", "2 May"]]
    rows += [[rows[0][0], "–", "2 May"]] * 9
    widths = [float(width.removesuffix("fr")) for width in fitted(grid_of(table_of(rows))).widths]
    assert widths[0] > 2.5 * widths[1]


def shared_step_by_step(rows, least, most, room, step):
    """Room for columns by the rule itself: each step asks every cell of every row."""

    def lines(row, given):
        return {column: need.height(given[column]) for column, need in row}

    def saved(given, column):
        more, total = [room + step * (n == column) for n, room in enumerate(given)], 0.0
        for row in rows:
            now, then = lines(row, given), lines(row, more)
            if column in now:
                total += max(now.values()) - max(then.values()) + 0.1 * (now[column] - then[column])
        return total

    given = [float(letters) for letters in least]
    while (spare := room - sum(given)) > 0:
        if not (wanting := [n for n, letters in enumerate(most) if given[n] < letters]):
            return given
        best = max(wanting, key=lambda n: (saved(given, n), most[n] - given[n]))
        given[best] += min(step, spare)
    return given


@pytest.mark.parametrize("seed", range(20))
def test_room_goes_step_by_step_where_it_saves_most(seed):
    of = random.Random(seed)
    rows = [
        [(n, Need(of.randint(2, 8), [of.randint(1, 90) for _ in range(of.randint(1, 3))])) for n in range(4)]
        for _ in range(of.randint(1, 12))
    ]
    rows.append(rows[0][1:3])  # a row whose other cells take several columns
    most = [max(max(need.lines) for row in rows for n, need in row if n == column) for column in range(4)]
    room = of.uniform(40, 200)
    step = max(2.0, (room - 4 * 8) / STEPS)
    assert shared(rows, [8] * 4, most, room) == shared_step_by_step(rows, [8] * 4, most, room, step)


def test_letters_are_smaller_only_where_words_would_break():
    wide = grid_of(table_of([["Unbreakableword" * 2] * 4]))
    assert fitted(wide).size < fitted(grid_of(table_of([["word " * 30] * 4]))).size == 9.0


def test_a_row_longer_than_a_sheet_goes_on_to_the_next(letters):
    long = "word " * 9000
    assert made(f"<table><tr><td>{long}</td><td>x</td></tr></table>", letters).sheets > 2


def test_every_sheet_says_what_it_is_of(letters):
    leaf = read_leaf(
        page('<div class="draft-mark">DRAFT</div><div class="illustrative-mark">x</div>' + "<p>word</p>" * 120),
        "a page",
    )
    assert leaf.marks == {"draft", "illustrative"}
    pdf = report_pdf(leaf, IMPRINT, {}.__getitem__, letters, "a page")
    document = pypdfium2.PdfDocument(pdf.content)
    assert pdf.sheets > 1
    for n in range(len(document)):
        text = document[n].get_textpage().get_text_range()
        assert IMPRINT.edition in text and IMPRINT.address in text and f"Page {n + 1} of {pdf.sheets}" in text
        assert "DRAFT: not published" in text and "Illustrative: all figures are made up" in text
    assert mark_of(read_leaf(page("<p>x</p>"), "a page")) == ""


def test_the_same_page_gives_the_same_bytes(letters):
    assert made("<p>x</p>", letters) == made("<p>x</p>", letters)


def test_a_missing_program_is_one_sentence(letters, monkeypatch):
    monkeypatch.setattr(typeset, "version", lambda name: (_ for _ in ()).throw(typeset.PackageNotFoundError(name)))
    with pytest.raises(UserError, match=r"^The package typst is not installed, so no PDF can be made; "):
        typeset.versions()


def test_a_document_that_is_not_whole_fails(letters):
    with pytest.raises(RuntimeError, match="a page: "):
        typeset.typeset("#nosuch()", {}, letters, MOMENT, "a page")


def test_numbers_are_rounded_and_letters_are_not():
    assert slim.rounded(b"346.18683 0.043137256 1.5 (\\0001\\000.\\0002345)Tj") == (
        b"346.19 0.0431 1.5 (\\0001\\000.\\0002345)Tj"
    )


def test_each_of_several_pictures_is_what_it_is_alone(letters):
    """Of its own size, in the order of the drawings; a page without drawings has none."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"><rect width="99" height="99" fill="{}"/></svg>'
    )
    drawings = [svg.format(*one).encode() for one in ((36, 18, "#f00"), (18, 36, "#00f"), (36, 18, "#0f0"))]
    images = typeset.images_of(drawings, letters, 96)
    drawn = [Image.open(io.BytesIO(image)).convert("RGB") for image in images]
    assert [(image.size, image.getpixel((5, 5))) for image in drawn] == [
        ((36, 18), (255, 0, 0)),
        ((18, 36), (0, 0, 255)),
        ((36, 18), (0, 255, 0)),
    ]
    assert images == [typeset.image_of(drawing, letters, 96) for drawing in drawings]
    assert typeset.images_of([], letters, 96) == []


def test_a_chart_is_the_part_that_the_page_shows():
    svg = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" font-family="Arial, 'DejaVu Sans'">
    <view id="drawing" viewBox="0 4 9 5"/><text style="font-family: Arial, sans-serif; fill: red">x</text></svg>"""
    drawn = chart_for_paper(svg, "drawing", "c.svg").decode()
    assert 'viewBox="0 4 9 5"' in drawn.split(">")[0] and 'height="5"' in drawn.split(">")[0]
    assert "Arial" not in drawn and drawn.count("Source Sans Pro") == 2 and "fill: red" in drawn
    with pytest.raises(UserError, match=r"^The chart c\.svg is no SVG"):
        chart_for_paper(b"<svg", "", "c.svg")


def test_a_framed_chart_goes_onto_paper_without_its_frame_where_the_page_shows_the_drawing():
    frame = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60" font-family="x"><text>Headline</text>'
        '<svg {} width="90" height="40" viewBox="0 0 90 40"><rect width="200" height="9"/></svg>'
        '<view id="drawing" viewBox="0 15 90 40"/></svg>'
    )
    alone = lxml.etree.fromstring(chart_for_paper(frame.format('y="15"').encode(), "drawing", "c.svg"))
    assert "Headline" not in "".join(alone.itertext()) and len(list(alone.iter("{*}svg"))) == 1
    assert [alone.get(name) for name in ("viewBox", "width", "height", "y")] == ["0 0 90 40", "90", "40", None]
    for elsewhere in ('y="5"', 'x="5" y="15"'):
        whole = lxml.etree.fromstring(chart_for_paper(frame.format(elsewhere).encode(), "drawing", "c.svg"))
        assert len(list(whole.iter("{*}svg"))) == 2, elsewhere


@pytest.mark.parametrize(
    ("height", "share", "asked"),
    [(0.5, 125, [100, 125]), (0.95, 100, [100]), (1.05, 94, [100, 94]), (1.3, 82, [100, 88, 82]), (9, None, [100, 68])],
)
def test_letters_are_as_large_as_they_fit(height, share, asked):
    """``height``: of the sheet, taken at letters of their usual size."""
    tried = []

    def taken(at: int) -> float:
        tried.append(at)
        return height * (at / 100) ** 2

    assert largest_share(taken) == share
    assert tried == asked


def test_a_brief_that_is_too_long_says_that_more_stands_in_the_report(letters):
    body = (
        '<p class="verdict">All is well.</p><div class="first-screen"><div class="follows"><div><h3>Asked</h3><ul>'
        + "<li>Why?</li>" * 3
        + "</ul></div></div></div>"
        + "<p>Many words stand here. </p>" * 300
    )
    sheet = brief_pdf(read_leaf(page(body), "a page"), IMPRINT, {}.__getitem__, letters, "a page")
    text = text_in(sheet.content)
    assert sheet.sheets == 1 and "All is well." in text and text.count("Why?") == 3
    assert "Many words" not in text and LEFT_OUT in text
    short = brief_pdf(
        read_leaf(page(body[: body.index("<p>Many")]), "a page"), IMPRINT, {}.__getitem__, letters, "a page"
    )
    assert LEFT_OUT not in text_in(short.content)


def test_a_leaf_stays_as_it_is_for_the_next_file(letters):
    leaf = read_leaf(page("<h2>A</h2><details><summary>More</summary><p>x</p></details><ol><li>1</li></ol>"), "a page")
    before = lxml.html.tostring(leaf.body)
    report_pdf(leaf, IMPRINT, {}.__getitem__, letters, "a page")
    assert lxml.html.tostring(leaf.body) == before


def test_without_a_program_a_site_says_so_once(project, monkeypatch):
    site = project.root / "_site"
    for month in ("2024-03", "2024-04"):
        write_whole(site / f"reports/exampleshire/{month}/board/index.html", page("<p>x</p>"))
    monkeypatch.setattr(
        made_files, "versions", lambda: (_ for _ in ()).throw(UserError("The package typst is missing."))
    )
    assert write_sheets(project, site) == ["The package typst is missing."]


def test_what_cannot_be_made_is_named_with_its_report(project):
    site = project.root / "_site"
    address = "reports/exampleshire/2024-03/board/index.html"
    write_whole(site / address, page('<ul class="downloads"></ul><figure><img src="charts/none.svg"></figure>'))
    (fault,) = write_sheets(project, site)
    assert fault.startswith(f"{address}: the page shows charts/none.svg, which is not beside it")
    assert "report.pdf" not in (site / address).read_text(encoding="utf-8")


def test_a_draft_is_named_as_one_and_its_files_are_kept_until_its_page_changes(project, monkeypatch):
    site = project.root / "_site"
    address = "reports/exampleshire/2024-03/board/index.html"
    body = '<div class="draft-mark">DRAFT</div><p class="newer-report">1</p><p>x</p><ul class="downloads"></ul>'
    write_whole(site / address, page(body))
    assert write_sheets(project, site) == []
    first = (site / address).with_name("report.pdf").read_bytes()
    assert "Draft, not published" in text_in(first) and "DRAFT: not published" in text_in(first)

    def none(project, papers, output):
        assert not papers, "made again"
        return []

    monkeypatch.setattr(made_files, "make_papers", none)
    write_whole(site / address, page(body.replace(">1<", ">another<")))
    assert write_sheets(project, site) == []
    assert (site / address).with_name("report.pdf").read_bytes() == first
    write_whole(site / address, page(body.replace(">x<", ">y<")))
    with pytest.raises(AssertionError, match="made again"):
        write_sheets(project, site)


def test_letters_are_put_in_place_by_one_at_a_time(tmp_path, monkeypatch):
    """Pictures and files for paper are begun by threads of one process, which would take each other's files away."""
    inside, most = [], []

    def prepare(folder):
        inside.append(folder)
        most.append(len(inside))
        time.sleep(0.05)
        inside.pop()

    monkeypatch.setattr(typeset, "_prepare_letters", prepare)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(typeset.prepare_letters, [tmp_path] * 4))
    assert most == [1] * 4
