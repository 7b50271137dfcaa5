"""The words of the glossary that pages link to, and the ways to write them (`site.glossary_links` makes the links)."""

import html
import re
from dataclasses import dataclass, field
from functools import cached_property

from improvement_reports.pages.sources import matches
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml

# The page source of the glossary, from the project's root.
GLOSSARY = "about/glossary.qmd"
# One line of the glossary: [**Care leaver**]{#care-leaver}
ENTRY = re.compile(r"^\[\*\*(?P<title>.+?)\*\*\]\{#(?P<id>[\w-]+)\}", re.MULTILINE)

# Other ways to say a word of the glossary, by its id. Plurals in -s and names in brackets are found without being
# listed.
SYNONYMS = {
    "casework-supervision": ["supervision of casework"],
    "child-in-care": ["children in care", "looked-after child", "looked-after children"],
    "child-in-care-review": ["reviews of children in care"],
    "child-in-need": ["children in need"],
    "child-protection-plan": ["protection plan"],
    "eet": ["EET", "NEET"],
    "fostering": ["foster carer"],
    "initial-child-protection-conference": ["initial conference"],
    "rag": ["RAG", "RAG-rated", "red-rated", "amber-rated", "green-rated"],
    "re-referral": ["re-referred"],
    "scrutiny-committee": ["scrutiny committee"],
    "special-guardian": ["special guardianship"],
    "step-up": ["step-up", "step-down", "stepped up", "stepped down"],
    "area-statistical-neighbours": ["statistical neighbour"],
}
# Words that the glossary explains but that mean in running text what they mean everywhere: a link would only disturb.
# Whole families first: they are values of a column of the data (count, in the month, deadline, budget, sum, gap).
EVERYDAY_FAMILIES = (
    "action-",
    "area-england",
    "area-region",
    "claim-",
    "direction-",
    "finance-",
    "milestone-",
    "note-",
    "period-",
    "target-path-",
    "unit-",
)
EVERYDAY = {
    "action",
    "agrees",
    "as-at",
    "at-risk",
    "authority",
    "category",
    "change",
    "claim",
    "completed",
    "correction",
    "differs",
    "draft",
    "edition",
    "expected",
    "feed",
    "figure",
    "finding",
    "floor",
    "happened",
    "illustrative",
    "improving",
    "judgement",
    "local-target",
    "manifest",
    "measure",
    "meeting",
    "met",
    "milestone",
    "national-target",
    "not-applicable",
    "not-available",
    "not-met",
    "not-yet-due",
    "kind-profile",
    "notebook",
    "observation",
    "priority",
    "published",
    "recommendation",
    "report",
    "reporting-month",
    "return",
    "revision",
    "source",
    "target",
    "worsening",
}
# Names that are ordinary words when they are written small.
PROPER = {"ambassadors", "essentials"}
# An address in running text; the words in it are no words.
# A drawing, a script or a tag: no word within it is the page's. It is passed over whole, for a page is mostly that.
PASSED_OVER = r"<(?P<whole>svg|script|style)\b.*?</(?P=whole)\s*>|<[a-zA-Z/!][^<>]*>"
ADDRESS = r"\b(?:https?://|www\.)[^\s<>\"']+"


