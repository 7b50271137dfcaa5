"""Between two months of one kind of report: which statuses moved, what crossed its target, and what was promised for
this period.
"""

import re
from dataclasses import asdict, dataclass

from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.due_words import due_by, due_shown
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column, table
from improvement_reports.domain.markup import demonstration_note, fenced, front_matter, texts
from improvement_reports.domain.vocabulary import ACTION_MARKS, ActionState, MilestoneState
from improvement_reports.editions.changes import conclusion_word, is_conclusion
from improvement_reports.editions.edition import Edition
from improvement_reports.pages.dates_ahead import read_table
from improvement_reports.runs.draft import PageFacts
from improvement_reports.runs.report_content import Content

KEPT, BROKEN, OPEN = "kept", "not kept", "cannot be told"


@dataclass(frozen=True)
class Move:
    """A status, a result against a target or a direction that is another one than a month before."""

    family: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Promise:
    """What the earlier report said would be done by the position of the later one, and what became of it."""

    text: str
    due: str
    owner: str
    outcome: str
    now: str
    words: str = ""  # when it was due, where the plan says it in words


def monthless(figure_id: str, month: str) -> str:
    """The id of a figure without the report's own month, so that the same figure of another month is found.

    >>> monthless("casework_supervision_pct.2021-04.result", "2021-04")
    'casework_supervision_pct.@.result'
    """
    return ".".join("@" if part == month else part for part in figure_id.split("."))


def moves(old: Content, new: Content, old_month: str, new_month: str) -> list[Move]:
    """Statuses, results and directions of figures that are in both months and differ, in the order of the newer
    page.
    """
    before = {monthless(id_, old_month): f for id_, f in old.figures.items() if f["kind"] == "number"}
    found = []
    for id_, f in new.figures.items():
        a = before.get(monthless(id_, new_month))
        if a is not None and is_conclusion(a["published"], f["published"]):
            family = {"result": "target", "direction": "direction"}.get(id_.rsplit(".", 1)[-1], "status")
            found.append(Move(family, _label(f["label"], new_month), a["published"], f["published"]))
    return found


def _label(label: str, month: str) -> str:
    """A label without its month: both months are in the head of the table."""
    words = re.sub(rf",? {re.escape(nb.format_day(month))}", "", label)
    return re.sub(r": (?:direction of travel|result against the target|against target)$", "", words)


def promises(
    old_actions: list[dict],
    new_actions: list[dict],
    old_dates: list[dict],
    new_dates: list[dict],
    old_month: str,
    new_month: str,
) -> list[Promise]:
    """Steps and dates that the earlier report had due after its position and not later than this one's."""
    first, last = nb.last_day(old_month).isoformat(), nb.last_day(new_month).isoformat()
    now, found = {a["action_id"]: a for a in new_actions}, []
    for a in old_actions:
        if a["status"] != ActionState.COMPLETED and first < (end := due_by(a)) <= last:
            b = now.get(a["action_id"])
            words = a.get("due_words") or ""
            found.append(Promise(a["text"], a["due"] or end, a["owner"], *_step_outcome(a, b), words))
    dated = {m["milestone_id"]: m for m in new_dates}
    for m in old_dates:
        if (
            m["status"] == MilestoneState.EXPECTED
            and first < nb.last_day(m["end_date"] or m["date"]).isoformat() <= last
        ):
            b = dated.get(m["milestone_id"])
            if b is None:
                outcome = OPEN, "not named any more"
            elif b["status"] == MilestoneState.HAPPENED:
                outcome = KEPT, f"happened {nb.format_day(b['date'])}"
            elif b["status"] != MilestoneState.EXPECTED:
                outcome = OPEN, "the source dates it in more than one way"
            else:
                moved = "" if b["date"] == m["date"] else f", now {nb.format_day(b['date'])}"
                outcome = BROKEN, f"still expected{moved}"
            found.append(Promise(m["title"], m["date"], "", *outcome))
    return sorted(found, key=lambda p: (p.due, p.text))


def _step_outcome(before: dict, after: dict | None) -> tuple[str, str]:
    if after is None:
        return OPEN, "the step is not named any more"
    state = ACTION_MARKS[ActionState(after["status"])].word.lower()
    if after["status"] == ActionState.COMPLETED:
        return KEPT, _done(state, after["done_on"])
    due = due_shown(after)
    moved = f", now {due}" if due and due != due_shown(before) else ""
    return BROKEN, f"{state}{moved}"


def _done(state: str, day: str) -> str:
    return f"{state} {nb.format_day(day)}" if day else state


def since_page(facts: PageFacts, old: Edition, old_content: Content, new: Edition, new_content: Content) -> str:
    """``since.qmd`` of a report: this month beside the month before, from their newest editions."""
    before, after = old.month, new.month
    a, b = nb.format_day(before), nb.format_day(after)
    found = moves(old_content, new_content, before, after)
    kept = promises(
        read_table(old.folder, "actions"),
        read_table(new.folder, "actions"),
        read_table(old.folder, "milestones"),
        read_table(new.folder, "milestones"),
        before,
        after,
    )
    fields = {
        **texts(
            f"Since {a}: {facts.short_name}, {b}",
            f"What moved between the reports of {a} and {b}, and what was promised",
        ),
        "toc": False,
    }
    parts = [front_matter(fields)]
    if facts.illustrative:
        parts.append(fenced(demonstration_note()))
    parts.append(
        f"The report of [{b}](index.html) ({new.version}) beside that of [{a}](../../{before}/{new.kind}/index.html)"
        f" ({old.version})."
    )
    for family, heading, none in FAMILIES:
        chosen = [m for m in found if m.family == family]
        parts += [f"## {heading}", fenced(_moves_table(heading, a, b, chosen)) if chosen else none]
    parts += ["## What was promised for this period", *_promised(kept, a, b)]
    return "\n\n".join(parts) + "\n"


FAMILIES = (
    ("status", "Statuses that moved", "No status moved."),
    ("target", "Measures that crossed their target", "No measure crossed its target."),
    ("direction", "Directions that turned", "No direction of travel turned."),
)


def _moves_table(heading: str, before: str, after: str, chosen: list[Move]) -> Markup:
    columns = [Column("what", "What", is_row_header=True), Column("before", before), Column("after", after)]
    rows = [{"what": m.label, "before": _capital(m.before), "after": _capital(m.after)} for m in chosen]
    return table(heading, columns, rows, "few")


PROMISE_COLUMNS = [
    Column("text", "What was promised", is_row_header=True),
    Column("due", "Due"),
    Column("owner", "Who"),
    Column("outcome", "Kept?"),
    Column("now", "Position now"),
]


def _promised(kept: list[Promise], before: str, after: str) -> list[str]:
    """How many promises were kept, and each with what became of it."""
    if not kept:
        return [f"The report of {markdown_text(before)} had no step and no date due in this period."]
    done = sum(p.outcome == KEPT for p in kept)
    rows = [{**asdict(p), "due": p.words or nb.format_day(p.due), "outcome": p.outcome.capitalize()} for p in kept]
    return [
        f"Of {nb.counted(len(kept), 'step or date', 'steps and dates')} that the report of {before} had due by the end"
        f" of {after}, {done} {'was' if done == 1 else 'were'} kept.",
        fenced(table(f"Due by the end of {after}, as said in {before}", PROMISE_COLUMNS, rows)),
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if conclusion_word(text) else text
