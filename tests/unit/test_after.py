"""What is done to the pages that Quarto made: tried on the frame that Quarto draws, so that it needs no Quarto."""

import lxml.html
import pytest
from conftest import ROOT
from markupsafe import Markup

from improvement_reports.pages.glossary import Terms
from improvement_reports.site.after import PLAIN_OUTPUT, mend_pages, put_in_place
from improvement_reports.site.page_tags import Edit, edited
from improvement_reports.site.quarto_frame import mended
from improvement_reports.workspace.places import Project

TERMS = Terms({"Ofsted": "ofsted"})
PAGES = ("index.html", "reports/index.html", "reports/audit/index.html", "about/method.html")
ADDRESS = "reports/avon/2024-03/board/v1/index.html"


def frame(address: str = ADDRESS, current: str = "") -> str:
    """A page as Quarto writes it; it marks the page itself in the navigation and no other."""
    root = "../" * address.count("/")
    links = "".join(
        (
            f'<a class="nav-link active" href="{root}{p}" aria-current="page">x</a>'
            if p == current
            else f'<a class="nav-link" href="{root or "./"}{p}"> \n<span class="menu-text">x</span></a>'
        )
        for p in PAGES
    )
    return f"""<!DOCTYPE html>
<html lang="en-GB"><head><title>T</title>
<script src="{root}site_libs/quarto-nav/quarto-nav.js"></script>
<script src="{root}site_libs/quarto-nav/headroom.min.js"></script>
</head>
<body class="nav-fixed fullcontent quarto-light">
<header id="quarto-header" class="headroom fixed-top">
<nav class="navbar navbar-expand-lg " data-bs-theme="dark"><button class="navbar-toggler" type="button" role="menu"></button>{links}</nav>
</header>
<nav id="TOC" role="doc-toc" class="toc-active">
    <h2 id="toc-title">On this page</h2>
  <ul>
  <li><a href="#a" id="toc-a" class="nav-link">A</a></li>
  </ul>
</nav>
<main class="content" id="quarto-document-content"><header><h1 class="title">Ofsted</h1></header><p>Ofsted, Ofsted</p></main>
</body></html>
"""


def current(page: str) -> list[str]:
    return [h.lstrip("./") for h in lxml.html.fromstring(page).xpath("//a[@aria-current='page']/@href")]


def test_the_header_scrolls_away_with_the_page():
    """One that stays on the screen would lie over the row that a link leads to."""
    page = mended(frame(), ADDRESS)
    assert "fixed-top" not in page and "nav-fixed" not in page and "headroom" not in page
    tree = lxml.html.fromstring(page)
    assert tree.get_element_by_id("quarto-header").tag == "header" and tree.xpath("//body/@class") == [
        "fullcontent quarto-light"
    ]
    assert tree.xpath("//script/@src") == ["../../../../../site_libs/quarto-nav/quarto-nav.js"]


def test_the_frame_has_a_skip_link_and_names():
    tree = lxml.html.fromstring(mended(frame(), ADDRESS))
    (skip,) = tree.xpath("//header[@id='quarto-header']/*[1][@class='skip-link']/@href")
    (main,) = tree.xpath("//main[@id=$id]", id=skip.removeprefix("#"))
    assert main.get("tabindex") == "-1" and tree.xpath("//nav/@aria-label") == ["Site", "On this page"]
    assert not tree.xpath("//button/@role")


def test_the_list_of_contents_opens_on_a_phone_as_the_built_in_one_does():
    (nav,) = lxml.html.fromstring(mended(frame(), ADDRESS)).xpath("//nav[@id='TOC']")
    assert nav.get("class").split() == ["contents", "toc-active"] and not nav.xpath(".//h2")
    (fold,) = nav.xpath("./details")
    assert fold[0].tag == "summary" and fold[0].text_content() == "On this page"
    assert fold.xpath(".//a/@href") == ["#a"]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("reports/avon/2024-03/board/v1/index.html", ["reports/index.html"]),
        ("reports/audit/figures.html", ["reports/audit/index.html"]),
        ("about/reproduce.html", []),
        ("search.html", []),
        ("index.html", ["index.html"]),
    ],
)
def test_the_navigation_says_in_which_part_of_the_site_a_page_is(address, wanted):
    assert current(mended(frame(address), address)) == wanted


def test_a_page_that_is_marked_already_stays_as_it_is():
    assert current(mended(frame("about/method.html", "about/method.html"), "about/method.html")) == [
        "about/method.html"
    ]


