"""From an executed notebook to the sources of its page, the same for both renderers.

The executed notebook stays as it is (``report.ipynb``, for download and for `verify`). Beside it are laid:
``index.ipynb`` (what is rendered: the same outputs as Markdown with fenced HTML, charts as files with alternative
texts), ``figures.qmd`` (where each figure comes from), ``figures.json``, ``figures.csv``, ``charts/`` and ``data/``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from improvement_reports.domain.markup import fenced, front_matter, texts
from improvement_reports.facts.blocks import HEADING
from improvement_reports.facts.figures import MIME, PROVENANCE_PAGE
from improvement_reports.pages.frame import Frame
from improvement_reports.pages.in_archive import with_archive
from improvement_reports.pages.left_out import without_links_to_what_is_left_out
from improvement_reports.pages.older_markup import as_today, without_implied
from improvement_reports.pages.provenance import Provenance
from improvement_reports.pages.taking import with_ways_to_take
from improvement_reports.runs.draft import PageFacts
from improvement_reports.runs.outputs import page_outputs
from improvement_reports.runs.published_notebook import read_with_figures
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.notebook_files import code_cell, copied, new_page, own_notebook_text, text_cell

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Links to what lies beside a page: its provenance page, its charts and its downloads.
BESIDE = re.compile(
    r'((?:href|src|srcset)=")(?=(?:figures(?:-\d+)?\.html|figures\.csv|figures\.json|report\.ipynb|edition\.zip|charts/|data/))'
)
FIGURE_LINK = re.compile(r'data-figure="([^"]+)"')
LINK_TO_ENTRY = re.compile(r' data-figure="([^"]+)"(?: href="[^"]*")?')


# The page

SECTION = re.compile(r"^## (.+?)(?:\s*\{#[^}]*\})?\s*$", re.MULTILINE)
HEADING_LINE = re.compile(r"(#{2,6}) \S")
HEADING_ALONE = re.compile(r"(#{2,6}) [^\n]+")


def page_notebook(notebook, fields: dict, frame: "Frame | None" = None, entries: Mapping[str, str] | None = None):
    """The notebook that is rendered: front matter, Markdown cells, and code cells with their page outputs alone.

    ``entries``: where the entry of each figure stands, by its id; figures.html where it is not said.
    """
    frame = frame or Frame()
    cells = [text_cell("raw", front_matter(fields), "front-matter")]
    seen: set[str] = set()
    if frame.top:
        cells.append(text_cell("markdown", frame.top.strip(), "edition-top"))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cells.append(copied(cell))
            if frame.is_past:
                cells[-1].source = in_the_past(cell.source)
        texts = [_shown(text, seen, entries or {}, frame) for text in page_outputs(cell)]
        if texts:
            # asis: without Quarto's wrapping, so that a heading in an output has its place in the contents
            cells.append(code_cell(f"#| output: asis\n{cell.source}", texts, cell.id))
    if frame.bottom:
        cells.append(text_cell("markdown", frame.bottom.strip(), "edition-bottom"))
    return new_page(without_empty_sections(cells), notebook.metadata)


# What a report names as ahead, once it is over: the place on the page keeps its address.
AHEAD = re.compile(r"^(#{2,3}) What happens next$", re.MULTILINE)
AHEAD_ON_A_CARD = re.compile(r"(?<=<h3>What )happens(?= next\??</h3>)")


def in_the_past(text: str) -> str:
    """A text whose heading of what is ahead says that it was."""
    return AHEAD_ON_A_CARD.sub("was to happen", AHEAD.sub(r"\1 What was to happen next {#what-happens-next}", text))


def _shown(text: str, seen: set[str], entries: Mapping[str, str], frame: Frame) -> str:
    """An output as it stands on the page: in today's markup, its figures linked, its links leading to what is there."""
    linked = with_entries(with_figure_ids(without_implied(as_today(text)), seen), entries)
    linked = in_the_past(linked) if frame.is_past else linked
    linked = with_archive(linked, frame.is_replaced) if frame.has_archive else linked
    return with_ways_to_take(prefixed(linked, frame.prefix), frame)


def with_figure_ids(text: str, seen: set[str]) -> str:
    """A text in which the first place where a figure stands carries its id; ``seen`` are those that have a place."""

    def with_id(match: re.Match) -> str:
        if match[1] in seen:
            return match[0]
        seen.add(match[1])
        return f'id="n-{match[1]}" {match[0]}'

    return FIGURE_LINK.sub(with_id, text)


