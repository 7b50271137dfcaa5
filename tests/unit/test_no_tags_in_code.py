"""HTML stands in templates: no module writes a tag or escapes by hand, so that none can forget to."""

import ast
import re

import pytest
from conftest import ROOT

ROOMS = ("pages", "site", "authoring", "runs", "editions")
# Mends the frame that Quarto drew: takes its tags and gives them back with what they lack.
ALLOWED = {"site/after.py"}
TAG = re.compile(
    r"</?(?:a|b|body|br|code|dd|details|div|dl|dt|em|figcaption|figure|form|h[1-6]|head|html|i|img|input|label|li|link|"
    r"main|meta|nav|ol|p|picture|pre|script|section|small|source|span|strong|style|summary|svg|table|tbody|td|th|thead|"
    r"title|tr|ul)(?:[\s>/]|$)"
)
# What looks for a tag in a text does not write one.
LOOKS = {"compile", "sub", "findall", "finditer", "fullmatch", "search", "match", "split", "partition", "rpartition"}
LOOKS |= {"removeprefix", "removesuffix", "startswith", "endswith", "index", "find", "count"}


def written_tags(source: str) -> list[str]:
    """The texts of a module that hold a tag and may end on a page, and its calls of `html.escape`."""
    tree = ast.parse(source)
    read = {id(n) for call in ast.walk(tree) if is_look(call) for n in ast.walk(call)}
    read |= {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}  # docstrings
    read |= {id(n) for c in ast.walk(tree) if isinstance(c, ast.Compare) for n in ast.walk(c)}
    texts = [
        n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in read
    ]
    return [n.value for n in texts if TAG.search(n.value)] + re.findall(r"html\.escape|import escape", source)


def is_look(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOOKS


@pytest.mark.parametrize(
    "source",
    [
        'x = f"<p>{y}</p>"',
        "x = '<br>'",
        "x = Markup('</div>')",
        'x = f"{y}<a href={z}"',
        'parts.append("<ul class=\\"x\\">")',
        "import html\nx = html.escape(y)",
        "from html import escape",
    ],
)
def test_a_tag_and_an_escape_are_seen(source):
    assert written_tags(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""Takes <p> away."""',
        "x = re.compile('<p>')",
        "x = y.partition('</head>')",
        "x = 'params/<authority>'",
        "'<p' in y",
    ],
)
def test_what_is_only_read_is_none(source):
    assert written_tags(source) == []


def test_no_module_of_these_rooms_writes_html():
    modules = [p for room in ROOMS for p in (ROOT / "improvement_reports" / room).rglob("*.py")]
    names = {p.relative_to(ROOT / "improvement_reports").as_posix(): p for p in modules}
    found = {n: written_tags(p.read_text(encoding="utf-8")) for n, p in names.items() if n not in ALLOWED}
    assert {name: tags for name, tags in found.items() if tags} == {}
