"""How the tests stand: each in the folder of its purpose, and what two of them need in a module of its own."""

import ast
from collections import Counter

import pytest
from conftest import TESTS
from longest import LONGEST, place_of

FOLDERS = ("unit", "integration", "site", "browser")
MODULES = sorted(TESTS.rglob("test_*.py"))


def imported_tests(source: str) -> list[str]:
    """The test modules that a module imports, at its head or in a function."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return [name for name in names if any(part.startswith("test_") for part in name.split("."))]


@pytest.mark.parametrize(
    "source", ["import test_run", "from test_run import MARCH", "def f():\n    from tests.unit.test_run import MARCH"]
)
def test_an_import_of_a_test_module_is_seen(source):
    assert len(imported_tests(source)) == 1


def test_no_module_imports_a_test_module():
    """Fixtures and helpers of two modules are in a module of tests/ that is named for what it holds."""
    found = {
        p.relative_to(TESTS).as_posix(): imported_tests(p.read_text(encoding="utf-8")) for p in TESTS.rglob("*.py")
    }
    assert {name: names for name, names in found.items() if names} == {}


def test_each_test_module_is_in_a_folder_of_its_purpose_under_a_name_of_its_own():
    assert {p.parent.relative_to(TESTS).as_posix() for p in MODULES} == set(FOLDERS)
    assert [name for name, times in Counter(p.name for p in MODULES).items() if times > 1] == []


def test_the_longest_modules_come_first_and_are_there():
    known = [p.relative_to(TESTS).as_posix() for p in MODULES]
    assert set(LONGEST) <= set(known) and len(set(LONGEST)) == len(LONGEST)
    assert sorted(["unit/test_a.py", *LONGEST[::-1]], key=place_of) == [*LONGEST, "unit/test_a.py"]


def test_while_the_first_module_makes_the_real_site_none_waits_for_it():
    """The others that are begun first take about as long as the building, and do without the site."""
    waits = {"built_project", "served", "quarto_site"}
    needs = {m: {w for w in waits if w in (TESTS / m).read_text(encoding="utf-8")} for m in LONGEST[:3]}
    assert needs[LONGEST[0]] and [m for m in LONGEST[1:3] if needs[m]] == []


STARTS = {"subprocess", "call", "called", "run_report", "run_reports", "prepare_and_run", "build_site", "publish"}
MADE = {"board", "published", "published_once", "corrected", "corrected_once", "built_once", "real_once", "browser"}


def started_by(source: str) -> set[str]:
    """What a test module imports, or its tests and fixtures are given, that runs a program, a notebook or a build."""
    nodes = list(ast.walk(ast.parse(source)))
    imported = {a.name for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for a in node.names}
    return imported & STARTS | set().union(*map(given, nodes)) & MADE


def given(node: ast.AST) -> set[str]:
    """The fixtures that a test or a fixture asks for; a value of a table may bear the same name."""
    if not isinstance(node, ast.FunctionDef) or not (node.name.startswith("test_") or node.decorator_list):
        return set()
    tables = " ".join(map(ast.unparse, node.decorator_list))
    return {argument.arg for argument in node.args.args if f"'{argument.arg}'" not in tables}


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import subprocess", {"subprocess"}),
        ("from conftest import ROOT, call", {"call"}),
        ("def test_x(board): pass", {"board"}),
        ("@pytest.fixture\ndef x(published): pass", {"published"}),
        ("@pytest.mark.parametrize('published', [1])\ndef test_x(published): pass", set()),
        ("import re\ndef test_x(prepared): pass\ndef x(board): pass", set()),
    ],
)
def test_what_starts_something_is_seen(source, what):
    assert started_by(source) == what


def test_a_pure_test_starts_nothing():
    """Neither a program nor a notebook nor a site: `make.py test --fast` stays under a minute."""
    found = {p.name: started_by(p.read_text(encoding="utf-8")) for p in (TESTS / "unit").glob("*.py")}
    assert {name: what for name, what in found.items() if what} == {}
