"""The words of reports judge nothing themselves: whether something got better is said by the method, or by whom a
sentence names.
"""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from improvement_reports.workspace.yaml_files import load_yaml

JUDGES = re.compile(
    r"\b(?:(?:get|got|gets|getting|gotten|become|became|becomes|becoming|were|was|is|are|be|been|stood)"
    r" (?:\w+ )?(?:better|worse)|(?:improv|worsen|deteriorat|recover)(?:e|es|ed|ing|s)?)\b(?! or\b)",
    re.IGNORECASE,
)
# What is called improvement is a name, and a plan or a board is for it.
NAMES = re.compile(r"(?:[Rr]equires improvement|[Ii]mprov(?:e|ing) to be good|recovery plan)\w*")
# Who says it, or that it cannot be said.
SAID_BY = re.compile(
    r"\b(?:council|source|paper|Ofsted|Essex|inspectors?|staff|letter|report|partner|says?|said|calls?|called|noted|named?"
    r"|account|cannot|whether|three words)\b",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"\{\{.*?\}\}")
TEXTS = sorted(ROOT.glob("data/raw/*/*/narrative/*.md"))
SETTINGS = sorted(ROOT.glob("params/*/*.yml"))


def judging(text: str) -> list[str]:
    """The sentences that call something better or worse without naming who says so."""
    sentences = re.split(r"(?<=[.!?])\s+|\n{2,}|(?<=;)\s+", NAMES.sub("", REFERENCE.sub("n", text)))
    return [s for s in sentences if JUDGES.search(s) and not SAID_BY.search(s)]


def written(path: Path) -> str:
    """The words of a text, or of the settings of a report: its summary and the findings of its charts."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    settings = load_yaml(path, path.name)
    charts = [c for section in (settings.get("sections") or {}).values() for c in section.get("charts") or []]
    return "\n\n".join([settings["summary"], *(chart["finding"] for chart in charts)])


@pytest.mark.parametrize("paths", [TEXTS, SETTINGS], ids=["texts", "settings"])
def test_texts_summaries_and_findings_leave_the_judgement_to_the_method(paths):
    assert len(paths) > 20
    found = {path.relative_to(ROOT).as_posix(): judging(written(path)) for path in paths}
    assert {name: sentences for name, sentences in found.items() if sentences} == {}


@pytest.mark.parametrize(
    "words",
    [
        "Audits got better.",
        "Children's services have become better in parts, but much remains.",
        "Supervision of casework improved, but not as far as the target.",
        "Initial conferences in time recovered from {{ value('x') }}.",
        "Audits of practice were better in {{ period('x') }}.",
    ],
)
def test_a_judgement_of_ones_own_is_found(words):
    assert judging(words) == [words if "{{" not in words else REFERENCE.sub("n", words)]


@pytest.mark.parametrize(
    "words",
    [
        "By Ofsted's account services were recovering.",
        "Whether they are getting better cannot be said.",
        "Audits rated good or better rose to {{ value('x') }}; the council names areas to improve.",
    ],
)
def test_a_judgement_that_names_who_says_it_stands(words):
    assert judging(words) == []
