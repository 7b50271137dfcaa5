"""What a site has besides its pages, for hosts and search engines; and what is said where it cannot have it."""

import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import lxml.html
import pytest
from clocks import date_at
from PIL import Image

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.editions.edition import newest_edition
from improvement_reports.pages.edition import frame_of
from improvement_reports.pages.linked_data import linked_data
from improvement_reports.pages.log import ATOM, categories, feed
from improvement_reports.site import host_files
from improvement_reports.site.host_files import (
    SITEMAP,
    Named,
    favicon,
    host_notice,
    robots,
    security,
    sitemaps,
    write_host_files,
)
from improvement_reports.site.pictures import can_draw
from improvement_reports.workspace.settings import SiteSettings, load_settings

URL = "https://council.example/reports/"
TELL = {"contact": "mailto:safe@council.example", "expires": "2027-06-01"}
JOB = ("exampleshire", "2024-03", "board")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("url: not an address", "“url” is “not an address”: not the address of a site; write https://"),
        ("url: https://council.example", "and a slash at the end, as in https://council.example/reports/"),
        ("url: http://council.example/", "not the address of a site"),
        ("url: https:///x/", "not the address of a site"),
        ("url: 'https://council.example/a b/'", "not the address of a site"),
        ("url: 'https://council.example/?q=/'", "not the address of a site"),
        ("security: {contact: nobody, expires: 2027-06-01}", "nothing that reaches anybody; write mailto:"),
        ("security: {contact: 'mailto:a@b.example', expires: soon}", "not a date"),
        ("security: {contact: 'mailto:a@b.example'}", "expires” is missing"),
    ],
)
def test_a_bad_setting_is_one_sentence(project, line, words):
    (project.params / "site.yml").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_settings(project)
    assert words in str(caught.value) and len(caught.value.faults) == 1


def test_what_a_host_will_miss_is_said():
    assert "no url:" in host_notice(SiteSettings(), "2026-01-01") and "no security:" in host_notice(
        SiteSettings(), "2026-01-01"
    )
    whole = SiteSettings(url=URL, security=TELL)
    assert "url" not in host_notice(whole, "2026-01-01") and "security" not in host_notice(whole, "2027-05-31")
    assert "is over" in host_notice(whole, "2027-06-01")


def test_robots_and_whom_to_tell():
    assert robots(SiteSettings(url=URL)) == f"User-agent: *\nAllow: /\nSitemap: {URL}sitemap.xml\n"
    assert "Sitemap" not in robots(SiteSettings()) and "Disallow: /\n" in robots(SiteSettings(url=URL, drafts=True))
    assert security(SiteSettings(url=URL, security=TELL)).splitlines() == [
        "Contact: mailto:safe@council.example",
        "Expires: 2027-06-01T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {URL}.well-known/security.txt",
    ]


def test_a_site_of_very_many_pages_has_its_map_in_parts():
    pages = [Named(f"p{n}/index.html", "2026-05-04", "") for n in range(50_001)]
    found = sitemaps(pages, URL)
    assert list(found) == ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml"]
    assert [e.text for e in ET.fromstring(found["sitemap.xml"]).iter(f"{{{SITEMAP}}}loc")] == [
        f"{URL}sitemap-1.xml",
        f"{URL}sitemap-2.xml",
    ]
    (last,) = ET.fromstring(found["sitemap-2.xml"])
    assert [e.text for e in last] == [f"{URL}p50000/", "2026-05-04"]


PAGE = (
    '<html><head><meta charset="utf-8"><title>{title} – Improvement reports</title>'
    '<link rel="canonical" href="{canonical}">{head}</head><body><main>{body}</main></body></html>'
)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300"><rect width="720" height="300" fill="#12436d"/></svg>'


def put(project, address: str, canonical: str, head: str = "", body: str = "") -> None:
    path = project.site / address
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAGE.format(title=address, canonical=canonical, head=head, body=body), encoding="utf-8")


