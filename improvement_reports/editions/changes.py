"""What changed between two versions of a report, or between two months of one kind: figures, statuses and sentences."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from improvement_reports.domain.row_records import named_cells
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, STATUS_MARKS, TARGET_MARKS
from improvement_reports.runs.report_content import Content

NUMBER, STATUS, CELL, CHART, SENTENCE, DESCRIPTION, ROW = (
    "number",
    "status",
    "table cell",
    "chart",
    "sentence",
    "description",
    "row",
)
# In the order in which a reader wants them.
KINDS = (STATUS, NUMBER, CELL, CHART, SENTENCE, DESCRIPTION, ROW)
CHANGE_WORDS = {
    STATUS: "Statuses",
    NUMBER: "Numbers",
    CELL: "Cells of tables",
    CHART: "Charts",
    SENTENCE: "Sentences",
    DESCRIPTION: "Names and formulas",
    ROW: "Rows of data behind figures",
}
# What is said about a figure beside its value.
DESCRIBED = {
    "label": "name",
    "unit": "unit",
    "area": "area",
    "period": "period",
    "formula": "formula",
    "measure_id": "measure",
}
# Words that are a conclusion: a change from one to another changes what a reader takes away.
CONCLUSIONS = {
    m.word.lower(): family
    for family, marks in (("status", STATUS_MARKS), ("target", TARGET_MARKS), ("direction", DIRECTION_MARKS))
    for m in marks.values()
}
SYMBOLS = {m.symbol for marks in (STATUS_MARKS, TARGET_MARKS, DIRECTION_MARKS) for m in marks.values()}


@dataclass(frozen=True)
class Change:
    """One thing that is different: ``before`` is empty for what is new, ``after`` for what is gone.

    ``conclusion``: a status, a result against a target or a direction is another one now, or is not given any more.
    """

    kind: str
    id: str
    label: str
    before: str
    after: str
    conclusion: bool = False

    def record(self) -> dict:
        return asdict(self)


def conclusion_word(text: str) -> str:
    """The word of a conclusion that a text begins with, or nothing: ``✗ Not met by 9 percentage points`` is ``not
    met``.
    """
    words = text.strip().lower()
    words = words[1:].strip() if words[:1] in SYMBOLS else words
    found = [w for w in CONCLUSIONS if words == w or words.startswith((f"{w} ", f"{w},"))]
    return max(found, key=len, default="")


def is_conclusion(before: str, after: str) -> bool:
    """Whether a conclusion became another one of its family, or is withdrawn.

    >>> is_conclusion("✓ Met", "✗ Not met by 2 percentage points"), is_conclusion("✗ Not met by 2", "✗ Not met by 3")
    (True, False)
    >>> is_conclusion("↘ Worsening", "not judged: disputed"), is_conclusion("", "✓ Met")
    (True, False)
    """
    first, second = conclusion_word(before), conclusion_word(after)
    return bool(first and first != second and (not second or CONCLUSIONS[first] == CONCLUSIONS[second]))


def changes(old: Content, new: Content) -> list[Change]:
    """Everything that differs between two contents, by kind, in the order of the newer page."""
    found = [
        *_numbers(old, new),
        *_tables(old, new),
        *_sentences(old.sentences, new.sentences),
        *_descriptions(old, new),
        *_rows(old, new),
    ]
    stated = {(c.before, c.after) for c in found if c.kind in (NUMBER, STATUS) and c.id and "#" not in c.id}
    # A cell that shows a number of its own is told as that number.
    found = [c for c in found if not (c.kind == CELL and (_first(c.before), _first(c.after)) in stated)]
    return sorted(dict.fromkeys(found), key=lambda c: KINDS.index(c.kind))


def _first(cell: str) -> str:
    """The number of a cell without its period beneath: ``86%, April 2021`` is ``86%``."""
    return re.split(r", (?=\D)", cell, maxsplit=1)[0]


def conclusion_changed(found: list[Change]) -> bool:
    return any(c.conclusion for c in found)


def _numbers(old: Content, new: Content) -> Iterator[Change]:
    for id_ in dict.fromkeys([*new.figures, *old.figures]):
        a, b = old.figures.get(id_), new.figures.get(id_)
        if (a or new.figures[id_])["kind"] != "number":
            continue
        before, after = (a["published"] if a else ""), (b["published"] if b else "")
        if a and b and before == after and a["value"] != b["value"]:
            before, after = f"{before} (unrounded {a['value']})", f"{after} (unrounded {b['value']})"
        if before != after:
            kind = STATUS if conclusion_word(before) or conclusion_word(after) else NUMBER
            yield Change(kind, id_, (b or old.figures[id_])["label"], before, after, is_conclusion(before, after))


def _tables(old: Content, new: Content) -> Iterator[Change]:
    for id_ in dict.fromkeys([*new.figures, *old.figures]):
        a, b = old.figures.get(id_), new.figures.get(id_)
        kind = (a or new.figures[id_])["kind"]
        if kind == "number":
            continue
        if a is None or b is None:
            words = "table" if kind == "table" else "chart"
            yield Change(
                CELL if kind == "table" else CHART,
                id_,
                (a or new.figures[id_])["label"],
                f"the {words}" if a else "",
                f"the {words}" if b else "",
            )
            continue
        before, after = _cells(a["data"]), _cells(b["data"])
        for key in dict.fromkeys([*after, *before]):
            x, y = before.get(key, ""), after.get(key, "")
            if x != y:
                row, column, _ = key
                status = conclusion_word(x) or conclusion_word(y)
                what = STATUS if status and kind == "table" else CELL if kind == "table" else CHART
                is_there = (row, "", key[2]) in after  # else the row itself has gone, perhaps to another name
                label = f"{b['label']}: {row}, {column}" if column else f"{b['label']}: {row}"
                yield Change(what, f"{id_}#{row}", label, x, y, is_there and is_conclusion(x, y))


def _descriptions(old: Content, new: Content) -> Iterator[Change]:
    for id_, b in new.figures.items():
        if (a := old.figures.get(id_)) is None:
            continue
        for field, words in DESCRIBED.items():
            if a[field] != b[field]:
                yield Change(DESCRIPTION, id_, f"{b['label']}: {words}", a[field], b[field])


def _rows(old: Content, new: Content) -> Iterator[Change]:
    """Rows behind figures that are in both versions: changed, gone and new ones, each once, whatever they stand
    behind.
    """
    both = old.figures.keys() & new.figures.keys()
    before, after = (
        {(i["file"], i["cells"], i["locator"]): i for id_ in c.figures if id_ in both for i in c.figures[id_]["inputs"]}
        for c in (old, new)
    )
    gone = {(i["file"], i["row"]): i for key, i in before.items() if key not in after}
    come = {(i["file"], i["row"]): i for key, i in after.items() if key not in before}
    for place in sorted({*gone, *come}):
        a, b = gone.get(place), come.get(place)
        yield Change(ROW, f"{place[0]}#{place[1]}", f"{place[0]}, row {place[1]}", *_row_words(a, b))


def _row_words(a: dict | None, b: dict | None) -> tuple[str, str]:
    """The cells of a row that differ; all of them where it is new or gone."""
    was, now = (named_cells(i) if i else {} for i in (a, b))
    keys = [k for k in was | now if was.get(k, "") != now.get(k, "")]
    before, after = ("; ".join(f"{k}: {cells[k]}" for k in keys if cells.get(k)) for cells in (was, now))
    return (before or "cells that are not published") if a else "", (
        (after or "cells that are not published") if b else ""
    )


def _cells(data: list) -> dict[tuple[str, str, int], str]:
    """The cells of a table by the words of their row and column; the third part tells equal rows apart."""
    if not data:
        return {}
    header, found = data[0], {}
    seen: Counter[str] = Counter()
    for row in data[1:]:
        name = row[0] if row else ""
        seen[name] += 1
        found[name, "", seen[name]] = name
        for column, cell in zip(header[1:], row[1:], strict=False):
            if cell:
                found[name, column, seen[name]] = cell
    return found


def _sentences(old: list[str], new: list[str]) -> Iterator[Change]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            continue
        before, after = old[a:b], new[c:d]
        for n in range(max(len(before), len(after))):
            x, y = (before[n] if n < len(before) else ""), (after[n] if n < len(after) else "")
            yield Change(SENTENCE, "", "", x, y)


def counted(found: list[Change]) -> str:
    """How many changes of each kind, in words: ``2 statuses, 14 numbers``."""
    counts = Counter(c.kind for c in found)
    words = {
        STATUS: ("status", "statuses"),
        NUMBER: ("number", "numbers"),
        CELL: ("table cell", "table cells"),
        CHART: ("value of a chart", "values of charts"),
        SENTENCE: ("sentence", "sentences"),
        DESCRIPTION: ("name or formula", "names or formulas"),
        ROW: ("row of data", "rows of data"),
    }
    parts = [f"{counts[k]} {words[k][counts[k] != 1]}" for k in KINDS if counts[k]]
    return ", ".join(parts) or "nothing"
