"""The built-in renderer: the Markdown of page sources, Pandoc, and one page template.

It reads the same page sources and the same ``_quarto.yml`` as Quarto and writes the same addresses, with the same
content, navigation and search.
"""

import hashlib
import json
import posixpath
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from importlib.metadata import version
from itertools import count
from pathlib import Path

from improvement_reports.domain.templates import as_markup
from improvement_reports.pages.side_by_side import nothing, side_by_side
from improvement_reports.pages.sources import (
    FRONT_MATTER,
    SEARCH_PAGE,
    load_front_matter,
    markdown_of,
    nearest_page,
    page_address,
)
from improvement_reports.site.rendering import New, Rendering, TakenOver
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.pandoc import pandoc_path, run_pandoc
from improvement_reports.workspace.pandoc_pages import Asked, PagePandoc, arguments_of
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.processes import Threads

# More pages than this are made in processes of their own; each Pandoc has so many pages in hand at a time.
MANY, TURNS = 40, 2
# Of more pages than this the second half is made by a second Pandoc before the first would get to it.
FEW_PAGES = 6
# Links to page sources become links to pages; a notebook for download is not a page source.
SOURCE_LINK = re.compile(r'(href="(?!https?:)[^"#?]*)\.qmd(?=["#])')
# A block of header-includes is a paragraph to Pandoc, and a paragraph would end the page's head.
HEAD_PARAGRAPH = re.compile(r"<p>((?:\s*<(?:link|meta)\b[^>]*>)+)\s*</p>")


class Renderer(Rendering):
    """All pages of a project into ``output``, a folder that is empty or missing."""

    RENDERED_BY = (
        *(*Rendering.RENDERED_BY, "site/pandoc.py"),
        *(f"workspace/{name}" for name in ("pandoc_pages.py", "pages.lua")),
    )

    shares_out = True  # many pages, to processes of their own

    def __init__(
        self,
        project: Project,
        output: Path,
        taken_over: TakenOver | None = None,
        served: Mapping[str, str] | None = None,
    ):
        super().__init__(project, output, taken_over, served)
        self.html, self.website = self.config["format"]["html"], self.config["website"]
        self.pandocs: list[PagePandoc] = []
        self.at_once = 2  # Pandocs
        self._turns = count()

    def programs(self) -> list[str]:
        return programs()

    def theme(self) -> list[Path]:
        return [self.project.theme / "page.html"]

    def beside(self) -> list[str]:
        return ["theme/*.css", "theme/*.svg"]

    def make(self, new: New, meanwhile: Callable[[], None] = nothing) -> list[list[str]]:
        """A few here, many in processes of their own."""
        if self.shares_out and len(new) > MANY:
            return side_by_side(self.project, make_pages, new, self.output, meanwhile=meanwhile)
        return self.made_here(new, meanwhile)

    def made_here(self, new: New, meanwhile: Callable[[], None] = nothing) -> list[list[str]]:
        """By one Pandoc or two, which are processes of their own: while they make pages those before are finished."""
        number = self.at_once if len(new) > FEW_PAGES else min(len(new), 1)
        with ExitStack() as stack, Threads(max(number, 1) * TURNS) as pool:
            self.pandocs = [stack.enter_context(PagePandoc()) for _ in range(number)]
            made = pool.map(lambda page: self.made(*page), new)
            meanwhile()
            loaded = list(made)
        self.pandocs = []
        return loaded

    def made(self, source: Path, key: str) -> list[str]:
        """Make a page, keep it and put it at its address; what it loads."""
        address = page_address(self.project, source)
        page = self._convert(source, markdown_of(self.project, source), address)
        self.keep(key, page)
        return self.put(address, page)

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
        has_contents = fields.get("toc", self.html.get("toc", False))
        depth = self.html.get("toc-depth", 3) if has_contents else 0
        template = str(self.project.theme / "page.html")
        page = self._made_by_pandoc(Asked(text, self.html["from"], template, variables, depth), source)
        page = re.sub(r'href="/(?!/)', f'href="{root}', page)
        page = SOURCE_LINK.sub(r"\1.html", page)
        head, end, body = page.partition("</head>")
        page = HEAD_PARAGRAPH.sub(r"\1", head) + end + body
        return self.finished(page.replace(" />", ">"), address)

    def _made_by_pandoc(self, asked: Asked, source: Path) -> str:
        """By one of the Pandocs that make all of them in turns or, where that does not, by one of its own, which says
        what is wrong.
        """
        pandoc = self.pandocs[next(self._turns) % len(self.pandocs)] if self.pandocs else None
        page = pandoc.page(asked) if pandoc else None
        if page is None:
            name = f"{hashlib.sha256(self.project.relative(source).encode()).hexdigest()[:16]}.json"
            defaults = self.project.build / "defaults" / name
            write_whole(defaults, json.dumps({"variables": asked.variables}, ensure_ascii=False))
            page = run_pandoc(asked.text, arguments_of(asked, defaults), self.project.relative(source))
            defaults.unlink()
        return page

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


def make_pages(project: Project, pages: New, output: Path) -> list[list[str]]:
    """Some pages of a project, each with its key, while other processes make others; what each loads."""
    renderer = Renderer(project, output)
    renderer.at_once = 1
    return renderer.made_here(pages)


@cache
def programs() -> list[str]:
    """What makes pages besides this package: libraries with their version, and the Pandoc that is called."""
    pandoc = Path(shutil.which(pandoc_path()) or pandoc_path()).resolve()
    size = pandoc.stat().st_size if pandoc.is_file() else 0
    return [f"nbconvert {version('nbconvert')}", f"lxml {version('lxml')}", pandoc.as_posix(), str(size)]


@cache
def _inline_html(markdown: str) -> str:
    return (
        run_pandoc(markdown, ["--from", "markdown", "--to", "html5", "--wrap", "none"], "_quarto.yml, page-footer")
        .strip()
        .removeprefix("<p>")
        .removesuffix("</p>")
    )
