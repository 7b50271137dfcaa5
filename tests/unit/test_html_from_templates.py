"""HTML is written in templates alone, so that text is escaped there and nobody has to think of it.

The code is read: no module but the few that are named here escapes text for HTML by hand, writes a tag, or declares that
a text is markup.
"""

import ast
import re
from collections.abc import Iterator

import lxml.html.defs
import pytest
from conftest import ROOT

PACKAGE = ROOT / "improvement_reports"
MODULES = {p.relative_to(PACKAGE).as_posix(): p for p in sorted(PACKAGE.rglob("*.py"))}

# The environment of the templates, and what makes text safe for the other kinds of place.
ESCAPE_BY_HAND = {"domain/escaping.py", "domain/templates.py"}
WRITE_TAGS = {"workspace/prose/trees.py": "what Pandoc reads in place of a reference when it judges prose"}
DECLARE_MARKUP = {
    "domain/templates.py": "what a template gave",
    "facts/in_lab.py": "a drawing and prose as JupyterLab shows them within a fold, of which nothing is kept",
    "pages/older_markup.py": "the cells of a table in a published notebook",
    "pages/report_parts.py": "what a template gave to a report's page, on another page",
    "report.py": "a sentence of the parameters, whose own words are escaped and whose references are links",
    "runs/outputs.py": "the record of a chart in an executed notebook",
    "site/inline.py": "declarations that stood in a page, and attributes that Quarto wrote",
    "site/glossary_links.py": "words of a finished page",
    "site/page_head.py": "the policy of a page, whose apostrophes may stand in an attribute",
    "site/quarto_frame.py": "what Quarto wrote in its list of contents",
    "site/searched_pages.py": "the content of a finished page",
}

NAMES = "|".join(sorted(lxml.html.defs.tags, key=len, reverse=True))
TAG = re.compile(rf"</?(?:{NAMES})(?:\s*/?>|\s+[a-z-]+(?:=|\s*/?>))|<!--|<!doctype", re.IGNORECASE)
# Functions that look for their first argument in a text and write nothing.
OF_PATTERNS = {"compile", "search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn"}
OF_TEXTS = {
    "partition",
    "rpartition",
    "removeprefix",
    "removesuffix",
    "startswith",
    "endswith",
    "find",
    "index",
    "count",
}


def called(node: ast.AST) -> str:
    """The name of what is called, with that of its module: re.sub; of anything but a name the method alone: .find."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Name):
        return node.func.id
    if not isinstance(node.func, ast.Attribute):
        return ""
    return f"{node.func.value.id if isinstance(node.func.value, ast.Name) else ''}.{node.func.attr}"


def is_reading(node: ast.AST) -> bool:
    module, _, function = called(node).rpartition(".")
    return (module == "re" and function in OF_PATTERNS) or function in OF_TEXTS


def written_texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """The texts of a module without docstrings, and without what is only looked for."""
    nodes = list(ast.walk(tree))
    left_out = {id(n.value) for n in nodes if isinstance(n, ast.Expr)}
    left_out |= {id(part) for n in nodes if is_reading(n) for argument in n.args[:1] for part in ast.walk(argument)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node


def tags(source: str) -> list[str]:
    found = [(text.lineno, TAG.search(text.value)) for text in written_texts(ast.parse(source))]
    return [f"line {line}: {match[0]}" for line, match in found if match]


def escapes(source: str) -> list[str]:
    nodes = list(ast.walk(ast.parse(source)))
    imported = [n for n in nodes if isinstance(n, ast.ImportFrom) and n.module in ("html", "markupsafe")]
    by_hand = [
        n for n in nodes if isinstance(n, ast.Attribute) and ast.unparse(n) in ("html.escape", "markupsafe.escape")
    ]
    by_hand += [n for n in imported if any(alias.name.startswith("escape") for alias in n.names)]
    return [f"line {node.lineno}: {ast.unparse(node)}" for node in by_hand]


def declared(source: str) -> list[str]:
    """Where a text is said to be markup; ``Markup()`` is the empty one."""
    nodes = [n for n in ast.walk(ast.parse(source)) if called(n).rpartition(".")[2] == "Markup" and n.args]
    return [f"line {node.lineno}: {ast.unparse(node)}" for node in nodes]


RULES = [(escapes, ESCAPE_BY_HAND), (tags, WRITE_TAGS), (declared, DECLARE_MARKUP)]


@pytest.mark.parametrize(("rule", "allowed"), RULES, ids=["escapes", "tags", "markup"])
def test_no_module_but_those_that_are_named_makes_html_by_hand(rule, allowed):
    found = {name: rule(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
    assert {name: faults for name, faults in found.items() if faults and name not in allowed} == {}
    assert [name for name in allowed if not found.get(name)] == [], "named and not needed any more"


@pytest.mark.parametrize(
    "source",
    [
        "x = f'<p>{name}</p>'",
        "x = f'<a href=\"{address}\">'",
        "x = '<span class=\"tag\">' + name",
        "x = '\\n'.join(['<br>', y])",
        "x = re.sub('x', '<b>x</b>', text)",
        "def f():\n    'About <p>.'\n    return '<br/>'",
    ],
)
def test_a_tag_that_is_written_is_found(source):
    assert len(tags(source)) >= 1


@pytest.mark.parametrize(
    "source",
    [
        "x = re.sub('<p>(.*)</p>', '', text)",
        "x = page.partition('</head>')",
        "def f():\n    'Gives <p>.'",
        "x = 'write <authority> here, 5 < 6 and a > b'",
    ],
)
def test_a_tag_that_is_looked_for_or_spoken_of_is_none(source):
    assert tags(source) == []


@pytest.mark.parametrize(
    "source", ["import html\nx = html.escape(y)", "from html import escape", "from markupsafe import escape"]
)
def test_escaping_by_hand_is_found(source):
    assert len(escapes(source)) == 1


@pytest.mark.parametrize("source", ["x = Markup(text)", "x = markupsafe.Markup(f'{text}')", "x = Markup(a + b)"])
def test_a_text_that_is_declared_to_be_markup_is_found(source):
    assert len(declared(source)) == 1
    assert declared("x = Markup()") == []
