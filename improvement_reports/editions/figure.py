"""The whole way back of one figure, for an auditor: what was published, its formula, its rows and the document they
stand in.
"""

import ast
import tempfile
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.origins import source_of
from improvement_reports.domain.row_records import named_cells
from improvement_reports.editions.citing import edition_citation
from improvement_reports.editions.days import day_of_stamp
from improvement_reports.editions.edition import Edition, EditionReference, editions_of, parse_edition_reference
from improvement_reports.editions.inputs import places_of
from improvement_reports.editions.kept_code import code_of
from improvement_reports.editions.recompute import OF_FIGURES, recompute_all
from improvement_reports.runs.draft import has_draft
from improvement_reports.runs.figures_file import read_figures
from improvement_reports.runs.report_content import content_of
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.notebook_files import read_own_notebook
from improvement_reports.workspace.parameters import Source
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import load_settings

SHOWN_ROWS = 12

WITHHELD = "The row holds a small number, or one that would give one away, so its cells are not published."


@dataclass(frozen=True)
class Found:
    """A figure with what it is a figure of: an edition, or the current run where none is published. ``own``: the
    report's return; ``url``: where the site is published, or "".
    """

    record: dict
    sources: dict[str, Source]
    title: str
    edition: Edition | None
    folder: Path
    own: str = ""
    url: str = ""


def find_figure(project: Project, text: str) -> Found:
    """The figure that a reference names: of the edition in it, else of the newest edition, else of the current run."""
    wanted = parse_edition_reference(text)
    if not wanted.figure:
        raise UserError(
            f"{shown(text)} names no figure; add # and its id, as in"
            " gloucestershire/2021-04/board/v1#casework_supervision_pct.2021-04."
        )
    edition, folder = _place(project, wanted)
    content = read_figures(folder / "figures.json")
    figures = {f["id"]: f for f in content["figures"]}
    if wanted.figure not in figures:
        near = suggestion(wanted.figure, figures) or "."
        raise UserError(
            f"There is no figure {shown(wanted.figure)} in {_name(wanted, edition)}{near} All are listed in"
            f" {project.relative(folder / 'figures.csv')}."
        )
    sources = {key: Source(**s) for key, s in content["sources"].items()}
    return Found(
        figures[wanted.figure],
        sources,
        content["report"]["title"],
        edition,
        folder,
        f"{wanted.authority}/{wanted.month}",
        load_settings(project).url,
    )


def _place(project: Project, wanted: EditionReference) -> tuple[Edition | None, Path]:
    job = Job(wanted.authority, wanted.month, wanted.kind)
    found = editions_of(project, *job)
    chosen = [e for e in found if wanted.version in ("", e.version)]
    if chosen:
        return chosen[-1], chosen[-1].folder
    if not wanted.version and has_draft(project, job):
        return None, project.draft_folder(*job)
    has = (
        f"it has {', '.join(e.version for e in found)}"
        if found
        else "it has no edition and no current run; run it, or correct the name"
    )
    raise UserError(f"There is no report {shown('/'.join(filter(None, (*job, wanted.version))))}; {has}.")


def _name(wanted: EditionReference, edition: Edition | None) -> str:
    return edition.identifier if edition else f"the current run of {wanted.authority}/{wanted.month}/{wanted.kind}"


def way_back(found: Found, every_row: bool = False) -> str:
    """The figure, its formula, its rows with all their cells, and where each stands in which document, as text."""
    f, e = found.record, found.edition
    lines = [f["label"], ""]
    of = (
        f"{e.identifier}, published {format_day(day_of_stamp(e.manifest.published))}, fingerprint {e.citation_code}"
        if e
        else "the current run; it is not published"
    )
    facts = {
        "As published": f["published"],
        "Unrounded": f["value"] if f["value"] != f["published"] else "",
        "Unit": f["unit"],
        "Measure": f["measure_id"],
        "Area": f["area"],
        "Period": f["period"],
        "Formula": f["formula"],
        "Report": found.title,
        "Edition": of,
        "Cite as": edition_citation(e, found.url) if e else "",
        "Id": f["id"],
        "Cell": f"{f['cell'] + 1} of report.ipynb",
    }
    lines += [f"{key + ':':<14}{value}" for key, value in facts.items() if value]
    if f["data"]:
        lines += ["", f"Values of the {f['kind']}:", *("  " + " | ".join(row) for row in f["data"])]
    rows = f["inputs"] if every_row else f["inputs"][:SHOWN_ROWS]
    lines += ["", f"Made from {len(f['inputs'])} {'row' if len(f['inputs']) == 1 else 'rows'}:"]
    for i in rows:
        lines += _row_lines(i, found.sources, found.own)
    if len(rows) < len(f["inputs"]):
        lines.append(f"  … and {len(f['inputs']) - len(rows)} more rows; --rows prints all.")
    return "\n".join(lines)


