"""Ways to forge an edition: each is named by verify, or by the fingerprint that somebody holds, and nothing named is
served.

The worst is assumed throughout: the manifest was made to fit, and the notebook gives what it shows when it is run
again.
"""

import io
import json
import os
import re
import shutil
import socket
import zipfile
from dataclasses import dataclass, field

import pytest
from in_process import say
from small_editions import HOME, JOB, change_figures, make_fit, rewrite
from verifying import in_process

from improvement_reports.domain.errors import UserError
from improvement_reports.editions import agreement, remake, soundness
from improvement_reports.editions import verify as verifying
from improvement_reports.editions.edition import INPUTS, all_editions, editions_of, fingerprint_fault
from improvement_reports.editions.inputs import kept_path, places_of
from improvement_reports.editions.kept_code import code_of
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.editions.rebuild import SAME, rebuild_project
from improvement_reports.pages import report_pages
from improvement_reports.pages.every_page import write_every_page
from improvement_reports.pages.served import read_served
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import InlineExecutor

MARK = "FORGED7"
NUMBER = "assessments_in_time_pct.2024-03"


@dataclass
class Scene:
    """The project, and what later hands change: ``v`` is the folder of the newest edition."""

    project: Project
    fits: list[str] = field(default_factory=lambda: ["v2"])

    @property
    def home(self):
        return self.project.root / HOME

    @property
    def v(self):
        return self.home / "v2"

    def put(self, name: str, old: str, new: str) -> None:
        path = self.v / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def manifest(self, **fields) -> None:
        rewrite(self.v / MANIFEST, lambda m: m.update(fields))

    def figures(self, change) -> None:
        """A figure changed in the notebook, in every place, and in figures.json."""
        change_figures(self.v, lambda f: change(f) if f["id"] == NUMBER else None)

    def workbook(self, change) -> None:
        path = self.v / "tables.xlsx"
        with zipfile.ZipFile(path) as archive:
            parts = {n: archive.read(n) for n in archive.namelist()}
        change(parts)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        path.write_bytes(buffer.getvalue())


def in_a_sheet(parts):
    name = next(n for n in parts if b"</t>" in parts[n])
    parts[name] = parts[name].replace(b"</t>", f"{MARK}</t>".encode(), 1)


def forged_share(f):
    f.update(published="99%", value="99", formula="as stated in the source; 170 ÷ 200 = 99.00%")


def forged_row(f):
    import hashlib

    i = f["inputs"][0]
    i["cells"] = i["cells"].replace('"96"', '"99"').replace('"192"', '"198"')
    i["sha256"] = hashlib.sha256(i["cells"].encode()).hexdigest()
    f.update(published="99%", value="99", formula="as stated in the source; 198 ÷ 200 = 99.00%")


def a_cell(s: Scene, change):
    rewrite(s.v / "report.ipynb", lambda b: change([c for c in b["cells"] if c["cell_type"] == "code"][-1]))


def a_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


def a_copy(s: Scene, name: str):
    shutil.copytree(s.v, s.home / name)
    (s.home / name / "figures.csv").write_text(MARK, encoding="utf-8")
    s.fits = []


def an_inserted_edition(s: Scene):
    """A report that was never published, with the place in the chain that another one has."""
    target = s.project.root / "reports/exampleshire/2024-02/board/v1"
    shutil.copytree(s.home / "v1", target)
    rewrite(
        target / MANIFEST,
        lambda m: (
            m.update(identifier="exampleshire/2024-02/board/v1", title=MARK),
            m["report"].update(month="2024-02"),
        ),
    )
    s.fits = []


def a_later_edition(s: Scene):
    shutil.copytree(s.v, s.home / "v3")
    rewrite(
        s.home / "v3" / MANIFEST, lambda m: m.update(identifier="exampleshire/2024-03/board/v3", number=3, summary=MARK)
    )
    s.fits = []


def linked_edition(s: Scene):
    s.v.rename(s.project.root / "elsewhere")
    s.v.symlink_to(s.project.root / "elsewhere")
    s.fits = []


def archived(s: Scene, change):
    change(kept_path(s.project, editions_of(s.project, *JOB)[-1].inputs["params/names.yml"].sha256))
    s.fits = []


def swapped(path):
    path.write_text(MARK, encoding="utf-8")


def linked(path):
    path.rename(path.parent.parent.parent / "elsewhere")
    path.symlink_to(path.parent.parent.parent / "elsewhere")


def listed_too(s: Scene):
    (s.v / "data/extra.csv").write_text(MARK, encoding="utf-8")
    s.manifest(
        files={**json.loads((s.v / MANIFEST).read_text())["files"], "data/extra.csv": {"sha256": "", "bytes": 0}}
    )


