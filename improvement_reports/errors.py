"""What can be wrong with what a person gave us, as sentences that person can act on.

A `UserError` is shown as its message with exit code 2 and no traceback; any other exception is a bug and keeps its own.
"""

from dataclasses import dataclass


class UserError(Exception):
    """The input or the call is wrong; the message says what, where, what is allowed and what to do."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with one place of a return or a parameter file."""

    where: str
    what: str

    def __str__(self):
        return f"{self.where}: {self.what}"


class InvalidInput(UserError):
    """A return or parameter file with one or more faults; nothing of it is published."""

    def __init__(self, subject: str, faults: list[Fault]):
        self.subject = subject
        self.faults = list(dict.fromkeys(faults))
        count = len(self.faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(
            f"{subject} has {count} {'fault' if count == 1 else 'faults'}; nothing of it is published.\n{lines}"
        )

    def __reduce__(self):  # faults have to survive the way back from a worker process
        return (type(self), (self.subject, self.faults))


def listed(words) -> str:
    """The words as an English list in their order: a, b or c."""
    words = [str(w) for w in words]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"


def some(words, most: int = 3) -> str:
    """The first words of several and how many more there are: a, b, c and 4 more."""
    words = [str(w) for w in words]
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def shown(value, limit: int = 60) -> str:
    """A hostile or long value as it may stand in a message: quoted, on one line, cut."""
    text = "".join(c if c.isprintable() else "�" for c in str(value))
    return f"“{text[:limit]}…”" if len(text) > limit else f"“{text}”"
