"""The sections of notebooks, and a notebook of those that the settings of a report list.

A section of a notebook begins with its heading and is named by it: ``## What happens next`` is ``what-happens-next``.
A kind of report is a default list of sections, those of its notebook in their order; ``layout`` in the settings of a
report lists others: of its kind, of other kinds, and sections of a council's own.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from improvement_reports.domain.errors import UserError, listed, shown
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.markup import slug
from improvement_reports.domain.vocabulary import WITHOUT_RETURN, ReportKind
from improvement_reports.workspace.parameters import LayoutPart, OwnSection
from improvement_reports.workspace.places import Project

Cell = dict
HEADING = re.compile(r"##\s+(.+?)(?:\s*\{[^{}]*\})?\s*")
# Code that writes headings of its own begins a section too.
HEADING_IN_CODE = re.compile(r"""\bsections\.heading\(\s*(["'])(.+?)\1\s*,\s*2\b""")
PRIORITIES, OF_PRIORITIES = re.compile(r"\bpriority_heading\("), "priorities"
# What a section shows, call by call, to see whether two show the same.
SHOWS = re.compile(r"\bsections\.(?!show\b|heading\b|folded\b)\w+\([^()]*\)|\breport\.narrative\([^()]*\)")
# What no report goes without, if the notebook of its kind has it: what matters at once, and under which licence.
FIRST, SOURCES = "in-brief", "sources-and-downloads"
# In a layout: every section of the kind that the list does not name, in their order.
REST = "the-rest"


@dataclass(frozen=True)
class Part:
    """A section of a notebook: its name, the stem of the notebook, and its cells."""

    name: str
    home: str
    cells: tuple[Cell, ...]

    @property
    def code(self) -> str:
        return "\n".join(source(c) for c in self.cells if c["cell_type"] == "code")


def source(cell: Cell) -> str:
    """The text of a cell, which a file may hold as lines."""
    return "".join(cell["source"])


def _begins(cell: Cell) -> str:
    """The name of the section that a cell begins, or ""."""
    text = source(cell)
    if cell["cell_type"] == "markdown":
        found = HEADING.fullmatch(text.partition("\n")[0])
        return slug(found[1]) if found else ""
    found = HEADING_IN_CODE.search(text)
    return slug(found[2]) if found else OF_PRIORITIES if PRIORITIES.search(text) else ""


def parts_of(cells: Sequence[Cell], home: str) -> tuple[list[Cell], list[Part]]:
    """The cells before the first section, which open the report, and the sections."""
    head: list[Cell] = []
    found: list[tuple[str, list[Cell]]] = []
    for cell in cells:
        if name := _begins(cell):
            found.append((name, [cell]))
        else:
            (found[-1][1] if found else head).append(cell)
    return head, [Part(name, home, tuple(own)) for name, own in found]


@lru_cache(maxsize=64)
def _book(path: Path, content: str) -> tuple[list[Cell], list[Part]]:
    return parts_of(json.loads(content)["cells"], path.stem)


def _read(path: Path) -> tuple[list[Cell], list[Part]]:
    """Opening and sections of a notebook; none of one that is not there or cannot be read, which its own run says."""
    try:
        return _book(path, path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [], []


def sections_of(notebook: Path) -> list[Part]:
    """The sections of a notebook in their order."""
    return _read(notebook)[1]


def notebooks_for(project: Project, authority: str, kind: str) -> list[Path]:
    """The notebook of a report, and those whose sections its layout may name: of the other kinds with a return."""
    others = [k for k in ReportKind if k != kind and k.has_return] if kind not in WITHOUT_RETURN else []
    return [project.notebook(kind, authority), *(project.notebook(k, authority) for k in others)]


def library(paths: Sequence[Path]) -> dict[str, Part]:
    """Every section that a layout may name: as ``name``, that of the first notebook that has one, and as
    ``kind/name``.
    """
    found: dict[str, Part] = {}
    for path in paths:
        for part in _read(path)[1]:
            found.setdefault(part.name, part)
            found.setdefault(f"{path.stem}/{part.name}", part)
    return found


def expanded(paths: Sequence[Path], layout: Sequence[LayoutPart]) -> list[LayoutPart]:
    """A layout in which ``the-rest`` stands for the sections of the kind that it does not name."""
    if REST not in layout:
        return list(layout)
    known, own = library(paths), _read(paths[0])[1]
    named = {(known[p].home, known[p].name) for p in layout if isinstance(p, str) and p in known}
    rest: list[LayoutPart] = [p.name for p in own if (p.home, p.name) not in named]
    return [one for part in layout for one in (rest if part == REST else [part])]


def arranged(paths: Sequence[Path], layout: Sequence[LayoutPart]) -> list[Cell]:
    """The cells of the report of a layout; a name that no notebook has is left out (`layout_faults` says so).

    ``paths``: as `notebooks_for` gives them.
    """
    known = library(paths)
    cells = list(_read(paths[0])[0])
    for part in expanded(paths, layout):
        if isinstance(part, OwnSection):
            cells += own_cells(part)
        elif part in known:
            cells += known[part].cells
    return cells


def used_notebooks(paths: Sequence[Path], layout: Sequence[LayoutPart] | None) -> list[Path]:
    """The notebook of a report, and those that sections of its layout come from."""
    known = library(paths) if layout else {}
    homes = {known[part].home for part in layout or () if isinstance(part, str) and part in known}
    return [path for n, path in enumerate(paths) if n == 0 or path.stem in homes]


def own_cells(section: OwnSection) -> list[Cell]:
    """The cells of a section of one's own: its heading, then text, charts and table."""
    calls = [f'report.narrative("{section.narrative}")'] if section.narrative else []
    calls += [f'sections.named_charts(report, "{section.key}")'] if section.charts else []
    calls += [f'sections.named_measures(report, "{section.key}")'] if section.measures else []
    return [
        {"cell_type": "markdown", "metadata": {}, "source": f"## {markdown_text(section.heading)}"},
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": f"sections.show({', '.join(calls)})",
        },
    ]


def notebook_text(paths: Sequence[Path], layout: Sequence[LayoutPart]) -> str:
    """The notebook that is run for a layout; a `UserError` if the notebook of the kind cannot be read."""
    try:
        book = json.loads(paths[0].read_text(encoding="utf-8"))
        cells = [{**cell, "id": f"cell-{n:02d}"} for n, cell in enumerate(arranged(paths, layout))]
        return json.dumps({**book, "cells": cells}, ensure_ascii=False, indent=1)
    except (OSError, ValueError, TypeError):
        raise UserError(f"{paths[0].name} is not a notebook; save it from JupyterLab again.") from None


# What is wrong with a layout


def layout_faults(paths: Sequence[Path], layout: Sequence[LayoutPart]) -> Iterator[str]:
    """Names that there are not, what stands twice, and what no report goes without; one sentence for each."""
    known, own = library(paths), [p.name for p in _read(paths[0])[1]]
    others = [name for name in known if "/" not in name and name not in own]
    for number, part in enumerate(layout, start=1):
        if isinstance(part, str) and part not in known and part != REST:
            allowed = f"allowed are {', '.join(own)}"
            allowed += f"; of other kinds {', '.join(others)}" if others else ""
            yield f"layout, entry {number}: there is no section {shown(part)}{suggestion(part, known)}; {allowed}"
    layout = expanded(paths, layout)
    names = [
        part.name if isinstance(part, OwnSection) else known[part].name if part in known else "" for part in layout
    ]
    for name, times in Counter(filter(None, names)).items():
        if times > 1:
            yield f"layout: the section “{name}” stands {times} times; name it once, or give your own another heading"
    if FIRST in own and names[0] != FIRST:
        yield f"layout: a report begins with {FIRST}, which says what matters; put it first"
    if SOURCES in own and SOURCES not in names:
        yield f"layout: {SOURCES} is left out, but every report names its sources and their licences; add it"
    yield from _shown_twice([known[p] for p in layout if isinstance(p, str) and p in known])


def _shown_twice(parts: Sequence[Part]) -> Iterator[str]:
    """Two sections that show the same, as sections of two kinds may."""
    shown_by: dict[str, list[str]] = {}
    for part in {p.name: p for p in parts}.values():
        for call in dict.fromkeys(SHOWS.findall(part.code)):
            shown_by.setdefault(call, []).append(part.name)
    pairs = {tuple(names): call for call, names in reversed(shown_by.items()) if len(names) > 1}
    for names, call in pairs.items():
        yield f"layout: {listed(list(names), 'and')} both show {call}; leave one of them out"