def left_out(s: Scene):
    (s.v / "figures.csv").unlink()
    rewrite(s.v / MANIFEST, lambda m: m["files"].pop("figures.csv"))


def chart(s: Scene, narrow: bool):
    path = next(p for p in sorted((s.v / "charts").iterdir()) if p.stem.endswith("-narrow") == narrow)
    path.write_text(path.read_text(encoding="utf-8").replace("</svg>", f"<text>{MARK}</text></svg>"), encoding="utf-8")


def changed_inputs(s: Scene):
    rewrite(s.v / INPUTS, lambda c: c["inputs"]["params/names.yml"].update(sha256="0" * 64))


# name: what is done; words that name it; and whether the site finds it too: it shows nothing of the report (WITHDRAWN),
# or nothing of what was forged (LAID). MADE: only verify finds it, which runs the code of the edition.
MADE, LAID, WITHDRAWN = "made", "laid", "withdrawn"
WAYS = {
    "a cell of the workbook": (lambda s: s.workbook(in_a_sheet), "tables.xlsx", WITHDRAWN),
    "a sheet that was added to the workbook": (
        lambda s: s.workbook(lambda p: p.update({"xl/worksheets/sheet99.xml": MARK.encode()})),
        "tables.xlsx",
        WITHDRAWN,
    ),
    "a number in data/observations.csv": (
        lambda s: s.put("data/observations.csv", "192", "198"),
        "data/observations.csv",
        WITHDRAWN,
    ),
    "a number in figures.csv": (lambda s: s.put("figures.csv", "96%", "99%"), "figures.csv", WITHDRAWN),
    "a chart": (lambda s: chart(s, False), "charts/", WITHDRAWN),
    "a chart for narrow screens": (lambda s: chart(s, True), "-narrow.svg", WITHDRAWN),
    "the title": (lambda s: s.manifest(title=MARK), "title in manifest.json", WITHDRAWN),
    "the summary": (lambda s: s.manifest(summary=MARK), "summary in manifest.json", WITHDRAWN),
    "a number of the summary": (
        lambda s: s.manifest(summary=re.sub(r"\d+", "99", editions_of(s.project, *JOB)[-1].manifest.summary)),
        "summary",
        WITHDRAWN,
    ),
    "no list of changes": (lambda s: s.manifest(changes=[]), "the list of changes", WITHDRAWN),
    "another list of changes": (
        lambda s: rewrite(s.v / MANIFEST, lambda m: m["changes"][0].update(before=MARK)),
        "the list of changes",
        WITHDRAWN,
    ),
    "no conclusion changed": (
        lambda s: rewrite(s.v / MANIFEST, lambda m: m.update(conclusion_changed=not m["conclusion_changed"])),
        "conclusion_changed",
        WITHDRAWN,
    ),
    "the crate": (
        lambda s: s.put("ro-crate-metadata.json", '"name": "', f'"name": "{MARK}'),
        "ro-crate-metadata.json",
        WITHDRAWN,
    ),
    "the description of the data": (
        lambda s: s.put("datapackage.json", '"title":"', f'"title":"{MARK}'),
        "datapackage.json",
        WITHDRAWN,
    ),
    "a number in figures.json": (
        lambda s: rewrite(s.v / "figures.json", lambda c: c["figures"][0].update(published=MARK)),
        "figures.json beside the notebook",
        LAID,
    ),
    "a label in figures.json": (
        lambda s: rewrite(s.v / "figures.json", lambda c: c["figures"][0].update(label=MARK)),
        "figures.json beside the notebook",
        LAID,
    ),
    "a source in figures.json": (
        lambda s: rewrite(s.v / "figures.json", lambda c: next(iter(c["sources"].values())).update(publisher=MARK)),
        "figures.json",
        WITHDRAWN,
    ),
    "no figures in figures.json": (
        lambda s: rewrite(s.v / "figures.json", lambda c: c.update(figures=[])),
        "figures.json beside the notebook",
        LAID,
    ),
    "a source in the manifest": (
        lambda s: rewrite(s.v / MANIFEST, lambda m: next(iter(m["sources"].values())).update(publisher=MARK)),
        "sources in manifest.json",
        WITHDRAWN,
    ),
    "the rows in the manifest": (lambda s: s.manifest(rows={}), "rows in manifest.json", WITHDRAWN),
    "the fingerprint of the content": (
        lambda s: s.manifest(content_sha256="0" * 64),
        "the fingerprint of the content",
        WITHDRAWN,
    ),
    "the number of figures": (lambda s: s.manifest(figures=1), "figures in manifest.json", WITHDRAWN),
    "the authority": (lambda s: s.manifest(authority_name=MARK), "authority_name in manifest.json", WITHDRAWN),
    "no mark of the demonstration": (
        lambda s: s.manifest(illustrative=False),
        "illustrative in manifest.json",
        WITHDRAWN,
    ),
    "the meeting": (
        lambda s: rewrite(s.v / MANIFEST, lambda m: m["report"]["meeting"].update(body=MARK)),
        "report in manifest.json",
        WITHDRAWN,
    ),
    "the template": (
        lambda s: rewrite(s.v / MANIFEST, lambda m: m["template"].update(sha256="0" * 64)),
        "template in manifest.json",
        WITHDRAWN,
    ),
    "a file left out": (left_out, "figures.csv", LAID),
    "a file put in and listed": (listed_too, "data/extra.csv", WITHDRAWN),
    "an input in inputs.json": (changed_inputs, "params/names.yml", LAID),
    "99% for 170 of 200": (lambda s: s.figures(forged_share), "170 ÷ 200", LAID),
    "a row that was made up": (lambda s: s.figures(forged_row), "does not stand in the input that was kept", LAID),
    "a stated value that its row does not state": (
        lambda s: s.figures(lambda f: f.update(published="99%", value="99", formula="as stated in the source")),
        "is “99” unrounded, and its row gives 96",
        LAID,
    ),
    "a rounding": (lambda s: s.figures(lambda f: f.update(published="97%")), "is published as “97%”, and is 96", LAID),
    "a cell of another notebook": (lambda s: a_cell(s, lambda c: c.update(source="print(1)")), "is not cell", MADE),
    "a cell that is not to be compared": (
        lambda s: a_cell(s, lambda c: c["metadata"].update(tags=["nbval-ignore-output"])),
        "tells the comparison to leave it out",
        MADE,
    ),
    "a cell that is to be skipped": (
        lambda s: a_cell(s, lambda c: c.update(source=f"# NBVAL_SKIP\n{''.join(c['source'])}")),
        "tells the comparison to leave it out",
        MADE,
    ),
    "a link": (lambda s: (s.v / "data/link.csv").symlink_to(s.v / "figures.csv"), "“data/link.csv” is a link", LAID),
    "a second name of a file": (
        lambda s: os.link(s.v / "figures.csv", s.project.root / "second"),
        "(a hard link)",
        LAID,
    ),
    "a pipe": (lambda s: os.mkfifo(s.v / "data/pipe.csv"), "“data/pipe.csv” is a pipe", LAID),
    "a socket": (lambda s: a_socket(s.v / "s"), "“s” is a socket", LAID),
    "a hidden file": (lambda s: (s.v / ".hidden.csv").write_text(MARK), "“.hidden.csv” is hidden", LAID),
    "a hidden folder": (lambda s: shutil.copytree(s.v / "data", s.v / ".data"), "“.data” is hidden", LAID),
    "an empty folder": (lambda s: (s.v / "charts/more").mkdir(), "“charts/more” is an empty folder", LAID),
    "a name in other letters": (
        lambda s: (s.v / "Figures.json").write_text(MARK),
        "only in upper and lower case",
        LAID,
    ),
    "a link in place of the edition": (linked_edition, "the folder “v2” is a link", LAID),
    "v2-old": (lambda s: a_copy(s, "v2-old"), "v2-old” is no edition", LAID),
    "v02": (lambda s: a_copy(s, "v02"), "v02” is no edition", LAID),
    "V2": (lambda s: a_copy(s, "V2"), "V2” is no edition", LAID),
    " v2": (lambda s: a_copy(s, " v2"), " v2” is no edition", LAID),
    "a key twice in the manifest": (
        lambda s: s.put(MANIFEST, '"number": 2,', '"number": 2, "number": 2,'),
        "“number” twice",
        LAID,
    ),
    "a manifest without end": (lambda s: (s.v / MANIFEST).write_text("[" * 200_000), "nested too deeply", LAID),
    "a kept input swapped": (lambda s: archived(s, swapped), "its content is not what its name says", LAID),
    "a kept input that is a link": (lambda s: archived(s, linked), "is a link, a pipe or a device", LAID),
    "the edition before, made to fit": (
        lambda s: (rewrite(s.home / "v1" / MANIFEST, lambda m: m.update(title=MARK)), s.fits.append("v1")),
        "v1: its manifest.json was changed after",
        LAID,
    ),
    "the edition before taken away": (lambda s: shutil.rmtree(s.home / "v1"), "v1 is missing", LAID),
    "an edition put in between": (an_inserted_edition, "one of them was put in later", LAID),
    "a later edition put in": (a_later_edition, "names exampleshire/2024-03/board/v1 as the one before it", LAID),
}


