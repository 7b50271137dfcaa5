"""Editions keep the code that made them: one archive, proven by its digest, and run apart from today's code."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, call, copy_project
from damage import edit

from improvement_reports.domain.errors import UserError
from improvement_reports.editions import kept_code
from improvement_reports.editions.edition import all_editions, editions_of
from improvement_reports.editions.inputs import kept_path, places_of
from improvement_reports.editions.kept_code import (
    INDEX,
    archive_of,
    code_faults,
    code_of,
    code_sha256,
    current_code,
    first_digest,
    pack,
    release_of,
    unpack,
    write_code,
)
from improvement_reports.editions.rebuild import Rebuilt, execute_again, rebuild_project
from improvement_reports.runs.figures_file import read_figures
from improvement_reports.workspace.keys import ROOMS_WITHOUT_EFFECT, WITHOUT_EFFECT, effect_digest, package_files
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.releases import changelog, entries, order, release, said_of, sections

PROJECT = Project(ROOT)
JOB = ("exampleshire", "2024-03", "board")
V1 = "exampleshire/2024-03/board/v1"
FIGURE = "assessments_in_time_pct.2024-03"
# After the one before today's, so that only today's entries tell the difference.
OTHER_RELEASE = re.sub(r"\d+$", "99", list(sections(changelog()))[1])
# A heading of a table as the other release words it, and as today's does.
OTHER_WORDS, WORDS = "How it compares with the target", "Against target"


# One file


def test_the_same_code_is_the_same_bytes_in_any_order():
    files = current_code()
    assert pack(files) == pack(dict(reversed(files.items()))) and unpack(pack(files)) == dict(sorted(files.items()))
    assert {"pyproject.toml", "improvement_reports/report.py", "improvement_reports/cli.py"} <= files.keys()
    assert not [n for n in files if "__pycache__" in n or n.endswith(".pyc")]


def archive(name: str, **fields) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as written:
        entry = tarfile.TarInfo(name)
        entry.size = 0
        for field, value in fields.items():
            setattr(entry, field, value)
        written.addfile(entry)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        archive("../x.py"),
        archive("/tmp/x.py"),
        archive("improvement_reports/../../x.py"),
        archive("conftest.py"),
        archive("sitecustomize.py"),
        archive("improvement_reports"),
        archive("improvement_reports/x.py", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        archive("improvement_reports/x.py", type=tarfile.LNKTYPE, linkname="pyproject.toml"),
        archive("improvement_reports/x.py", type=tarfile.FIFOTYPE),
        archive("improvement_reports/C:x.py"),
        archive("improvement_reports\\..\\x.py"),
        b"no tar file",
    ],
)
def test_an_archive_with_anything_but_the_package_is_refused(content):
    with pytest.raises(UserError, match="a kept archive of code"):
        unpack(content)


def test_the_digest_covers_sub_packages_templates_and_tables(tmp_path):
    """Modules may move into sub-packages and pages into templates: nothing of the package is left out of its digest."""
    files = {
        "a.py": "1",
        "rooms/b.py": "2",
        "pages/page.html": "3",
        "tables/t.csv": "4",
        "__pycache__/a.cpython-311.pyc": "x",
        ".hidden": "x",
        "rooms/__pycache__/b.pyc": "x",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert set(package_files(tmp_path)) == {"a.py", "rooms/b.py", "pages/page.html", "tables/t.csv"}
    before = effect_digest(package_files(tmp_path))
    for name in ("rooms/b.py", "pages/page.html", "tables/t.csv"):
        (tmp_path / name).write_text("changed", encoding="utf-8")
        after = effect_digest(package_files(tmp_path))
        assert after != before, name
        before = after


def test_what_counts_for_nothing_is_there():
    """A module that was moved or renamed has to be named anew, or it would count for something, or another for
    nothing.
    """
    files = package_files(ROOT / "improvement_reports")
    assert set(WITHOUT_EFFECT) <= set(files)
    assert all(any(name.startswith(room) for name in files) for room in ROOMS_WITHOUT_EFFECT)
    assert (
        effect_digest(files)
        == effect_digest({**files, WITHOUT_EFFECT[0]: b"changed"})
        == effect_digest({**files, "commands/building.py": b"changed"})
        != effect_digest({**files, "report.py": b"changed"})
    )


# The code of published editions


def test_every_published_edition_has_its_code_and_its_lock():
    """Proven each time: the digest in the manifest is taken again of what the archive holds."""
    editions = all_editions(PROJECT)
    assert code_faults(PROJECT, editions) == []
    for e in editions:
        files, software = code_of(PROJECT, e), e.manifest.software
        assert release_of(files) == software.version, e.identifier
        if e.manifest.format == 1:
            assert first_digest(files, e.manifest.environment.python) == software.code_sha256
            assert (
                first_digest({**files, "improvement_reports/report.py": b"changed"}, "3.11.7") != software.code_sha256
            )
        assert kept_path(PROJECT, e.manifest.environment.lock_sha256).is_file(), (
            "the versions of all libraries are kept as well"
        )


@pytest.fixture
def first(tmp_path) -> Project:
    """One edition of the first format with the archive of its code."""
    e = editions_of(PROJECT, "gloucestershire", "2022-11", "scrutiny")[0]
    shutil.copytree(e.folder, tmp_path / e.folder.relative_to(ROOT))
    for path in (PROJECT.root / INDEX, kept_path(PROJECT, archive_of(PROJECT, e))):
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    assert code_faults(Project(tmp_path), all_editions(Project(tmp_path))) == []
    return Project(tmp_path)


def test_code_of_several_editions_is_unpacked_once_and_each_has_it_for_itself(first, monkeypatch):
    (edition,) = all_editions(first)
    monkeypatch.setattr(kept_code, "unpack", lambda content: pytest.fail("it was unpacked already"))
    files = code_of(first, edition)
    files.clear()
    assert release_of(code_of(first, edition)) == "0.1.0"


def test_code_that_is_not_what_the_manifest_names_is_not_run(first):
    (edition,) = all_editions(first)
    kept = kept_path(first, archive_of(first, edition))
    other = pack({**unpack(kept.read_bytes()), "improvement_reports/report.py": b"print('another')"})
    kept.write_bytes(other)
    assert "its content is not what its name says" in code_faults(first, [edition])[0]
    # Somebody who also makes the name and the index fit is found by the digest of the content.
    import hashlib

    place = kept_path(first, hashlib.sha256(other).hexdigest())
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(other)
    (first.root / INDEX).write_text(json.dumps({edition.manifest.software.code_sha256: place.name}), encoding="utf-8")
    assert f"is not what {INDEX} leads to" in code_faults(first, [edition])[0]


def test_files_that_the_first_digest_did_not_cover_are_held_by_the_archive_of_the_release(first):
    """Release 0.1.0 took no digest of cli.py, and verify calls it: another archive with the same digest is not its
    code.
    """
    import hashlib

    (edition,) = all_editions(first)
    files = {
        **unpack(kept_path(first, archive_of(first, edition)).read_bytes()),
        "improvement_reports/cli.py": b"print('another')",
    }
    assert first_digest(files, edition.manifest.environment.python) == edition.manifest.software.code_sha256
    place = kept_path(first, hashlib.sha256(pack(files)).hexdigest())
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(pack(files))
    (first.root / INDEX).write_text(json.dumps({edition.manifest.software.code_sha256: place.name}), encoding="utf-8")
    assert "is not the archive of that release" in code_faults(first, [edition])[0]


@pytest.mark.parametrize("index", [None, "{", "[]", "{}"])
def test_code_that_is_not_kept_is_named(first, index):
    (first.root / INDEX).unlink() if index is None else (first.root / INDEX).write_text(index, encoding="utf-8")
    (fault,) = code_faults(first, all_editions(first))
    assert "gloucestershire/2022-11/scrutiny/v1 (release 0.1.0" in fault and "is not in data/archive" in fault


def git(folder: Path, *arguments: str) -> str:
    own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *own, *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_code_is_kept_from_the_commit_that_an_edition_names_if_it_is_that_code(first):
    """An edition of the first format in a copy with its history: found there, proven, and kept once."""
    write_code({"requirements.lock": b"a==1\n"}, first.root)
    files = {
        "pyproject.toml": b'[project]\nversion = "0.1.0"\n',
        "improvement_reports/report.py": b"x = 1\n",
        "improvement_reports/cli.py": b"y = 1\n",
    }
    write_code(files, first.root)
    (first.root / "params").mkdir()
    (first.root / "_quarto.yml").write_text("project:\n  type: website\n", encoding="utf-8")
    git(first.root, "init", "-q")
    git(first.root, "add", "-A")
    git(first.root, "commit", "-q", "-m", "x")
    (edition,) = all_editions(first)
    path, m = edition.folder / "manifest.json", edition.manifest
    text = path.read_text(encoding="utf-8").replace(m.software.commit, git(first.root, "rev-parse", "HEAD"))
    path.write_text(text, encoding="utf-8")
    (first.root / INDEX).unlink()
    wrong = call(first, "keep")
    assert wrong.returncode == 2 and "holds other code (digest " in wrong.stderr and not (first.root / INDEX).exists()
    path.write_text(text.replace(m.software.code_sha256, first_digest(files, m.environment.python)), encoding="utf-8")
    done = call(first, "keep")
    assert done.returncode == 0 and "Kept the code of release 0.1.0" in done.stdout, done.stderr
    assert code_of(first, all_editions(first)[0]) == files
    assert "is kept already" in call(first, "keep").stdout
    (first.root / INDEX).unlink()
    path.write_text(text.replace(git(first.root, "rev-parse", "HEAD"), "0" * 40), encoding="utf-8")
    gone = call(first, "keep")
    assert (
        gone.returncode == 2
        and "the history of this copy does not hold that state" in gone.stderr
        and "Traceback" not in gone.stderr
    )


# An edition of another release


def worded_otherwise() -> dict[str, bytes]:
    """The code of a release that is not today's: another number and other words."""
    files = current_code()
    name = "improvement_reports/sections/measures.py"
    assert WORDS.encode() in files[name]
    pyproject = files["pyproject.toml"].replace(
        f'version = "{release()}"'.encode(), f'version = "{OTHER_RELEASE}"'.encode()
    )
    return {**files, name: files[name].replace(WORDS.encode(), OTHER_WORDS.encode()), "pyproject.toml": pyproject}


