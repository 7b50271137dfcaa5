"""The executed notebook as it lies beside figures.json and the charts of its report: without what those hold.

An executed notebook carries in each output the record of every figure that the output shows, with all rows behind it;
three quarters of its bytes were that, and figures.json said it again. In the folder of a draft or an edition the
notebook names its figures and the narrow drawings of its charts, each with a fingerprint; read back with the files
beside it, it is the executed notebook to the last sign. Editions of releases before 0.3.0 hold theirs whole, and are
read as they are.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from improvement_reports.facts.figures import MIME
from improvement_reports.runs.figures_file import REMEMBERED, figures_once, parsed_figures, read_figures
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.notebook_files import copied

REPORT = "report.ipynb"
FIGURES = "figures.json"
NARROW = "svg_narrow"
# Of a sha256: enough that nobody finds another record with the same.
FINGERPRINT = 32


def records_of(notebook) -> Iterator[dict[str, Any]]:
    """The record of each output of a notebook that carries one."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get(MIME)
            if isinstance(record, dict):
                yield record


def without_figures(notebook):
    """A copy of an executed notebook that names its figures and narrow drawings and does not hold them."""
    return copied(notebook, {MIME: _naming})


def _naming(record):
    """The record of an output that names its figures; what is no record stays as it is."""
    if not isinstance(record, dict):
        return copied(record)
    instead = {"figures": lambda figures: [[f["id"], fingerprint(f)] for f in figures]}
    return copied(record, {**instead, NARROW: lambda drawing: {"fingerprint": fingerprint(drawing)}})


def fingerprint(value: object) -> str:
    return digest(value)[:FINGERPRINT]


def with_figures(notebook, figures: Mapping[str, dict], narrow: Mapping[str, str]):
    """The notebook with its figures (records of figures.json by id) and narrow drawings (by the id of their chart).

    What is not among them is left out; `not_as_named` says so. A notebook that holds its figures comes back as it is.
    """
    for record in records_of(notebook):
        named = [f for f in record["figures"] if not isinstance(f, Mapping)]
        if named:
            record["figures"] = [_record(figures[id_]) for id_, _ in named if id_ in figures]
        if isinstance(record.get(NARROW), Mapping):
            record[NARROW] = narrow.get(record["id"], "")
    return notebook


def _record(figure: dict) -> dict:
    return copied({key: value for key, value in figure.items() if key != "cell"})


def is_whole(notebook) -> bool:
    """Whether a notebook holds its figures itself, as an executed one and one of a release before 0.3.0 do."""
    return all(isinstance(f, Mapping) for record in records_of(notebook) for f in record["figures"])


def read_notebook(folder: Path):
    """The executed notebook of a draft or an edition, whole, whatever its release."""
    import nbformat

    notebook = nbformat.read(folder / REPORT, as_version=4)
    return whole(notebook, figures_beside(folder), narrow_drawings(folder, notebook))


def notebook_once(folder: Path):
    """The same for whoever changes nothing in it: what was read last is remembered by the bytes of its files."""
    drawings = sorted((folder / "charts").glob("*-narrow.svg"))
    narrow = tuple((f"charts/{path.name}", path.read_text(encoding="utf-8")) for path in drawings)
    return _notebook_of((folder / REPORT).read_bytes(), figures_beside(folder), narrow)


@lru_cache(maxsize=REMEMBERED)
def _notebook_of(raw: bytes, figures: bytes, narrow: tuple[tuple[str, str], ...]):
    import nbformat

    notebook, beside = nbformat.reads(raw.decode("utf-8"), as_version=4), dict(narrow)
    if is_whole(notebook):
        return notebook
    named = {r["id"]: _narrow_file(r) for r in records_of(notebook) if NARROW in r}
    found = {id_: beside[name] for id_, name in named.items() if name in beside}
    return with_figures(notebook, {f["id"]: f for f in figures_once(figures)["figures"]}, found)


def read_with_figures(folder: Path) -> tuple[Any, list[dict]]:
    """`notebook_once`, and the records of figures.json."""
    return notebook_once(folder), figures_once((folder / FIGURES).read_bytes())["figures"]


def figures_beside(folder: Path) -> bytes:
    """The bytes of figures.json in a folder; none where it is not there."""
    path = folder / FIGURES
    return path.read_bytes() if path.is_file() else b""


def whole(notebook, figures: bytes, narrow: Mapping[str, str] | None = None):
    """The notebook with what lies beside it: the bytes of figures.json, and narrow drawings by their chart."""
    if is_whole(notebook):
        return notebook
    records = {f["id"]: f for f in parsed_figures(figures)["figures"]}
    return with_figures(notebook, records, narrow or {})


def narrow_drawings(folder: Path, notebook) -> dict[str, str]:
    """The narrow drawings beside a notebook, by the id of their chart; those that are not there are left out."""
    found = {}
    for record in records_of(notebook):
        if NARROW in record:
            path = folder / _narrow_file(record)
            if path.parent == folder / "charts" and path.is_file():
                found[record["id"]] = path.read_text(encoding="utf-8")
    return found


def not_as_named(folder: Path, figures: Mapping[str, dict] | None = None) -> list[tuple[str, str]]:
    """Each figure and chart with the file beside the notebook that says something else of it than the notebook.

    ``figures``: the records of figures.json by id, where they have been read. Names and fingerprints are asked for, so
    the notebook is taken as the JSON that it is.
    """
    notebook = json.loads((folder / REPORT).read_bytes())
    if is_whole(notebook):
        return []
    if figures is None:
        figures = {f["id"]: f for f in read_figures(folder / FIGURES)["figures"]}
    narrow = narrow_drawings(folder, notebook)
    named, found = set(), []
    for record in records_of(notebook):
        named |= {id_ for id_, _ in record["figures"]}
        found += [(id_, FIGURES) for id_, said in record["figures"] if _differs(figures.get(id_), said)]
        if NARROW in record and fingerprint(narrow.get(record["id"])) != record[NARROW].get("fingerprint"):
            found.append((record["id"], _narrow_file(record)))
    return list(dict.fromkeys([*found, *((id_, FIGURES) for id_ in figures if id_ not in named)]))


def _differs(figure: dict | None, said: str) -> bool:
    return figure is None or fingerprint(_record(figure)) != said


def _narrow_file(record: Mapping[str, Any]) -> str:
    return f"charts/{str(record['id']).split('.', 1)[-1]}-narrow.svg"
