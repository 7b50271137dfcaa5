"""The page that is looked at: what is run and written before it is there, and that it is the page that the site has."""

import re
import shutil
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from once import project_once
from quick_runs import parameters_cell, template

from improvement_reports.authoring.preview_server import pages_ahead
from improvement_reports.authoring.preview_turn import job_of, source_of, take_turn
from improvement_reports.runs.warm import link
from improvement_reports.sheets.made import LINKS
from improvement_reports.site.build import build_site
from improvement_reports.workspace.places import Project

MARCH = "reports/exampleshire/2024-03/board/"
RETURN = Path("data/raw/exampleshire/2024-03")
# What each kind of change is, and the words that the page has from it.
CHANGES = {
    "narrative": (
        RETURN / "narrative/headline.md",
        lambda old: f"{old}\n\nA sentence of today.\n",
        "sentence of today",
    ),
    "parameters": (
        Path("params/exampleshire/2024-03-board.yml"),
        lambda old: re.sub("^title: .*$", 'title: "A title of today"', old, flags=re.MULTILINE),
        "A title of today",
    ),
    "return": (
        RETURN / "observations.csv",
        lambda old: old.replace("month,,21.5,43,200,", "month,,22,44,200,"),
        ">22%<",
    ),
    "notebook": (
        Path("notebooks/board.ipynb"),
        lambda old: old.replace("## In brief", "## In brief, of today"),
        "In brief, of today",
    ),
}


@pytest.fixture(scope="module")
def shown_once(prepared_once, tmp_path_factory) -> Project:
    """Exampleshire with drafts of its two board reports on the site, as the preview makes it; only to be read."""

    def make(folder: Path) -> None:
        shutil.copytree(prepared_once.root, folder, dirs_exist_ok=True)
        project = Project(folder)
        template(
            project,
            parameters_cell(),
            new_code_cell(
                "from improvement_reports import sections\nfrom improvement_reports.report import open_report\n"
                "report = open_report(authority, month, kind)\nsections.about(report)"
            ),
            new_markdown_cell("## In brief"),
            new_code_cell('sections.show(report.narrative("headline"), sections.key_measures(report))'),
            new_code_cell(
                "# calls of the real one: sections.charts(report, priority), measures_table(report, priority),"
                ' report.narrative("data-notes"), report.narrative("next"), report.narrative("off-target"),'
                ' report.narrative(f"priority-{priority}")'
            ),
        )
        assert build_site(project, "pandoc", drafts=True).failed == []

    return project_once(tmp_path_factory, "shown", make)


@pytest.fixture
def shown(shown_once, tmp_path) -> Project:
    shutil.copytree(shown_once.root, tmp_path / "project", symlinks=True)
    return Project(tmp_path / "project")


def times(project: Project) -> dict[str, int]:
    """When each file that is made was made, by its path."""
    folders = (project.processed, project.build / "runs", project.build / "drafts", project.reports, project.site)
    files = (p for folder in folders for p in folder.rglob("*") if p.is_file())
    return {project.relative(p): p.stat().st_mtime_ns for p in files}


