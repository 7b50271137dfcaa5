"""The text of return.yml with the scorecard as one of its sources; what else stands in it stays as it is written."""

import re

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.tables import RETURN_FILE
from improvement_reports.returns.scorecard.mapping_text import quoted

SOURCES = re.compile(r"^sources:[ \t]*(?:#.*)?$", re.MULTILINE)


def new_info(authority: str, month: str, illustrative: bool, received: str, sources: str) -> str:
    """A return.yml of its own, with one source."""
    head = f"authority: {quoted(authority)}\nmonth: {quoted(month)}\n"
    head += f"illustrative: {'true' if illustrative else 'false'}\n"
    head += f"# The day on which the return came; nothing in it is later.\nreceived: {quoted(received)}\n"
    return f"{head}sources:\n{sources}"


def source_text(source_id: str, fields: dict[str, str], indent: int = 2) -> str:
    """One entry of ``sources``."""
    space = " " * indent
    lines = [f"{space}{source_id}:\n"] + [f"{space * 2}{k}: {quoted(v)}\n" for k, v in fields.items()]
    return "".join(lines)


def with_source(text: str, source_id: str, fields: dict[str, str]) -> str:
    """The text with one source in it: in the place of the one with this id, else after ``sources:``."""
    text = text.replace("\r\n", "\n")
    head = SOURCES.search(text)
    if head is None:
        raise UserError(
            f"{RETURN_FILE} has no line “sources:” with its sources below it, so the scorecard cannot be added; write"
            f" them below it, each with its id on a line of its own, and import again. The source is:\n"
            f"{source_text(source_id, fields)}"
        )
    after = text[head.end() :].removeprefix("\n")
    first = re.match(r"(?:[ \t]*(?:#.*)?\n)*( +)\S", after)
    indent = len(first[1]) if first else 2
    entry = source_text(source_id, fields, indent)
    start = text[: head.end()] + "\n"
    own = re.search(
        rf"^ {{{indent}}}[\"']?{re.escape(source_id)}[\"']?:.*\n(?: {{{indent + 1},}}.*\n|\n)*", after + "\n", re.M
    )
    if own is None:
        return f"{start}{entry}{after}"
    return f"{start}{after[: own.start()]}{entry}{(after + chr(10))[own.end() :].rstrip(chr(10))}".rstrip("\n") + "\n"
