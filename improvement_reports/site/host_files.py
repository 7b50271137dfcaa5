"""What a site has besides its pages, for hosts, search engines and those who look after its safety.

``robots.txt`` and ``_headers`` always; ``sitemap.xml`` and pictures for previews where ``url:`` says where the site is
published; ``security.txt`` where the settings say whom to tell.
"""

import html
import posixpath
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from improvement_reports.pages.sources import NOT_FOUND
from improvement_reports.site.page_head import CANONICAL, CHART, SITE_PICTURE, TITLE
from improvement_reports.site.pictures import (
    PICTURES_FOLDER,
    can_draw,
    chart_card,
    for_the_font,
    words_card,
    write_pictures,
)
from improvement_reports.site.policy import headers_file
from improvement_reports.site.take_away import write_taken_away
from improvement_reports.workspace.files import write_bytes, write_whole
from improvement_reports.workspace.kept_work import prune
from improvement_reports.workspace.known import report_of
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import SETTINGS_FILE, SiteSettings, load_settings
from improvement_reports.workspace.yaml_files import load_yaml

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ADDRESSES = 50_000  # in one file, by the protocol
SECURITY = ".well-known/security.txt"
PUBLISHED = re.compile(r'<meta property="article:published_time" content="([^"]*)"')
NOT_NAMED = re.compile(r'<meta (?:name="robots" content="noindex"|http-equiv="refresh")')
PICTURE = re.compile(r'<meta property="og:image" content="([^"]*)"')
CARD_PIXELS = 1200


class Named(NamedTuple):
    """A page that others are to know: its address from the site's root, the day it was published or "", its text."""

    address: str
    day: str
    page: str


def write_host_files(
    project: Project, output: Path, elsewhere: Mapping[str, Sequence[Sequence[str]]] = MappingProxyType({})
) -> dict[str, list[tuple[str, str]]]:
    """Write everything of this into a rendered site.

    ``elsewhere``: reports whose pages lie elsewhere with all that belongs to them, each with the pages of it that
    others are to know: address and day. The same comes back of the reports that lie here.
    """
    settings = load_settings(project)
    write_whole(output / "_headers", headers_file())
    if (icon := project.theme / "icon-32.png").is_file():
        write_bytes(output / "favicon.ico", favicon(icon.read_bytes()))
    write_whole(output / "robots.txt", robots(settings))
    if settings.security and settings.security.expires > date.today().isoformat():
        write_whole(output / SECURITY, security(settings))
    write_taken_away(project, output, settings.url)
    if not settings.url:
        if not elsewhere:
            prune(project.build / PICTURES_FOLDER)
        return {}
    pages = list(named_pages(output, settings.url))
    others = (Named(address, day, "") for own in elsewhere.values() for address, day in own)
    every = sorted([*pages, *others], key=lambda named: named.address.split("/"))
    for name, content in sitemaps(every, settings.url).items():
        write_whole(output / name, content)
    if can_draw():
        write_previews(project, output, pages, settings.url)
    if not elsewhere:
        prune(project.build / PICTURES_FOLDER)
    found: dict[str, list[tuple[str, str]]] = {}
    for named in pages:
        if report := report_of(named.address):
            found.setdefault(report, []).append((named.address, named.day))
    return found


def draw_ahead(project: Project, output: Path) -> None:
    """The pictures that belong to the pages in a folder aside, with what lies beside them; they are kept."""
    settings = load_settings(project)
    write_taken_away(project, output, settings.url)
    if settings.url and can_draw():
        write_previews(project, output, list(named_pages(output, settings.url)), settings.url)


def host_notice(settings: SiteSettings, today: str) -> str:
    """What a host will miss, in a sentence for each; "" where nothing is missing. ``today``: YYYY-MM-DD."""
    said, place = [], f"params/{SETTINGS_FILE}"
    if not settings.url:
        said.append(
            f"{place} has no url:, so there is no sitemap.xml, and pages and feeds have no whole addresses for search"
            " engines and previews of links."
        )
    if settings.security is None:
        said.append(f"{place} has no security:, so there is no security.txt.")
    elif settings.security.expires <= today:
        said.append(f"security: expires in {place} is over, so there is no security.txt; write a later day.")
    if settings.url and not can_draw():
        said.append("Pictures are left out: the package typst is not installed.")
    return " ".join(said)


