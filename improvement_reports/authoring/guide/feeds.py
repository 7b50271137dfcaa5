"""Which tables of a return feed which section of which kind of report."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import KIND_WORDS, ReportKind
from improvement_reports.workspace.layouts import HEADING_IN_CODE, sections_of

NONE: tuple[str, ...] = ()
MEASURED = ("observations", "targets")
# The tables behind each function of `improvement_reports.sections` that a notebook calls.
FEEDS: dict[str, tuple[str, ...]] = {
    "about": NONE,
    "actions": ("actions",),
    "at_a_glance": (*MEASURED, "priorities", "milestones"),
    "behind_priority": (*MEASURED, "actions", "notes"),
    "beside_others": NONE,
    "brief": (*MEASURED, "priorities", "actions", "milestones", "claims"),
    "chart": MEASURED,
    "charts": MEASURED,
    "claims": ("claims", "observations"),
    "conditions": ("conditions",),
    "dashboard": ("priorities",),
    "decisions": ("decisions", "options"),
    "figure": ("observations",),
    "finance": ("finance",),
    "finance_tables": ("finance",),
    "finding_themes": ("findings",),
    "findings": ("findings",),
    "first_screen": (*MEASURED, "priorities", "actions"),
    "folded": NONE,
    "frame": ("observations",),
    "framework": ("framework",),
    "golden_thread": ("links", "recommendations", "priorities", "actions", *MEASURED),
    "inspections": ("inspections",),
    "judgements": ("judgements", "inspections"),
    "key_measures": MEASURED,
    "measures_table": MEASURED,
    "milestones": ("milestones",),
    "missing_measures": NONE,
    "named_charts": MEASURED,
    "named_measures": MEASURED,
    "neighbours_table": NONE,
    "notes": ("notes", "observations"),
    "off_target": MEASURED,
    "plan_themes": ("priorities",),
    "priorities": ("priorities",),
    "priority_finding": (*MEASURED, "priorities"),
    "priority_heading": ("priorities",),
    "priority_notes": ("notes",),
    "priority_status": ("priorities",),
    "profile_brief": NONE,
    "profile_questions": NONE,
    "questions": MEASURED,
    "recommendation_heading": ("recommendations",),
    "recommendation_rows": ("recommendations",),
    "recommendation_wording": ("recommendations",),
    "recommendations": ("recommendations",),
    "referrals_chart": NONE,
    "risks": ("risks",),
    "sources": NONE,
    "standing_tables": NONE,
    "statements": ("statements", "risks", "decisions", "options"),
    "status_history": ("priorities",),
    "steps": ("actions",),
    "table": MEASURED,
    "text": ("observations",),
    "trends": NONE,
    "unusual_and_changed": NONE,
    "with_heading": NONE,
}
CALL = re.compile(r"\bsections\.(\w+)\(")
TEXT = re.compile(r"""\.narrative\(\s*f?(["'])(.+?)\1\s*[,)]""")
HEADING = re.compile(r"^##+ (.+?)(?: \{.*)?$", re.MULTILINE)
NO_SECTION = ("show", "heading", "with_heading")


def parts_of(notebook: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """The headings of a notebook in their order, each with the sections and the texts that are shown under it."""
    heading, called, texts = "At the top", list[str](), list[str]()
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        is_code = cell["cell_type"] == "code"
        if title := _title(source, is_code):
            if called or texts:
                yield heading, called, texts
            heading, called, texts = title, [], []
        if is_code:
            called += [name for name in CALL.findall(source) if name not in NO_SECTION]
            texts += [text for _, text in TEXT.findall(source)]
    yield heading, called, texts


def _title(source: str, is_code: bool) -> str:
    """The heading that a cell begins with, or gives by code; "" for none."""
    found = HEADING_IN_CODE.search(source) if is_code else HEADING.search(source)
    return (found[2] if is_code else found[1]) if found else ""


def feeds_text(notebooks: Path) -> str:
    """For each kind of report a table: heading, what is shown there, from which tables and texts."""
    kinds = [kind for kind in ReportKind if (notebooks / f"{kind}.ipynb").is_file()]
    return "\n\n".join(_kind_text(kind, notebooks / f"{kind}.ipynb") for kind in kinds)


def _kind_text(kind: ReportKind, notebook: Path) -> str:
    lines = [f"### {KIND_WORDS[kind]} (`{kind}`)", "", "| heading | tables | texts |", "|---|---|---|"]
    for heading, called, texts in parts_of(notebook):
        used = {table for name in called for table in FEEDS.get(name, ())}
        tables = ", ".join(f"`{t}`" for t in RETURN_TABLES if t in used) or "official statistics, or none"
        named = ", ".join(f"`{re.sub(r'{.*?}', 'ID', text)}.md`" for text in dict.fromkeys(texts))
        lines.append(f"| {heading} | {tables} | {named} |")
    names = ", ".join(f"`{part.name}`" for part in sections_of(notebook))
    return "\n".join([*lines, "", f"Names for `layout`: {names}."])
