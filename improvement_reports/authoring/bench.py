"""What a run, a page and a site cost, beside plain papermill and a plain render of the same notebook in the same call.

Shared machines are noisy: only figures of one call may be compared, never times of different days.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.returns.series import prepare_series
from improvement_reports.runs.reports import Job, reports
from improvement_reports.runs.run import EXECUTED, run_report
from improvement_reports.workspace.notebooks import KERNEL
from improvement_reports.workspace.places import Project

ROUNDS = 3
COPIED = (
    "_quarto.yml",
    "index.qmd",
    "search.qmd",
    "about",
    "theme",
    "notebooks",
    "params",
    "data/raw",
    "requirements.lock",
)


def _timed(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds of several calls."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _copy(project: Project, target: Path) -> Project:
    for part in COPIED:
        source = project.root / part
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / part)
        elif source.is_file():
            shutil.copyfile(source, target / part)
    return Project(target)


def _site(project: Project, *arguments: str) -> None:
    command = [sys.executable, "-m", "improvement_reports.cli", "site", "--renderer", "pandoc", "--drafts", *arguments]
    subprocess.run(command, cwd=project.root, check=True, capture_output=True)


def _site_from_nothing(project: Project) -> None:
    shutil.rmtree(project.build, ignore_errors=True)
    _site(project, "--force")


def _plain_papermill(project: Project, job: Job, output: Path) -> None:
    import papermill

    parameters = dict(zip(("authority", "month", "kind"), job, strict=True))
    papermill.execute_notebook(
        str(project.notebook(job[2])),
        str(output),
        parameters=parameters,
        kernel_name=KERNEL,
        cwd=str(project.root),
        progress_bar=False,
    )


def _plain_pandoc(notebook: Path, output: Path) -> None:
    """nbconvert to Markdown and Pandoc to one standalone page, with nothing of this package."""
    from nbconvert import MarkdownExporter

    from improvement_reports.workspace.pandoc import PAGE_LIMIT, pandoc_path

    text, _ = MarkdownExporter(exclude_input=True).from_filename(str(notebook))
    command = [
        pandoc_path(),
        "-f",
        "markdown",
        "-t",
        "html5",
        "-s",
        "--toc",
        "-o",
        str(output),
        "--metadata",
        "title=x",
    ]
    subprocess.run(
        command, input=text, text=True, encoding="utf-8", check=True, capture_output=True, timeout=PAGE_LIMIT
    )


def _own_page(project: Project, source: Path, stage: Path) -> None:
    from improvement_reports.site.pandoc import Renderer

    renderer = Renderer(project, stage)
    shutil.rmtree(renderer.cache, ignore_errors=True)
    renderer.made(source, "bench")


def _memory() -> dict[str, float]:
    """The most memory that this process or one of its children (kernels, renderers) held; nothing on Windows."""
    if sys.platform == "win32":
        return {}
    import resource

    unit = 1e6 if sys.platform == "darwin" else 1e3  # macOS counts bytes, Linux kilobytes
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"peak memory of one process, megabytes": most / unit}


def measure(project: Project, json_file: Path | None = None) -> dict[str, float]:
    """Measure in a copy of the project, print a table, and return it (seconds; megabytes for memory)."""
    jobs, _ = reports(project)
    if not jobs:
        raise UserError("There is no report to measure in params/; add a parameter file.")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        copy = _copy(project, Path(folder))
        job = next((j for j in jobs if j.kind not in WITHOUT_RETURN), jobs[0])
        prepare_series(copy, job[0])
        results = {"plain papermill run": 0.0, "run": 0.0}
        plain, own = [], []
        for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine hits both
            plain.append(_timed(lambda: _plain_papermill(copy, job, Path(folder) / "plain.ipynb"), 1))
            own.append(_timed(lambda: run_report(str(copy.root), *job, True), 1))
        results["plain papermill run"], results["run"] = statistics.median(plain), statistics.median(own)
        _site(copy)
        page = copy.page_folder(*job) / "index.ipynb"
        results["plain pandoc page"] = _timed(lambda: _plain_pandoc(page, Path(folder) / "plain.html"))
        results["page"] = _timed(lambda: _own_page(copy, page, Path(folder) / "stage"))
        results["site from nothing"] = _timed(lambda: _site_from_nothing(copy), 1)
        results["site with nothing changed"] = _timed(lambda: _site(copy))
        results["report.ipynb, megabytes"] = (copy.run_folder(*job) / EXECUTED).stat().st_size / 1e6
        results |= _memory()
    for name, value in results.items():
        print(f"{name:42} {value:8.2f}{'' if 'megabytes' in name else ' s'}")
    print(
        f"run ÷ plain papermill {results['run'] / results['plain papermill run']:.2f}; page ÷ plain pandoc"
        f" {results['page'] / results['plain pandoc page']:.2f}; {os.cpu_count()} cores"
    )
    if json_file:
        json_file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return results
