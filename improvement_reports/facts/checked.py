"""What the audit finds against a statement of “In brief”, as one line under it.

Nothing is corrected: the statement stays as the document makes it, and the line says what it does not agree with.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import slug
from improvement_reports.domain.vocabulary import ClaimOutcome
from improvement_reports.facts.facts import Facts
from improvement_reports.facts.figures import Figure, Input, inputs_of
from improvement_reports.method.audit_entry import Entry
from improvement_reports.method.audit_of_return import Returns, entries_of_return
from improvement_reports.method.beside_official import CHECK as OFFICIAL
from improvement_reports.method.claims import COMPARISONS, Known
from improvement_reports.method.directions import CHECK as DIRECTION

SHOWN = re.compile(r'data-figure="([^"]+)"')
PARAGRAPH = re.compile(r"(\n\s*\n)")


def with_remarks(text: str, facts: Facts, returns: Returns, others: Iterable[str] = ()) -> str:
    """Narrative (Markdown) with a line after each paragraph for what the audit finds against one of its figures; at the
    end for the measures ``others``, which stand beside it with their newest value and the one before.
    """
    left, parts = _differing(facts, returns), PARAGRAPH.split(text)
    for n in range(0, len(parts), 2):
        shown = _shown_in(parts[n], facts)
        mine = [entry for entry in left if _is_about(entry, shown, facts)]
        left = [entry for entry in left if entry not in mine]
        parts[n] = "\n\n".join([parts[n], *(_line(facts, entry) for entry in mine)])
    positions = [facts.position(measure_id) for measure_id in others]
    rows = [row for at in positions for row in (at.current, at.previous)]
    beside = Shown(frozenset(others), frozenset(inputs_of(rows)))
    rest = [_line(facts, entry) for entry in left if _is_about(entry, beside, facts)]
    return "\n\n".join(filter(None, ["".join(parts), *rest]))


class Shown(NamedTuple):
    """The measures and the rows that a statement is about."""

    measures: frozenset[str]
    rows: frozenset[Input]


def _shown_in(paragraph: str, facts: Facts) -> Shown:
    known = facts.noted_figures()
    figures = [known[figure_id] for figure_id in SHOWN.findall(paragraph) if figure_id in known]
    return Shown(
        frozenset(f.measure_id for f in figures if f.measure_id), frozenset(i for f in figures for i in f.inputs)
    )


def _is_about(entry: Entry, shown: Shown, facts: Facts) -> bool:
    """Whether a finding is about what is shown: one of its rows; of a direction in words also another row of the
    measure, or of its official counterpart.
    """
    if shown.rows & set(inputs_of(entry.rows[:1] if entry.check == OFFICIAL else entry.rows)):
        return True
    if entry.check != DIRECTION and entry.stated not in COMPARISONS:
        return False
    measures = {row.get("measure_id") for row in entry.rows}
    official = {m.official.measure for key in shown.measures if (m := facts.measures.get(key)) and m.official}
    return bool(measures & (shown.measures | official))


def _differing(facts: Facts, returns: Returns) -> list[Entry]:
    """What differs of this return, by what was known at the meeting."""
    if facts.month not in dict(returns):
        return []
    known = Known(
        facts.observations,
        facts.targets,
        facts.authority_id,
        facts.month,
        facts.tables["finance"],
        facts.official,
        facts.authority.la_code,
    )
    upto = [(month, tables) for month, tables in returns if month <= facts.month]
    return [e for e in entries_of_return(known, upto, facts.measures) if e.outcome is ClaimOutcome.DIFFERS]


def _line(facts: Facts, entry: Entry) -> str:
    """Checked, and differs: what is stated, what was found (with its way back), how far apart, and why."""
    figure = Figure(
        slug("checked", entry.check, entry.text),
        "number",
        f"Checked, and differs: {entry.text}",
        entry.found,
        "",
        "",
        "",
        entry.authority,
        entry.month,
        f"{entry.check}, by the claims audit",
        inputs_of(entry.rows),
    )
    source = "the Department for Education has" if entry.check == OFFICIAL else "recomputed it is"
    if entry.check in ("stated twice", "date of an event", DIRECTION):
        source = "elsewhere it is"
    apart = f", {entry.gap} apart" if entry.gap else ""
    said = f"{markdown_text(entry.text.rstrip('.'))}: the document says {markdown_text(entry.stated)}, {source}"
    remark = f" {_sentence(markdown_text(entry.remark))}" if entry.remark else ""
    return f"*Checked, and differs.* {said} {facts.show(figure)}{apart}.{remark}"


def _sentence(text: str) -> str:
    """Words with a capital letter before and a stop behind."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