def call_with(code: Path, project: Project, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "improvement_reports.cli", *arguments],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(code)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def other_once(tmp_path_factory) -> Project:
    """The board report of March 2024, published by a release with other words; only to be read."""
    code, project = tmp_path_factory.mktemp("code"), copy_project(tmp_path_factory.mktemp("other"))
    write_code(worded_otherwise(), code)
    done = call_with(code, project, "publish", *JOB)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def other(other_once, tmp_path) -> Project:
    shutil.copytree(other_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


def test_publishing_keeps_the_code_that_ran(other_once):
    (edition,) = all_editions(other_once)
    software = edition.manifest.software
    assert (edition.manifest.format, software.version) == (3, OTHER_RELEASE) and software.code_sha256 != code_sha256()
    assert code_of(other_once, edition) == dict(sorted(worded_otherwise().items()))


def test_an_edition_is_reproduced_by_its_own_code_and_today_is_told_apart(other_once, tmp_path):
    result = call(other_once, "verify", V1, "--json", str(tmp_path / "answer.json"))
    assert result.returncode == 0, result.stdout + result.stderr
    (answer,) = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))["editions"]
    assert answer["state"] == "reproduced" and answer["differences"] == []
    assert answer["today"]["state"] == "differs" and answer["today"]["release"] == release()
    assert (OTHER_WORDS, WORDS) in {(d["published"], d["now"]) for d in answer["today"]["differences"]} or any(
        OTHER_WORDS in d["what"] or WORDS in d["what"] for d in answer["today"]["differences"]
    )
    assert (
        f"today's code (release {release()}) reads differently" in result.stdout
        and f"release {release()}:" in result.stdout
    )
    assert {e["release"] for e in answer["today"]["changelog"]} == {release()}
    assert (
        f"release {OTHER_RELEASE} " in result.stderr and "for 1 edition: NOT KNOWN to this software" in result.stderr
    ), "said before it ran"
    assert (
        answer["runs"]["is_known_code"] is False
        and answer["runs"]["not_template"] == []
        and "inputs" not in answer["runs"]
    )


