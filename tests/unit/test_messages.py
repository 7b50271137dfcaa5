"""Every message of ``golden/messages.txt`` says where, and what to do."""

import ast
import re

import pytest
from conftest import TESTS
from goldens import golden_messages

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


def cases_of(source: str) -> list[str]:
    """Patterns of the names in the table ``CASES`` of a test module that compares messages."""
    if "assert_message" not in source:
        return []
    tables = [
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["CASES"]
    ]
    entries = [entry for table in tables for entry in zip(table.keys, table.values, strict=True)]
    return [pattern(value.key if key is None else key) for key, value in entries]


def pattern(name: ast.expr) -> str:
    """A name as it stands there, or one with a part that differs in each case of a kind."""
    parts = name.values if isinstance(name, ast.JoinedStr) else [name]
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts)


def lost(messages, sources) -> list[str]:
    """The names of messages that stand in none of the tables."""
    known = [name for source in sources for name in cases_of(source)]
    return [message for message in messages if not any(re.fullmatch(name, message) for name in known)]


def test_a_lost_case_is_seen():
    table = 'CASES = {"one": 1, "t" "wo (2)": f(), **{f"three: {x}": x for x in "ab"}}\nassert_message'
    assert lost(["one", "two (2)", "three: a"], [table]) == []
    assert lost(["one", "on", "two 2", "three: "], ["", table]) == ["on", "two 2", "three: "]
    assert lost(["one"], ['CASES = {"one": 1}', 'OTHER = {"one": 1}\nassert_message']) == ["one"]


def test_no_golden_message_has_lost_its_case():
    assert lost(golden_messages(), [path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")]) == []
