"""What Quarto calls before and after it renders (``_quarto.yml``): finds the project's Python, whatever else is on the
PATH.

Run as a file by any Python 3, so nothing but the standard library is imported here. ``before`` stops in one sentence
what could not be finished, and has `improvement_reports.site.before` look for dead links, before anything is rendered;
``after`` runs `improvement_reports.site.after`.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 120
# Written by `improvement-reports site` before it renders; without them Quarto would stop at each link to them.
WRITTEN = ("reports/index.qmd", "build/pages-parts/every-page.md")
NO_PYTHON = (
    "Nothing was rendered: no Python with this project's packages was found. "
    "Run “python3 make.py site” once, which makes it, or activate the project's conda environment."
)
NOT_WRITTEN = (
    "Nothing was rendered: the pages of the reports are not written yet. Run “python3 make.py site” once, then render."
)


def candidates(root: Path, environment: dict[str, str]) -> list[Path]:
    """Pythons that may have the project's packages: the one that runs this, the project's own, conda's."""
    names = ("Scripts/python.exe", "python.exe") if os.name == "nt" else ("bin/python",)
    homes = [root / ".venv", *(Path(environment[v]) for v in ("VIRTUAL_ENV", "CONDA_PREFIX") if environment.get(v))]
    return [Path(sys.executable), *(home / name for home in homes for name in names)]


def environment_for(root: Path, environment: dict[str, str]) -> dict[str, str]:
    """The environment in which the package of this project is the one that is imported."""
    paths = [str(root), *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(paths)}


def project_python(root: Path, environment: dict[str, str]) -> Path | None:
    """The first Python that can finish a site; None if there is none."""
    for python in candidates(root, environment):
        command = [str(python), "-c", "import improvement_reports.site.after"]
        try:
            subprocess.run(
                command,
                cwd=root,
                env=environment_for(root, environment),
                check=True,
                capture_output=True,
                timeout=SECONDS,
            )
        except (OSError, subprocess.SubprocessError):
            continue
        return python
    return None


def main(arguments: list[str]) -> int:
    """``before`` or ``after``; the exit code."""
    environment = dict(os.environ)
    python = project_python(ROOT, environment)
    if python is None:
        print(NO_PYTHON, file=sys.stderr)
        return 1
    if arguments == ["before"]:
        if not all((ROOT / name).is_file() for name in WRITTEN):
            print(NOT_WRITTEN, file=sys.stderr)
            return 1
    module = "before" if arguments == ["before"] else "after"
    command = [str(python), "-m", f"improvement_reports.site.{module}"]
    return subprocess.run(command, cwd=ROOT, env=environment_for(ROOT, environment), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
