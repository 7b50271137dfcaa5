"""The built-in renderer: nbconvert's Markdown exporter, Pandoc, and one page template.

It reads the same page sources and the same ``_quarto.yml`` as Quarto and writes the same addresses, with the same
content, navigation and search.
"""

import hashlib
import json
import os
import posixpath
import re
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.domain.templates import as_markup
from improvement_reports.pages.glossary import load_terms
from improvement_reports.pages.served import checked_bytes, read_served
from improvement_reports.pages.side_by_side import side_by_side
from improvement_reports.pages.sources import (
    FRONT_MATTER,
    SEARCH_PAGE,
    load_front_matter,
    markdown_of,
    matches,
    nearest_page,
    page_address,
)
from improvement_reports.site import glossary_links
from improvement_reports.site.search import index_site
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.pandoc import pandoc_path, run_pandoc
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.processes import Threads
from improvement_reports.workspace.stamps import is_sealed, seal
from improvement_reports.workspace.yaml_files import load_yaml

# The modules of this package that a page is rendered with; what is written into its source has changed that.
RENDERED_BY = ("site/pandoc.py", "site/glossary_links.py", "templates/site/glossary_link.html", "pages/sources.py")
# More pages than this are made in processes of their own, each with so many calls of Pandoc at a time.
MANY, PANDOCS = 40, 2
# Links to page sources become links to pages; a notebook for download is not a page source.
SOURCE_LINK = re.compile(r'(href="(?!https?:)[^"#?]*)\.qmd(?=["#])')
# A block of header-includes is a paragraph to Pandoc, and a paragraph would end the page's head.
HEAD_PARAGRAPH = re.compile(r"<p>((?:\s*<(?:link|meta)\b[^>]*>)+)\s*</p>")


def unsealed(cached: Path, key: str) -> str | None:
    """A page that this machine rendered from just this source; None if there is none, or if another hand changed it."""
    try:
        said, _, page = cached.read_text(encoding="utf-8").partition("\n")
    except (OSError, ValueError):
        return None
    return page if is_sealed(key + page, said) else None