@pytest.mark.parametrize("kind", CHANGES)
def test_before_the_page_is_there_only_what_it_is_made_from_is_made(shown, kind):
    name, change, words = CHANGES[kind]
    path = shown.root / name
    old, before = path.read_text(encoding="utf-8"), times(shown)
    path.write_text(change(old), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != old
    turn = take_turn(shown, [f"{MARCH}index.html"], print)
    assert turn.faults == () and turn.is_other
    made = {name for name, at in times(shown).items() if before.get(name) != at}
    expected = ("exampleshire/2024-03",) if kind in ("narrative", "return") else ("exampleshire/2024-03/board",)
    others = [n for n in made if not any(part in n.replace("/.2024", "/2024") for part in expected)]
    assert others == [] and not [n for n in made if n.startswith("_site")]
    assert sum(n.endswith("/run.json") for n in made) == 1  # of the two reports one was run
    ahead = pages_ahead(shown)
    assert [p.relative_to(ahead).as_posix() for p in ahead.rglob("*.html")] == [f"{MARCH}index.html"]
    page = (ahead / MARCH / "index.html").read_bytes()
    assert words in page.decode() and words not in (shown.site / MARCH / "index.html").read_text(encoding="utf-8")


def test_the_page_is_the_one_that_the_site_has_then(shown):
    path = shown.root / CHANGES["narrative"][0]
    path.write_text(CHANGES["narrative"][1](path.read_text(encoding="utf-8")), encoding="utf-8")
    pages = [f"{MARCH}index.html", f"{MARCH}figures.html", "about/method.html", "reports/index.html"]
    first, again = take_turn(shown, pages, print), take_turn(shown, pages, print)
    assert first.faults == again.faults == () and first.is_other and not again.is_other
    ahead = {name: (pages_ahead(shown) / name).read_bytes() for name in pages}
    assert build_site(shown, "pandoc", drafts=True).failed == []
    # But for the links to files for paper, which are made of the finished page.
    finished = {name: LINKS.sub("", (shown.site / name).read_text(encoding="utf-8")).encode() for name in pages}
    assert finished == ahead and finished[pages[0]] != (shown.site / pages[0]).read_bytes()


def test_what_is_wrong_is_said_and_the_page_stays(shown):
    path = shown.root / CHANGES["narrative"][0]
    path.write_text("There were 4567 of them.\n", encoding="utf-8")
    turn = take_turn(shown, [f"{MARCH}index.html"], print)
    assert not turn.is_other and len(turn.faults) == 1 and "“4567” is a bare number" in turn.faults[0]
    assert not pages_ahead(shown).exists()


def test_a_page_source_of_another_hand_is_not_rendered(shown):
    (shown.reports / "index.qmd").write_text("# Planted\n", encoding="utf-8")
    assert "changed while the site was built" in take_turn(shown, ["reports/index.html"], print).faults[0]
    planted = shown.root / MARCH / "v1" / "index.ipynb"
    planted.parent.mkdir()
    planted.write_text("{}", encoding="utf-8")
    assert source_of(shown, f"{MARCH}v1/index.html") is None


@pytest.mark.parametrize(
    "address",
    [
        "reports/index.html",
        "notebooks/board.html",
        "reports/audit/2024-03/board/index.html",
        f"{MARCH}v1/index.html",
        "reports/nowhere/2024-03/board/index.html",
        "about/method.html",
        "../secret.html",
        "reports/exampleshire/2024-03/board/figures.csv",
    ],
)
def test_pages_that_are_no_reports_own_run_nothing(shown_once, address):
    assert job_of(shown_once, address) is None


@pytest.mark.parametrize("address", ["../secret.html", "notebooks/board.html", "theme/page.html", "_site/x.html"])
def test_what_is_no_page_of_the_site_is_not_rendered(shown, address):
    """Any program on this machine can ask for an address."""
    (shown.root.parent / "secret.qmd").write_text("# Secret\n", encoding="utf-8")
    (shown.site / "x.qmd").write_text("# Secret\n", encoding="utf-8")
    assert source_of(shown, address) is None and not take_turn(shown, [address], print).is_other


@pytest.mark.skipif(not link.is_possible(), reason="kernels are forked on Linux only")
def test_a_process_that_may_be_forked_has_no_threads(shown):
    """A thread would make each kernel an ordinary one, and each turn some seconds longer."""
    import subprocess
    import sys

    code = (
        "import threading, sys\nfrom improvement_reports.authoring.preview_worker import warm_up\n"
        "from improvement_reports.authoring.preview_turn import take_turn\n"
        "from improvement_reports.runs.warm import link\nfrom improvement_reports.workspace.places import Project\n"
        "from pathlib import Path\nproject = Project(Path(sys.argv[1]))\nassert warm_up(project)\n"
        "(project.root / sys.argv[2]).write_text('Words of today.')\n"
        "turn = take_turn(project, [sys.argv[3]], print)\n"
        "print(threading.active_count(), len(link.forks), turn.faults)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, shown.root, str(CHANGES["narrative"][0]), f"{MARCH}index.html"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "1 1 ()\n"
