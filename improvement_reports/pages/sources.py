"""The sources of pages: which files, their addresses, their front matter."""

import json
import posixpath
import re
import threading
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.pages.served import served_names
from improvement_reports.workspace.places import RESERVED, Project

if TYPE_CHECKING:
    from nbconvert import MarkdownExporter

_of_thread = threading.local()

INCLUDE = re.compile(r"^\{\{<\s*include\s+(\S+)\s*>\}\}\s*$", re.MULTILINE)


# What a cell of a page says of itself; one that says more is nbconvert's.
OF_A_CELL = {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}
SHOWN_OTHERWISE = {"format", "raw_mimetype", "transient"}  # by metadata of these names
HIDDEN = re.compile(r"(?:^|/)[_.]")
FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def matches(project: Project, patterns: list[str], served: Collection[str] | None = None) -> list[Path]:
    """Files that the patterns of ``_quarto.yml`` name, each once; folders that begin with _ or . hold none.

    Of reports/ only what may be on the site (see `served`), which is looked up in that list, not on the disk;
    ``served``: of which only some is wanted, in the order of paths.
    """
    found: dict[Path, None] = {}
    served = served_names(project) if served is None else served
    for pattern in (p.lstrip("/") for p in patterns):
        if pattern.startswith(f"{project.reports.name}/") and not set("?[") & set(pattern):
            names = list(filter(_fitting(pattern).fullmatch, served))
        else:
            names = [path.relative_to(project.root).as_posix() for path in sorted(project.root.glob(pattern))]
            names = [name for name in names if name.split("/")[0] != project.reports.name or name in served]
        for path in (project.root / name for name in names if not HIDDEN.search(name)):
            if path.is_file():
                found[path] = None
    return list(found)


@cache
def _fitting(pattern: str) -> re.Pattern[str]:
    """A pattern of a path, with stars alone, as an expression.

    >>> [bool(_fitting("a/**/b-*.qmd").fullmatch(path)) for path in ("a/b-1.qmd", "a/c/d/b-.qmd", "a/c/b-1/x.qmd")]
    [True, True, False]
    """
    parts = ("(?:[^/]+/)*" if p == "**" else re.escape(p).replace(r"\*", "[^/]*") + "/" for p in pattern.split("/"))
    return re.compile("".join(parts).removesuffix("/"))


def page_address(project: Project, source: Path) -> str:
    """Where a page source ends up, from the site's root."""
    return source.relative_to(project.root).with_suffix(".html").as_posix()


def markdown_of(project: Project, source: Path, depth: int = 0) -> str:
    """The Markdown of a page source: a notebook's outputs without its code, includes filled in."""
    text = notebook_markdown(source) if source.suffix == ".ipynb" else source.read_text(encoding="utf-8")

    def included(match: re.Match) -> str:
        name = match[1]
        path = project.root / name.lstrip("/") if name.startswith("/") else source.parent / name
        if depth > 3 or not path.resolve().is_relative_to(project.root) or not path.is_file():
            raise UserError(
                f"{project.relative(source)} includes {name}, which is not a file of the project; correct the include."
            )
        return markdown_of(project, path, depth + 1)

    return INCLUDE.sub(included, text)


def notebook_markdown(path: Path) -> str:
    """The Markdown of a notebook: of one as this software writes pages put together here, as nbconvert puts it, which
    takes a hundred times as long; of any other by nbconvert.
    """
    try:
        parts = [part for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] for part in _shown(cell)]
    except (ValueError, KeyError, TypeError):
        return _exporter().from_filename(str(path))[0]
    return "".join(parts).lstrip("\n")


def _shown(cell: dict) -> Iterator[str]:
    """What a cell shows; ValueError for one that may show something else or in another way."""
    kind = cell["cell_type"]
    if set(cell) - OF_A_CELL or SHOWN_OTHERWISE & set(cell["metadata"]):
        raise ValueError("not such a cell")
    if kind in ("raw", "markdown"):
        between = "\n" if kind == "markdown" else ""
        yield f"{between}{''.join(cell['source'])}{between}"
        return
    for output in cell["outputs"]:
        if output["output_type"] != "display_data" or output["metadata"] or set(output["data"]) != {"text/markdown"}:
            raise ValueError("not such an output")
        yield f"\n\n{''.join(output['data']['text/markdown'])}\n\n"


def _exporter() -> "MarkdownExporter":
    """nbconvert's, one for each thread: it compiles its templates once, which costs as much as five pages."""
    from nbconvert import MarkdownExporter

    if not hasattr(_of_thread, "exporter"):
        _of_thread.exporter = MarkdownExporter(
            exclude_input=True, exclude_input_prompt=True, exclude_output_prompt=True
        )
    return _of_thread.exporter


def nearest_page(address: str, pages: list[str]) -> str | None:
    """Which of the pages in the navigation a page belongs to: reports/audit/ is in reports/ too, and the nearest
    counts.
    """

    def holds(page: str) -> bool:
        return address == page or (page.endswith("/index.html") and address.startswith(posixpath.dirname(page) + "/"))

    return max((p for p in pages if holds(p)), key=len, default=None)


def load_front_matter(text: str, name: str) -> dict:
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
    except yaml.YAMLError as error:
        raise UserError(
            f"{name}: the front matter cannot be read ({error}); correct the YAML between the --- lines."
        ) from None


SEARCH_PAGE = "search.html"
NOT_FOUND = "404.html"  # what a host shows at an address that has no page


REPORT = re.compile(r"reports/([^/]+)/([^/]+)/([^/]+)/index\.html")


EDITION = re.compile(r"(?:^|/)v\d+/")

# Pages behind the numbers of another page.
PROVENANCE = re.compile(r"(?:^|/)figures(?:-\d+)?\.html$")


# Kinds of page that are no report, by their folder.
ABOUT, LISTS, ACROSS, THREAD = "About this site", "Lists of reports", "Across authorities", "Golden thread"


def kind_of(address: str) -> str:
    """The kind of a page in words, from its address."""
    from improvement_reports.domain.vocabulary import KIND_WORDS

    if match := REPORT.fullmatch(address):
        kind = match[3]
        return KIND_WORDS[ReportKind(kind)] if kind in set(ReportKind) else kind
    if address.startswith("reports/") and address.split("/")[1] in RESERVED:
        return ACROSS
    if re.fullmatch(r"reports/[^/]+/thread/index\.html", address):
        return THREAD
    return LISTS if address == "index.html" or address.startswith("reports/") else ABOUT