def test_a_figure_is_computed_again_by_the_code_of_its_edition(other_once):
    tables = read_figures(other_once.root / "reports" / V1 / "figures.json")["figures"]
    worded = next(f["id"] for f in tables if any(OTHER_WORDS in cell for row in f["data"] for cell in row))
    result = call(other_once, "figure", f"{V1}#{worded}", "--rebuild")
    assert result.returncode == 0 and "Same value, same rows, same formula" in result.stdout, (
        result.stdout + result.stderr
    )


@pytest.mark.slow
def test_site_calls_a_report_changed_only_if_its_inputs_are(other):
    result = call(other, "site", "--renderer", "pandoc")
    assert result.returncode == 0, result.stderr
    assert (
        f"1 of 2 reports would read differently under today's release {release()}" in result.stdout
        and f"with release {OTHER_RELEASE}" in result.stdout
    )
    assert f"{'/'.join(JOB)}: differs" not in result.stdout
    page = (other.site / "reports" / V1 / "index.html").read_text(encoding="utf-8")
    assert OTHER_WORDS in page and f"Made with release {OTHER_RELEASE}" in page
    # A measure that the report does not use is none of its inputs, nor is the way its settings are written.
    with (other.params / "measures.yml").open("a", encoding="utf-8") as file:
        file.write("\n# a note\n")
    again = call(other, "site", "--renderer", "pandoc")
    assert f"{'/'.join(JOB)}: differs" not in again.stdout and "1 of 2 reports would read differently" in again.stdout
    edit(other.root / "data/raw/exampleshire/2024-03/observations.csv", ",,85,170,200,", ",,96,192,200,")
    changed = call(other, "site", "--renderer", "pandoc")
    assert f"{'/'.join(JOB)}: differs from v1; it is a draft until you publish it" in changed.stdout
    assert (
        "Changed: data/raw/exampleshire/2024-03/observations.csv" in changed.stdout
        and "read differently" not in changed.stdout
    )