class Renderer:
    """All pages of a project into ``output``, a folder that is empty or missing."""

    def __init__(self, project: Project, output: Path):
        self.project, self.output = project, output
        self.config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")
        self.html = self.config["format"]["html"]
        self.website = self.config["website"]
        self.cache = project.build / "pages"
        self.served = read_served(project)
        self.terms = load_terms(project)
        self.rendered = self.reused = 0

    def render(self) -> None:
        """Every page of the render list and every resource; pages that did not change come from the cache."""
        self.render_pages(matches(self.project, self.config["project"]["render"]))
        for path in matches(self.project, [*self.config["project"].get("resources", []), "theme/*.css", "theme/*.svg"]):
            target = self.output / path.relative_to(self.project.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(checked_bytes(self.project, path, self.served))
        index_site(self.output)

    def render_pages(self, pages: list[Path]) -> None:
        """These pages, each at its address."""
        keys = {source: self._key(source) for source in pages}
        found = {source: unsealed(self._cached(key), key) for source, key in keys.items()}
        new = [source for source in pages if found[source] is None]
        self.rendered, self.reused = len(new), len(pages) - len(new)
        self._make(new, keys, found)
        for source, text in found.items():
            assert text is not None  # made just now, or a sentence was said
            write_whole(self.output / page_address(self.project, source), text)

    def _make(self, new: list[Path], keys: dict[Path, str], found: dict[Path, str | None]) -> None:
        """Pages that the cache has not: a few with threads that wait for Pandoc, many in processes of their own."""
        if len(new) > MANY:
            made = side_by_side(self.project, make_pages, [(source, keys[source]) for source in new])
            return found.update(zip(new, made, strict=True))
        with Threads(os.cpu_count() or 1) as pool:  # Pandoc is a process of its own: threads wait for it
            found |= zip(new, pool.map(lambda source: self.made(source, keys[source]), new), strict=True)

    @cached_property
    def _common(self) -> str:
        """What every page depends on besides its own source."""
        files = (self.project.theme / "page.html", *(HOME / name for name in RENDERED_BY))
        words = self.terms.pattern.pattern if self.terms.pattern else ""
        said = json.dumps([self.config, self.terms.ids, words, programs()], sort_keys=True, default=str)
        return digest([said, *(file_digest(path) for path in files)])

    def _key(self, source: Path) -> str:
        """What a page is made from: its source as it lies there, and whatever it takes in."""
        raw = checked_bytes(self.project, source, self.served)
        taken_in = markdown_of(self.project, source) if b"{{<" in raw else ""
        address = page_address(self.project, source)
        parts = (self._common.encode(), address.encode(), hashlib.sha256(raw).digest(), taken_in.encode())
        return hashlib.sha256(b"\n".join(parts)).hexdigest()

    def _cached(self, key: str) -> Path:
        return self.cache / f"{key}.html"

    def made(self, source: Path, key: str) -> str:
        """A page made now, and kept under the seal of this machine."""
        page = self._convert(source, markdown_of(self.project, source), page_address(self.project, source))
        write_whole(self._cached(key), f"{seal(key + page)}\n{page}")
        return page

    def _convert(self, source: Path, text: str, address: str) -> str:
        root = "../" * address.count("/")
        match = FRONT_MATTER.match(text)
        fields = load_front_matter(match[1], self.project.relative(source)) if match else {}
        variables = {
            "site-title": as_markup(self.website["title"]),
            "root": root,
            "lang": as_markup(self.config.get("lang", "en-GB")),
            "navigation": self._navigation(address),
            **({"search": f"{root}{SEARCH_PAGE}"} if self._has_search_form(address) else {}),
            "footer": [self._inline(p, root) for p in self.website.get("page-footer", {}).values()],
        }
        defaults = self.project.build / "defaults" / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}.json"
        write_whole(defaults, json.dumps({"variables": variables}, ensure_ascii=False))
        contents = fields.get("toc", self.html.get("toc", False))
        arguments = [
            "--from",
            self.html["from"],
            "--to",
            "html5",
            "--wrap",
            "none",
            "--section-divs",
            "--template",
            str(self.project.theme / "page.html"),
            "--defaults",
            str(defaults),
            *(["--toc", f"--toc-depth={self.html.get('toc-depth', 3)}"] if contents else []),
        ]
        page = run_pandoc(text, arguments, self.project.relative(source))
        defaults.unlink()
        page = re.sub(r'href="/(?!/)', f'href="{root}', page)
        page = SOURCE_LINK.sub(r"\1.html", page)
        head, end, body = page.partition("</head>")
        page = HEAD_PARAGRAPH.sub(r"\1", head) + end + body
        return glossary_links.with_glossary_links(page.replace(" />", ">"), address, self.terms)

    def _has_search_form(self, address: str) -> bool:
        """Every page leads to the search page, but for that page itself, which has a form of its own."""
        source = SEARCH_PAGE.replace(".html", ".qmd")
        return address != SEARCH_PAGE and source in self.config["project"]["render"]

    def _navigation(self, address: str) -> list[dict]:
        items, left = [], self.website["navbar"].get("left", [])
        hrefs = [posixpath.splitext(item["href"])[0] + ".html" for item in left]

        nearest = nearest_page(address, hrefs)
        for item, href in zip(left, hrefs, strict=True):
            current = href == nearest
            items.append(
                {"text": as_markup(item["text"]), "href": as_markup(href), **({"current": True} if current else {})}
            )
        return items

    def _inline(self, markdown: str, root: str) -> str:
        """A line of Markdown from ``_quarto.yml`` as inline HTML."""
        text = _inline_html(markdown)
        return SOURCE_LINK.sub(r"\1.html", re.sub(r'href="/(?!/)', f'href="{root}', text))


def make_pages(project: Project, pages: list[tuple[Path, str]]) -> list[str]:
    """Some pages of a project, each with its key."""
    renderer = Renderer(project, project.build)
    with Threads(PANDOCS) as pool:  # while Pandoc makes one page the next is read
        return list(pool.map(lambda page: renderer.made(*page), pages))


@cache
def programs() -> list[str]:
    """What makes pages besides this package, with its version."""
    pandoc = Path(pandoc_path()).resolve()
    return [
        f"nbconvert {version('nbconvert')}",
        f"lxml {version('lxml')}",
        pandoc.as_posix(),
        str(pandoc.stat().st_size),
    ]


@cache
def _inline_html(markdown: str) -> str:
    return (
        run_pandoc(markdown, ["--from", "markdown", "--to", "html5", "--wrap", "none"], "_quarto.yml, page-footer")
        .strip()
        .removeprefix("<p>")
        .removesuffix("</p>")
    )
