"""Whether an edition's notebook is its template with only the parameters added: then nothing runs but what everybody
can read.
"""

import ast
import json
from collections.abc import Sequence
from pathlib import Path

from improvement_reports.domain.errors import shown
from improvement_reports.editions.edition import Edition
from improvement_reports.workspace.layouts import arranged

INJECTED = "injected-parameters"
PARAMETERS = "parameters"
Cell = tuple[str, str, list[str]]
Cells = list[Cell]
NAMES = ("authority", "month", "kind")


def template_faults(edition: Edition, template: Path, *others: Path) -> list[str]:
    """Each way in which the published notebook is not its recorded template, run for this report; empty if it is.

    Papermill adds one cell behind the parameters cell, with the report's authority, month and kind; all others are the
    same. ``others``: the notebooks that its layout takes sections from.
    """
    name, where = edition.manifest.template["path"], f"{edition.identifier}: report.ipynb"
    own, other = _cells(edition.folder / "report.ipynb"), _template_cells(edition, [template, *others])
    if own is None or other is None:
        return [f"{where if own is None else name} cannot be read as a notebook, so they cannot be compared"]
    added = [n for n, (_, _, tags) in enumerate(own) if INJECTED in tags]
    if len(added) != 1:
        return [f"{where} has {len(added) or 'no'} cells with the parameters of a run, not one"]
    faults = []
    if _assigned(own[added[0]][1]) != dict(zip(NAMES, edition.job, strict=True)):
        faults.append(
            f"{where}, cell {added[0] + 1}: its parameters are not just those of {'/'.join(edition.job)}:"
            f" {shown(own[added[0]][1], 120)}"
        )
    if added[0] == 0 or PARAMETERS not in own[added[0] - 1][2]:
        faults.append(
            f"{where}, cell {added[0] + 1}: the parameters of the run do not stand behind the parameters cell"
        )
    rest = [cell for n, cell in enumerate(own) if n != added[0]]
    if len(rest) != len(other):
        return [*faults, f"{where} has {len(rest)} cells beside its parameters, its template {name} has {len(other)}"]
    for n, (cell, expected) in enumerate(zip(rest, other, strict=True)):
        if cell[:2] != expected[:2]:
            number = n + 1 + (n >= added[0])
            faults.append(
                f"{where}, cell {number} is not cell {n + 1} of its template {name}:"
                f" {_first_difference(cell, expected)}"
            )
    return faults


def _template_cells(edition: Edition, templates: Sequence[Path]) -> Cells | None:
    """The cells of the template as they were run: those of its layout, in its order, where it has one."""
    cells, layout = _cells(templates[0]), edition.manifest.report.layout
    return cells if cells is None or layout is None else [_cell(c) for c in arranged(templates, layout)]


def _cell(cell: dict) -> Cell:
    return cell["cell_type"], "".join(cell["source"]), list(cell["metadata"].get("tags", []))


def _cells(path: Path) -> Cells | None:
    """Kind, source and tags of each cell; None if it is no notebook."""
    try:
        return [_cell(c) for c in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _assigned(source: str) -> dict[str, object] | None:
    """The texts that a cell assigns to names; None if it does anything else."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: dict[str, object] = {}
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)) if name not in found:
                found[name] = value
            case _:
                return None
    return found


def _first_difference(cell: tuple, expected: tuple) -> str:
    if cell[0] != expected[0]:
        return f"a cell of {cell[0]}, not of {expected[0]}"
    lines, wanted = cell[1].splitlines(), expected[1].splitlines()
    at = next((n for n, (a, b) in enumerate(zip(lines, wanted, strict=False)) if a != b), min(len(lines), len(wanted)))
    has, should = (shown(x[at].strip(), 100) if at < len(x) else "nothing" for x in (lines, wanted))
    return f"line {at + 1} is {has}, in the template {should}"
