"""The figures of an edition against its kept inputs: each row stands there, and each number follows from its rows."""

import csv
import json
import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath

from improvement_reports.domain.errors import UserError
from improvement_reports.editions.compare import Difference
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.inputs import Places, kept_yaml
from improvement_reports.editions.kept_official import among_of
from improvement_reports.editions.recompute import recompute_all
from improvement_reports.runs.figures_file import figures_once
from improvement_reports.runs.published_notebook import FIGURES, not_as_named
from improvement_reports.runs.report_content import Content
from improvement_reports.workspace.authorities import one_or_several
from improvement_reports.workspace.yaml_files import load_yaml

WHY = "what is published does not follow from its rows, whatever its notebook computes"
MARKERS = ("NBVAL_", "PYTEST_VALIDATE")


class KeptRows:
    """The rows of the kept inputs of an edition; workbooks are left to the code of the edition, which reads them.

    ``gone``: recorded inputs that are not there any more, of which nothing can be said; `verify` names them.
    """

    def __init__(self, places: Places, columns: dict[str, list[str]], gone: Iterable[str] = ()):
        self.places, self.columns, self.gone = places, columns, frozenset(gone)
        self.known: dict[tuple[str, tuple[str, ...]], set[tuple[str, ...]] | None] = {}

    def has(self, row: dict) -> bool:
        """Whether a row behind a figure stands in the file that it names; true where that cannot be judged here."""
        name = f"data/raw/{row['file']}"
        if name.split("#")[0] in self.gone:
            return True
        if "#" in name or not name.endswith(".csv"):
            return "#" in name and name.split("#")[0] in self.places
        if name not in self.places:
            return False
        lacks = row.get("lacks", "").split()
        columns = tuple(c for c in self.columns.get(PurePosixPath(name).stem, []) if c not in lacks)
        if (name, columns) not in self.known:
            self.known[name, columns] = _rows(*self.places[name], columns)
        rows = self.known[name, columns]
        return rows is None or tuple(_plain(c) for c in json.loads(row["cells"])) in rows

    @cached_property
    def better(self) -> dict[str, str]:
        """Which side is better, by measure."""
        name = "params/measures.yml"
        try:
            measures = load_yaml(self.places[name][0], name) if name in self.places else {}
        except (UserError, OSError):
            return {}
        return {str(key): str(m.get("better_when", "")) for key, m in measures.items() if isinstance(m, dict)}

    def own_words(self, authority: str) -> dict[str, tuple[str, ...]]:
        """The council's words for statuses and what each means, as the kept settings say it."""
        entry = kept_yaml(self.places, "params/authorities.yml").get(authority, {})
        words = entry.get("status_words", {}) if isinstance(entry, dict) else {}
        if not isinstance(words, dict):
            return {}
        return {str(k): tuple(v) if isinstance(v, list) else tuple(one_or_several(str(v))) for k, v in words.items()}


def _plain(text: str) -> str:
    """A cell without what a release may read otherwise: forms of Unicode and white space."""
    text = str(text)
    return "".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


class _Plainly(dict[str, str]):
    """`_plain` of each cell: a table has few words and says them a hundred thousand times."""

    def __missing__(self, text: str) -> str:
        self[text] = found = _plain(text)
        return found


# Many editions stand on the same official statistics, and those of one authority on the same returns, each of which is
# small: fewer places, and the returns would put the statistics out of theirs.
@lru_cache(maxsize=512)
def _rows(path: Path, sha256: str, columns: tuple[str, ...]) -> set[tuple[str, ...]] | None:
    """All rows of a CSV file in the order of the columns; None if it does not have just these."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file))
    except (OSError, ValueError, csv.Error):
        return None
    places = {_plain(name): n for n, name in enumerate(header)}
    if not columns or any(c not in places for c in columns):
        return None
    order, plain = [places[c] for c in columns], _Plainly()
    return {tuple([plain[row[n]] if n < len(row) else "" for n in order]) for row in rows}


def not_from_rows(edition: Edition, then: Content, places: Places, gone: Iterable[str] = ()) -> list[Difference]:
    """Each figure whose number, rows or formula do not fit each other or the kept inputs."""
    try:
        columns = figures_once((edition.folder / "figures.json").read_bytes())["columns"]
        columns = {str(table): [str(c) for c in names] for table, names in columns.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []  # said of the file itself
    kept = KeptRows(places, columns, gone)
    own, among = kept.own_words(edition.authority), among_of(places)
    found = recompute_all(list(then.figures.values()), columns, kept.has, kept.better, own, among)
    return [
        Difference(
            id_,
            f"{then.figures[id_]['label']}, computed again from its rows",
            str(then.figures[id_]["published"]),
            words,
            WHY,
        )
        for id_, words in found.faults.items()
        if id_ in then.figures
    ]


def beside(edition: Edition, then: Content) -> list[Difference]:
    """Where the files beside the notebook do not say what it says: each is what some reader takes."""
    found, why = [], "a file of the edition was changed after publication"
    try:
        listed = figures_once((edition.folder / "figures.json").read_bytes())["figures"]
        stored = {f["id"]: f for f in listed}
    except (OSError, ValueError, KeyError, TypeError):
        return [Difference("", "figures.json", "", "cannot be read", why)]
    for id_ in dict.fromkeys([*then.figures, *stored]):
        a, b = then.figures.get(id_), stored.get(id_)
        if a != b:
            said = [(f["published"] if f else "not there") for f in (a, b)]
            if said[0] == said[1]:
                said = ["as in the notebook", "another record"]
            found.append(
                Difference(
                    id_, f"{(a or stored[id_])['label']}: figures.json beside the notebook", said[0], said[1], why
                )
            )
    return [*found, *_not_as_named(edition, stored, why)]


def _not_as_named(edition: Edition, stored: dict[str, dict], why: str) -> list[Difference]:
    """Figures and drawings that the notebook names with another fingerprint than those beside it have."""
    try:
        named = not_as_named(edition.folder, stored)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []  # said of the notebook itself
    said = {(id_, file): stored.get(id_, {}) if file == FIGURES else {} for id_, file in named}
    return [
        Difference(
            id_,
            f"{f.get('label', id_)}: {file} beside the notebook",
            "as in the notebook",
            f.get("published", "another"),
            why,
        )
        for (id_, file), f in said.items()
    ]


def told_to_nbval(edition: Edition, notebook) -> list[str]:
    """Cells that tell nbval not to run or not to compare them."""
    faults = []
    for number, cell in enumerate(notebook.cells, 1):
        tags = [
            t
            for t in cell.get("metadata", {}).get("tags", [])
            if str(t).startswith(("nbval-", "pytest-validate-", "raises-exception"))
        ]
        if tags or any(marker in cell.get("source", "") for marker in MARKERS):
            faults.append(
                f"{edition.identifier}: report.ipynb, cell {number} tells the comparison to leave it out; no template"
                " does"
            )
    return faults


def comparable(notebook):
    """A copy of a notebook without tags, so that no cell tells nbval anything."""
    from copy import deepcopy

    book = deepcopy(notebook)
    for cell in book.cells:
        cell.metadata = {}
    return book
