"""What holds of one kind of report and not of another is said once, in ReportKind, and asked for by name."""

import ast

import pytest
from conftest import ROOT

from improvement_reports.domain.vocabulary import WITHOUT_RETURN, ReportKind

# Where the words of kinds belong, and where a person types them.
AT_HOME = ("domain/vocabulary.py", "commands/options.py")
WORDS = {str(kind) for kind in ReportKind}


def names_a_kind(node: ast.AST) -> bool:
    """Whether an expression, a list of expressions or a text with them names one kind of report."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            if part.value in WORDS or part.value.lstrip("-_/. ") in WORDS:
                return True
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "ReportKind":
            if part.attr in ReportKind.__members__:
                return True
    return False


def comparisons(source: str) -> list[str]:
    """Where a module asks which kind a report is of: comparisons, cases, beginnings and ends of names."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            asked = any(names_a_kind(side) for side in [node.left, *node.comparators])
        elif isinstance(node, ast.MatchValue):
            asked = names_a_kind(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            ends = node.func.attr in ("startswith", "endswith", "removesuffix", "removeprefix")
            asked = ends and any(map(names_a_kind, node.args))
        else:
            asked = False
        if asked:
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize(
    "source",
    [
        'if edition.kind != "profile": pass',
        "x = kind == ReportKind.PROFILE",
        "x = r.kind is ReportKind.INSPECTION",
        'x = str(r.kind) in ("board", "scrutiny")',
        "x = kind not in (None, ReportKind.PROFILE)",
        'x = path.stem.endswith(f"-{ReportKind.PROFILE}")',
        'x = path.stem.endswith("-profile")',
        "match kind:\n    case ReportKind.BOARD: pass",
        'match kind:\n    case "cabinet": pass',
    ],
)
def test_a_question_for_one_kind_is_seen(source):
    assert comparisons(source)


def test_no_module_asks_whether_a_report_is_of_one_kind():
    package = ROOT / "improvement_reports"
    found = {
        name: comparisons(path.read_text(encoding="utf-8"))
        for path in sorted(package.rglob("*.py"))
        if (name := path.relative_to(package).as_posix()) not in AT_HOME
    }
    assert len(found) > 150
    assert {name: asked for name, asked in found.items() if asked} == {}


def test_a_profile_needs_no_return_and_an_inspection_report_shows_what_came_after():
    assert [str(k) for k in WITHOUT_RETURN] == ["profile"]
    assert [str(k) for k in ReportKind if k.reads_later_returns] == ["inspection"]
    assert "no-such-kind" not in WITHOUT_RETURN  # it is refused where it is run
