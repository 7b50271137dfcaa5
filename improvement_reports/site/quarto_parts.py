"""Quarto for the pages that changed: in projects of their own that hold just those, two side by side where there are
many, and never so many in one that its memory grows large.

Quarto reads and renders every page of a project, whatever changed, and one after the other. What it makes of a page
follows from that page and from ``_quarto.yml`` alone, as long as no part of its frame is made from other pages (a
sidebar, a site map); where there is one, `is_divisible` says no and the whole project is rendered at once. Links to
other pages lead nowhere in a part, so they are written as Quarto would write them before it reads the page.
"""

import json
import math
import os
import posixpath
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from improvement_reports.pages.side_by_side import nothing
from improvement_reports.pages.sources import markdown_of, page_address
from improvement_reports.site.quarto import find_quarto, run_quarto
from improvement_reports.site.quarto_frame import mended
from improvement_reports.site.rendering import New, Rendering
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.kept_work import mark_used
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.processes import Threads
from improvement_reports.workspace.stamps import Stamp, digests
from improvement_reports.workspace.yaml_files import load_yaml

# What may stand in _quarto.yml for pages to be made apart from each other.
PROJECT = {"type", "output-dir", "render", "resources", "pre-render", "post-render"}
WEBSITE = {"title", "description", "favicon", "search", "navbar", "page-footer"}
# More new pages than this are made in two projects at a time: beginning one costs as much as ten pages.
MANY = 12
# Quarto takes 4 to 5 MB more for each page of a project until the project is made.
MOST = 125
OUTPUT, LIBRARIES = "out", "site_libs"
MARKDOWN_LINK = re.compile(r"(\]\(\s*<?)((?!\w+:|//|#)[^\s()<>#?]+)\.qmd(?=[#?)>\s])")
HTML_LINK = re.compile(r"""(\shref=["'])((?!\w+:|//|#)[^"'#?]+)\.qmd(?=[#?"'])""")
NOTEBOOK = re.compile(r"[\w./-]+\.ipynb")
OF_A_LIBRARY = re.compile(rf"{LIBRARIES}/([^/\"'?]+)/")


def is_divisible(project: Project) -> bool:
    """Whether each page of this project follows from its own source and ``_quarto.yml``."""
    config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")
    return set(config["project"]) <= PROJECT and set(config["website"]) <= WEBSITE


def with_page_links(text: str, address: str) -> str:
    """A text whose links to page sources lead to pages, as Quarto writes them on the page at this address."""
    root = "../" * address.count("/") or "./"

    def led(match: re.Match[str]) -> str:
        named = match[2]
        path = named[1:] if named.startswith("/") else posixpath.join(posixpath.dirname(address), named)
        return f"{match[1]}{root}{posixpath.normpath(path)}.html"

    return HTML_LINK.sub(led, MARKDOWN_LINK.sub(led, text))


def part_config(config: dict, sources: list[str]) -> dict:
    """``_quarto.yml`` for some of the pages: the same frame, with links that need no other page to be there."""
    website = json.loads(json.dumps(config["website"]).replace('.qmd"', '.html"'))
    footer = website.get("page-footer", {})
    website["page-footer"] = {side: re.sub(r"\.qmd(?=[#)])", ".html", text) for side, text in footer.items()}
    own = {"type": "website", "output-dir": OUTPUT, "render": sources}
    return {**config, "project": own, "website": website}


def loaded_by(page: str) -> set[str]:
    """The libraries of Quarto that a page loads, by their folders."""
    return set(OF_A_LIBRARY.findall(page))


