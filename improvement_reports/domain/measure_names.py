"""Names of measures as councils write them, in a form in which they can be compared."""

import re
from collections.abc import Hashable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from improvement_reports.domain.sameness import normal_key

LEAST = 60  # of 100: what is less alike is not offered
# How scorecards abbreviate; both sides are written out before they are compared.
ABBREVIATIONS = {
    "icpc": "initial child protection conference",
    "icpcs": "initial child protection conference",
    "rcpc": "review child protection conference",
    "rcpcs": "review child protection conference",
    "cp": "child protection",
    "cpp": "child protection plan",
    "cpps": "child protection plan",
    "cin": "child in need",
    "cic": "child in care",
    "lac": "child in care",
    "cla": "child in care",
    "cwcf": "child in care",
    "sw": "social worker",
    "sws": "social worker",
    "pa": "personal adviser",
    "nfa": "no further action",
    "eet": "education employment training",
    "rhi": "return home interview",
    "rhis": "return home interview",
    "nqsw": "newly qualified social worker",
    "s20": "section 20",
    "s47": "section 47",
    "yp": "young person",
}
# Words that say how a measure is written and not what it counts.
SMALL_WORDS = frozenset(
    {"a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "with", "who", "that", "and", "or", "per"}
    | {"is", "are", "was", "were", "had", "have", "has", "been", "no", "number", "total", "count"}
    | {"percentage", "percent", "%", "pct", "proportion", "share"}
)
# When it is counted, which every row of a scorecard could say of itself: it tells no two measures apart.
WHEN = re.compile(
    r"\b(?:(?:in|during|for) (?:the |each |this )?(?:reporting )?(?:month|period)"
    r"|(?:as )?(?:at )?(?:the )?(?:end of (?:the |each )?(?:month|period)|(?:month|period)[- ]end)|snapshot)\b"
)
# How a row is numbered, and the sign of a footnote: 3. Visits¹, KPI 12: Visits*.
NUMBERED = re.compile(r"^\s*(?:[a-z]{1,4}[ -]?)?\d+(?:\.\d+)*[.):]\s+|[⁰¹²³⁴⁵⁶⁷⁸⁹†‡*]+", re.IGNORECASE)
SAME_WORDS = {"children": "child", "people": "person", "subject": "", "looked": "", "after": "care"}


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """A wording as wordings are compared: written out, without small words and endings, in the order of its words."""
    words = re.findall(
        r"\d+(?:\.\d+)?|[^\W\d_]+|%", WHEN.sub(" ", normal_key(NUMBERED.sub(" ", text))).replace("re-", "re")
    )
    spelt = " ".join(ABBREVIATIONS.get(w, w) for w in words).split()
    plain = [SAME_WORDS.get(w, w) for w in spelt if w not in SMALL_WORDS]
    return " ".join(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in plain if w)


def likeness(wanted: Sequence[Hashable], wording: Sequence[Hashable], /, *, score_cutoff: float | None = None) -> float:
    """How alike two wordings are, of 100: by the words that they share, and by their whole."""
    shared = fuzz.token_set_ratio(str(wanted), str(wording))
    whole = fuzz.token_sort_ratio(str(wanted), str(wording))
    return 0.6 * whole + 0.4 * shared
