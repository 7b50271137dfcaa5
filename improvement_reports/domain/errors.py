"""What can be wrong with what a person gave us, as sentences that person can act on.

A `UserError` is shown as its message with exit code 2 and no traceback; any other exception is a bug and keeps its own.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from improvement_reports.domain.limits import MAX_FAULTS

# observations.csv, row 7, value
ROW = re.compile(r"(?P<file>[^\n]+?), row (?P<row>\d+)(?P<rest>(?:, [^\n]*)?)")
NAMED_ROWS = 3


class UserError(Exception):
    """The input or the call is wrong; the message says what, where, what is allowed and what to do."""

    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """What IPython prints where a cell of a notebook raises this: the message, and not the way to it."""
        return [f"{self}"]


class Refused(UserError):
    """The machine refused something (space, permission), and no input is wrong; the message says it in a sentence."""

    exit_code = 1


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with one place of a return or a parameter file."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class InvalidInput(UserError):
    """A return or parameter file with one or more faults; nothing of it is published."""

    outcome = "published"

    def __init__(self, subject: str, faults: list[Fault]):
        self.subject = subject
        self.faults = list(dict.fromkeys(faults))
        count = len(self.faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults[:MAX_FAULTS])
        if count > MAX_FAULTS:
            lines += f"\n  and {count - MAX_FAULTS:,} more; correct these first"
        super().__init__(
            f"{subject} has {count} {'fault' if count == 1 else 'faults'}; nothing of it is {self.outcome}.\n{lines}"
        )

    def __reduce__(self) -> tuple:  # faults have to survive the way back from a worker process
        return (type(self), (self.subject, self.faults))


class NotImported(InvalidInput):
    """A scorecard, or the mapping of one, with faults; nothing of it is imported."""

    outcome = "imported"


def merged(faults: Iterable[Fault], lines: Mapping[str, Mapping[int, int]] | None = None) -> list[Fault]:
    """The faults in their order, what is wrong with several rows said once: rows 3, 7 and 9.

    ``lines``: by file the rows whose line in a text editor has another number, because a line break stands in a cell
    above.
    """
    rows: dict[tuple[str, str, str], list[int]] = {}
    for fault in faults:
        match = ROW.fullmatch(fault.where)
        key = (match["file"], match["rest"], fault.what) if match else (fault.where, "", fault.what)
        rows.setdefault(key, []).extend([int(match["row"])] if match else [])
    return [
        Fault(f"{file}{_rows(numbers, (lines or {}).get(file, {}))}{rest}", what)
        for (file, rest, what), numbers in rows.items()
    ]


def _rows(numbers: list[int], lines: Mapping[int, int]) -> str:
    numbers = list(dict.fromkeys(numbers))
    words = [f"{n} (line {lines[n]} in a text editor)" if n in lines else str(n) for n in numbers]
    match len(numbers):
        case 0:
            return ""
        case 1:
            return f", row {words[0]}"
        case count if count <= NAMED_ROWS + 1:
            return f", rows {', '.join(words[:-1])} and {words[-1]}"
        case count:
            return f", rows {', '.join(words[:NAMED_ROWS])} and {count - NAMED_ROWS:,} others"


def listed(words: Iterable[object], last: str = "or") -> str:
    """The words as an English list in their order: a, b or c."""
    texts = [str(w) for w in words]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def some(words: Iterable[object], most: int = 3) -> str:
    """The first words of several and how many more there are: a, b, c and 4 more."""
    texts = [str(w) for w in words]
    return ", ".join(texts[:most]) + (f" and {len(texts) - most} more" if len(texts) > most else "")


def shown(value: object, limit: int = 60) -> str:
    """A hostile or long value as it may stand in a message: quoted, on one line, cut."""
    text = "".join(c if c.isprintable() else "�" for c in str(value))
    return f"“{text[:limit]}…”" if len(text) > limit else f"“{text}”"
