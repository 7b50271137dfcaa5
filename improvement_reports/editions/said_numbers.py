"""Numbers that the manifest of an edition says in words (summary, list of changes), against the edition's figures.

Of any release: what a figure's id and its number as published mean has never changed. `verify` makes the words again
with the edition's own code; this sees, without running code, that their numbers are those of the figures.
"""

import re
from collections.abc import Mapping

from improvement_reports.editions.changes import NUMBER, STATUS

REFERENCE = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
CALL = re.compile(r"(value|target|count_[a-z]+)\(\s*(.*?)\s*\)", re.DOTALL)
ARGUMENT = re.compile(r"(?:(\w+)\s*=\s*)?[\"']([^\"']*)[\"']")
# What follows a number of another period without being part of it: 63% (May 2024).
DATE = re.compile(r"\s\([^()]*\)$")
Words = tuple[str, object, object]
Figures = Mapping[str, dict]


def summary_numbers(template: str, summary: str, figures: Figures, month: str) -> list[Words]:
    """Numbers of a summary that are not those of the figures that its references name; ``template``: the narrative.

    The summary is filled beside the notebook, so not every number of it has a figure there; without one it is not
    judged here.
    """
    found = re.fullmatch("(.*?)".join(map(re.escape, REFERENCE.split(template)[::2])), summary, re.DOTALL)
    wrong: list[Words] = []
    for n, reference in enumerate(REFERENCE.findall(template)):
        own = figures.get(_id(reference, month), {}).get("published")
        if own is None:
            continue
        if found is None:  # laid in another way
            wrong += [] if own in summary else [(f"summary, {{{{{reference}}}}}", summary, own)]
        elif own not in (said := found.groups()[n], DATE.sub("", said)):
            wrong.append((f"summary, {{{{{reference}}}}}", said, own))
    return wrong


def _id(reference: str, month: str) -> str:
    """The id of the figure that a reference means, where it follows from the reference; else ""."""
    call = CALL.fullmatch(reference)
    if call is None:
        return ""
    arguments = ARGUMENT.findall(call[2])
    if call[1].startswith("count_"):
        return ".".join(["count", call[1].removeprefix("count_"), *(value for _, value in arguments)])
    (_, measure), *others = arguments or [("", "")]
    if any(name != "period" for name, _ in others):
        return ""
    period = others[0][1] if others else month
    return f"{measure}.target.{period}" if call[1] == "target" else f"{measure}.{period}"


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