@dataclass(frozen=True)
class Terms:
    """The words of a glossary: the id that each name leads to, a name once."""

    ids: dict[str, str] = field(default_factory=dict)

    @cached_property
    def pattern(self) -> re.Pattern | None:
        """Any name as a whole word, the longest first, so that no name is found inside a longer one; or an address or
        what else holds none, which has no ``name``.
        """
        return re.compile(self.expression) if self.expression else None

    @cached_property
    def expression(self) -> str:
        """The same, not yet compiled, which takes a twentieth of a second; "" without names."""
        names = sorted(self.ids, key=lambda name: (-len(name), name))
        if not names:
            return ""
        any_name = "|".join(self._beginning_with(letter, names) for letter in sorted({n[0].lower() for n in names}))
        return rf"(?s:{PASSED_OVER})|{ADDRESS}|(?<![\w\-/@.&#<])(?P<name>{any_name})(?![\w@/]|-\w|\.\w)"

    def _beginning_with(self, letter: str, names: list[str]) -> str:
        """The names that begin with a letter: at a word with another one, none of them is tried (500 for each word of a
        page took four times as long).
        """
        own = [_pattern(name, self.ids[name]) for name in names if name[0].lower() == letter]
        return rf"(?=(?i:{re.escape(letter)}))(?:{'|'.join(own)})"

    @cached_property
    def by_key(self) -> dict[str, str]:
        return {_key(name): id_ for name, id_ in self.ids.items()}

    def id_of(self, found: str) -> str:
        """The id of a name as it stands in the text."""
        return self.by_key[_key(found)]


def _key(text: str) -> str:
    """What a name and the HTML that it was found in have in common."""
    return " ".join(html.unescape(text).replace("’", "'").lower().split())


def _pattern(name: str, id_: str) -> str:
    """A name as it may be written in HTML: any white space for a space, any apostrophe."""
    parts = {" ": r"(?:\s|&nbsp;|&\#160;)+", "'": r"(?:'|’|&\#x27;|&\#39;|&rsquo;)"}
    body = "".join(parts.get(c, re.escape(c)) for c in name)
    return body if is_acronym(name) or id_ in PROPER else f"(?i:{body})"


def is_acronym(name: str) -> bool:
    """MASH, PEP, RAG: written small they are ordinary words. A plural has a small s."""
    return bool(re.fullmatch(r"[A-Z]{2,}s?", name))


# The glossary


def terms_of(glossary: str) -> Terms:
    """The words of a glossary page that are linked, with their plurals and synonyms.

    A headword goes before what a longer headword has in brackets, and an earlier one before a later one.
    """
    entries = [(m["id"], m["title"]) for m in ENTRY.finditer(glossary)]
    linked = [(i, t) for i, t in entries if i not in EVERYDAY and not i.startswith(EVERYDAY_FAMILIES)]
    found: dict[str, str] = {}
    keys: set[str] = {_key(_clean(t)) for i, t in entries if (i, t) not in linked}  # an everyday word stays one
    for rank in (0, 1):
        for id_, title in linked:
            first, *others = names_of(title)
            for name in [first] if rank == 0 else [*others, *SYNONYMS.get(id_, [])]:
                for form in (name, plural(name)):
                    if _key(form) not in keys:
                        keys.add(_key(form))
                        found[form] = id_
    return Terms(found)


def _clean(title: str) -> str:
    return re.sub(r"[^\w)]+$", "", title).strip()


def names_of(title: str) -> list[str]:
    """The names that a headword gives: ``MASH (multi-agency safeguarding hub)`` two, ``Supervision, casework`` one."""
    title = _clean(title)
    names = [title]
    if match := re.fullmatch(r"(.+?) \((.+)\)", title):
        names = [match[1], match[2]]
    if match := re.fullmatch(r"([^,]+), ([^,]+)", title):
        names = [f"{match[2]} {match[1][0].lower()}{match[1][1:]}"]
    return [n for n in names if len(n) > 2]


def plural(name: str) -> str:
    if re.search(r"[^aeiou]y$", name):
        return name[:-1] + "ies"
    return name + ("es" if re.search(r"(?:s|x|ch|sh)$", name) else "s")


def load_terms(project: Project) -> Terms:
    """The words of the project's glossary; none if the site has no glossary to lead to."""
    path = project.root / GLOSSARY
    rendered = load_yaml(project.root / "_quarto.yml", "_quarto.yml")["project"]["render"]
    of_no_report = [pattern for pattern in rendered if not pattern.lstrip("/").startswith("reports/")]
    return terms_of(path.read_text(encoding="utf-8")) if path in matches(project, of_no_report, ()) else Terms()
