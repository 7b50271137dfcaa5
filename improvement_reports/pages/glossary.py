"""Glossary words on a page lead to the glossary where they first stand.

Works on page sources, Markdown with HTML in it, so that both renderers get the same links. Only markup is added: the
words of a page stay as they are, and whatever is not plainly running text (links, headings, code, attributes) is left
alone.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from improvement_reports.workspace.places import Project

# From the root of the site: each renderer makes it relative to the page, however deep that lies.
GLOSSARY = "/about/glossary.qmd"
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

# No link stands in these, whatever they hold; figure, for a chart is read as a whole.
CLOSED = {
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "th",
    "dt",
    "caption",
    "summary",
    "figure",
    "figcaption",
    "label",
    "button",
    "select",
    "option",
    "textarea",
    "code",
    "pre",
    "kbd",
    "samp",
    "svg",
    "math",
    "script",
    "style",
    "title",
    "cite",
    "template",
    "noscript",
}
# First the text that a reader sees, then what is folded: a link in a closed fold would be the only one, and unseen.
FOLDED = {"details"}

STATUS = re.compile(r"<span class=\"state[ \"]")
TAG = r"</?[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
HTML_TOKEN = re.compile(
    rf"(?P<comment><!--.*?-->)|(?P<tag>{TAG})|(?P<other>\{{\{{.*?\}}\}}|\bhttps?://[^\s<]+)", re.DOTALL
)
FENCE = re.compile(
    r"^(?P<fence>[ ]{0,3}(?P<mark>`{3,}|~{3,}))(?P<info>[^\n]*)\n(?P<body>.*?)(?P<end>^[ ]{0,3}(?P=mark)[`~]*["
    r" \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
MARKDOWN_TOKEN = re.compile(
    rf"""(?P<comment><!--.*?-->)
    |(?P<tag>{TAG})
    |(?P<other>
        (?<!\\)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=ticks)(?!`)(?:\{{[^}}\n]*\}})?    # code, {{=html}} after it too
        |^[ ]{{0,3}}\#{{1,6}}[ \t][^\n]*                                                     # a heading
        |^(?=[^\n]*\S)[^\n]+\n[ ]{{0,3}}(?:=+|-+)[ \t]*$                                     # a heading, underlined
        |^(?:[ ]{{4,}}|\t)[^\n]*                                                             # code, indented
        |^[ ]{{0,3}}\[[^\]\n]+\]:[^\n]*                                                      # where a link leads to
        |(?<!\\)!?\[(?:[^\[\]]|\[[^\[\]]*\])*(?<!\\)\](?:\((?:[^()]|\([^()]*\))*\)|\{{[^{{}}]*\}})?   # links, images, spans
        |\{{\{{.*?\}}\}}|\{{%.*?%\}}|\{{\#.*?\#\}}                                           # templates
        |\{{[^{{}}\n]*\}}                                                                    # attributes
        |<https?:[^>\s]*>|\b(?:https?://|www\.)[^\s<]+                                       # addresses
    )""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True)
class Terms:
    """The words of a glossary: the id that each name leads to, a name once."""

    ids: dict[str, str] = field(default_factory=dict)

    @cached_property
    def pattern(self) -> re.Pattern | None:
        """Any name as a whole word, the longest first, so that no name is found inside a longer one."""
        names = sorted(self.ids, key=lambda name: (-len(name), name))
        if not names:
            return None
        return re.compile(
            rf"(?<![\w\-/@.&#])(?:{'|'.join(_pattern(n, self.ids[n]) for n in names)})(?![\w@/]|\\?-\w|\.\w)"
        )

    @cached_property
    def by_key(self) -> dict[str, str]:
        return {_key(name): id_ for name, id_ in self.ids.items()}

    def id_of(self, found: str) -> str:
        """The id of a name as it stands in the text."""
        return self.by_key[_key(found)]


def _key(text: str) -> str:
    """What a name and the text that it was found in have in common."""
    text = re.sub(r"\\(.)", r"\1", text)
    return re.sub(r"\s+", " ", re.sub(r"’|&#x27;|&#39;|&rsquo;", "'", text)).lower()


def _pattern(name: str, id_: str) -> str:
    """A name as it may be written: one line break for a space, any apostrophe, Markdown's backslash before a hyphen."""
    parts = {" ": r"(?:[ \t\u00a0]+|[ \t]*\n[ \t]*)", "'": r"(?:\\?'|’|&\#x27;|&\#39;|&rsquo;)", "-": r"\\?-"}
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
    """The words of the project's glossary; none if it has no glossary."""
    path = project.root / GLOSSARY.lstrip("/")
    return terms_of(path.read_text(encoding="utf-8")) if path.is_file() else Terms()


# Linking


def link_terms(texts: list[str], terms: Terms) -> list[str]:
    """The texts of one page, in its order, with the first appearance of each word of the glossary as a link.

    Folded text gets the links of the words that stand nowhere else. An element opened in one text ends with it.
    """
    if terms.pattern is None:
        return list(texts)
    seen: set[str] = set()
    for closed in (CLOSED | FOLDED, CLOSED):
        texts = ["".join(_markdown(text, terms, seen, closed)) for text in texts]
    return texts


def _markdown(text: str, terms: Terms, seen: set[str], closed: set[str]) -> Iterator[str]:
    """Fenced blocks apart from the text between them: code stays as it is, HTML is read as HTML."""
    start = 0
    inside: list[str] = []
    for block in FENCE.finditer(text):
        yield _run(MARKDOWN_TOKEN, text[start : block.start()], terms, seen, closed, inside)
        body = block["body"]
        if block["info"].strip() == "{=html}":
            body = _run(HTML_TOKEN, body, terms, seen, closed, inside)
        yield f"{block['fence']}{block['info']}\n{body}{block['end']}"
        start = block.end()
    yield _run(MARKDOWN_TOKEN, text[start:], terms, seen, closed, inside)


def _run(token: re.Pattern, text: str, terms: Terms, seen: set[str], closed: set[str], inside: list[str]) -> str:
    """One piece of a text; ``inside`` holds the elements that are open and may hold no link."""
    parts, start = [], 0
    for found in token.finditer(text):
        parts.append(_linked(text[start : found.start()], terms, seen, inside))
        parts.append(found[0])
        if not found["comment"] and not found[0].startswith("`"):
            for tag in re.findall(TAG, found[0]):  # what is skipped as a whole may open or close an element
                _follow(tag, closed, inside)
        start = found.end()
    parts.append(_linked(text[start:], terms, seen, inside))
    return "".join(parts)


def _follow(tag: str, closed: set[str], inside: list[str]) -> None:
    if (found := re.match(r"</?([A-Za-z][\w-]*)", tag)) is None:
        return
    name = found[1].lower()
    # A mark of a status is one sign, symbol and word: its spans count as closed, down to the one that ends it.
    if name not in closed and not (name == "span" and ("span" in inside or STATUS.match(tag))):
        return
    if not tag.startswith("</"):
        if not tag.endswith("/>"):
            inside.append(name)
    elif name in inside:  # an element that was left open inside this one ends with it
        del inside[len(inside) - 1 - inside[::-1].index(name) :]


def _linked(text: str, terms: Terms, seen: set[str], inside: list[str]) -> str:
    if inside or not text.strip() or terms.pattern is None:
        return text

    def link(found: re.Match) -> str:
        id_ = terms.id_of(found[0])
        if id_ in seen:
            return found[0]
        seen.add(id_)
        return f'<a class="term" href="{GLOSSARY}#{id_}">{found[0]}</a>'

    return terms.pattern.sub(link, text)


def with_terms(page, terms: Terms):
    """A page's notebook with its words linked: Markdown cells and what its outputs show; the given one stays as
    it is.
    """
    page = copy.deepcopy(page)
    places = []
    for cell in page.cells:
        if cell.cell_type == "markdown":
            places.append((cell, "source"))
        for output in cell.get("outputs", []):
            if "text/markdown" in output.get("data", {}):
                places.append((output.data, "text/markdown"))
    for (holder, key), text in zip(places, link_terms([h[k] for h, k in places], terms), strict=True):
        holder[key] = text
    return page
