"""The questions to a person before a scorecard is read for the first time. Answers come from a terminal or a pipe."""

from collections.abc import Callable

from improvement_reports.domain.errors import UserError, listed, shown
from improvement_reports.returns.scorecard.grid import letter
from improvement_reports.returns.scorecard.looking import Look
from improvement_reports.returns.scorecard.propose import Choice, Draft
from improvement_reports.returns.scorecard.recognise import Found
from improvement_reports.returns.scorecard.roles import LEAVE_OUT
from improvement_reports.returns.scorecard.values import FRACTION, PERCENT

Ask = Callable[[str], str]
Say = Callable[[str], None]
KINDS = {"wide": "months side by side", "blocks": "blocks of months", "long": "a long export, one value a row"}
YES, NO = ("", "y", "yes"), ("n", "no")
TRIES = 5


def recognised(found: Found, draft: Draft) -> list[str]:
    """What was recognised, in a few lines."""
    lines = [f"{found.name}: {KINDS.get(found.kind, found.kind)}, {len({line.row for line in found.lines})} measures."]
    for grid, rows in found.sheets:
        head = rows[0]
        sheet = f"Sheet {grid.title}: " if grid.title else ""
        text = f"{sheet}headings in row {head.row}"
        if head.periods:
            ends = sorted(head.periods.items(), key=lambda i: i[1].end)
            (first, start), (last, end) = ends[0], ends[-1]
            text += f", {len(ends)} months or other periods: {start.words} (column {letter(first)})"
            text += f" to {end.words} (column {letter(last)})" if len(ends) > 1 else ""
        lines.append(f"{text}.")
    if draft.columns:
        lines.append(f"Columns: {listed([f'{shown(h)} is {r}' for h, r in draft.columns.items()], 'and')}.")
    if draft.missing:
        lines.append(f"No number: {listed([f'{shown(k)} is {v}' for k, v in draft.missing.items()], 'and')}.")
    if draft.areas:
        of = sorted({line.area for line in found.lines if line.area})
        lines.append(f"Areas below the authority: {listed(of, 'and')}.")
    for heading, word in draft.only.items():
        lines.append(f"Only rows with {shown(word)} in the column {shown(heading)}.")
    return lines


def dialogue(seen: Look, ask: Ask, say: Say) -> None:
    """Ask for what is not certain and note the answers in the draft; a `UserError` if what was recognised is wrong."""
    draft = seen.draft
    if draft is None:
        return
    for line in recognised(seen.found, draft):
        say(line)
    if not _yes("Is that right? [Y/n] ", ask, say):
        raise UserError(
            "Then nothing was imported. Run it again with --yes, which writes what was recognised to the mapping and"
            " imports what is certain; correct sheets (header_row, months) and columns there, and import again."
        )
    for heading, words in draft.to_filter.items():
        _ask_filter(draft, heading, words, ask, say)
    sure = [c for c in draft.choices if c.chosen in seen.offered]
    for choice in sure:
        say(f"  {choice.line.name} = {choice.chosen}")
    if sure and not _yes(f"Take these {len(sure)}, whose words are the same? [Y/n] ", ask, say):
        for choice in sure:
            _ask_measure(choice, seen, ask, say)
    for choice in draft.choices:
        if choice not in sure:
            _ask_measure(choice, seen, ask, say)
    for choice in draft.choices:
        if choice.is_unsure(seen.offered):
            _ask_scale(choice, ask, say)


def _yes(question: str, ask: Ask, say: Say) -> bool:
    for _ in range(TRIES):
        answer = ask(question).strip().lower()
        if answer in (*YES, *NO):
            return answer in YES
        say("Type y or n.")
    raise UserError(f"No answer to “{question.strip()}” in {TRIES} tries; nothing was imported.")


def _ask_filter(draft: Draft, heading: str, words: list[str], ask: Ask, say: Say) -> None:
    say(f"The column {shown(heading)} has several words; rows of which one are the whole authority?")
    for number, word in enumerate(words, start=1):
        say(f"  {number} {word}")
    for _ in range(TRIES):
        answer = ask("Number: ").strip()
        if answer.isdecimal() and 0 < int(answer) <= len(words):
            draft.only[heading] = words[int(answer) - 1]
            return
        say(f"Type a number from 1 to {len(words)}.")
    raise UserError(f"It is not said which rows of the column {shown(heading)} are read; nothing was imported.")


def _ask_measure(choice: Choice, seen: Look, ask: Ask, say: Say) -> None:
    """Which measure a row is: one of those offered, another id, none, or not said yet."""
    taken = {c.chosen: c.line.name for c in seen.draft.choices if c is not choice} if seen.draft else {}
    say(f"{choice.line.name} ({choice.line.where})")
    for number, option in enumerate(choice.options, start=1):
        say(f"  {number} {option.measure_id}: {option.wording}{'' if option.is_own else ' (from the library)'}")
    for _ in range(TRIES):
        answer = ask("Number or id of the measure, 0 to leave it out, Enter to decide later: ").strip()
        if answer == "":
            return
        if answer == "0":
            choice.chosen = LEAVE_OUT
            return
        offered = answer.isdecimal() and int(answer) <= len(choice.options)
        measure = choice.options[int(answer) - 1].measure_id if offered else answer
        if measure in seen.offered and measure not in taken:
            choice.chosen = measure
            return
        say(_why_not(measure, taken, len(choice.options)))


def _why_not(measure: str, taken: dict[str, str], offered: int) -> str:
    if measure in taken:
        return f"{measure} is {shown(taken[measure])} already; a measure stands once."
    return f"{shown(measure)} is no measure of params/measures.yml or the library" + (
        f", nor a number up to {offered}." if offered else "."
    )


def _ask_scale(choice: Choice, ask: Ask, say: Say) -> None:
    cell = next(iter(choice.line.values.values()))
    say(f"{choice.line.name}: is {cell.words} ({cell.ref}) a share of one, or a percentage?")
    for _ in range(TRIES):
        answer = ask("f for a share of one (0.54 is 54%), p for a percentage, Enter to decide later: ").strip().lower()
        if answer in ("", "f", "p"):
            choice.scale = {"f": FRACTION, "p": PERCENT}.get(answer)
            return
        say("Type f or p.")
