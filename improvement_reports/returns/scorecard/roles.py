"""What a heading of a scorecard announces: the name of a measure, its unit, a threshold, a month, or nothing of use."""

import re
from collections.abc import Mapping
from functools import lru_cache

from improvement_reports.domain.sameness import normal_key

LEAVE_OUT = "leave_out"
AREA = "area"
YEAR_OF_ROW = "year"
# By what a row of the whole authority is called, beside rows of its areas.
WHOLE = ("all", "all teams", "total", "whole service", "authority", "county", "borough", "council", "all areas")
UNKNOWN_AREA = "which is no area of the council’s settings or of areas in the mapping"
Known = Mapping[str, str]  # by the word of a scorecard, as words are compared, the key of the area that it means
# By role, the headings that have it, as `plain` writes them.
HEADINGS = {
    "number": "no|ref|id|kpi no|kpi ref|ref no|reference|indicator no|measure no|number|line|#",
    "name": (
        "indicator|measure|kpi|performance indicator|performance measure|description|measure name|indicator name|metric"
        "|title|measure title|kpi name|key performance indicator|measure description|indicator description"
    ),
    "section": "section|theme|group|domain|heading|area of focus|focus area|focus|priority area",
    YEAR_OF_ROW: "",  # by its cells: of a table whose months have no year, each row its own
    AREA: "",  # by its words, or by a mapping: a column Team may as well be who answers for the measure
    "better": "good is|polarity|good performance|better when|better|good|aim|good performance is|bigger is better",
    "unit": "data note|unit|units|unit of measure|format|data type|measure type|type|value type",
    "red": "red|red threshold|red level",
    "amber": "amber|amber threshold|amber level|tolerance",
    "green": "green|target|target green|green target|green threshold|green level",
    "rag": "rag|rag rating|rag status|status|current rag",
    "direction": "dot|direction of travel|trend|direction|travel",
    "comment": (
        "comment|comments|commentary|narrative|notes|note|context|analysis|remarks|exception commentary"
        "|exception report|exceptions|performance commentary|service commentary|supporting commentary|story"
        "|story behind the data"
    ),
    "period": (
        "period|month|period end|period ending|date|reporting month|reporting period|month end|month ending|quarter"
    ),
    "value": "value|actual|result|outturn|figure|performance|score|actual value",
    "numerator": "numerator|num",
    "denominator": "denominator|denom|den",
}
ROLES = tuple(HEADINGS)
ROLE_OF = {heading: role for role, words in HEADINGS.items() for heading in words.split("|") if heading}
# What numbers a row, and is no name: 1.2, KPI 7.
REFERENCE = re.compile(r"[A-Za-z]{0,4}[ .-]?\d+(?:\.\d+)*[a-z]?\.?")
YEAR = re.compile(r"\b(?:20\d\d(?: \d\d(?:\d\d)?)?|\d\d \d\d)\b")  # Target 2025/26, 25-26 target
# Columns beside the months that repeat or compare them.
BESIDE = re.compile(
    r"\b(ytd|year to date|total|cumulative|average|avg|mean|rolling|previous|last year|prior|variance|change"
    r"|benchmark|england|national|regional|region|neighbours?|sn|rank|quartile|forecast|owner|lead|latest|current)\b"
)
# Whose numbers a row has that are not the council's own, where a cell of it says that alone.
COMPARATOR = re.compile(
    r"(?:england|national|regional|region|sn|sns|(?:stat|statistical|nearest)? ?neighbours?|benchmark|comparators?"
    r"|peers?)"
    r"(?: (?:average|avg|mean|median|latest))?"
)
# What a row of a block holds, by the words at its beginning.
PARTS = {
    "numerator": "numerator|num",
    "denominator": "denominator|denom|den|cohort|out of",
    "value": "value|actual|result|outturn|percentage|%|percent|rate|performance|number|count|figure|actual performance",
    "green": "target|green",
    "amber": "amber|tolerance",
    "red": "red",
    "rag": "rag|rag rating|rag status",
    "direction": "dot|direction of travel|trend",
    "comment": "comment|comments|commentary|narrative",
}
PART_OF = {word: part for part, words in PARTS.items() for word in words.split("|")}


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """A heading as headings are compared: lower case, words alone. Percent stays, for a row may be called that."""
    return " ".join(re.sub(r"[^\w%#]+", " ", normal_key(heading)).split())


def role_of(heading: str, known: dict[str, str] | None = None) -> str:
    """The role of a column by its heading; "" for one that has none.

    ``known``: roles by plain heading, as a mapping has them; it alone counts where there is one.
    """
    if known is not None:
        return known.get(plain(heading), "")
    words = plain(heading)
    return ROLE_OF.get(words) or ROLE_OF.get(YEAR.sub("", words).strip(), "")


def part_of(label: str) -> str:
    """What a row of a block holds, by its label; "" for a label that names a measure."""
    return PART_OF.get(plain(label), "")


def area_of(words: str, known: Known) -> str | None:
    """The key of the area that a cell names; "" for the whole authority, None for an area that is not known."""
    word = normal_key(words)
    return known.get(word, "" if not word or word in WHOLE else None)


def is_comparator(words: str) -> bool:
    """Whether a cell says that the row beside it is of others than the council: England, statistical neighbours."""
    return bool(COMPARATOR.fullmatch(plain(words)))


def is_beside(heading: str) -> bool:
    """Whether a column repeats or compares the months: a total, a year to date, a comparator, an owner."""
    return bool(BESIDE.search(plain(heading)))