@pytest.fixture(scope="module")
def shared(corrected_once, tmp_path_factory):
    """The inputs of the newest edition with its code, laid out once: no way of tampering here changes what is
    laid out.
    """
    edition = editions_of(corrected_once, *JOB)[-1]
    places, _ = places_of(corrected_once, edition)
    return rebuild_project(tmp_path_factory.mktemp("rebuilt"), places, *JOB[::2], code_of(corrected_once, edition))


@pytest.fixture
def scene(corrected_once, shared, tmp_path, monkeypatch):
    shutil.copytree(corrected_once.root, tmp_path / "p", ignore=shutil.ignore_patterns("_site"))
    monkeypatch.setattr(verifying, "rebuild_project", lambda *arguments: shared)
    monkeypatch.setattr(verifying, "nbval", lambda *arguments: SAME)
    monkeypatch.setattr(remake, "run_own", in_process)
    monkeypatch.chdir(tmp_path)
    return Scene(Project(tmp_path / "p"))


def all_words(project: Project) -> tuple[bool, str]:
    """Whether verify is content, and everything that it says of the newest edition and of the whole project."""
    everything = all_editions(project)
    answer = verifying.verify(project, [e for e in everything if e.version != "v1"] or everything, InlineExecutor())
    said = [*answer.chain, *answer.kept]
    for r in answer.results:
        said += [*r.faults, *r.missing, *(f"{d.id} {d.what}: {d.published} → {d.now}" for d in r.differences)]
    return answer.is_good, "\n".join(said)