def robots(settings: SiteSettings) -> str:
    """``robots.txt``: everything may be read; of a site with drafts nothing."""
    if settings.drafts:
        return "User-agent: *\nDisallow: /\n"
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {settings.url}sitemap.xml\n" if settings.url else "")


def security(settings: SiteSettings) -> str:
    """``security.txt`` (RFC 9116)."""
    if settings.security is None:
        raise ValueError("nobody to tell")
    lines = [f"Contact: {settings.security.contact}", f"Expires: {settings.security.expires}T00:00:00Z"]
    own = [f"Canonical: {settings.url}{SECURITY}"] if settings.url else []
    return "\n".join([*lines, "Preferred-Languages: en", *own, ""])


def favicon(png: bytes) -> bytes:
    """``favicon.ico``, for programs that ask for no other: a header of the format around a PNG of 32 × 32 pixels."""
    return struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", 32, 32, 0, 0, 1, 32, len(png), 22) + png


def named_pages(output: Path, url: str) -> Iterator[Named]:
    """The pages of a site that stand for themselves: no copies, none that leads on, none that is not for search."""
    for path in sorted(output.rglob("*.html")):
        address = path.relative_to(output).as_posix()
        page = path.read_text(encoding="utf-8")
        head = page.partition("</head>")[0]
        canonical = html.unescape(found[1]) if (found := CANONICAL.search(head)) else ""
        is_own = canonical == f"{url}{address.removesuffix('index.html')}"
        if is_own and address != NOT_FOUND and not NOT_NAMED.search(head):
            day = PUBLISHED.search(head)
            yield Named(address, day[1] if day else "", page)


def sitemaps(pages: Sequence[Named], url: str) -> dict[str, str]:
    """``sitemap.xml`` with every page; one that names others where there are too many pages for one."""
    parts = [pages[n : n + MOST_ADDRESSES] for n in range(0, len(pages), MOST_ADDRESSES)]
    if len(parts) <= 1:
        return {"sitemap.xml": _listed("url", [(p.address, p.day) for p in pages], url)}
    names = [f"sitemap-{n}.xml" for n in range(1, len(parts) + 1)]
    lists = [_listed("url", [(p.address, p.day) for p in part], url) for part in parts]
    return {"sitemap.xml": _listed("sitemap", [(n, "") for n in names], url), **dict(zip(names, lists, strict=True))}


def _listed(kind: str, entries: Sequence[tuple[str, str]], url: str) -> str:
    ET.register_namespace("", SITEMAP)
    root = ET.Element(f"{{{SITEMAP}}}{'urlset' if kind == 'url' else 'sitemapindex'}")
    for address, day in entries:
        entry = ET.SubElement(root, f"{{{SITEMAP}}}{kind}")
        ET.SubElement(entry, f"{{{SITEMAP}}}loc").text = f"{url}{address.removesuffix('index.html')}"
        if day:
            ET.SubElement(entry, f"{{{SITEMAP}}}lastmod").text = day
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def write_previews(project: Project, output: Path, pages: Sequence[Named], url: str) -> None:
    """The pictures that pages name for previews of links to them."""
    website = load_yaml(project.root / "_quarto.yml", "_quarto.yml")["website"]
    site = str(website["title"])
    wanted = {output / SITE_PICTURE: (words_card(site, str(website.get("description", "")), url), CARD_PIXELS)}
    for named in pages:
        picture, chart = PICTURE.search(named.page), CHART.search(named.page)
        if picture is None or chart is None or html.unescape(picture[1]) == f"{url}{SITE_PICTURE}":
            continue
        drawing = output / posixpath.normpath(posixpath.join(posixpath.dirname(named.address), chart[1]))
        title = html.unescape(found[1]).strip() if (found := TITLE.search(named.page)) else site
        card = chart_card(for_the_font(drawing.read_text(encoding="utf-8")), title.removesuffix(f" – {site}"))
        wanted[output / f"{named.address.removesuffix('.html')}.png"] = (card, CARD_PIXELS)
    write_pictures(project, wanted)
