"""How long a function of the package may be: one that is longer does several things, each of which can have a name."""

import ast

import pytest
from conftest import ROOT

LONGEST = 50  # lines, without the docstring


def lines_of(function: ast.AST) -> int:
    """The lines of a function from its name to its end, without those of its docstring."""
    first = function.body[0]
    is_told = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return function.end_lineno - function.lineno + 1 - (first.end_lineno - first.lineno + 1 if is_told else 0)


def too_long(source: str, name: str) -> list[str]:
    return [
        f"{name}, line {node.lineno}: {node.name} has {lines_of(node)} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and lines_of(node) > LONGEST
    ]


@pytest.mark.parametrize("folder", ["improvement_reports", "theme"])
def test_a_function_has_at_most_fifty_lines(folder):
    modules = sorted((ROOT / folder).rglob("*.py"))
    assert len(modules) > (200 if folder == "improvement_reports" else 0)
    assert [
        found for path in modules for found in too_long(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
    ] == []


def test_lines_are_counted_without_the_docstring_and_within_methods():
    body = "    x = 1\n" * (LONGEST - 1)
    assert too_long(f'def f():\n    """Words.\n\n    More.\n    """\n{body}', "m") == []
    assert too_long(f"def f():\n    x = 1\n{body}", "m") == [f"m, line 1: f has {LONGEST + 1} lines"]
    inner = "".join(f"    {line}\n" for line in f"async def g():\n    x = 1\n{body}".splitlines())
    assert too_long(f"class C:\n{inner}", "m") == [f"m, line 2: g has {LONGEST + 1} lines"]
