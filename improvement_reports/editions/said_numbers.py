"""Numbers that the manifest of an edition says in words (summary, list of changes), against the edition's figures.

Of any release: what a figure's id and its number as published mean has never changed. `verify` makes the words again
with the edition's own code; this sees, without running code, that their numbers are those of the figures.
"""

import re
from collections.abc import Iterator, Mapping

from improvement_reports.editions.changes import NUMBER, STATUS

REFERENCE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
TOKEN = re.compile(r"\d(?:[\d,.]*\d)?")
QUOTED = re.compile(r"[\"']([^\"']*)[\"']")
# What follows a number without being part of it: a period in a sentence, the unrounded value in a list of changes.
AFTER = re.compile(r"\s\((?:[^()]*)\)$")
Words = tuple[str, object, object]
Figures = Mapping[str, dict]


def summary_numbers(template: str, summary: str, figures: Figures) -> list[Words]:
    """Numbers of a summary that no figure has; ``template``: the narrative it was made from, numbers by reference."""
    found = re.fullmatch("(.*?)".join(map(re.escape, REFERENCE.split(template)[::2])), summary, re.DOTALL)
    if found is None:  # laid in another way: each number by itself
        own = {*TOKEN.findall(REFERENCE.sub(" ", template)), *_tokens(figures.values())}
        return [("number of the summary", t, "in no figure") for t in TOKEN.findall(summary) if t not in own]
    said = zip(REFERENCE.findall(template), found.groups(), strict=True)
    return [
        (f"summary, {{{{{reference}}}}}", words, _published(meant) or "nothing")
        for reference, words in said
        if TOKEN.search(words) and (meant := _meant(reference, figures))
        if not {words, AFTER.sub("", words)} & {f["published"] for f in meant}
    ]


def _meant(reference: str, figures: Figures) -> list[dict]:
    """The figures that a reference can mean: those whose id names what it names, or else all."""
    numbers = [(id_, f) for id_, f in figures.items() if f["kind"] == "number"]
    if not reference.strip().startswith(("value(", "target(")):
        return [f for _, f in numbers]
    for names in (QUOTED.findall(reference), QUOTED.findall(reference)[:1]):
        if meant := [f for id_, f in numbers if all(name in id_ for name in names)]:
            return meant
    return [f for _, f in numbers]


def _published(figures: list[dict]) -> str:
    return ", ".join(dict.fromkeys(f["published"] for f in figures[:5]))


def _tokens(figures) -> Iterator[str]:
    for figure in figures:
        yield from TOKEN.findall(str(figure.get("published", "")))


def change_numbers(changes: tuple[dict, ...], figures: Figures, before: Figures) -> list[Words]:
    """Numbers and statuses in the list of changes that the two editions do not have, and those it does not name."""
    listed = [c for c in changes if c.get("kind") in (NUMBER, STATUS) and "#" not in str(c.get("id"))]
    found: list[Words] = []
    for change in listed:
        for side, there in (("before", before), ("after", figures)):
            said, own = str(change.get(side)), there.get(str(change.get("id")), {}).get("published", "")
            if said != own and not said.startswith(f"{own} (unrounded "):
                found.append((f"the list of changes: {change.get('id')}, {side}", said, own or "nothing"))
    named = {c.get("id") for c in listed}
    for id_ in dict.fromkeys([*figures, *before]):
        was, now = (there.get(id_, {}).get("published", "") for there in (before, figures))
        if (figures.get(id_) or before[id_])["kind"] == "number" and was != now and id_ not in named:
            found.append((f"the list of changes: {id_}", "left out", f"{was or 'nothing'}, then {now or 'nothing'}"))
    return found