def with_entries(text: str, entries: Mapping[str, str]) -> str:
    """A text whose figures lead to their entries; the page says which figure a link is of by that alone."""
    return LINK_TO_ENTRY.sub(lambda m: f' href="{entries.get(m[1], f"{PROVENANCE_PAGE}#{m[1]}")}"', text)


def section_of_figures(notebook) -> dict[str, str]:
    """The heading of the section that each figure stands in first, by its id."""
    heading = ""
    found: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = _last_section(cell.source) or heading
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            record = data.get(MIME, {})
            if record.get("form") == HEADING:
                heading = _last_section(data["text/markdown"]) or heading
            for figure in record.get("figures", []):
                found.setdefault(figure["id"], heading)
    return found


def _last_section(text: str) -> str:
    """The last heading of a section in a text, without its anchor; "" where there is none."""
    found = SECTION.findall(text)
    return found[-1] if found else ""


def without_empty_sections(cells: list) -> list:
    """The cells of a page, changed in place, without headings under which nothing stands: a promise that is not
    kept.
    """
    next_level = 1  # of what follows: a heading of this level, or 0 for anything that can be read
    for cell in reversed(cells):
        if cell.cell_type == "code":
            kept: list[NotebookNode] = []
            for output in reversed(cell.outputs):
                text = output["data"]["text/markdown"]
                if text.strip() and not _is_empty_heading(text, next_level):
                    kept.insert(0, output)
                    next_level = _level(text, next_level)
            cell.outputs = kept
        elif _is_empty_heading(cell.source, next_level):
            cell.source = ""
        else:
            next_level = _level(cell.source, next_level)
    return [c for c in cells if c.cell_type == "raw" or (c.source.strip() and (c.cell_type != "code" or c.outputs))]


def _is_empty_heading(text: str, next_level: int) -> bool:
    """Whether a text is a heading alone, and what follows is not below it."""
    found = HEADING_ALONE.fullmatch(text.strip())
    return found is not None and 0 < next_level <= len(found[1])


def _level(text: str, next_level: int) -> int:
    """What a text begins with: the level of its heading, 0 for words; a text of nothing changes nothing."""
    if not text.strip():
        return next_level
    found = HEADING_LINE.match(text.strip())
    return len(found[1]) if found else 0


def prefixed(text: str, prefix: str) -> str:
    """A text whose links to the files beside a page lead into another folder."""
    return BESIDE.sub(rf"\1{prefix}", text) if prefix else text


# The page of a report, and the one behind its numbers.
PAGES_OF_A_REPORT = ("index.ipynb", "figures.qmd")


def write_report_page(
    folder: Path, content: Path, facts: PageFacts, frame: Frame, pages: Sequence[str] = PAGES_OF_A_REPORT
) -> None:
    """Write the sources of a report's pages into ``folder`` from what lies in ``content``; of ``pages`` those wanted."""
    notebook, figures = read_with_figures(content)
    fields: dict = {**texts(facts.title, facts.summary), "report-kind": str(facts.params.kind)}
    if frame.head or frame.beside:
        fields["header-includes"] = [part for part in (frame.head, *frame.beside) if part]
    provenance = provenance_of(notebook, figures, facts, frame)
    if "index.ipynb" in pages:
        page = page_notebook(notebook, fields, frame, provenance.places.figures)
        if facts.params.layout is not None:
            without_links_to_what_is_left_out(page.cells)
        write_whole(folder / "index.ipynb", own_notebook_text(page) + "\n")
    if not frame.prefix and "figures.qmd" in pages:
        for name, text in provenance.pages().items():
            write_whole(folder / name, text)


def write_leading_on(
    folder: Path, content: Path, facts: PageFacts, frame: Frame, head: Sequence[str], body: str
) -> None:
    """The page sources of an edition whose page stands elsewhere: a page that leads there, and where figures come
    from.
    """
    fields = {**texts(facts.title, facts.summary), "toc": False, "header-includes": list(head)}
    cells = [text_cell("raw", front_matter(fields), "front-matter"), text_cell("markdown", fenced(body), "leads-on")]
    write_whole(folder / "index.ipynb", own_notebook_text(new_page(cells, {})) + "\n")
    notebook, figures = read_with_figures(content)
    for name, text in provenance_of(notebook, figures, facts, frame).pages().items():
        write_whole(folder / name, text)


def provenance_of(notebook, figures: list[dict], facts: PageFacts, frame: Frame) -> Provenance:
    """Where each figure of a report comes from, by the sections of the report."""
    beside = replace(frame, top=frame.top.replace('href="#', f'href="{frame.page}#'))
    return Provenance(
        facts.params, facts.short_name, figures, facts.sources, facts.illustrative, beside, section_of_figures(notebook)
    )