def test_the_map_names_the_pages_that_stand_for_themselves_and_each_has_its_picture(project, monkeypatch):
    """None that is a copy, leads on, or is not for search engines; a second time gives the same bytes."""
    monkeypatch.setattr(host_files, "date", date_at("2027-05-31"))
    (project.params / "site.yml").write_text(f"url: {URL}\nsecurity: {json.dumps(TELL)}\n", encoding="utf-8")
    board, chart = "reports/avon/2024-03/board/", '<img src="v1/charts/a.svg#drawing" alt="A">'
    picture = f'<meta property="og:image" content="{URL}{board}index.png">'
    day = '<meta property="article:published_time" content="2026-05-04">'
    put(project, f"{board}index.html", f"{URL}{board}", picture + day, chart)
    put(project, f"{board}v1/index.html", f"{URL}{board}", '<meta http-equiv="refresh" content="0; url=../">')
    put(project, f"{board}v1/figures.html", f"{URL}{board}")
    put(project, "about/draft.html", f"{URL}about/draft.html", '<meta name="robots" content="noindex">')
    put(project, "404.html", f"{URL}404.html")
    (project.site / f"{board}v1/charts").mkdir()
    (project.site / f"{board}v1/charts/a.svg").write_text(DRAWING, encoding="utf-8")
    write_host_files(project, project.site)
    entries = [[e.text for e in entry] for entry in ET.parse(project.site / "sitemap.xml").getroot()]
    assert entries == [[f"{URL}{board}", "2026-05-04"]]
    assert (project.site / ".well-known/security.txt").is_file() and (project.site / "robots.txt").is_file()
    (project.site / ".well-known/security.txt").unlink()
    monkeypatch.setattr(host_files, "date", date_at(TELL["expires"]))
    write_host_files(project, project.site)
    assert not (project.site / ".well-known/security.txt").exists(), "it says until when it holds"
    if not can_draw():
        pytest.skip("Typst is not installed")
    first = (project.site / f"{board}index.png").read_bytes()
    for path in (project.site / f"{board}index.png", project.site / "preview.png"):
        assert Image.open(path).size == (1200, 630) and path.stat().st_size < 30_000
    shown = Image.open(io.BytesIO(first)).convert("RGB")
    assert shown.getpixel((600, 250)) == shown.getpixel((20, 620)) == (18, 67, 109)  # the drawing; the band below it
    (project.site / f"{board}index.png").unlink()
    write_host_files(project, project.site)
    assert (project.site / f"{board}index.png").read_bytes() == first


def test_the_icon_is_one_that_programs_read(project):
    icon = Image.open(io.BytesIO(favicon((project.theme / "icon-32.png").read_bytes())))
    assert (icon.format, icon.size) == ("ICO", (32, 32))


def test_each_authority_has_a_feed_with_categories(corrected_once):
    edition = newest_edition(corrected_once, *JOB)
    for url in (URL, ""):
        root = ET.fromstring(feed([edition], "Exampleshire", url, "A Council", "exampleshire"))
        links = [e.get("href") for e in root.iter(f"{{{ATOM}}}link")]
        if url:
            assert links == [
                f"{URL}reports/exampleshire/feed.xml",
                f"{URL}reports/exampleshire/log/",
                f"{URL}reports/exampleshire/2024-03/board/v2/",
            ]
        else:
            assert links == ["feed.xml", "log/index.html", "../exampleshire/2024-03/board/v2/index.html"]
        terms = {e.get("term"): e.get("label") for e in root.iter(f"{{{ATOM}}}category")}
        assert terms == dict(categories(edition))
        assert {"exampleshire", "board", "correction", "illustrative"} <= set(terms) and all(terms.values())
    whole = ET.fromstring(feed([edition], "All", URL, "A Council"))
    assert whole.find(f"{{{ATOM}}}id").text == "tag:improvement-reports,2026:feed"  # as it always was
    assert root.find(f"{{{ATOM}}}id").text == "tag:improvement-reports,2026:feed:exampleshire"


def test_a_report_says_to_catalogues_what_it_is_and_where_its_data_are(corrected_once):
    """Valid JSON in an element that nothing in a title can end; the same citation as on the page."""
    edition = newest_edition(corrected_once, *JOB)
    page = str(linked_data(edition, URL, ""))
    (told,) = re.findall(r'<script type="application/ld\+json">(.*)</script>', page)
    report, data = json.loads(told)["@graph"]
    assert (report["@type"], data["@type"]) == ("Report", "Dataset")
    assert report["url"] == f"{URL}reports/exampleshire/2024-03/board/v2/" and report["version"] == "v2"
    for file in data["distribution"]:
        name = file["contentUrl"].removeprefix(report["url"])
        assert name == "edition.zip" or (edition.folder / name).is_file()  # the archive is made after the page
    tree = lxml.html.fromstring(f"<div>{frame_of(edition, [edition], URL).bottom}</div>")
    (cited,) = tree.xpath("//p[@class='citation']")
    assert cited.text_content() == report["creditText"] == data["creditText"]
    assert 50 <= len(data["description"]) <= 5000
    hostile = edition.manifest.model_copy(update={"summary": "A </script><script>alert(1)</script> & co"})
    other = replace(edition)
    vars(other)["manifest"] = hostile
    page = str(linked_data(other, "", ""))
    assert (
        page.count("</script>") == 1
        and "alert(1)" in json.loads(page[page.index("{") : page.rindex("}") + 1])["@graph"][0]["description"]
    )
