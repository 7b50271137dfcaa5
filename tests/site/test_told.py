"""Of a report that is as it was nothing is read before pages are rendered: what others need of it was noted."""

import json
import sys
import time

import pytest
from full_builds import CALL, built_again, change_a_return
from in_process import say
from small_editions import JOB
from two_authorities import OTHER, with_two_authorities

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.editions.publish import publish
from improvement_reports.editions.state import REPRODUCES
from improvement_reports.pages import links, report_pages
from improvement_reports.runs.reports import Job
from improvement_reports.site import build, unchanged
from improvement_reports.workspace.known import MADE, SOURCES, Known
from improvement_reports.workspace.outlines import Meets, Outline, as_said
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import SiteSettings


@pytest.fixture(scope="module")
def made(corrected_once, tmp_path_factory) -> Project:
    """Two authorities with two reports each, and their site, of which every file was read."""
    project = with_two_authorities(corrected_once, tmp_path_factory.mktemp("told"))
    with pytest.MonkeyPatch.context() as patch:
        time.sleep(0.1)
        assert say(patch, project, *CALL, "--full") == 0
    return project


@pytest.fixture
def built(made, tmp_path, monkeypatch) -> Project:
    """The same at a place of its own, built and noted a moment ago."""
    return built_again(monkeypatch, made, tmp_path)


class Opened:
    """The files that this process opens while it is asked to look; a hook of Python's cannot be taken away again."""

    def __init__(self):
        self.paths: list[str] | None = None
        self.found: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event, arguments):
        if event == "open" and self.paths is not None and isinstance(arguments[0], str):
            self.paths.append(arguments[0])

    def during(self, do):
        def look(*args, **kwargs):
            self.paths = []
            try:
                return do(*args, **kwargs)
            finally:
                self.found += self.paths or ()
                self.paths = None

        return look


OPENED = Opened()
KNOWN_HOMES = [f"{OTHER}/2024-02/board", f"{OTHER}/2024-03/board", f"{JOB[0]}/2024-02/board"]


def read_of(project: Project, monkeypatch, *homes: str, code: int = 0) -> list[str]:
    """What a call of `site` opens of these reports, as authority, month and kind, until it renders pages; but for what
    feeds say of the newest editions, and of the authority that has another return its parameters, which say what of its
    narrative is asked for, and the pages that its home looks through.
    """
    for name in ("prepare_and_run", "every_report", "written_before", "write_every_page"):
        monkeypatch.setattr(build, name, OPENED.during(getattr(build, name)))
    OPENED.found.clear()
    assert say(monkeypatch, project, *CALL) == code and OPENED.found
    places = [f"/reports/{home}/" for home in homes] + [f"/build/drafts/{home}/" for home in homes]
    places += [f"/params/{a}/{m}-{k}.yml" for a, m, k in (home.split("/") for home in homes) if a != JOB[0]]
    of_home, of_feeds = f"/{JOB[0]}/2024-02/board/index.ipynb", ("/manifest.json", "/datapackage.json")
    found = [path for path in OPENED.found if any(place in path for place in places)]
    return [path for path in found if not path.endswith((of_home, *of_feeds))]


def publish_again(project: Project) -> None:
    from small_editions import rerun

    change_a_return(project)
    rerun(project)
    assert publish(project, *JOB, "correction", "Typed wrongly once more").is_new


@pytest.mark.parametrize("change", [change_a_return, publish_again])
def test_of_reports_that_are_as_they_were_nothing_is_opened(built, monkeypatch, change):
    """Neither their parameters, manifests and pages nor what was run of them; of the one that changed all of that."""
    change(built)
    time.sleep(0.1)
    assert read_of(built, monkeypatch, *KNOWN_HOMES) == []


def test_after_a_failure_nothing_is_opened_of_the_reports_of_another_authority(built, monkeypatch):
    """Of the authority of which something failed all is looked at anew, until it is mended and after."""
    others = [home for home in KNOWN_HOMES if home.startswith(OTHER)]
    path = built.raw / JOB[0] / JOB[1] / "observations.csv"
    content = path.read_bytes()
    path.write_bytes(b"no table")
    time.sleep(0.1)
    assert read_of(built, monkeypatch, *others, code=1) == []
    time.sleep(0.1)
    assert read_of(built, monkeypatch, *others, code=1) == []
    path.write_bytes(content)
    time.sleep(0.1)
    assert read_of(built, monkeypatch, *others) == []


def test_of_all_reports_something_is_opened_in_full(built, monkeypatch):
    """What the test above looks at is seen where it is read."""
    monkeypatch.setattr(unchanged, "known", lambda *_: Known())
    change_a_return(built)
    opened = read_of(built, monkeypatch, *KNOWN_HOMES)
    assert all(any(home in path for path in opened) for home in KNOWN_HOMES)


