"""The command line: exit code 0, 1 or 2; a mistake is one sentence and never a traceback."""

import ast
import importlib.util
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, call
from damage import edit, replace
from goldens import assert_message
from in_process import say
from nbformat.v4 import new_code_cell, new_notebook
from typer.main import get_command

import make
from improvement_reports import cli
from improvement_reports.workspace.notebooks import KERNEL
from improvement_reports.workspace.places import Project

COMMANDS = sorted(get_command(cli.app).commands)
BAD_MARCH = replace("observations.csv", ",,85,170,200,", ",,185,,,")


# Help


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help(project, monkeypatch, capsys, command):
    assert say(monkeypatch, project, *([command] if command else []), "--help") == 0
    said = capsys.readouterr().out
    assert "--help" in said
    if command is None:
        assert re.findall(r"^  (\w[\w-]*)  +[A-Z]", said, re.MULTILINE) == list(get_command(cli.app).commands)
    else:
        assert re.search(r"^  [A-Z].+\w", said, re.MULTILINE)  # what it does


def test_every_command_has_its_module():
    commands = "".join(p.read_text(encoding="utf-8") for p in Path(cli.__file__).parent.glob("commands/*.py"))
    named = set(re.findall(r"from (improvement_reports[\w.]*) import", commands))
    assert len(named) > 30
    assert [name for name in sorted(named) if importlib.util.find_spec(name) is None] == []


def commands_in(text: str) -> set[tuple[str, str]]:
    """(program, command) of each call that stands in code of a Markdown text."""
    code = "\n".join(re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL))
    return set(re.findall(r"(improvement-reports|improvement_reports\.cli|make\.py) ([a-z][a-z-]*)", code))


def test_commands_are_found_in_code_alone():
    text = (
        "improvement-reports turns `improvement-reports chek --all` and\n```\npython3 make.py site\n```\nmake.py does"
    )
    assert commands_in(text) == {("improvement-reports", "chek"), ("make.py", "site")}


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "about").glob("*.qmd"))]
)
def test_a_page_names_only_commands_that_exist(page):
    for program, command in commands_in((ROOT / page).read_text(encoding="utf-8")):
        assert command in (make.COMMANDS if program == "make.py" else COMMANDS)


def test_every_command_can_be_called_through_make():
    """A new user has no improvement-reports on the PATH: python3 make.py is what works for everybody."""
    own = {"test", "lint", "quarto", "lock"}
    assert set(make.COMMANDS) - own == set(COMMANDS)


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "about").glob("*.qmd"))]
)
def test_a_page_names_commands_as_everybody_can_call_them(page):
    calls = re.findall(rf"improvement-reports (?:{'|'.join(COMMANDS)})\b", (ROOT / page).read_text(encoding="utf-8"))
    assert calls == []


def test_the_readme_names_what_a_new_user_needs():
    named = {
        command
        for program, command in commands_in((ROOT / "README.md").read_text(encoding="utf-8"))
        if program == "make.py"
    }
    assert named >= {"site", "test", "check", "template", "publish", "verify", "figure", "lab", "preview", "quarto"}


