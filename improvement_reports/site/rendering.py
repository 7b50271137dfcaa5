"""What both renderers have in common: a page is made from its source once, and kept for the next site.

A kept page is named by all that it was made from and lies under the seal of this machine, so a change renders just the
pages that it reaches, and a page that another hand put there is made again.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from improvement_reports import HOME
from improvement_reports.pages.glossary import load_terms
from improvement_reports.pages.in_archive import lead_ons
from improvement_reports.pages.links import check_links
from improvement_reports.pages.served import checked_bytes, served_besides
from improvement_reports.pages.side_by_side import FEW, nothing
from improvement_reports.pages.sources import PROVENANCE, markdown_of, matches, page_address
from improvement_reports.runs.warm import link
from improvement_reports.site.end_tags import without_needless_quotes, without_optional_end_tags
from improvement_reports.site.glossary_links import with_glossary_links
from improvement_reports.site.host_files import write_host_files
from improvement_reports.site.inline import write_page
from improvement_reports.site.page_head import site_of, with_head
from improvement_reports.site.search import NOTHING_EARLIER, Earlier, Index, NotedPart, make_index
from improvement_reports.site.search_program import pagefind_path
from improvement_reports.site.ways import authority_names, with_ways
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.kept_work import mark_used, prune
from improvement_reports.workspace.known import report_of
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.processes import Threads
from improvement_reports.workspace.stamps import sealed, unsealed
from improvement_reports.workspace.yaml_files import load_yaml

INCLUDES = b"{{<"
LOADED = re.compile(r"site_libs/(?:frame/[^\"'?#]+|[^/\"'?#]+(?=/))")
NamedPages = dict[str, list[tuple[str, str]]]  # address and day of pages, by their report
New = list[tuple[Path, str]]  # page sources, each with the key of what its page is made from


class TakenOver(NamedTuple):
    """Reports of which nothing is made, for all of them lies on a site as it is to be: that site, and what was noted of
    each when it was rendered (`Rendering.render`), by its name.
    """

    site: Path
    reports: Mapping[str, dict]
    parts: Mapping[str, NotedPart] = MappingProxyType({})  # of the search index


class Rendering:
    """All pages of a project into ``output``, a folder that is empty or missing. Renderers say how pages are made."""

    FOLDER = "pages"  # below build/, where made pages are kept
    # The modules of this package that a page is rendered with; what is written into its source has changed that.
    RENDERED_BY: tuple[str, ...] = (
        *("site/rendering.py", "site/glossary_links.py", "site/ways.py", "site/page_tags.py"),
        *("site/page_head.py", "site/inline.py", "site/policy.py", "site/end_tags.py"),
        "pages/sources.py",
    )
    TEMPLATES = "site/*.html"

    def __init__(
        self,
        project: Project,
        output: Path,
        taken_over: "TakenOver | None" = None,
        served: Mapping[str, str] | None = None,
    ):
        """``served``: what may be on the site, where that is not what the last laying left."""
        self.project, self.output, self.taken_over = project, output, taken_over or TakenOver(output, {})
        self.parts: Mapping[str, NotedPart] = {}  # of the search index, as it is to be noted
        self.left: list[str] = []  # folders of the site that stay as they are, besides those of reports
        self._addresses: list[str] = []  # of the pages that were made
        self._leads_to: dict[str, list[str]] = {}
        self._including: set[str] = set()  # reports with a page that takes in other files
        self._loaded: dict[str, set[str]] = {}  # of the libraries of the site, by the report whose pages load them
        self.config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")
        self.cache = project.build / self.FOLDER
        self.served = dict(served) if served is not None else served_besides(project, self.taken_over.reports)
        self.terms, self.names = load_terms(project), authority_names(project)
        self.site = site_of(project, self.served)
        self.rendered = self.reused = 0
        has_search = bool(pagefind_path())
        same = {
            report: noted
            for report, noted in self.taken_over.reports.items()
            if noted["with"] == self.with_what(report) and (noted["searched"] or not has_search)
        }
        if len(same) < len(self.taken_over.reports):
            self.taken_over, self.served = self.taken_over._replace(reports=same), served_besides(project, same)

    def make(self, new: New, meanwhile: Callable[[], None] = nothing) -> list[list[str]]:
        """Make the pages of these sources, keep each by `keep`, and `put` it at its address; what each loads, in their
        order. ``meanwhile`` is done once besides.
        """
        raise NotImplementedError

    def programs(self) -> list[str]:
        """What makes pages besides this package, with its version."""
        raise NotImplementedError

    def theme(self) -> list[Path]:
        """The files of theme/ that pages are made with."""
        raise NotImplementedError

    def beside(self) -> list[str]:
        """Patterns of the files that are taken to the site as they are, besides the resources of ``_quarto.yml``."""
        raise NotImplementedError

    def render(
        self, meanwhile: Callable[[], None] = nothing, before_files: Callable[[], None] = nothing
    ) -> dict[str, dict]:
        """Every page of the render list and every resource; pages that did not change come from the cache.

        ``meanwhile`` is done with the finished pages, while a program makes the search index, ``before_files`` before
        pictures and files for hosts are made. Returns what is to be noted of each report that was rendered: what those
        that look at the whole site would read of it again.
        """
        self.render_pages(self.sources(), self._check_links)
        searched = self.project.build / "searched-pages"
        index, named = self._index_and_host_files(searched, meanwhile, before_files)
        self.parts = index.parts
        for folder in (self.cache, searched, *self.kept_beside()) if not self.taken_over.reports else ():
            prune(folder)
        self._take_loaded()
        rendered = {report for name in self.served if (report := report_of(name))}
        return {
            report: {
                "with": "" if report in self._including else self.with_what(report),
                "named": named.get(report, []),
                "loads": sorted(self._loaded.get(report, ())),
                "leads_to": self._leads_to.get(report, []),
                "searched": index.folders.get(f"reports/{report}"),
            }
            for report in sorted(rendered)
        }

    def _index_and_host_files(
        self, searched: Path, meanwhile: Callable[[], None], before_files: Callable[[], None]
    ) -> tuple[Index, NamedPages]:
        """The search index, and of each report the pages that others are to know. What is searched of a page is not
        what is put into it ``meanwhile``; that is done beside these where processes for it are there or are not needed,
        for to begin them is no work for a process with threads. So are files taken, where the pages that are searched
        are known and none is looked for.
        """
        earlier = self._earlier_index()
        elsewhere = {report: noted["named"] for report, noted in self.taken_over.reports.items()}
        made = {report for name in self.served if (report := report_of(name))}

        def host_files() -> NamedPages:
            before_files()
            return write_host_files(self.project, self.output, elsewhere)

        is_apart = len(made) > FEW and not link.is_begun_here()
        take_first = is_apart or earlier.addresses is None
        if take_first:
            self._take_files()
        if is_apart:
            index, named = make_index(self.output, searched, earlier), host_files()
            meanwhile()
            return index, named
        with Threads(2) as pool:
            index_made = pool.submit(make_index, self.output, searched, earlier)
            if not take_first:
                self._take_files()
            if link.is_begun_here():
                files_made = pool.submit(host_files)
                meanwhile()
                return index_made.result(), files_made.result()
            named = host_files()
            meanwhile()
            return index_made.result(), named

    def _earlier_index(self) -> Earlier:
        """What is known of the search index of a site of which reports are taken over; parts of it that are as they
        were stay where they are.
        """
        site, reports, parts = self.taken_over
        if not reports:
            return NOTHING_EARLIER
        folders = {f"reports/{report}": noted["searched"] for report, noted in reports.items() if noted["searched"]}
        return Earlier(
            folders, parts, self._addresses, site, lambda part, _: self.left.append(part.relative_to(site).as_posix())
        )

    def _take_loaded(self) -> None:
        """What only pages that are taken over load of the libraries of the site."""
        for name in sorted({name for noted in self.taken_over.reports.values() for name in noted["loads"]}):
            before, now = self.taken_over.site / name, self.output / name
            if not now.exists():
                now.parent.mkdir(parents=True, exist_ok=True)
                (shutil.copytree if before.is_dir() else shutil.copyfile)(before, now)

    def with_what(self, report: str) -> str:
        """What the pages of a report are made with besides their sources, and besides this package and the settings."""
        return self._with_feed if self.site.has_feed(f"reports/{report}/") else self._without_feed

    @cached_property
    def _with_feed(self) -> str:
        return digest([self.common, True])

    @cached_property
    def _without_feed(self) -> str:
        return digest([self.common, False])

    def sources(self) -> list[Path]:
        """The sources of all pages that are rendered."""
        return self._matches(self.config["project"]["render"])

    def _matches(self, patterns: list[str]) -> list[Path]:
        return matches(self.project, patterns, self.served)

    def _check_links(self) -> None:
        """A `UserError` that names a link which leads nowhere."""
        noted = {report: noted["leads_to"] for report, noted in self.taken_over.reports.items()}
        self._leads_to = check_links(self.project, noted)

    def _take_files(self) -> None:
        """Files that are taken to the site as they are."""
        elsewhere = lead_ons(self.project, self.served)
        for path in self._matches([*self.config["project"].get("resources", []), *self.beside()]):
            if (name := self.project.relative(path)) not in elsewhere:
                self._take(name, checked_bytes(self.project, path, self.served))
        for name, content in elsewhere.items():
            self._take(name, content)

    def _take(self, name: str, content: bytes) -> None:
        target = self.output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def kept_beside(self) -> list[Path]:
        """Folders with what a renderer keeps besides pages."""
        return []

    def render_pages(self, pages: list[Path], meanwhile: Callable[[], None] = nothing) -> None:
        """These pages, each at its address. ``meanwhile`` is done once besides.

        No page is held once it is written: all of a site are more than a small machine has memory for.
        """
        self._addresses = [page_address(self.project, source) for source in pages]
        new: New = []
        for source, address in zip(pages, self._addresses, strict=True):
            key = self.key(source)
            text = unsealed(self._cached(key), key)
            if text is None:
                new.append((source, key))
            else:
                mark_used(self._cached(key))
                self._note_loaded(address, self.put(address, text))
        self.rendered, self.reused = len(new), len(pages) - len(new)
        for (source, _), loaded in zip(new, self.make(new, meanwhile), strict=True):
            self._note_loaded(page_address(self.project, source), loaded)

    def put(self, address: str, text: str) -> list[str]:
        """Write a page; what it loads of the libraries of the site."""
        return sorted(set(LOADED.findall(write_page(self.output, address, text))))

    def _note_loaded(self, address: str, loaded: list[str]) -> None:
        if loaded:
            self._loaded.setdefault(report_of(address), set()).update(loaded)

    @cached_property
    def common(self) -> str:
        """What every page depends on besides its own source."""
        templates = sorted((HOME / "templates").glob(self.TEMPLATES))
        files = (*self.theme(), *(HOME / name for name in self.RENDERED_BY), *templates)
        site = replace(self.site, feeds=frozenset())
        parts = [self.config, self.terms.ids, self.terms.expression, self.names, self.programs(), asdict(site)]
        said = json.dumps(parts, sort_keys=True, default=str)
        return digest([said, *(file_digest(path) for path in files)])

    def key(self, source: Path) -> str:
        """What a page is made from: its source as it lies there, and whatever it takes in."""
        raw = checked_bytes(self.project, source, self.served)
        taken_in = markdown_of(self.project, source) if INCLUDES in raw else ""
        address = page_address(self.project, source)
        if INCLUDES in raw:
            self._including.add(report_of(address))
        feed = b"feed" if self.site.has_feed(address) else b""
        parts = (self.common.encode(), address.encode(), hashlib.sha256(raw).digest(), taken_in.encode(), feed)
        return hashlib.sha256(b"\n".join(parts)).hexdigest()

    def finished(self, page: str, address: str) -> str:
        """A page with what is put into it after either program has made it."""
        page = with_ways(with_glossary_links(page, address, self.terms), address, self.names)
        page = without_optional_end_tags(with_head(page, address, self.site))
        return without_needless_quotes(page) if PROVENANCE.search(address) else page

    def keep(self, key: str, page: str) -> None:
        """Keep a page that was made now under the seal of this machine."""
        write_whole(self._cached(key), sealed(page, key))

    def _cached(self, key: str) -> Path:
        return self.cache / f"{key}.html"