# Nothing else runs


def test_code_from_anywhere_else_is_refused_before_a_cell_runs(other_once, tmp_path, monkeypatch):
    import nbformat

    (edition,) = all_editions(other_once)
    places, _ = places_of(other_once, edition)
    rebuilt = rebuild_project(tmp_path / "good", places, edition.authority, edition.kind, code_of(other_once, edition))
    assert execute_again(rebuilt, nbformat.read(edition.folder / "report.ipynb", as_version=4)).cells
    wrong = {**rebuilt.environment, "PYTHONPATH": str(ROOT)}
    monkeypatch.setattr(Rebuilt, "environment", property(lambda self: wrong))
    with pytest.raises(UserError, match="the code that runs is"):
        execute_again(rebuilt, nbformat.read(edition.folder / "report.ipynb", as_version=4))
    with pytest.raises(UserError, match="the code that runs is"):
        rebuild_project(tmp_path / "bad", places, edition.authority, edition.kind, code_of(other_once, edition))


# Releases


def test_the_changelog_has_a_section_for_each_release_newest_first():
    found = list(sections((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    assert found == sorted(found, key=order, reverse=True) and all(order(name) > (-1, -1, -1) for name in found), found
    assert (
        found[0]
        == tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        == release()
    )
    assert {e.manifest.software.version for e in all_editions(PROJECT)} <= set(found)


def test_what_lies_between_two_releases():
    text = (
        "# C\n\n## 1.2.0\n\n### Code\n\n- `a` is new: b.\n\n### Method\n\n- Rounding. More.\n\n## 1.1.0\n\n- x\n\n##"
        " 1.0.0\n\n- y\n"
    )
    assert [(e.release, e.subject, e.text) for e in entries(text, "1.0.0", "1.2.0")] == [
        ("1.2.0", "Code", "`a` is new: b."),
        ("1.2.0", "Method", "Rounding. More."),
        ("1.1.0", "", "x"),
    ]
    assert entries(text, "1.2.0", "1.2.0") == [] and "release 9.9.9" in said_of("9.9.8", "9.9.9")
