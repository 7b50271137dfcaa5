"""Nothing stands within a page that its policy forbids: styles and the scripts of a frame are in files beside it."""

import re

import pytest

from improvement_reports.site.inline import parted, with_styles_in_head, write_page
from improvement_reports.site.quarto_frame import mended

PAGE = '<html><head><meta charset="utf-8"></head><body>{}</body></html>'


def test_a_style_is_a_rule_of_the_pages_own_sheet(tmp_path):
    """Two tables with the same columns share one; a page without any has no sheet."""
    page = PAGE.format(
        "<table style=\"--c2:'Latest'\"></table><p style='x'></p><table style=\"--c2:'Latest'\"></table>"
    )
    found = parted(with_styles_in_head(page), "reports/a/index.html")
    assert found.files == {"reports/a/index.css": "[data-s=\"1\"]{--c2:'Latest'}\n"}
    assert found.page.count('data-s="1"') == 2 and '<link rel="stylesheet" href="index.css">' in found.page
    assert with_styles_in_head(PAGE.format("<p>plain</p>")) == PAGE.format("<p>plain</p>")
    write_page(tmp_path, "reports/a/index.html", with_styles_in_head(page))
    assert (tmp_path / "reports/a/index.css").read_text(encoding="utf-8") == found.files["reports/a/index.css"]


@pytest.mark.parametrize(
    ("style", "rule"),
    [
        ("text-align: left;", "text-align: left"),
        ("width: 50%; color:#12436d", "width: 50%; color:#12436d"),
        ("--c2:&#x27;Its council\\000027 s&#x27;;--c3:'a;b'", "--c2:'Its council\\000027 s';--c3:'a;b'"),
        ("--c2:'50 %; {x}'", "--c2:'50 %; {x}'"),
        ("color: rgb(0, 0, 0)", "color: rgb(0, 0, 0)"),
    ],
)
def test_what_only_styles_is_kept_as_it_was(style, rule):
    page = with_styles_in_head(PAGE.format(f'<p class="x" style="{style}" id="y">words</p>'))
    assert f'[data-s="1"]{{{rule}}}' in page and '<p class="x" data-s="1" id="y">' in page


@pytest.mark.parametrize(
    "style",
    [
        "color:red}body{display:none",
        "--c2:'a'}*{color:red",
        "--c2:'a",
        "--c2:'a\\'}b'",
        "color:red&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
        "--c2:'&lt;/style&gt;'",
        "background:url(https://evil.example/x)",
        "@import 'x'",
        "color:/*",
    ],
)
def test_a_style_that_is_more_than_that_is_left_out(style):
    page = with_styles_in_head(PAGE.format(f'<p style="{style}">words</p>'))
    assert page == PAGE.format("<p>words</p>")


def test_scripts_of_the_frame_are_moved_and_run_in_their_places():
    frame = (
        '<html><head><meta name="generator" content="quarto"><style>b{}</style><script>one();</script><script id="o" type="application/json">{"a": 1}</script>'
        '</head><body><button onclick="x()">b</button><main id="quarto-document-content"><p>x</p></main>'
        '<script type="application/javascript" id="after">two("é");</script></body></html>'
    )
    found = parted(mended(frame), "about/x.html")
    assert sorted(found.files.values()) == ["b{}", "one();", 'two("é");']
    assert re.findall(r'<script[^>]*? src="([^"]+)"', found.page) == [
        f"../{name}" for name in found.files if name.endswith(".js")
    ]
    assert '<script type="application/javascript" id="after" src=' in found.page
    assert (
        "onclick" not in found.page
        and '<meta name="generator" content="quarto" id="quarto-target-style">' in found.page
    )
    assert '<script id="o" type="application/json">{"a": 1}</script>' in found.page  # is read, and never run


def test_a_script_in_the_content_is_never_taken_for_one_of_the_frame():
    """No browser runs it there; in a file of the site it would be run."""
    planted = '<main><script>steal()</script><script data-of-frame="">steal()</script></main>'
    page = mended(f"<html><head></head><body>{planted}</body></html>")
    assert parted(page, "x.html").files == {} and planted in parted(page, "x.html").page
    assert parted(f"<html><head></head><body>{planted.replace('main', 'div')}</body></html>", "x.html").files == {}