def test_messages_name_commands_as_everybody_can_call_them():
    """In texts of the program: a bare improvement-reports COMMAND would not be found."""
    named = re.compile(
        rf"improvement-reports (?:{'|'.join(COMMANDS)})\b|(?<!make\.py )\brun (?:{'|'.join(COMMANDS)})\b[^-]"
    )
    found = {
        f"{path.name}: {node.value[:60]}"
        for path in sorted(Path(cli.__file__).parent.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.search(node.value)
    }
    assert found == set()


def test_the_readme_names_a_command():
    assert commands_in((ROOT / "README.md").read_text(encoding="utf-8"))


# Mistakes in the call


CASES = {
    "call for an unknown authority": ("check", "--authority", "exampelshire"),
    "call for an authority that is a path": ("check", "--authority", "../x"),
    "call for an authority that is an absolute path": ("run", "--authority", "/etc"),
    "call for an authority of the wrong case": ("site", "--authority", "Exampleshire"),
    "call for an empty authority": ("prepare", "--authority", ""),
    "call for a month that is none": ("check", "--month", "2024-13"),
    "call for a month that is a path": ("prepare", "--month", "../.."),
    "call for a month without a return": ("check", "--month", "2023-01"),
    "call to prepare a month without a return": ("prepare", "--month", "2023-01"),
    "call for a month without a report": ("run", "--month", "2023-01"),
    "call for an unknown kind": ("run", "--kind", "bored"),
    "call for a kind that is a path": ("run", "--kind", "../x"),
    "call for an unknown renderer": ("site", "--renderer", "pandok"),
    "call for the project as the output": ("site", "--renderer", "pandoc", "--output", "."),
    "call for a folder of other files as the output": ("site", "--renderer", "pandoc", "--output", "params"),
    "call for a site of a month without a report": ("site", "--renderer", "pandoc", "--month", "2023-01"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_in_the_call(project, monkeypatch, capsys, name):
    before = sorted(project.root.rglob("*"))
    code = say(monkeypatch, project, *CASES[name])
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert sorted(p for p in project.root.rglob("*") if "__pycache__" not in p.parts) == before
    assert_message(name, captured.err.strip().replace(str(project.root), "<project>"))


def test_outside_a_project(tmp_path_factory):
    done = call(Project(tmp_path_factory.mktemp("nowhere")), "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("No project in ")
    assert done.stderr.count("\n") == 1


# Returns and reports


def test_a_good_return(prepared):
    done = call(prepared, "check", "--month", "2024-03")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout == "exampleshire/2024-03: no faults in 50 rows of 9 tables and 5 sections.\n"
        "1 of 1 parameter files of reports have no faults.\n"
    )


def test_a_bad_return_is_told_and_the_others_are_checked(prepared):
    BAD_MARCH(prepared)
    done = call(prepared, "check")
    assert done.returncode == 2
    first, note, last = done.stdout.splitlines()
    assert first == "exampleshire/2024-02: no faults in 24 rows of 3 tables and 1 sections."
    assert note.startswith(
        "exampleshire/2024-02: note: 6 measures with a value stand in no report; name them in params/"
    )
    assert last == "2 of 2 parameter files of reports have no faults."
    assert "observations.csv, row 2, value: 185 is not between 0 and 100" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_return_publishes_nothing_and_the_others_go_on(prepared, monkeypatch, capsys):
    shutil.rmtree(prepared.processed)
    BAD_MARCH(prepared)
    assert say(monkeypatch, prepared, "prepare") == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("Done 1, unchanged 0, failed 1;")
    assert "Failed: exampleshire/2024-03: The return data/raw/exampleshire/2024-03 has 1 fault" in captured.err
    assert sorted(p.name for p in (prepared.processed / "exampleshire").iterdir()) == [".2024-02.key", "2024-02"]


@pytest.mark.parametrize(
    "place",
    [
        "exampleshire/2024-13",
        "exampleshire/2024-3",
        "exampleshire/March 2024",
        "Example Shire/2024-03",
        "example_shire/2024-03",
    ],
)
def test_a_folder_that_can_be_no_return_is_told_and_the_others_are_checked(prepared, monkeypatch, capsys, place):
    shutil.copytree(prepared.raw_return("exampleshire", "2024-03"), prepared.raw / place)
    assert say(monkeypatch, prepared, "check") == 2
    captured = capsys.readouterr()
    assert re.findall(r"^(exampleshire/2024-0\d): no faults", captured.out, re.MULTILINE) == [
        "exampleshire/2024-02",
        "exampleshire/2024-03",
    ]
    assert re.search("|".join(place.split("/")), captured.err)


def test_a_bug_shows_its_traceback(project, monkeypatch):
    monkeypatch.setattr("improvement_reports.returns.series.checked", lambda *_: 1 / 0)
    monkeypatch.chdir(project.root)
    monkeypatch.setattr("sys.argv", ["improvement-reports", "check"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_a_failing_notebook_is_exit_code_1(prepared):
    cells = [
        new_code_cell('authority = ""\nmonth = ""\nkind = ""', metadata={"tags": ["parameters"]}),
        new_code_cell("1 / 0"),
    ]
    kernel = {"kernelspec": {"name": KERNEL, "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), prepared.notebook("board"))
    done = call(prepared, "run", "--month", "2024-03")
    assert done.returncode == 1
    assert done.stdout.startswith("Done 0, unchanged 0, failed 1;")
    assert "ZeroDivisionError: division by zero The notebook with the error: build/runs/" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("measures.yml", "unit: weeks", "unit: week"),
        ("authorities.yml", '"999"', '"99"'),
        ("authorities.yml", "exampleshire:", "../..:"),
    ],
)
def test_bad_parameters_stop_everything_in_one_sentence(prepared, monkeypatch, capsys, file, old, new):
    edit(prepared.params / file, old, new)
    for command in ("check", "prepare", "run", "site"):
        assert say(monkeypatch, prepared, command) in (1, 2)
        assert f"params/{file}" in capsys.readouterr().err
