"""When two keys mean the same: the one normal form of categories and periods, for every place that compares them.

Spreadsheets change what people type: a space at the end, a no-break space, a soft hyphen, an en dash, capitals, letters
put together from parts. Two rows that differ in nothing else are the same row, and a number that one of them withholds
is not to be shown by the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from improvement_reports.domain.fold import Fold
from improvement_reports.domain.joined_frames import joined

if TYPE_CHECKING:
    import pandas as pd

# Besides the dashes of Unicode (category Pd): the minus sign and the hyphen bullet.
DASHES = "\u2212\u2043"
APOSTROPHES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'") | dict.fromkeys("\u201c\u201d\u2033", '"')
)
# The scripts of letters that look alike; a word of two of them was not typed as one word.
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def plain_key(text: str) -> str:
    """A key as it is shown: composed letters, no invisible characters, single plain spaces, none at the ends."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(c for c in composed if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    return " ".join(seen.split())


@lru_cache(maxsize=20_000)  # the same few names stand in every month
def normal_key(text: str) -> str:
    """A key as it is compared: besides, without the difference of capitals, dashes, quotation marks and letter forms.

    A range of numbers is the same with “to” as with a dash: 5 to 9, 5-9, 5 – 9.
    """
    folded = unicodedata.normalize(
        "NFKC", unicodedata.normalize("NFKC", plain_key(text).translate(APOSTROPHES)).casefold()
    )
    dashed = "".join("-" if unicodedata.category(c) == "Pd" or c in DASHES else c for c in plain_key(folded))
    dashed = re.sub(r"(?<=\d)\s+to\s+(?=\d)", "-", dashed)
    return re.sub(r"\s*-\s*", "-", dashed).replace(" & ", " and ")


def mixed_word(text: str) -> str:
    """The first word whose letters come from two scripts that look alike (a Cyrillic letter in North), else nothing."""
    for word in text.split():
        scripts = {s for c in word if c.isalpha() for s in SCRIPTS if unicodedata.name(c, "").startswith(s)}
        if len(scripts) > 1:
            return word
    return ""


def normal_period(period: str) -> str:
    """A period as it is compared: the last day of a month is the month, for 2024-03-31 and 2024-03 name one
    position.
    """
    if len(period) == 10:
        try:
            day = date.fromisoformat(period)
        except ValueError:
            return period
        return period[:7] if (day + timedelta(days=1)).day == 1 else period
    return period


NORMAL_FORMS: dict[str, Callable[[str], str]] = {"category": normal_key, "period": normal_period}


def normal_keys(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """For each row the texts of its key columns as they are compared."""
    return list(zip(*([NORMAL_FORMS.get(c, str)(str(v)) for v in frame[c].tolist()] for c in columns), strict=True))


def same_spelling(observations: pd.DataFrame, earlier: list[pd.DataFrame]) -> pd.DataFrame:
    """A new frame in which each category is spelt as it was first, in an earlier return or above in this one.

    So a series goes on where one return says North and the next “north ”. The record of the row keeps what stands in
    the file.
    """
    import pandas as pd

    first = _with_spelling(_first_spelling(earlier), observations)
    spelt = [first[measure_id, normal_key(category)] for measure_id, category in _series_of(observations)]
    return observations.assign(
        category=pd.Series(spelt, index=observations.index, dtype=observations["category"].dtype)
    )


def _with_spelling(first: dict[tuple[str, str], str], frame: pd.DataFrame, _: object = None) -> dict:
    """How each category of a measure is spelt first, with one frame more."""
    result = dict(first)
    for measure_id, category in dict.fromkeys(_series_of(frame)):
        result.setdefault((measure_id, normal_key(category)), plain_key(category))
    return result


def _series_of(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Measure and category of each row."""
    return list(zip(frame["measure_id"].tolist(), frame["category"].tolist(), strict=True))


_first_spelling: Fold[dict[tuple[str, str], str]] = Fold(
    {}, _with_spelling, lambda frames, _: _with_spelling({}, joined(frames))
)
