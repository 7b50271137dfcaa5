"""Questions in a terminal or through a pipe, and the day on which a scorecard came."""

import sys
from datetime import date

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.domain.hints import date_problem
from improvement_reports.domain.numbers import parse_date


def ask(question: str) -> str:
    """The answer to a question; a `UserError` where the answers have ended."""
    try:
        answer = input(question)
    except EOFError:
        print()
        raise UserError(
            f"No answer to “{question.strip()}”, so nothing was imported; answer it in a terminal, or say --yes (take"
            " what is certain) or --replace."
        ) from None
    if not sys.stdin.isatty():  # what was piped is not seen otherwise
        print(answer)
    return answer


def received_day(text: str, month: str) -> str:
    """The day on which a scorecard came: as said, else today; a `UserError` for no day, or one before its month."""
    if not text:
        return date.today().isoformat()
    try:
        parse_date(text)
    except ValueError:
        raise UserError(f"--received {shown(text)} {date_problem(text, 'YYYY-MM-DD')}.") from None
    if len(text) != 10 or text[:7] < month:
        raise UserError(f"--received {shown(text)} is not a day in {month} or later; write the day, as in 2026-04-08.")
    return text
