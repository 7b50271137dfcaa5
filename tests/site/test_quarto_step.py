"""Plain `quarto render` makes a whole site or none: the project's Python is found, or one sentence says what is
missing.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from conftest import ROOT

from improvement_reports.site import before

STEP = ROOT / "theme/quarto_step.py"


@pytest.fixture
def step():
    specification = importlib.util.spec_from_file_location("quarto_step", STEP)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def bare_python(folder: Path) -> Path:
    """A Python without this project's packages, as another one on the PATH is."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def test_another_python_finds_the_one_of_the_project(step, tmp_path, monkeypatch):
    """Its own has none of the packages; the environment of the project lies in .venv."""
    other = bare_python(tmp_path / "other")
    monkeypatch.setattr(step, "candidates", lambda root, environment: [other, Path(sys.executable)])
    monkeypatch.setattr(step, "environment_for", lambda root, environment: {**environment, "PYTHONPATH": str(ROOT)})
    assert step.project_python(tmp_path, dict(os.environ)) == Path(sys.executable)


def test_where_it_is_looked_for(step, tmp_path):
    found = step.candidates(tmp_path, {"CONDA_PREFIX": str(tmp_path / "conda")})
    assert found[0] == Path(sys.executable) and found[1].is_relative_to(tmp_path / ".venv")
    assert any(p.is_relative_to(tmp_path / "conda") for p in found)


def alone(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess:
    """The step as Quarto calls it, with a Python that has nothing, in a project that has no environment."""
    (tmp_path / "theme").mkdir()
    shutil.copy(STEP, tmp_path / "theme")
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX")}
    command = [bare_python(tmp_path / "other"), tmp_path / "theme/quarto_step.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_without_the_packages_nothing_is_rendered(tmp_path):
    result = alone(tmp_path, "before")
    assert result.returncode == 1 and "Nothing was rendered" in result.stderr and "make.py site" in result.stderr
    assert "Traceback" not in result.stderr and not result.stdout


def test_without_page_sources_nothing_is_rendered(step, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(step, "ROOT", tmp_path)
    monkeypatch.setattr(step, "project_python", lambda root, environment: Path(sys.executable))
    assert step.main(["before"]) == 1
    assert "not written yet" in capsys.readouterr().err
    for name in step.WRITTEN:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    asked = []
    monkeypatch.setattr(step.subprocess, "run", lambda command, **_: asked.append(command) or Namespace(returncode=2))
    assert step.main(["before"]) == 2 and asked[0][1:] == ["-m", "improvement_reports.site.before"]


DEAD = "\n\nSee [this page](nowhere.qmd).\n"


def test_a_dead_link_is_named_before_quarto_renders(built_once, tmp_path, monkeypatch, capsys):
    project = shutil.copytree(built_once.root, tmp_path / "project")
    monkeypatch.chdir(project)
    assert before.main() == 0 and capsys.readouterr().err == ""
    with (project / "about/method.qmd").open("a", encoding="utf-8") as page:
        page.write(DEAD)
    assert before.main() == 2
    said = capsys.readouterr().err
    assert said.startswith("Nothing was rendered: about/method.qmd links to “nowhere.qmd”: there is no such page")
    assert len(said.splitlines()) == 1
    monkeypatch.chdir(tmp_path)
    assert before.main() == 2 and "No project in" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.quarto
@pytest.mark.skipif(not shutil.which("quarto"), reason="Quarto is not on the PATH")
def test_plain_quarto_renders_nothing_with_a_dead_link(built_once, tmp_path):
    project = shutil.copytree(built_once.root, tmp_path / "project")
    was = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (project / "_site").rglob("*.html")}
    with (project / "about/method.qmd").open("a", encoding="utf-8") as page:
        page.write(DEAD)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QUARTO_PYTHON": sys.executable}
    done = subprocess.run(
        ["quarto", "render"], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 and "Traceback" not in done.stdout + done.stderr
    assert "about/method.qmd links to “nowhere.qmd”" in done.stderr
    assert not list((project / "build").glob("quarto-site/**/*.html"))
    assert was == {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (project / "_site").rglob("*.html")}


def test_the_last_step_says_how_it_ended(step, tmp_path, monkeypatch):
    """Without Quarto's variable `site.after` ends with 1, and so does the step."""
    monkeypatch.delenv("QUARTO_PROJECT_OUTPUT_DIR", raising=False)
    monkeypatch.setattr(step, "ROOT", ROOT)
    assert step.main(["after"]) == 1


def test_quarto_is_told_to_call_both():
    import yaml

    project = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))["project"]
    assert (
        project["pre-render"] == "theme/quarto_step.py before"
        and project["post-render"] == "theme/quarto_step.py after"
    )