class QuartoRenderer(Rendering):
    """All pages of a project into ``output``, a folder that is empty or missing; only new ones are rendered."""

    FOLDER = "quarto-pages"
    RENDERED_BY = (*Rendering.RENDERED_BY, *(f"site/{name}.py" for name in ("quarto_parts", "quarto", "quarto_frame")))

    def programs(self) -> list[str]:
        quarto = find_quarto()
        return [f"quarto {quarto.version}", str(Path(quarto.path).resolve())]

    def theme(self) -> list[Path]:
        return sorted(p for p in self.project.theme.glob("*") if p.is_file())

    def beside(self) -> list[str]:
        css = self.config["format"]["html"].get("css", [])
        icon = self.config["website"].get("favicon")
        return [*([css] if isinstance(css, str) else css), *([icon] if icon else [])]

    def render_pages(self, pages: list[Path], meanwhile: Callable[[], None] = nothing) -> None:
        """As of every renderer, and the libraries of Quarto that these pages load."""
        self._of_quarto: set[str] = set()
        super().render_pages(pages, meanwhile)
        if not (self._libraries_stamp.holds() and all((self._libraries / n).is_dir() for n in self._of_quarto)):
            for kept in (self.cache, self._libraries):  # somebody changed them: everything is made anew
                shutil.rmtree(kept, ignore_errors=True)
            super().render_pages(pages)
        mark_used(self._libraries)
        mark_used(self._libraries_stamp.path)
        for name in sorted(self._of_quarto):
            shutil.copytree(self._libraries / name, self.output / LIBRARIES / name, dirs_exist_ok=True)

    def put(self, address: str, text: str) -> list[str]:
        """As of every renderer; of the libraries those that Quarto has put there are noted."""
        self._of_quarto.update(loaded_by(text))  # at once, for threads put pages
        return super().put(address, text)

    def kept_beside(self) -> list[Path]:
        return [self._libraries.parent]

    @property
    def _libraries(self) -> Path:
        return self.project.build / "quarto-libraries" / self.common[:16]

    @property
    def _libraries_stamp(self) -> Stamp:
        path = self._libraries.with_suffix(".json")
        return Stamp(path, self.common, lambda: digests(self._libraries) if self._libraries.is_dir() else {})

    def make(self, new: New, meanwhile: Callable[[], None] = nothing) -> list[list[str]]:
        """In one project, or in several of which two are made side by side."""
        meanwhile()
        if not new:
            return []
        home = self.project.build / "quarto-parts"
        shutil.rmtree(home, ignore_errors=True)  # what a build left that was killed
        at_once = min(2, os.cpu_count() or 1) if len(new) > MANY else 1
        count = max(at_once, math.ceil(len(new) / MOST))
        try:
            with Threads(at_once) as pool:
                given = list(
                    pool.map(self._part, [home / str(n) for n in range(count)], [new[n::count] for n in range(count)])
                )
            self._take_libraries([home / str(n) for n in range(count)])
        finally:
            shutil.rmtree(home, ignore_errors=True)
        loaded: list[list[str]] = [[]] * len(new)
        for n, loaded_by_part in enumerate(given):
            loaded[n::count] = loaded_by_part
        return loaded

    def _part(self, folder: Path, new: New) -> list[list[str]]:
        """Make the pages of one project; what each loads."""
        for source, _ in new:
            self._put(source, folder)
        shutil.copytree(self.project.theme, folder / "theme", ignore=shutil.ignore_patterns(".*", "__pycache__"))
        names = [self.project.relative(source) for source, _ in new]
        write_whole(folder / "_quarto.yml", json.dumps(part_config(self.config, names), ensure_ascii=False))
        run_quarto(folder)
        return [self._finished(source, key, folder) for source, key in new]

    def _put(self, source: Path, folder: Path) -> None:
        """The source of a page as the part has it: what it takes in stands in it."""
        name, address = self.project.relative(source), page_address(self.project, source)
        text = source.read_text(encoding="utf-8")
        if source.suffix != ".ipynb":
            text = with_page_links(markdown_of(self.project, source), address)
        write_whole(folder / name, text)
        for link in set(NOTEBOOK.findall(text)):  # a notebook for download has to be there, whatever is in it
            named = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
            if not named.startswith("../") and (self.project.root / named).is_file() and not (folder / named).exists():
                write_whole(folder / named, "")

    def _finished(self, source: Path, key: str, folder: Path) -> list[str]:
        address = page_address(self.project, source)
        page = folder / OUTPUT / address
        if not page.is_file():
            raise RuntimeError(f"Quarto left out {address}")
        text = self.finished(mended(page.read_text(encoding="utf-8"), address), address)
        self.keep(key, text)
        return self.put(address, text)

    def _take_libraries(self, parts: list[Path]) -> None:
        """Keep what the pages load, beside what other pages loaded before."""
        if not self._libraries_stamp.holds():
            shutil.rmtree(self._libraries, ignore_errors=True)
        for part in parts:
            if (found := part / OUTPUT / LIBRARIES).is_dir():
                shutil.copytree(found, self._libraries, dirs_exist_ok=True)
        self._libraries_stamp.set()