def served_marks(project: Project) -> list[str]:
    """The files that may be on the site and hold the mark, after the pages were laid."""
    write_every_page(project, [])
    return [n for n in read_served(project) if holds_a_mark(project.root / n)]


def holds_a_mark(path) -> bool:
    return any(mark in content for mark in (MARK.encode(), b"99%") for content in unpacked(path.read_bytes()))


def unpacked(content: bytes) -> list[bytes]:
    """The files in an archive, of those within it too: among packed bytes “99%” stands by chance now and then."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [inner for name in archive.namelist() for inner in unpacked(archive.read(name))]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
@pytest.mark.parametrize("way", WAYS)
def test_a_forged_edition_is_named_and_not_served(scene, way):
    tamper, words, found_by = WAYS[way]
    tamper(scene)
    for version in scene.fits:
        if (scene.home / version / MANIFEST).is_file() and "twice" not in way and "without end" not in way:
            make_fit(scene.project, version)
    good, said = all_words(scene.project)
    assert not good and words in said, said
    if found_by is not MADE:
        assert served_marks(scene.project) == []
    if found_by is WITHDRAWN:
        assert [n for n in read_served(scene.project) if n.startswith(f"{HOME}/")] == []


def test_a_mark_is_found_in_what_is_packed_and_not_among_packed_bytes(tmp_path):
    def packed(name: str, content: str | bytes, remark: bytes = b""):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("part", content)
            archive.comment = remark
        return tmp_path / name

    forged, share = packed("forged.xlsx", f"<t>{MARK}</t>"), packed("share.xlsx", "<t>99%</t>")
    assert holds_a_mark(forged) and holds_a_mark(share) and holds_a_mark(packed("edition.zip", share.read_bytes()))
    chance = packed("chance.xlsx", "<t>96%</t>", b"99%")
    assert b"99%" in chance.read_bytes() and not holds_a_mark(chance)
    assert not holds_a_mark(packed("edition.zip", chance.read_bytes()))


# Of an edition that another release made: what can be seen without that release's code.
OF_ANY_RELEASE = [
    "a number in data/observations.csv",
    "a number in figures.csv",
    "a chart",
    "a chart for narrow screens",
    "the title",
    "the summary",
    "a number of the summary",
    "no list of changes",
    "another list of changes",
    "a source in the manifest",
    "the rows in the manifest",
    "the number of figures",
    "the authority",
    "no mark of the demonstration",
    "the meeting",
    "the template",
]


@pytest.mark.slow
@pytest.mark.parametrize("way", OF_ANY_RELEASE)
def test_a_forged_edition_of_another_release_is_not_served(scene, way, monkeypatch):
    monkeypatch.setattr(agreement, "is_todays", lambda code: False)
    monkeypatch.setattr(report_pages, "running_code_sha256", lambda: "")
    WAYS[way][0](scene)
    make_fit(scene.project, "v2")
    faults = write_every_page(scene.project, []).faults
    assert [n for n in read_served(scene.project) if n.startswith(f"{HOME}/")] == []
    assert len(faults) == 1 and "Nothing of this report is shown" in faults[0] and len(faults[0]) < 600, faults


@pytest.mark.slow
def test_what_nobody_touched_is_good(scene):
    assert all_words(scene.project) == (True, "")
    assert write_every_page(scene.project, []).faults == []
    assert f"{HOME}/v2/tables.xlsx" in read_served(scene.project)


def test_an_edition_is_judged_once(scene, monkeypatch):
    """Unchanged it is remembered, by this machine; one whose manifest is another is judged again."""
    edition, asked = editions_of(scene.project, *JOB)[-1], []
    judged = agreement.not_agreeing
    monkeypatch.setattr(agreement, "not_agreeing", lambda *a: asked.append(1) or judged(*a))
    soundness.record_path(scene.project, edition).unlink(missing_ok=True)
    for _ in range(2):
        soundness.sound(scene.project, edition)
    assert len(asked) == 1
    record = soundness.record_path(scene.project, edition)
    record.write_text(record.read_text(encoding="utf-8").replace(edition.fingerprint, "0" * 64), encoding="utf-8")
    soundness.sound(scene.project, edition)  # what another hand wrote is not believed
    scene.manifest(title=MARK)
    with pytest.raises(UserError, match="title in manifest"):
        soundness.sound(scene.project, editions_of(scene.project, *JOB)[-1])
    assert len(asked) == 3


@pytest.mark.slow
def test_a_number_of_the_summary_is_that_of_the_run(scene, monkeypatch):
    """Even where all descriptions were made to fit: the current run, with the same code and inputs, says what it is."""
    assert write_every_page(scene.project, [JOB]).faults == []
    monkeypatch.setattr(agreement, "not_agreeing", lambda *a: [])
    scene.manifest(summary=re.sub(r"\d+", "99", editions_of(scene.project, *JOB)[-1].manifest.summary))
    make_fit(scene.project, "v2")
    assert "summary in manifest.json" in " ".join(write_every_page(scene.project, [JOB]).faults)


# What is stated and cannot be computed again: only a fingerprint that is held elsewhere shows it.
STATED = {
    "the reason": lambda s: s.manifest(reason="Never wrong"),
    "the day": lambda s: s.manifest(published="2030-01-01T00:00:00Z"),
    "a revision": lambda s: s.manifest(edition_kind="revision"),
    "the commit": lambda s: rewrite(s.v / MANIFEST, lambda m: m["software"].update(commit="0" * 40)),
    "the last one taken away": lambda s: shutil.rmtree(s.v),
    "the libraries": lambda s: rewrite(s.v / MANIFEST, lambda m: m["environment"]["libraries"].update(pandas="0")),
}


@pytest.mark.parametrize("way", STATED)
def test_what_is_stated_is_held_by_the_fingerprint(scene, way):
    before = editions_of(scene.project, *JOB)[-1]
    said = before.fingerprint
    assert fingerprint_fault(before, said) == fingerprint_fault(before, said[:12]) == ""
    STATED[way](scene)
    assert "is not the edition with the fingerprint" in fingerprint_fault(
        editions_of(scene.project, *JOB)[-1], said[:12]
    )
    assert fingerprint_fault(editions_of(scene.project, *JOB)[-1], said)


@pytest.mark.slow
def test_the_command_checks_a_fingerprint(scene, monkeypatch, capsys):
    own = editions_of(scene.project, *JOB)[-1].fingerprint
    for arguments, code, words in (
        (("exampleshire/2024-03/board/v2", "--fingerprint", own[:11]), 2, "is no fingerprint"),
        (("--all", "--fingerprint", own), 2, "A fingerprint is of one edition; name that"),
        (
            ("exampleshire/2024-03/board/v2", "--fingerprint", "0" * 12),
            1,
            "is not the edition with the fingerprint 000000000000",
        ),
        (("exampleshire/2024-03/board/v2", "--fingerprint", own[:12].upper()), 0, f"has the fingerprint {own[:12]}"),
    ):
        ended, said = say(monkeypatch, scene.project, "verify", "--no-today", *arguments), "".join(capsys.readouterr())
        assert ended == code and words in said, (arguments, said)


def test_figure_says_that_a_number_does_not_follow(scene):
    from conftest import call

    scene.figures(forged_share)
    make_fit(scene.project, "v2")
    result = call(scene.project, "figure", f"exampleshire/2024-03/board/v2#{NUMBER}")
    assert result.returncode == 1 and "This number does not follow from its rows: it says 170 ÷ 200" in result.stdout, (
        result.stdout
    )
