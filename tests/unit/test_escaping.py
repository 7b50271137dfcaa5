"""Text is the same text in each kind of place, whatever it holds, and makes nothing there."""

import html
import json
import xml.etree.ElementTree as ET

import lxml.html
import pytest
import yaml
from hostile import PAYLOADS, parts_of

from improvement_reports.domain.escaping import (
    anywhere,
    front_matter_text,
    guarded,
    markdown_text,
    xml_text,
    yaml_value,
)
from improvement_reports.domain.markup import front_matter, texts
from improvement_reports.site.pandoc import Renderer
from improvement_reports.workspace.pandoc import PAGE_MARKDOWN, run_pandoc

SIGNS = "zero\x7f one\x85 two\u2028 three\u2029 four\ufeff five\U0001f600"


def words(page: str) -> str:
    """The words of HTML as a reader meets them."""
    return " ".join(lxml.html.fromstring(f"<div>{page}</div>").text_content().split())


def as_page(text: str) -> str:
    return run_pandoc(text, ["--from", PAGE_MARKDOWN, "--to", "html5", "--wrap", "none"])


@pytest.mark.parametrize(
    "text", [*PAYLOADS, "1. one", "2) two", "+ three", "> four", "=", "Re-referrals (North)", "and so on ... -- here"]
)
def test_a_text_is_the_same_in_markdown_and_html(text):
    plain = " ".join(text.split())
    inputs = (markdown_text(text), front_matter_text(text), anywhere(text))
    for written in (*map(as_page, inputs), anywhere(text)):
        assert words(written) == plain
        assert set(lxml.html.fromstring(f"<div>{written}</div>").xpath(".//*/@*")) == set()
    assert html.unescape(anywhere(text)) == plain


@pytest.mark.parametrize("text", ["{{< env HOME >}}", "a {{<", ">}} b", "{{<", "{{{< x >}}}", "({{< x >}})", "{{<x>}}"])
def test_a_title_has_no_word_that_quarto_takes_for_an_end_of_a_shortcode(text):
    """Quarto looks for them among the words of the front matter, where nothing shows any more that they were escaped."""
    said = json.loads(run_pandoc(front_matter_text(text), ["--from", PAGE_MARKDOWN, "--to", "json"]))
    words = [part["c"] for part in said["blocks"][0]["c"] if part["t"] == "Str"]
    assert [word for word in words if word.endswith("{{<") or word.startswith(">}}")] == []


@pytest.mark.parametrize("text", [*PAYLOADS, SIGNS, "a\n---\nb: c", "a\r\nb"])
def test_a_text_stays_in_its_line_of_yaml(text):
    line = f"title: {yaml_value(text)}"
    assert len(line.splitlines()) == 1
    assert yaml.safe_load(f"{line}\nafter: x") == {"title": text, "after": "x"}


def test_the_head_of_a_page_has_no_attribute_of_a_title_or_a_description(project):
    """Both renderers read the front matter; `description` went into its attribute as it stood."""
    renderer = Renderer(project, project.root / "out")
    source = project.root / "about/x.qmd"
    allowed = parts_of(
        renderer._convert(source, f"{front_matter(texts('Plain', 'Plain'))}\n\nText\n", "about/x.html").encode()
    )
    for text in PAYLOADS:
        page = renderer._convert(source, f"{front_matter(texts(text, text))}\n\nText\n", "about/x.html")
        assert parts_of(page.encode()) <= allowed, text
        tree = lxml.html.document_fromstring(page)
        assert tree.xpath("//meta[@name='description']/@content") == [" ".join(text.split())]
        assert " ".join(tree.xpath("//h1")[0].text_content().split()) == " ".join(text.split())


@pytest.mark.parametrize("text", [*PAYLOADS, "a\x00b\x0bc\ufffed\ud800e"])
def test_what_xml_cannot_hold_is_left_out(text):
    element = ET.Element("title", {"x": xml_text(text)})
    element.text = xml_text(text)
    assert ET.fromstring(ET.tostring(element, encoding="unicode")).text == xml_text(text)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd", "@x", "\t=1", "\r=1", "\uff1d1+1", "\uff0bx", "\uff20x"])
def test_no_spreadsheet_takes_a_text_for_a_formula(text):
    assert guarded(text) == f"'{text}" and guarded("-1.5") == "-1.5"
