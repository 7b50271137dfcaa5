"""What a scorecard says beside its numbers: a RAG rating, an arrow and a comment of its newest period.

They are what the source states, and stay that: a rating or an arrow is never worked out, and one whose meaning is not
certain is left out and named.
"""

from dataclasses import dataclass, field

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.escaping import guarded
from improvement_reports.domain.numbers import counted
from improvement_reports.domain.plain_text import text_problem
from improvement_reports.domain.sameness import normal_key
from improvement_reports.domain.status_words import StatusWords, rag_problem
from improvement_reports.domain.vocabulary import StatedDirection
from improvement_reports.returns.scorecard.grid import Cell, place
from improvement_reports.returns.scorecard.lines import Line
from improvement_reports.returns.scorecard.mapping import LEAVE_OUT
from improvement_reports.returns.scorecard.periods import Period

RAG_LETTERS = {"r": "red", "a": "amber", "g": "green", "b": "blue", "p": "purple"}
UP, DOWN, LEVEL = "up", "down", "level"
ARROWS = {
    **dict.fromkeys(("↑", "⬆", "▲", "△", "up", "rising", "increasing", "increase", "increased"), UP),
    **dict.fromkeys(("↓", "⬇", "▼", "▽", "down", "falling", "decreasing", "decrease", "decreased"), DOWN),
    **dict.fromkeys(("→", "↔", "➡", "►", "▶", "=", "same", "steady", "stable", "no change", "level"), LEVEL),
}
SAYING = {"improving": StatedDirection.IMPROVING, "improved": StatedDirection.IMPROVING}
SAYING |= {"worsening": StatedDirection.WORSENING, "declining": StatedDirection.WORSENING}
OF_NUMBER = {UP: StatedDirection.RISING, DOWN: StatedDirection.FALLING, LEVEL: StatedDirection.STEADY}
OF_PERFORMANCE = {UP: StatedDirection.IMPROVING, DOWN: StatedDirection.WORSENING, LEVEL: StatedDirection.STEADY}
WHAT = {"rag": "RAG rating", "direction": "direction of travel", "comment": "comment"}


@dataclass
class Beside:
    """What was taken of the cells beside the lines, what was left out and why, and what to know of the rest."""

    left: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)  # (sheet, cell) of comments that were taken

    def of(self, line: Line, period: Period, words: StatusWords, arrows: str) -> dict[str, str]:
        """The columns of an observation that the cells beside its line fill; none of a period that is not the newest.

        ``arrows``: whether an arrow is of the number, of performance, or left out.
        """
        if not line.beside or period != newest(line):
            return {}
        found = {
            "stated_rag": self._rag(line, words),
            "stated_direction": self._direction(line, arrows),
            "comment": self._comment(line),
        }
        return {column: text for column, text in found.items() if text}

    def not_imported(self, line: Line) -> None:
        """Name what stands beside a line whose newest period is not imported: it is of no other one."""
        for role, what in WHAT.items():
            if cell := line.beside.get(role):
                when = f", of {period.words}" if (period := newest(line)) else ""
                self._leave(line, cell, f"a {what} of {shown(line.name)}{when}, which is not imported: {cell.words}")

    def _leave(self, line: Line, cell: Cell, said: str) -> str:
        self.left.append(Fault(line.grid.where(cell.ref), said))
        return ""

    def _rag(self, line: Line, words: StatusWords) -> str:
        if (cell := line.beside.get("rag")) is None:
            return ""
        word = RAG_LETTERS.get(normal_key(cell.words), cell.words)
        if problem := rag_problem(word, words):
            return self._leave(line, cell, f"{shown(cell.words)} beside {shown(line.name)} {problem}")
        return word.lower() if word.lower() in RAG_LETTERS.values() else word

    def _direction(self, line: Line, arrows: str) -> str:
        if (cell := line.beside.get("direction")) is None:
            return ""
        key = normal_key(cell.words.replace("\ufe0f", ""))
        if key in SAYING:
            return SAYING[key].value
        way = ARROWS.get(key, "")
        if not way or arrows == LEAVE_OUT:
            why = "is no arrow that is known" if not way else "is left out, as the mapping says"
            return self._leave(line, cell, f"{shown(cell.words)} beside {shown(line.name)} {why}")
        if arrows == "number" and (went := _went(line)) and way != LEVEL and went[0] not in (way, LEVEL):
            said = (
                f"{shown(cell.words)} beside {shown(line.name)}, where the number went {went[0]} ({went[1]}); if arrows"
                " are of performance, say arrows: performance in the mapping"
            )
            return self._leave(line, cell, said)
        if arrows == "number" and went and (way == LEVEL) != (went[0] == LEVEL):
            said = f"{shown(cell.words)} beside {shown(line.name)}, as the source states it, where it went {went[1]}"
            self.remarks.append(Fault(line.grid.where(cell.ref), said))
        return (OF_NUMBER if arrows == "number" else OF_PERFORMANCE)[way].value

    def _comment(self, line: Line) -> str:
        if (cell := line.beside.get("comment")) is None:
            return ""
        text = cell.words.removeprefix("- ")  # a bullet
        if problem := cell.problem or text_problem(text) or _formula(text):
            return self._leave(line, cell, f"the comment on {shown(line.name)} {problem}")
        self.comments.append((line.grid.title, cell.ref))
        return text

    def said_of_comments(self) -> list[Fault]:
        """One sentence for each sheet whose comments come onto the page."""
        found = []
        for title in dict.fromkeys(title for title, _ in self.comments):
            refs = [ref for sheet, ref in self.comments if sheet == title]
            more = [f"{len(refs) - 3} more"] if refs[3:] else []
            said = (
                f"{counted(len(refs), 'comment')} will stand on the page word for word; look through them for names of"
                " people and for small numbers, and leave the column out in the mapping if they are not for the public"
            )
            found.append(Fault(place(title, *refs[:3], *more), said))
        return found


def _formula(text: str) -> str:
    return "" if guarded(text) == text else "begins as a formula does; begin it with a word"


def newest(line: Line) -> Period | None:
    """The newest period of which a line says anything; what stands beside it is of that."""
    return max({*line.values, *line.tops, *line.bottoms}, default=None)


def _went(line: Line) -> tuple[str, str] | None:
    """Which way the last two numbers of a line went, and both in words; None where one of them is no plain number."""
    last = [line.values[p] for p in sorted(line.values)][-2:]
    cells = [c for c in last if isinstance(c.value, int | float) and not isinstance(c.value, bool)]
    if len(cells) < 2:
        return None
    before, now = (float(str(c.value)) for c in cells)
    way = LEVEL if now == before else UP if now > before else DOWN
    return way, f"from {_as_shown(cells[0])} to {_as_shown(cells[1])}"


def _as_shown(cell: Cell) -> str:
    """A number as a person reads it in the sheet: 86.8% where the cell shows a percentage."""
    number = float(str(cell.value))
    return f"{100 * number:.4g}%" if "%" in cell.number_format else f"{number:.6g}"