def test_a_finished_page_stays_as_it_is(tmp_path):
    page = tmp_path / ADDRESS
    page.parent.mkdir(parents=True)
    page.write_text(frame(), encoding="utf-8")
    (tmp_path / "search.json").write_text("[]", encoding="utf-8")
    assert (mend_pages(tmp_path, TERMS), mend_pages(tmp_path, TERMS)) == (1, 0)
    assert current(page.read_text(encoding="utf-8")) == ["reports/index.html"]
    assert lxml.html.fromstring(page.read_bytes()).xpath("//a[@class='term']/@href") == [
        f"{'../' * ADDRESS.count('/')}about/glossary.html#ofsted"
    ]
    assert not (tmp_path / "search.json").exists(), "the index of a search that is not there"


def test_three_colons_in_data_are_no_warning_and_other_warnings_stay():
    """Quarto warns of a fenced block that went wrong wherever a title has three colons, and a warning ends the
    build.
    """
    from improvement_reports.site.quarto import without_colons

    guess = (
        "WARNING (/share/filters/main.lua:19200) \nThe following string was found in the document: :::\n\n"
        "This usually indicates a problem with a fenced div in the document. Please check the document for errors.\n"
    )
    other = "WARN: Unable to resolve link target: x.qmd\n"
    assert without_colons(f"[1/2] a\n{guess}{other}{guess}") == f"[1/2] a\n{other}"


def test_quarto_never_renders_to_the_site_itself():
    """It empties its output folder even if the step before rendering then refuses."""
    import yaml

    root = ROOT
    output = yaml.safe_load((root / "_quarto.yml").read_text(encoding="utf-8"))["project"]["output-dir"]
    assert (root / output).resolve() == (Project(root).build / PLAIN_OUTPUT).resolve() != Project(root).site.resolve()


def test_only_a_whole_render_becomes_the_site(tmp_path):
    (tmp_path / "_quarto.yml").write_text("project: {render: [index.qmd, about.qmd]}", encoding="utf-8")
    project, output = Project(tmp_path), tmp_path / "build" / PLAIN_OUTPUT
    for folder, name in (
        (tmp_path, "index.qmd"),
        (tmp_path, "about.qmd"),
        (output, "index.html"),
        (project.site, "old.html"),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    assert "lacks about.html, so _site is as it was" in put_in_place(project, output)
    assert [p.name for p in project.site.iterdir()] == ["old.html"]
    (output / "about.html").write_text("about", encoding="utf-8")
    assert put_in_place(project, output) == ""
    assert (
        sorted(p.name for p in project.site.iterdir()) == ["about.html", "index.html"]
        and (output / "index.html").is_file()
    )
    assert not list(tmp_path.glob(".*-stage-*"))


def test_the_frame_is_known_in_whatever_order_its_attributes_stand():
    page = (
        "<!DOCTYPE html><html><body class='fullcontent nav-fixed'><header class='headroom fixed-top' id=quarto-header>"
        "<nav data-x class='navbar'><a href='../index.html' class='x nav-link'>x</a></nav></header>"
        "<nav class='toc' id='TOC'><h2 class='y' id='toc-title'>A &amp; B</h2><ul></ul></nav>"
        "<main id='quarto-document-content' class='content'></main></body></html>"
    )
    done = mended(page, "about/x.html")
    assert mended(done, "about/x.html") == done
    tree = lxml.html.fromstring(done)
    assert tree.xpath("//@aria-label") == ["Site", "On this page"] and tree.xpath("//main/@tabindex") == ["-1"]
    assert tree.xpath("//header/@class") == ["site-header"] and tree.xpath("//body/@class") == ["fullcontent"]
    assert tree.xpath("//header/*[1]/@class") == ["skip-link"] and "<nav data-x " in done
    assert "<summary>A &amp; B</summary><ul></ul></details></nav>" in done and not tree.xpath("//h2")


def test_what_only_looks_like_the_frame_stays_as_it_is():
    page = (
        "<html><body><!-- <body class='nav-fixed'> -->\n<script>x = '<header id=\"quarto-header\">';</script>"
        "<p title='<nav class=\"navbar\">'>&lt;main id='quarto-document-content'> & é\r\n</p>"
        '<svg viewBox="0 0 1 1"><linearGradient/></svg></body></html>'
    )
    assert mended(page, "index.html") == page


def test_no_place_of_a_page_is_written_twice():
    with pytest.raises(ValueError, match="two edits"):
        edited("abcdef", [Edit(0, 3, Markup("x")), Edit(2, 4, Markup("y"))])
    assert edited("abcdef", [Edit(4, 4, Markup("y")), Edit(0, 3, Markup("x"))]) == "xdyef"
