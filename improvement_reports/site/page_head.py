"""What the head of every page says to others: browsers, search engines, and whoever previews a link to it.

Made for both renderers from the finished page: its title, its description and its first chart are those that stand in
it. Addresses of a preview must be whole, so they are there only where ``url:`` says where the site is published.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from improvement_reports.domain.templates import fill
from improvement_reports.pages.sources import EDITION, NOT_FOUND, PROVENANCE, REPORT
from improvement_reports.pages.taking import OFFERED
from improvement_reports.site.inline import with_styles_in_head
from improvement_reports.site.pictures import can_draw
from improvement_reports.site.policy import PAGE, policy_text
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import load_settings
from improvement_reports.workspace.yaml_files import load_yaml

FEED = "feed.xml"
SITE_PICTURE = "preview.png"
CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>\n?')
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"')
MADE = re.compile('<meta http-equiv="Content-Security-Policy"')
REPLACED = re.compile(r'<div class="superseded"')  # of the edition that a page shows
CHANGES = re.compile(r"/v\d+/changes\.html$")
CHART = re.compile(r'<img src="([^":]+\.svg)#drawing" alt="([^"]*)"')
ADDRESS = re.compile(r"""(\s(?:href|src|action)=")(?![a-z][a-z0-9+.-]*:|//|#)([^"]*)""", re.IGNORECASE)


@dataclass(frozen=True)
class Site:
    """What pages say of the site they belong to. ``url``: where it is published, with a slash at its end, or "".

    ``feeds``: the authorities that have a feed of their own. ``has_pictures``: whether pictures can be made here.
    """

    title: str
    url: str = ""
    feeds: frozenset[str] = frozenset()
    has_pictures: bool = True

    @property
    def base(self) -> str:
        """Where the site begins on its host: / unless ``url`` says otherwise."""
        return urlsplit(self.url).path or "/"

    def has_feed(self, address: str) -> bool:
        """Whether a page is of an authority that has a feed of its own."""
        return _authority(address) in self.feeds


class Picture(NamedTuple):
    """What a preview of a link shows: a whole address, and what is to be seen there."""

    address: str
    alt: str


def site_of(project: Project, served: Iterable[str]) -> Site:
    """What the pages of a project say of it; ``served``: the files of reports/ that are on the site."""
    title = str(load_yaml(project.root / "_quarto.yml", "_quarto.yml")["website"]["title"])
    found = (re.fullmatch(r"reports/([^/]+)/feed\.xml", name) for name in served)
    return Site(title, load_settings(project).url, frozenset(m[1] for m in found if m), can_draw())


def with_head(page: str, address: str, site: Site) -> str:
    """The page with what its head says to others, and without styles in its elements; a page that has it as it is.

    ``address``: from the site's root.
    """
    head, end, body = page.partition("</head>")
    charset = CHARSET.search(head)
    if not end or charset is None or MADE.search(head):
        return page
    # Written here, without a quotation mark: its apostrophes may stand in an attribute as they are.
    first = fill("site/page_head.html", policy=Markup(policy_text(PAGE)))
    said = _said_to_others(page, head, address, site)
    page = "".join([head[: charset.end()], first, head[charset.end() :], said, end, body])
    page = with_styles_in_head(page)
    return rooted(page, site.base) if address == NOT_FOUND else page


def _said_to_others(page: str, head: str, address: str, site: Site) -> str:
    """For search engines, feed readers, telephones and previews of links; of a page behind numbers, of what changed and
    of a replaced edition its address alone: what readers follow and pass on is the report.
    """
    title = html.unescape(found[1]).strip() if (found := TITLE.search(head)) else site.title
    description = html.unescape(found[1]) if (found := DESCRIPTION.search(head)) else ""
    own, root = own_address(address, site), "../" * address.count("/")
    canonical = html.unescape(found[1]) if (found := CANONICAL.search(head)) else ""
    return fill(
        "site/shared_head.html",
        is_passed_on=not (PROVENANCE.search(address) or CHANGES.search(address) or REPLACED.search(page)),
        root=root,
        canonical="" if canonical else own,
        feeds=[feed for feed in _feeds(address, site) if f'href="{root}{feed["address"]}"' not in head],
        copies=OFFERED.search(page) is not None,
        kind="article" if REPORT.fullmatch(address) or EDITION.search(address) else "website",
        site=site.title,
        title=title.removesuffix(f" – {site.title}"),
        description=description,
        url=canonical if canonical.startswith("https:") else own,
        picture=picture_of(page, address, site) if canonical in ("", own) else _site_picture(site),
    )


def own_address(address: str, site: Site) -> str:
    """The whole address of a page, "" where nobody says where the site is published or where it is no page to name."""
    return f"{site.url}{address.removesuffix('index.html')}" if site.url and address != NOT_FOUND else ""


def picture_of(page: str, address: str, site: Site) -> Picture | None:
    """The picture of a page: of its first chart, or of the site."""
    chart = CHART.search(page)
    if not (site.url and site.has_pictures) or chart is None:
        return _site_picture(site)
    return Picture(f"{site.url}{address.removesuffix('.html')}.png", html.unescape(chart[2]))


def _site_picture(site: Site) -> Picture | None:
    return Picture(f"{site.url}{SITE_PICTURE}", site.title) if site.url and site.has_pictures else None


def _feeds(address: str, site: Site) -> list[dict[str, str]]:
    """The feeds that a page leads readers to: of its authority first, then of the site."""
    found = [{"title": f"{site.title}: every edition", "address": f"reports/{FEED}"}]
    if site.has_feed(address):
        key = _authority(address)
        found.insert(0, {"title": "Editions of this authority", "address": f"reports/{key}/{FEED}"})
    return found


def _authority(address: str) -> str:
    parts = address.split("/")
    return parts[1] if parts[0] == "reports" and len(parts) > 2 else ""


def rooted(page: str, base: str) -> str:
    """A page that a host shows at any address: its links begin where the site begins, ``base``.

    >>> rooted('<a href="about/x.html"></a> <a href="#main"></a>', "/reports/")
    '<a href="/reports/about/x.html"></a> <a href="#main"></a>'
    """
    return ADDRESS.sub(lambda m: f"{m[1]}{base}{m[2].removeprefix('./').lstrip('/')}", page)