def noted(project: Project) -> dict[str, dict]:
    watched = unchanged.watch(project, None, ("pandoc", False, None, None, None))
    return dict(unchanged.known(watched).facts)


def test_what_is_noted_of_a_report_is_small_and_says_what_it_is(built):
    facts = noted(built)
    assert set(facts) - {""} == {"/".join(JOB), *KNOWN_HOMES}
    told = facts["/".join(JOB)]["told"]
    assert [e["number"] for e in told["editions"]] == [1, 2] and told["title"] and told["summary"]
    assert told["editions"][1]["previous"][0] == f"{'/'.join(JOB)}/v1"
    assert "v2/changes.html" in told["titles"] and told["titles"]["index.html"]
    assert len(json.dumps(facts)) / len(facts) < 4000


def fabricated(number: int) -> tuple[Known, list[Job]]:
    """A project of so many reports, twenty of each authority, of which everything is as it was."""
    jobs = [Job(f"made-{n // 20:03d}", f"20{10 + n % 20:02d}-03", "board") for n in range(number)]
    facts = {}
    for job in jobs:
        own = Outline(job.authority, job.month, ReportKind.BOARD, "Title", Meets("Board", f"{job.month}-20"), ("m",))
        edition = {"number": 1, "fingerprint": "0" * 64, "version": "1", "edition_kind": "first", "reason": ""}
        edition |= {"published": f"{job.month}-21T00:00:00Z", "title": "Title", "short_name": "M", "previous": None}
        edition |= {"illustrative": True, "conclusion_changed": False, "before": None}
        told = {**as_said(own), "illustrative": True, "ahead": [], "passed": 0, "is_draft": False, "summary": "Words."}
        told |= {"page": "0" * 64, "editions": [edition], "titles": {}, "stamp": "0", "from_draft": []}
        facts["/".join(job)] = {
            **{"state": REPRODUCES, "has_run": True, "changed": [], "months": job.month, "reads_archive": False},
            "told": told,
        }
    parts = {f"{word} {name}": "1" for name in facts for word in (SOURCES, MADE)} | {SOURCES: "1", MADE: "1"}
    return Known(parts, parts, facts), jobs


def calls_for(project: Project, number: int, settings: SiteSettings) -> int:
    """How many functions are called to find that the pages of so many reports are as they are to be."""
    known, jobs = fabricated(number)
    count = 0

    def counted(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    OPENED.paths = []
    sys.setprofile(counted)
    try:
        found = report_pages.write_report_pages(project, jobs, settings, known=known)
    finally:
        sys.setprofile(None)
        opened, OPENED.paths = OPENED.paths, None
    assert len(found.shown) == number and all(s.is_as_it_was for s in found.shown) and not found.faults
    assert not [path for path in opened if "made-" in path]
    return count


# Of each report so many functions are called; a call of Python's takes about a tenth of a microsecond.
CALLS_OF_A_REPORT = 250


def test_what_reports_cost_that_are_as_they_were(tmp_path):
    project = Project(tmp_path)
    project.reports.mkdir()
    few, many = (calls_for(project, number, SiteSettings()) for number in (100, 600))
    assert (many - few) / 500 < CALLS_OF_A_REPORT


def test_links_to_a_report_that_is_as_it_was_are_looked_up_in_its_list(built, monkeypatch):
    """A page that led there before need not be; one that changed is."""
    leads_to = links.check_links(built)
    besides = {name: leads_to[name] for name in KNOWN_HOMES}
    asked: list[str] = []
    of, lists, read = links.served_of, links.lists_served, list[str]()
    monkeypatch.setattr(
        links, "served_of", lambda project, job, said: asked.append("/".join(job)) or of(project, job, said)
    )
    monkeypatch.setattr(links, "lists_served", lambda project: read.append("") or lists(project))
    links.check_links(built, besides)
    assert asked == []
    page = built.root / "about/method.qmd"
    text = page.read_text(encoding="utf-8")
    for address, is_there in {"since.html": False, "v1/manifest.json": True, "index.html": True}.items():
        asked.clear()
        page.write_text(f"{text}\n\n[a](/reports/{KNOWN_HOMES[1]}/{address}#there)\n", encoding="utf-8")
        if is_there:
            links.check_links(built, besides)
        else:
            with pytest.raises(UserError, match=address):
                links.check_links(built, besides)
        assert asked == ([] if address == "index.html" else [KNOWN_HOMES[1]])
    read.clear()
    every = "".join(f"[a](/reports/{name}/since.html)" for name in KNOWN_HOMES)
    page.write_text(f"{text}\n\n{every}\n", encoding="utf-8")
    with pytest.raises(UserError):
        links.check_links(built, besides)
    assert len(read) == 1 < len(KNOWN_HOMES), "which lists there are is read once, not once for each report"
