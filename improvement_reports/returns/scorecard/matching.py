"""Which measure of the library a name in a scorecard means: the same words are the same measure, like ones are offered.

What is known is a frame (``measure_id``, ``wording``, ``unit``, ``is_own``), one row for each wording of a measure:
whatever else knows measures by other names adds rows to it.
"""

from collections.abc import Container, Mapping
from typing import NamedTuple

import pandas as pd
from rapidfuzz import process

from improvement_reports.domain.measure_names import LEAST, bare, likeness
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.workspace.measure_library import LibraryMeasure
from improvement_reports.workspace.measures import Measure

MOST = 3
# How the ids begin of measures that only the demonstration reports.
OF_DEMONSTRATION = "example_"


class Proposal(NamedTuple):
    """A measure that a name may mean; ``is_same``: its words are the same, so that no other can be meant.

    ``is_own``: whether it is in the council's own list, or only in the library, from which it would be taken over.
    """

    measure_id: str
    wording: str
    score: float
    is_same: bool
    is_own: bool = True


def wordings(measures: Mapping[str, Measure], library: Mapping[str, LibraryMeasure]) -> pd.DataFrame:
    """Every wording of every measure of the council's list and of the library: title, label, synonyms, the id itself.

    What the library calls a measure that the council has counts for the council's.
    """
    rows = []
    for key, measure in {**library, **measures}.items():
        words = [measure.title, measure.label, measure.short, *(library[key].names if key in library else ())]
        words.append(key.replace("_", " "))
        rows += [(key, word, str(measure.unit), key in measures) for word in dict.fromkeys(filter(None, words))]
    return pd.DataFrame(rows, columns=["measure_id", "wording", "unit", "is_own"])


def proposals(
    name: str, unit: Unit | None, known: pd.DataFrame, used: Container[str] = (), least: float = LEAST
) -> list[Proposal]:
    """Up to three measures that a name may mean, the likeliest first; none of another unit, where the unit is known.

    ``used``: measures that the council's returns have; of several with the same words the one of them is meant.
    ``least``: how alike they are at least, of 100.
    Numbers tell measures apart (45 days, 35 days): a wording with other numbers is never the same.
    """
    fitting = known if unit is None else known[known["unit"].map(lambda u: _fits(unit, Unit(u)))]
    wanted = bare(name)
    best: dict[str, Proposal] = {}
    words = fitting["wording"].map(bare).tolist()
    rows = fitting[["measure_id", "wording", "is_own"]].to_numpy().tolist()
    for _, score, at in process.extract(wanted, words, scorer=likeness, limit=40, score_cutoff=least):
        measure_id, wording, is_own = rows[at]
        found = Proposal(measure_id, wording, round(score, 1), _same(wanted, words[at]), is_own)
        if measure_id not in best or (found.is_same, found.score) > (best[measure_id].is_same, best[measure_id].score):
            best[measure_id] = found
    ordered = sorted(best.values(), key=lambda p: (not p.is_same, -p.score, not p.is_own, p.measure_id))[:MOST]
    same = [p for p in ordered if p.is_same]
    # What the council's returns use comes before the rest of the list, and that before the library; a measure of the
    # demonstration is no other council's.
    own = [p for p in same if p.is_own and not p.measure_id.startswith(OF_DEMONSTRATION)]
    sure = [p for p in same if p.measure_id in used] or own or [p for p in same if not p.is_own]
    meant = [p._replace(is_same=len(sure) == 1 and p is sure[0]) for p in ordered]
    return sorted(meant, key=lambda p: not p.is_same)


def _same(wanted: str, wording: str) -> bool:
    if not any(len(word) > 1 and word.isalpha() for word in wanted.split()):
        return False  # a number alone names no measure: “2” is not adoption indicator A2
    return sorted(set(wanted.split())) == sorted(set(wording.split()))


def _fits(unit: Unit, other: Unit) -> bool:
    """A percentage is a percentage and money money; what a scorecard calls a number may be of any other unit."""
    special = (Unit.PERCENT, Unit.POUNDS)
    return unit == other if unit in special else other not in special
