"""Notebooks as files: their cells, what they ask for, whether they are fit for a run, and without their outputs."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path, PurePosixPath

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.report_notebooks import template_text


def cells_of(notebook: Path) -> object:
    """What a notebook says and runs: outputs that were saved with it do not count."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return [[c["cell_type"], c["source"], c["metadata"].get("tags")] for c in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return file_digest(notebook)  # the run itself says what is wrong with it


NOTEBOOKS = "notebooks"


def strip_outputs(model: dict, path: str, **_) -> None:
    """Take out of a notebook in notebooks/ what a run leaves in it, just before JupyterLab saves it.

    Its outputs stay on the screen; the file changes only where a person changed it.
    """
    if model.get("type") != "notebook" or PurePosixPath(path).parts[:1] != (NOTEBOOKS,):
        return
    notebook = model["content"]
    for cell in notebook["cells"]:
        cell["metadata"] = {k: v for k, v in cell["metadata"].items() if k == "tags"}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": KERNEL},
        "language_info": {"name": "python"},
    }


# How a notebook asks for a section; what stands in braces is the id of a priority.
ASKED = re.compile(r"""\.narrative\(\s*f?(["'])(.+?)\1\s*[,)]""")


def asked_sections(project: Project, authority: str, month: str) -> list[str] | None:
    """The narrative sections that the notebooks of a return's reports ask for (see `Asked`)."""
    return Asked(project, authority).of(month)


class Asked:
    """The narrative sections that the notebooks of an authority's reports ask for, month by month; its notebooks and
    the settings of its reports are listed once. What a month's reports ask for follows from both.
    """

    def __init__(self, project: Project, authority: str):
        self.project, self.authority = project, authority
        self.is_whole = all(project.notebook(kind, authority).is_file() for kind in ReportKind)
        self.notebooks = sorted([*project.notebooks.glob("*.ipynb"), *(project.notebooks / authority).glob("*.ipynb")])
        self._settings = sorted((project.params / authority).glob("*.yml"))

    def settings_of(self, month: str) -> list[Path]:
        """The settings of a month's reports."""
        return [path for path in self._settings if path.name.startswith(f"{month}-")]

    def of(self, month: str) -> list[str] | None:
        """The sections that the reports of a month ask for, or all notebooks where it has no report yet.

        ``{}`` stands for the id of a priority. None if a notebook cannot be read (its run says what is wrong with it)
        or a kind has none, as in a project that `verify` rebuilds for one report: what that kind would ask for is not
        known.
        """
        kinds = [path.stem[len(month) + 1 :] for path in self.settings_of(month)]
        if not self.is_whole:
            return None
        found: dict[str, None] = {}
        for path in (p for p in self.notebooks if not kinds or p.stem in kinds):
            try:
                is_kind = path.stem in set(ReportKind)
                found |= dict.fromkeys(_asked(self._text(path, month) if is_kind else path.read_text(encoding="utf-8")))
            except (OSError, ValueError, KeyError, TypeError, UserError):
                return None
        return list(found) or None

    def _text(self, path: Path, month: str) -> str:
        return template_text(self.project, self.authority, month, path.stem)


@lru_cache(maxsize=16)  # the few notebooks of a project are asked for every month
def _asked(notebook: str) -> tuple[str, ...]:
    """The sections that the code of one notebook asks for, in its order."""
    code = "\n".join("".join(c["source"]) for c in json.loads(notebook)["cells"] if c["cell_type"] == "code")
    return tuple(re.sub(r"\{[^{}]*\}", "{}", m[2]) for m in ASKED.finditer(code))


KERNEL = "python3"


def check_template(project: Project, kind: str, given: Iterable[str], authority: str = "") -> None:
    """The template of a kind exists, has just one parameters cell, and knows just the parameters that will be given.

    Papermill only warns of a missing parameters cell and only logs an unknown parameter, so this is checked first.
    """
    path = project.notebook(kind, authority)
    name = project.relative(path)
    if not path.is_file():
        raise UserError(f"There is no notebook {name} for reports of the kind {kind}; add it, or correct the kind.")
    known, fault = _parameters(path, path.read_bytes())
    if fault:
        raise UserError(f"{name} {fault}")
    if unknown := sorted(set(given) - known):
        raise UserError(
            f"{name} has no parameter {', '.join(unknown)} in its parameters cell (it has {', '.join(sorted(known))});"
            " add it there."
        )
    if missing := sorted(known - set(given)):
        raise UserError(
            f"{name} asks for the parameter {', '.join(missing)}, which no report gives; take it out of the parameters"
            " cell."
        )


@lru_cache(maxsize=32)
def _parameters(path: Path, content: bytes) -> tuple[frozenset[str], str]:
    """The names in a notebook's parameters cell, and what is wrong with the notebook; read once for each content."""
    import nbformat

    try:
        book = nbformat.reads(content.decode("utf-8"), as_version=4)
    except Exception:  # whatever nbformat stumbles over, it is the same mistake
        return frozenset(), "is not a notebook; save it from JupyterLab again."
    tagged = [c for c in book.cells if "parameters" in c.metadata.get("tags", [])]
    if len(tagged) != 1:
        return frozenset(), f"has {len(tagged) or 'no'} cells tagged “parameters”; tag just one."
    from papermill import inspect_notebook

    return frozenset(inspect_notebook(literal(path))), ""


def literal(path: Path) -> str:
    """A path as papermill is to take it: it would fill in what stands between braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def strip_run(notebook) -> None:
    """Take out, in place, what differs from run to run and machine to machine: times, durations, kernel details, ids.

    The counts are those of a run from top to bottom: nbval takes a cell without one for a cell that never ran.
    """
    count = 0
    for index, cell in enumerate(notebook.cells):
        cell.metadata = {k: v for k, v in cell.metadata.items() if k == "tags"}
        cell["id"] = f"cell-{index:02d}"
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output["execution_count"] = count
                output.get("metadata", {}).clear()
    notebook.metadata = {
        "kernelspec": {"name": KERNEL, "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
