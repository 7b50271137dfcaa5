"""Render the site with Quarto: find it, check its version, call it, and refuse a site with missing pages."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.pages.sources import matches, page_address
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.processes import run_guarded
from improvement_reports.workspace.yaml_files import load_yaml

OLDEST = (1, 9)


@dataclass(frozen=True)
class Quarto:
    path: str = ""
    version: str = ""
    problem: str = ""


@cache
def find_quarto() -> Quarto:
    """Quarto on the PATH, if it is new enough; otherwise ``problem`` says in a sentence what is wrong."""
    path = shutil.which("quarto")
    if not path:
        return Quarto(problem="Quarto is not installed.")
    try:
        version = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=60, check=True
        ).stdout.strip()
        found = re.match(r"(\d+)\.(\d+)", version)
    except (OSError, subprocess.SubprocessError):
        found = None
    if found is None:
        return Quarto(problem="The quarto command on the PATH does not run.")
    if tuple(int(n) for n in found.groups()) < OLDEST:
        return Quarto(problem=f"Quarto {version} is older than {'.'.join(map(str, OLDEST))}.")
    return Quarto(path, version)


# Quarto takes three colons in a text for a fenced block that went wrong, also where they are words of the data.
COLONS = re.compile(
    r"^\s*WARN[^\n]*\n\s*The following string was found in the document: \S*:::\S*\s+This usually indicates a problem"
    r" with a fenced div[^\n]*\n?",
    re.MULTILINE,
)


def without_colons(log: str) -> str:
    """Quarto's log without its guess about three colons: data are escaped, prose is checked on Pandoc's own tree."""
    return COLONS.sub("", log)


def run_quarto(folder: Path, *arguments: str) -> None:
    """Render the project in a folder; a RuntimeError with Quarto's own words if it fails or warns."""
    # The post-render step runs this package with this Python, whatever else is on the PATH.
    environment = {
        **os.environ,
        "QUARTO_PYTHON": sys.executable,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    command = [find_quarto().path, "render", folder, *arguments]
    code, said = run_guarded(command, cwd=folder, env=environment)
    log = without_colons(re.sub(r"\x1b\[[0-9;]*m", "", said))
    warnings = [line for line in log.splitlines() if re.match(r"\s*(WARN|ERROR)", line)]
    if code or warnings:
        raise RuntimeError(f"Quarto ended with {code}: {' '.join(warnings) or log[-2000:]}")


def render_quarto(project: Project, stage: Path) -> None:
    """The whole site into ``stage``; a RuntimeError with Quarto's own words if it fails, warns or leaves out a page.

    Quarto ends with 0 for missing pages and broken links, so its warnings and the pages are checked.
    """
    run_quarto(project.root, "--output-dir", os.path.relpath(stage, project.root), "--no-clean")
    config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")
    missing = [
        a
        for p in matches(project, config["project"]["render"])
        if not (stage / (a := page_address(project, p))).is_file()
    ]
    if missing:
        raise RuntimeError(f"Quarto left out {', '.join(missing)}")
    if not (stage / "index.html").is_file():
        raise UserError("Quarto made no index.html; check the render list of _quarto.yml.")
