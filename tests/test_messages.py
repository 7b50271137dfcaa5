"""Every message of ``golden/messages.txt`` says where, and what to do."""

import re

import pytest
import test_bad_parameters
import test_bad_returns
import test_bad_workbooks
import test_cells
import test_cli
import test_run
from goldens import golden_messages

CASES = {
    **test_cli.CASES,
    **test_run.CASES,
    **test_bad_returns.CASES,
    **test_bad_parameters.CASES,
    **test_bad_workbooks.CASES,
    **test_cells.CASES,
}
PLACE = re.compile(r"  \S.*?: \S")
REMEDY = re.compile(
    r"\b(add|allowed|change|check|choose|correct|delete|did you mean|fill|give|it has|keep|known"
    r" are|leave|make|must|name|needs?|neither .+ nor|paste|put|quote|remove"
    r"|rename|round|save|see|send|shorten|should|show|state|take|tag|unmerge|use|write)\b"
)


def shortcomings(message: str) -> list[str]:
    """The lines of a message that lack the place or what to do. Faults are indented; a sentence alone names its own
    place.
    """
    faults = [line for line in message.splitlines() if line.startswith("  ")]
    lacking = [line for line in faults if not PLACE.match(line) or not REMEDY.search(re.sub("“.*?”", "", line))]
    if not faults and not (REMEDY.search(message) and re.search("“|<project>|[a-z]+/", message)):
        lacking.append(message)
    return lacking


@pytest.mark.parametrize(
    "line",
    [
        "  it is wrong; correct it",
        "  a.csv, row 2: is wrong",
        "  a.csv, row 2: 41 is a number",
        "A file is wrong; correct it.",
        "“x” is wrong.",
    ],
)
def test_what_is_lacking_is_seen(line):
    assert shortcomings(line) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "  a.csv, row 2: is wrong; correct it",
        "  a.csv, sheet “x”: not a table; allowed are a and b",
        "“x” is not a month; write it as in 2021-04.",
    ],
)
def test_what_is_there_is_seen(line):
    assert shortcomings(line) == []


@pytest.mark.parametrize("name", golden_messages())
def test_no_message_speaks_the_language_of_our_libraries(name):
    jargon = (
        r"Facts|pattern '|instance of|dictionary|validation|constructor|NoneType|Error\b|Traceback|tag:yaml|argument"
        r" '|parse string"
    )
    assert not re.search(jargon, golden_messages()[name])


@pytest.mark.parametrize("name", golden_messages())
def test_each_message_says_where_and_what_to_do(name):
    assert shortcomings(golden_messages()[name]) == []


def test_no_golden_message_has_lost_its_case():
    assert set(golden_messages()) <= set(CASES)