def _row_lines(row: dict, sources: dict[str, Source], own: str) -> list[str]:
    lines = ["", f"  data/raw/{row['file']}, row {row['row']}"]
    if row["cells"]:
        lines += [f"    {c}: {v}" for c, v in named_cells(row).items() if v and c not in ("source_id", "locator")]
        lines.append(f"    sha256 of the row: {row['sha256']}")
    else:
        lines.append(f"    {WITHHELD}")
    source = source_of(sources, row, own)
    if source:
        lines.append(f"    Source: {source.title} ({source.publisher}, {format_day(source.date)})")
        if source.url:
            lines.append(f"    {source.url}")
    lines.append(f"    Where in it: {row['locator']}")
    return lines


def not_from_its_rows(found: Found) -> str:
    """What is wrong if the number does not follow from its own formula and rows; "" if it does, or if that cannot be
    told.
    """
    columns = read_figures(found.folder / "figures.json").get("columns", {})
    if found.record["formula"] == OF_FIGURES:
        return ""
    return recompute_all([found.record], columns).faults.get(found.record["id"], "")


# Computing it again


@dataclass(frozen=True)
class Rebuilt:
    published: str
    now: str
    value: str
    value_now: str
    cells: int
    same: bool


def rebuild(project: Project, found: Found) -> Rebuilt:
    """Compute just this figure again, with the code that made its edition, from the recorded inputs.

    Runs the cell of the published notebook that shows the figure, and of those before it only the ones it needs.
    """
    from improvement_reports.editions.cells_again import outputs_again
    from improvement_reports.editions.rebuild import lay_out

    if found.edition is None:
        raise UserError(
            "The figure is of the current run, which is not published; run the report again with python3 make.py run"
            " --force instead."
        )
    e = found.edition
    places, gone = places_of(project, e)
    if gone:
        raise UserError(
            f"{e.identifier} cannot be recomputed: {', '.join(gone)} as it was is neither in its place nor in"
            " data/archive."
        )
    book = read_own_notebook(e.folder / "report.ipynb")
    with tempfile.TemporaryDirectory(prefix="figure-") as folder:
        code = code_of(project, e)
        cells = needed_cells(book.cells, found.record["cell"])
        again = outputs_again(project, lay_out(Path(folder), places, code), places, code, (e.authority, e.kind), cells)
        now = content_of(again).figures.get(found.record["id"])
    f = found.record
    strip = ("cell",)
    same = now is not None and {k: v for k, v in now.items() if k not in strip} == {
        k: v for k, v in f.items() if k not in strip
    }
    return Rebuilt(
        f["published"], now["published"] if now else "", f["value"], now["value"] if now else "", len(cells), same
    )


def needed_cells(cells: list, target: int) -> list:
    """The code cells that cell ``target`` needs, and itself: those that bind a name which it, or one of them, uses."""
    bound_used = {n: _names(c.source) for n, c in enumerate(cells[: target + 1]) if c.cell_type == "code"}
    wanted, chosen = set(bound_used[target][1]), {target}
    for n in sorted(bound_used, reverse=True):
        bound, used = bound_used[n]
        if n != target and bound & wanted:
            chosen.add(n)
            wanted |= used
    return [cells[n] for n in sorted(chosen)]


def _names(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell binds, and those that it uses."""
    bound: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (bound if isinstance(node.ctx, ast.Store) else used).add(node.id)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    return bound, used
