"""Hostile text in every text field of a project, and what a page is made of: its elements, attributes and addresses.

`filled` writes Exampleshire with a row in every table and a text from `say` in every field that takes words: tables,
sources, report parameters, authorities, measures, site settings. The same project filled with plain words has the same
shape.
"""

import csv
import io
import json
import re
from itertools import count
from pathlib import Path

import lxml.html
import yaml
from pydantic import BaseModel

from improvement_reports.domain.due_words import LONGEST
from improvement_reports.domain.tables import RETURN_TABLES

REPOSITORY = Path(__file__).resolve().parent.parent
MARK = "zqx"  # stands in every hostile text, in letters, so that it is found wherever it comes out
RUNS = f"document.documentElement.dataset.{MARK}=1"
PAYLOADS = [
    f'{MARK}" http-equiv="refresh" content="0;url=https://evil.example/" onclick="{RUNS}',
    f"{MARK}' onmouseover='{RUNS}' style='position:fixed",
    f"{MARK} <script>{RUNS}</script> <img src=x onerror={RUNS}>",
    f"</title></style></script></svg></textarea></table></main></body> {MARK} <svg onload={RUNS}><!--",
    f"{MARK} &lt;img src=x onerror={RUNS}&gt; &#60;script&#62;{RUNS}&#60;/script&#62; &quot; onclick=x",
    f"{MARK} [x](javascript:{RUNS}) ![y](https://evil.example/y.png) <https://evil.example/>",
    f"[{MARK}]: javascript:{RUNS}",
    f"{MARK} `<b onclick=x>`{{=html}} ```{{=html}} <b onclick=x>",
    f"::: {{.{MARK} onclick={RUNS}}} :::",
    f"[{MARK}]{{onclick={RUNS} .x #y}} {{#y onclick=x}}",
    f"{MARK} {{{{< include /etc/hostname >}}}} {{{{< video https://evil.example/ >}}}}",
    f"{MARK} {{{{ 7*7 }}}} {{% raw %}} {{# x #}} ${{7*7}}",
    f"{MARK} $body$ $if(x)$ ${{site-title}} $$x$$ \\(x\\) \\begin{{x}}",
    f"{MARK} ]]> <![CDATA[ <?xml ?> -->",
    f'{MARK}: "x" # y',
    "---",
    f"!!python/object:os.system {MARK}",
    f"=cmd|'/c calc'!{MARK}",
    f'@SUM(A1) {MARK} =HYPERLINK("https://evil.example/")',
    f"# {MARK} {{.x}}",
    f"{MARK} *a* **b** _c_ ~~d~~ ^e^ ^[note] [^x] - [ ] | a | @fig-x :smile:",
    f'{MARK} \\" \\x41 \\n \\u003cscript\\u003e \\',
    f"{MARK} %0d%0aX: y %3Cscript%3E",
    f"King's Lynn & Ynys Môn: “No. 1” {MARK} C# 50% — à",
    f"{MARK}" + "W" * 120,
]
URL = "https://example.org/a?b='c'&d=javascript:x)](y&quot;"  # in both projects
PLAIN = "Plain words of the same kind"
# Columns that are called text and hold names of something else: a key of a distribution (tests of their own), a period
# that is checked, a word from a list or of the settings, references that are parsed.
NOT_WORDS = {("observations", "category"), ("finance", "period"), ("targets", "level"), ("claims", "operands")}
NOT_WORDS |= {("observations", "stated_rag"), ("recommendations", "stated_rag")}  # of the settings: `own_word`
# Columns that hold words, as the table specifications have them; the others hold ids, numbers, dates or words from a
# list.
WORDS = {
    n: [c.name for c in spec.columns if c.type == "text" and (n, c.name) not in NOT_WORDS]
    for n, spec in RETURN_TABLES.items()
}
OTHER_LISTS = [
    "appendix",
    "ask",
    "background_paper",
    "board_paper",
    "community",
    "consultation",
    "environment",
    "equality",
    "financial",
    "governance",
    "legal",
    "options",
    "partner",
    "privacy_and_health",
    "risk",
    "structure",
    "voice",
    "workforce",
]
ADDED = {
    "inspections": [["visit-1", "focused_visit", "T", "2024-02-06", "2024-02-07", "2024-03-01", "happened", "T"]],
    "judgements": [["visit-1", "T", "inadequate"], ["visit-1", "T", "good"]],
    "recommendations": [[f"r-{n}", "visit-1", "area_to_improve", str(n), "T", "T", ""] for n in (1, 2)],
    "findings": [
        [f"f-{n}", "visit-1", by, what, "T", "r-1" if n == 1 else "", "T"]
        for n, (by, what) in enumerate(
            [
                ("inspectorate", "weakness"),
                ("inspectorate", "strength"),
                ("council", "weakness"),
                ("council", "strength"),
            ]
        )
    ],
    "links": [["l-1", "r-1", "1", "assessments_in_time_pct", "stated", "T"]],
    "conditions": [["c-1", "notice", "T", "in_progress", "2024-05", "T"]],
    "statements": [[f"s-{name}-{n}", name, "T", "T"] for name in OTHER_LISTS for n in (1, 2)],
    "milestones": [["m-notice", "2024-01-10", "", "notice", "T", "happened", "notice"]],
    "actions": [["r-step", "", "r-2", "T", "T", "2024-06", "T", "", "planned", "T", "T", "T"]],
    "risks": [["r-1", "1", "T", "3", "4", "20", "12", "T", "up", "T"]],
    "decisions": [
        ["d-1", "1", "T", "T", "2024-06", "T", "a", "T", "asked", "", "", "T"],
        ["d-2", "", "T", "T", "", "", "a", "T", "decided", "2024-03", "a", "T"],
    ],
    "options": [[d, o, "T", "T"] for d in ("d-1", "d-2") for o in ("a", "b")],
}
SHORT = {"due_words": LONGEST}  # columns whose texts have an end of their own
# Which sections of the board report's parameters each kind of report has, and what it calls them.
KINDS = {
    "board": {"1": "1", "2a": "2a", "2b": "2b", "3": "3"},
    "scrutiny": {"1": "plan-measures", "2a": "performance"},
    "cabinet": {"1": "workforce"},
    "inspection": {},
}


