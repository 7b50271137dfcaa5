"""What the head of a page says to browsers, search engines and whoever previews a link to it."""

from html import escape

import lxml.html
import pytest

from improvement_reports.site.page_head import Site, rooted, with_head
from improvement_reports.site.policy import PAGE, header_directives, headers_file, policy_text

URL = "https://council.example/reports/"
REPORT = "reports/avon/2024-03/board/index.html"
SITE = Site("Improvement reports", URL, frozenset({"avon"}))


def page(title="Avon: Board report", description="Seven of nine targets are met.", head="", body="") -> str:
    return (
        f'<html lang="en-GB"><head>\n<meta charset="utf-8">\n<meta name="description" content="{escape(description)}">\n'
        f"<title>{escape(title)} – Improvement reports</title>\n{head}</head><body><main>{body}</main></body></html>"
    )


def told(address: str, site: Site = SITE, **of_page: str) -> dict[str, str]:
    tree = lxml.html.fromstring(with_head(page(**of_page), address, site))
    return {m.get("property") or m.get("name"): m.get("content") for m in tree.xpath("//head/meta[@property or @name]")}


CHART = '<img src="v2/charts/reviews.svg#drawing" alt="A line of 24 months. It &quot;falls&quot;.">'


def test_a_preview_says_what_the_page_says():
    found = told(REPORT, title="Avon & Co: <Board>", body=CHART)
    assert found["og:title"] == "Avon & Co: <Board>" and found["og:description"] == "Seven of nine targets are met."
    assert (found["og:type"], found["og:site_name"]) == ("article", "Improvement reports")
    assert found["og:url"] == f"{URL}reports/avon/2024-03/board/"
    assert found["og:image"] == f"{URL}reports/avon/2024-03/board/index.png"
    assert found["og:image:alt"] == 'A line of 24 months. It "falls".'


@pytest.mark.parametrize(
    ("address", "body", "canonical", "picture"),
    [
        (REPORT, "", "", "preview.png"),
        ("index.html", "", "", "preview.png"),
        # A copy: its picture would show what the newest page does not say.
        ("reports/avon/2024-03/board/v1/index.html", CHART, f"{URL}reports/avon/2024-03/board/", "preview.png"),
        ("reports/compare/x.html", CHART, "", "reports/compare/x.png"),
    ],
)
def test_the_picture_of_a_preview(address, body, canonical, picture):
    head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    assert told(address, head=head, body=body)["og:image"] == URL + picture


def test_where_nobody_says_where_the_site_is_no_address_is_made_up():
    found = told(REPORT, Site("Improvement reports"), body=CHART)
    assert "og:title" in found and not {"og:url", "og:image"} & set(found)
    tree = lxml.html.fromstring(with_head(page(), REPORT, Site("Improvement reports")))
    assert tree.xpath("//link[@rel='canonical']") == []
    assert "og:image" not in told(REPORT, Site("Improvement reports", URL, has_pictures=False), body=CHART)


def test_every_page_has_one_canonical_address_and_leads_to_its_feeds():
    tree = lxml.html.fromstring(with_head(page(), "reports/avon/index.html", SITE))
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"{URL}reports/avon/"]
    assert tree.xpath("//link[@rel='alternate']/@href") == ["../../reports/avon/feed.xml", "../../reports/feed.xml"]
    of_home = '<link rel="alternate" type="application/atom+xml" title="Editions" href="reports/feed.xml">'
    tree = lxml.html.fromstring(with_head(page(head=of_home), "index.html", SITE))
    assert tree.xpath("//link[@rel='alternate']/@href") == ["reports/feed.xml"]  # as the page says it itself
    own = '<link rel="canonical" href="../index.html">'
    tree = lxml.html.fromstring(with_head(page(head=own), "reports/bath/index.html", SITE))
    assert tree.xpath("//link[@rel='canonical']/@href") == ["../index.html"]
    assert tree.xpath("//link[@rel='alternate']/@href") == ["../../reports/feed.xml"]


def test_the_policy_stands_before_anything_it_is_for():
    made = with_head(page(head='<link rel="stylesheet" href="x.css"><script src="x.js"></script>'), REPORT, SITE)
    before, _, rest = made.partition("Content-Security-Policy")
    assert before.endswith('<meta charset="utf-8">\n<meta http-equiv="')
    assert (
        "<link" not in before
        and "<script" not in before
        and policy_text(PAGE) in lxml.html.fromstring(made).xpath("//head/meta[@http-equiv]/@content")
    )
    assert with_head(made, REPORT, SITE) == made and rest


def test_a_page_may_load_and_run_what_is_its_own_and_nothing_else():
    for directives in (PAGE, header_directives()):
        assert directives["default-src"] == "'none'" and not any("http" in v or "*" in v for v in directives.values())
        assert "unsafe-inline" not in directives["script-src"] + directives["style-src"]
    assert "'unsafe-eval'" not in PAGE["script-src"] and "style-src-attr" not in PAGE
    assert headers_file().startswith("/*\n  Content-Security-Policy: default-src 'none'; ")


@pytest.mark.parametrize(
    ("link", "led"),
    [
        ('<a href="about/x.html#y">', '<a href="/base/about/x.html#y">'),
        ('<a href="./index.html">', '<a href="/base/index.html">'),
        ('<form action="search.html">', '<form action="/base/search.html">'),
        ('<script src="/theme/x.js">', '<script src="/base/theme/x.js">'),
        ('<a href="#main">', '<a href="#main">'),
        ('<a href="https://x.example/y">', '<a href="https://x.example/y">'),
        ('<a href="mailto:a@b.example">', '<a href="mailto:a@b.example">'),
        ('<a href="//x.example">', '<a href="//x.example">'),
    ],
)
def test_the_page_for_what_is_not_there_works_at_any_depth(link, led):
    assert rooted(link, "/base/") == led
    assert led in with_head(page(body=link), "404.html", Site("Improvement reports", "https://c.example/base/"))


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("reports/avon/2024-03/board/v1/figures-2.html", ""),
        ("reports/compare/figures.html", ""),
        ("reports/avon/2024-03/board/v2/changes.html", ""),
        ("reports/avon/2024-03/board/v1/index.html", '<div class="superseded" role="note">Replaced.</div>'),
    ],
)
def test_a_page_that_nobody_passes_on_says_no_more_than_whose_it_is(address, body):
    """The report is what is shared, followed and put on a telephone's first screen."""
    tree = lxml.html.fromstring(with_head(page(body=body), address, SITE))
    assert tree.xpath("//head/link/@href") == [f"{URL}{address.removesuffix('index.html')}"] and not tree.xpath(
        "//head/meta[@property]"
    )
    assert tree.xpath("//head/meta[@http-equiv='Content-Security-Policy']")
