"""Other words for what a reader may look for: the page that searches asks for each of them too."""

import json

from markupsafe import Markup

from improvement_reports.domain.templates import fill
from improvement_reports.pages.glossary import SYNONYMS, Terms, is_acronym, plural

# Ways to look for a word of the glossary, by its id, that are no links where they stand in running text.
LOOKED_FOR = {
    "child-in-care": ["looked after", "lac", "cla"],
    "child-protection-plan": ["cpp"],
    "initial-child-protection-conference": ["icpc"],
    "re-referral": ["rereferral", "referred again"],
    "section-47": ["s47", "s 47"],
}


def ways_to_say(terms: Terms) -> list[list[str]]:
    """The words that mean the same, longest first; search finds plurals by itself.

    What a headword has in brackets says the same only where one of the two is an acronym: “centre line (average)”.

    >>> ways_to_say(Terms({"Section 47": "section-47", "Section 47s": "section-47", "Falling": "d", "as stated": "d"}))
    [['section 47', 's 47', 's47']]
    """
    found: dict[str, set[str]] = {}
    for name, id_ in terms.ids.items():
        found.setdefault(id_, set()).add(name)
    plurals = {plural(name).lower() for name in terms.ids}
    groups = []
    for id_, names in found.items():
        if id_ in LOOKED_FOR or id_ in SYNONYMS or any(is_acronym(name) for name in names):
            same = {name.lower() for name in names} - plurals | set(LOOKED_FOR.get(id_, ()))
            groups.append(sorted(same, key=lambda name: (-len(name), name)))
    return sorted(names for names in groups if len(names) > 1)


def search_words(terms: Terms) -> Markup:
    """The words that mean the same as theme/search.js reads them, on the page that searches."""
    return fill("pages/search_words.html", ways=json.dumps(ways_to_say(terms), ensure_ascii=False))