class Say:
    """Texts for fields, one after another, and which field got which."""

    def __init__(self, texts: list[str], start: int = 0):
        self.texts, self.numbers, self.said = texts, count(start), {}

    def __call__(self, field: str, limit: int = 0, end: str = "", unique: bool = True) -> str:
        number = next(self.numbers)
        text = self.texts[number % len(self.texts)]
        text = f"{text} {_letters(number)}" if unique else text  # two rows of a table may have to differ
        while limit and len(text) + len(end) > limit:
            text = f"{MARK} <b onclick=x>\"'&[x](y)" if self.texts is not PLAINS else "Plain words"
        self.said[field] = text + end
        return text + end


PLAINS = [PLAIN]


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(d)) for d in str(number))


def filled(root: Path, say: Say) -> None:
    """Write the project's returns, parameters, settings and official texts with a text in each of their fields; one is the
    website's title, which Quarto reads from its own file.
    """
    raw = root / "data/raw/exampleshire/2024-03"
    for name, spec in RETURN_TABLES.items():
        _table(raw / f"{name}.csv", name, spec.column_names, say)
    info = yaml.safe_load((raw / "return.yml").read_text(encoding="utf-8"))
    for key, source in info["sources"].items():
        for field in ("title", "publisher", "licence"):
            source[field] = say(f"source {key} {field}")
        source["meeting"]["body"] = say("source meeting")
        source["url"] = URL
    _write(raw / "return.yml", info)
    _parameters(root / "params", say)
    _official(root, say)
    path = root / "_quarto.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["website"]["title"] = say("site title")
    _write(path, config)


OFFICIAL_MEASURES = ("referral_rate", "cpp_rate", "cla_rate")
PROFILED = "gloucestershire"


def _official(root: Path, say: Say) -> None:
    """The department's figures of three measures, real as they are, under hostile words, and a profile that
    shows them.
    """
    home = root / "data/raw/official-statistics"
    home.mkdir(parents=True)
    for path in sorted((REPOSITORY / "data/raw/official-statistics").glob("*.csv")):
        header, *rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
        if "measure_id" in header:
            rows = [r for r in rows if r[header.index("measure_id")] in OFFICIAL_MEASURES]
        if path.stem == "measures":
            for row in rows:
                row[header.index("title")] = say(f"official {row[0]} title")
        with (home / path.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    sources = yaml.safe_load((REPOSITORY / "data/raw/official-statistics/sources.yml").read_text(encoding="utf-8"))
    for key, source in sources.items():
        for field in ("title", "publisher", "licence"):
            source[field] = say(f"official {key} {field}")
        source["url"] = URL
    _write(home / "sources.yml", sources)
    known = yaml.safe_load((REPOSITORY / "params/official.yml").read_text(encoding="utf-8"))
    known = {key: known[key] for key in OFFICIAL_MEASURES}
    for key, entry in known.items():
        for field in ("label", "of", "definition", "caution"):
            entry[field] = say(f"official {key} {field}")
        entry["question"] = say(f"official {key} question", end="?")
    _write(root / "params/official.yml", known)
    lists = {
        "subjects": {say("official subject"): list(OFFICIAL_MEASURES)},
        "year_covers": {"31 March": ["cpp_rate", "cla_rate"], "year to March": ["referral_rate"]},
        "beside_others": ["cpp_rate"],
        "trends": list(OFFICIAL_MEASURES),
    }
    _write(root / "params/official_lists.yml", lists)
    shown = {"month": "2025-03", "known_by": "2026-04-30", "authorities": [PROFILED]}
    _write(root / "params/profiles.yml", shown)
    own = yaml.safe_load((REPOSITORY / "params/authorities.yml").read_text(encoding="utf-8"))[PROFILED]
    path = root / "params/authorities.yml"
    authorities = yaml.safe_load(path.read_text(encoding="utf-8"))
    _write(path, {**authorities, PROFILED: own})


def said_anew(root: Path, say: Say) -> str:
    """The board report in other words, so that there is something to correct; returns the reason, as long as one may
    be.
    """
    path = root / "params/exampleshire/2024-03-board.yml"
    report = yaml.safe_load(path.read_text(encoding="utf-8"))
    report["title"] = say("board title, corrected")
    for key, section in report["sections"].items():
        section["name"] = say(f"board section {key}, corrected")
        for chart in section.get("charts", []):
            chart["finding"] = f"Anew, {chart['finding']}"
    _write(path, report)
    return say("reason", limit=500)


def _table(path: Path, name: str, columns: list[str], say: Say) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))) if path.is_file() else []
    for values in ADDED.get(name, []):
        words = dict(zip((c for c in columns if c not in ("source_id", "locator")), values, strict=True))
        rows.append({**words, "source_id": "board-2024-03", "locator": "T"})
    if name == "observations":
        rows[-1] |= {"stated_rag": own_word(say), "comment": "T"}
    if name == "recommendations":
        rows[-1] |= {"stated_rag": own_word(say)}
    for n, row in enumerate(rows):
        for column in WORDS[name]:
            if row.get(column):
                row[column] = say(f"{name} {n} {column}", limit=SHORT.get(column, 0))
    with path.open("w", encoding="utf-8", newline="") as file:
        known = [c for c in columns if any(c in row for row in rows)]
        writer = csv.DictWriter(file, known or columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def own_word(say: Say) -> str:
    """The council's own word for a status, which its settings and its rows must write alike."""
    return PLAIN if say.texts is PLAINS else f"{MARK} <b onclick=x>\"'&[x](y)"


def _parameters(params: Path, say: Say) -> None:
    report = yaml.safe_load((params / "exampleshire/2024-03-board.yml").read_text(encoding="utf-8"))
    for kind, names in KINDS.items():
        found = json.loads(json.dumps(report))
        found["sections"] = {new: found["sections"][old] for old, new in names.items()}
        if not names:
            del found["headline_measures"]
        found["kind"], found["title"] = kind, say(f"{kind} title")
        found["meeting"]["body"] = say(f"{kind} meeting")
        for key, section in found["sections"].items():
            section["name"] = say(f"{kind} section {key}")
            for chart in section.get("charts", []):
                if chart["chart"] != "trend":
                    chart["unit_label"] = say(f"{kind} {chart['id']} unit")
                    chart["category_labels"] = {m: say(f"{kind} {chart['id']} {m}") for m in chart["measures"]}
                if say.texts is not PLAINS:
                    chart["finding"] += f" \"{MARK}\" onclick=x 'y' & &amp; (of: them) %"
        if say.texts is not PLAINS:
            found["summary"] = f'{MARK}" http-equiv="refresh" onclick=\'x\' & &amp;; ' + found["summary"]
        _write(params / f"exampleshire/2024-03-{kind}.yml", found)
    authorities = yaml.safe_load((params / "authorities.yml").read_text(encoding="utf-8"))
    for field in ("name", "short_name", "region"):
        authorities["exampleshire"][field] = say(f"authority {field}")
    authorities["exampleshire"]["status_words"] = {own_word(say): ["at_risk"]}
    _write(params / "authorities.yml", authorities)
    measures = yaml.safe_load((params / "measures.yml").read_text(encoding="utf-8"))
    for key, measure in measures.items():
        measure["title"], measure["definition"] = say(f"{key} title"), say(f"{key} definition")
        measure["label"], measure["question"] = say(f"{key} label", limit=48), say(f"{key} question", end="?")
    measures["rereferrals_pct"] |= {
        "of": say("measure of"),
        "short": say("measure short", limit=40),
        "small_numbers_shown_because": say("measure shown because"),
    }
    reason = PLAIN if say.texts is PLAINS else f'{MARK}" <b onclick=x>'
    measures["children_in_care_count"]["small_number_reason"] = reason
    measures["rereferrals_pct"]["official"] = {"measure": "cpp_rate", "difference": say("measure difference")}
    _write(params / "measures.yml", measures)
    before = yaml.safe_load((params / "exampleshire/2024-02-board.yml").read_text(encoding="utf-8"))
    before["title"], before["meeting"]["body"] = say("month before title"), say("month before meeting")
    _write(params / "exampleshire/2024-02-board.yml", before)
    contact = {"email": "someone@example.org", "telephone": "", "answer_days": 5, "note": say("contact note")}
    _write(
        params / "site.yml", {"publisher": say("publisher"), "drafts": True, "demonstration": True, "contact": contact}
    )


def _write(path: Path, content: dict) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


# Which fields hold a text at all: asked of the models, so that a new one cannot be forgotten.

# Fields of words that cannot be any: a file that must exist, the name by which a table refers to a release, and names of
# tables and of sections of the narrative.
NOT_FILLED = {
    ("Authority", "status_words"),  # its words are keys: `own_word`
    ("Source", "file"),
    ("OfficialSource", "file"),
    ("OfficialSource", "release"),
    ("ReturnInfo", "unchanged"),
    ("ReturnInfo", "not_yet_read"),
    ("ReportParameters", "layout"),  # names of sections; a heading of one's own is tried in test_layouts
}


def texts_of(model: BaseModel) -> dict[tuple[str, str], list[str]]:
    """Every text of a model and of those in it, by the name of the model and its field, also of the fields that are
    empty.
    """
    found: dict[tuple[str, str], list[str]] = {}

    def gather(value, place: tuple[str, str] | None) -> None:
        if isinstance(value, BaseModel):
            for name, field in type(value).model_fields.items():
                kind = f"{field.annotation} {field.metadata}"
                is_words = "seen_words" in kind or (field.annotation in (str, str | None) and not field.metadata)
                here = (type(value).__name__, name) if is_words else None
                if here:
                    found.setdefault(here, [])
                gather(getattr(value, name), here)
        elif isinstance(value, dict):
            for each in value.values():
                gather(each, place)
        elif isinstance(value, list | tuple):
            for each in value:
                gather(each, place)
        elif isinstance(value, str) and place:
            found[place].append(value)

    gather(model, None)
    return found


# What a page is made of


TEXT_ATTRIBUTES = {"alt", "content", "data-label", "aria-label", "title", "placeholder", "value"}
# The titles of columns that a table names for its cards: texts in which no sign has a meaning in CSS.
CARD_LABELS = re.compile(r"--c\d+:'{0}'(?:;--c\d+:'{0}')*".format(r"(?:[^\W_]|[ .,:%()+–—’“”…£·−/?-]|\\[0-9a-f]{6} )*"))
ADDRESSES = {
    "href",
    "src",
    "srcset",
    "action",
    "formaction",
    "data",
    "poster",
    "xlink:href",
    "cite",
    "background",
    "ping",
}


def _places(value, place: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """The names that lead to each text of JSON; what is a type stands with its text."""
    if isinstance(value, dict):
        found = {(*place, "@type", str(value["@type"]))} if "@type" in value else set()
        return found.union(*(_places(each, (*place, name)) for name, each in value.items()))
    if isinstance(value, list):
        return set().union(*(_places(each, place) for each in value))
    return {place}


def parts_of(page: bytes) -> set[tuple[str, ...]]:
    """Each kind of element with the names of its attributes, and for those that lead or do something their values."""
    found = set()
    for element in lxml.html.document_fromstring(page).iter():
        if not isinstance(element.tag, str):
            found.add(("comment or instruction", str(element)[:60]))
            continue
        found.add((element.tag, *sorted(element.attrib)))
        for name, value in element.attrib.items():
            if name in ADDRESSES and not re.fullmatch(r"[\w./#?=&%:+~-]*", value):
                found.add((element.tag, name, value))
            # An id made from a word holds its letters and digits, and nothing else of it.
            if name not in TEXT_ATTRIBUTES and MARK in value.lower() and not re.fullmatch(r"[\w./#-]*", value):
                is_of_template = element.tag == "table" and name == "style" and CARD_LABELS.fullmatch(value)
                found |= set() if is_of_template else {(element.tag, name, value)}
        if element.get("type") == "application/ld+json":  # data, in which no sign can end its element
            assert not re.search(r"[<>&']", element.text), element.text
            found |= {("data", *place) for place in _places(json.loads(element.text))}
        elif element.tag in ("script", "style"):
            found.add((element.tag, element.text or ""))
    return found


# Narrative: every one of these is refused, but for those that are harmless words.

BEFORE = ("", "> ", "- ", "words\n\n")
PROSE = [f"{before}{text}" for text in PAYLOADS for before in BEFORE]
HARMLESS = [text for text in PAYLOADS if text.startswith((f"{MARK}: ", "!!python", f"{MARK}W"))]
ACCEPTED_IN_PROSE = {f"{before}{text}" for text in HARMLESS for before in BEFORE}
