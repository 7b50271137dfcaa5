"""A stranger's ``inputs.json`` writes nothing and runs nothing but what a report is made from."""

import json
import os
import shutil
from pathlib import Path

import pytest
from conftest import call
from small_editions import HOME, JOB, OBSERVATIONS, make_fit, rewrite

from improvement_reports.domain.errors import UserError
from improvement_reports.editions.edition import INPUTS, editions_of
from improvement_reports.editions.input_names import MAX_INPUT_BYTES, is_input_name, strict_json
from improvement_reports.editions.inputs import find_input, kept_faults, kept_path, restore
from improvement_reports.editions.isolated import isolated_environment, nbval_command
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.editions.verify import CANNOT, verify_edition
from improvement_reports.runs.inputs import input_files
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.places import Project

V1 = f"{HOME.removeprefix('reports/')}/v1"


def add_input(project: Project, name: str, content: str, **record) -> None:
    """An input of the first edition more, listed everywhere and kept in the archive, everything made to fit."""
    sha256 = digest(content.encode())
    kept = kept_path(project, sha256)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(content, encoding="utf-8")
    entry = {"sha256": sha256, "bytes": len(content.encode()), **record}
    rewrite(project.root / HOME / "v1" / INPUTS, lambda c: c["inputs"].update({name: entry}))
    rewrite(project.root / HOME / "v1" / MANIFEST, lambda m: m["inputs"].update({name: entry}))
    make_fit(project)


@pytest.fixture
def one(published_once, tmp_path) -> Project:
    shutil.copytree(published_once.root, tmp_path / "project", dirs_exist_ok=True)
    return Project(tmp_path / "project")


HOSTILE = [
    "{outside}/written.txt",
    "../written.txt",
    "../../written.txt",
    "data/raw/../../../written.txt",
    "/etc/written.txt",
    "C:\\written.txt",
    "C:/written.txt",
    "..\\written.txt",
    "conftest.py",
    "data/raw/exampleshire/2024-03/conftest.py",
    "params/conftest.py",
    "pytest.ini",
    "setup.cfg",
    "tox.ini",
    "pyproject.toml",
    "sitecustomize.py",
    "usercustomize.py",
    "x.pth",
    "json.py",
    "pandas/__init__.py",
    "improvement_reports/report.py",
    "ipython_config.py",
    "profile_default/startup/00.py",
    ".ipython/profile_default/startup/00.py",
    "matplotlibrc",
    ".matplotlib/matplotlibrc",
    "_quarto.yml",
    "data/raw/exampleshire/2024-03/.hidden.csv",
    "data/raw/exampleshire/2024-03/targets.csv\x00.py",
    "params//measures.yml",
    "params/./x.yml",
    "data/raw/herefordshire/2021-08/targets.csv",
    "data/processed/exampleshire/2024-03/observations.parquet",
    "notebooks/a/b.ipynb",
    "published.ipynb",
    "PARAMS/measures.yml",
    "params/measures.yml ",
    " params/measures.yml",
    "params/measures.yml\n",
    "data/raw/exampleshire/2024-03/narrative/../../../../../x.md",
    "",
    ".",
    "data/archive/aa/x",
    "params/\uff4deasures.yml",
]


@pytest.mark.parametrize("name", HOSTILE, ids=[ascii(n) for n in HOSTILE])
def test_a_hostile_name_is_refused_in_one_sentence_and_nothing_is_written_or_run(one, tmp_path, name):
    outside = tmp_path / "outside"
    outside.mkdir()
    trace = tmp_path / "ran"
    add_input(one, name.replace("{outside}", str(outside)), f"open({str(trace)!r}, 'w').write('x')\n")
    before = sorted(p for p in tmp_path.rglob("*"))
    result = verify_edition(str(one.root), V1)
    assert result.state == CANNOT and len(result.missing) == 1, result
    (said,) = result.missing
    assert (
        "nothing was written or run" in said and "is not a file that a report is made from" in said and "\n" not in said
    )
    assert sorted(p for p in tmp_path.rglob("*")) == before and not trace.exists()


def test_figure_rebuild_and_verify_refuse_it_alike(one, tmp_path):
    add_input(one, str(tmp_path / "written.txt"), "x")
    for command in (("verify", V1), ("figure", f"{V1}#assessments_in_time_pct.2024-03", "--rebuild")):
        result = call(one, *command)
        assert result.returncode in (1, 2) and "Traceback" not in result.stderr
        assert "is not a file that a report is made from" in result.stdout + result.stderr
    assert not (tmp_path / "written.txt").exists()


RECORDS = [
    {"sha256": "../../../etc/passwd"},
    {"sha256": "A" * 64},
    {"sha256": "0" * 63},
    {"sha256": None},
    {"bytes": -1},
    {"bytes": MAX_INPUT_BYTES + 1},
    {"bytes": True},
    {"bytes": "1"},
    {"x": 1},
]


@pytest.mark.parametrize("record", RECORDS, ids=[str(r)[:30] for r in RECORDS])
def test_a_record_that_is_none(one, record):
    add_input(one, "params/other.yml", "a: 1\n", **record)
    result = verify_edition(str(one.root), V1)
    assert result.state == CANNOT and len(result.missing) == 1, result


def test_names_that_the_manifest_does_not_list(one):
    rewrite(
        one.root / HOME / "v1" / INPUTS,
        lambda c: c["inputs"].update({"params/other.yml": {"sha256": "0" * 64, "bytes": 1}}),
    )
    make_fit(one)
    with pytest.raises(UserError, match=r"“params/other\.yml”: the manifest does not list it"):
        _ = editions_of(one, *JOB)[0].inputs
    rewrite(
        one.root / HOME / "v1" / INPUTS,
        lambda c: [c["inputs"].pop(n) for n in ("params/other.yml", "params/names.yml")],
    )
    with pytest.raises(UserError, match=r"“params/names\.yml”: only the manifest lists it"):
        _ = editions_of(one, *JOB)[0].inputs


def test_two_names_of_one_file(one):
    add_input(one, OBSERVATIONS.replace("observations", "Observations"), "a\n")
    with pytest.raises(UserError, match="differ only in upper and lower case"):
        _ = editions_of(one, *JOB)[0].inputs


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"inputs": {}, "inputs": {}}', "“inputs” twice"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "holds no list"),
        ('{"inputs": []}', "holds no list"),
        ("\x00", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_record_of_inputs_that_says_two_things_or_none(one, text, says):
    (one.root / HOME / "v1" / INPUTS).write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=says):
        _ = editions_of(one, *JOB)[0].inputs


def test_a_manifest_with_a_key_twice(one):
    path = one.root / HOME / "v1" / MANIFEST
    path.write_text(
        path.read_text(encoding="utf-8").replace('"number": 1,', '"number": 1, "number": 1,'), encoding="utf-8"
    )
    with pytest.raises(UserError, match="“number” twice"):
        _ = editions_of(one, *JOB)[0].manifest


def test_too_large_a_record(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("1" * 50, encoding="utf-8")
    with pytest.raises(ValueError, match="larger than 40"):
        strict_json(path, 40)


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
@pytest.mark.parametrize(
    "make",
    [lambda p: p.symlink_to("/etc/hostname"), os.mkfifo, lambda p: p.symlink_to("/dev/zero"), Path.mkdir],
    ids=["link", "pipe", "device", "folder"],
)
def test_the_archive_holds_files_alone(one, make):
    """None of them is read as an input, and each is named; a pipe keeps nobody waiting."""
    record = editions_of(one, *JOB)[0].inputs["params/names.yml"]
    path = kept_path(one, record.sha256)
    path.unlink()
    make(path)
    (one.root / "params/names.yml").unlink()
    assert find_input(one, "params/names.yml", record.sha256) is None
    faults = kept_faults(one, {record.sha256: "params/names.yml"})
    assert any(record.sha256 in fault for fault in faults), faults


def test_a_member_of_the_archive_that_was_swapped_or_put_in(one):
    record = editions_of(one, *JOB)[0].inputs["params/names.yml"]
    kept_path(one, record.sha256).write_text("x", encoding="utf-8")
    (one.root / "data/archive/notes.txt").write_text("x", encoding="utf-8")
    (one.root / "data/archive/zz").mkdir()
    faults = " ".join(kept_faults(one, {}))
    assert (
        f"{record.sha256} was changed" in faults
        and "data/archive/notes.txt is not named by its content" in faults
        and "data/archive/zz is no folder" in faults
    )


def test_a_restored_file_is_new_below_its_folder_and_just_what_was_recorded(tmp_path):
    source, root = tmp_path / "source", tmp_path / "root"
    source.write_text("x", encoding="utf-8")
    root.mkdir()
    restore(source, digest(b"x"), root, "params/a.yml")
    with pytest.raises(FileExistsError):
        restore(source, digest(b"x"), root, "params/a.yml")
    with pytest.raises(UserError, match="changed while"):
        restore(source, digest(b"y"), root, "params/b.yml")
    with pytest.raises(UserError, match="leads outside"):
        restore(source, digest(b"x"), root, "../b.yml")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.yml", "params", "root", "source"]


def test_every_input_of_this_repository_and_of_the_tests_may_be_one(one):
    from conftest import ROOT

    for root in (one.root, ROOT):
        for path in root.glob("reports/*/*/*/v*/inputs.json"):
            for name in json.loads(path.read_text(encoding="utf-8"))["inputs"]:
                assert is_input_name(name, path.parts[-5]), name
    assert all(is_input_name(one.relative(p), JOB[0]) for p in input_files(one, *JOB))


CODE = "import pathlib; pathlib.Path({!r}).write_text('ran')\n"
CONFIGURED = (
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "json.py",
    "nbformat.py",
    "zmq.py",
    "pandas.py",
    "ipython_config.py",
    "ipython_kernel_config.py",
    "a.pth",
    "profile_default/startup/a.py",
    "own/profile_default/startup/a.py",  # of whoever verifies
    "own/profile_default/ipython_config.py",
)


@pytest.mark.slow
def test_nothing_beside_a_notebook_is_read_by_python_pytest_or_the_kernel(tmp_path, monkeypatch):
    """The second line of defence: even if such files were there, they would not run."""
    import subprocess

    from nbformat import write
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    root = tmp_path / "root"
    for name in CONFIGURED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(CODE.format(str(tmp_path / f"ran-{name.replace('/', '-')}")), encoding="utf-8")
    for name in ("pytest.ini", "tox.ini", "setup.cfg"):
        (root / name).write_text(
            "[pytest]\naddopts = --collect-only\n[tool:pytest]\naddopts = --collect-only\n", encoding="utf-8"
        )
    cell = new_code_cell(
        "import json, pandas\nprint(6 * 7)",
        execution_count=1,
        outputs=[new_output("stream", name="stdout", text="42\n")],
    )
    book = new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    write(book, root / "book.ipynb")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.setenv("IPYTHONDIR", str(root / "own"))
    monkeypatch.setenv("PYTHONPATH", f":{os.environ['PYTHONPATH']}:")

    def run():
        command = nbval_command(root, root / "book.ipynb")
        return subprocess.run(
            command, cwd=root, env=isolated_environment(root), capture_output=True, text=True, timeout=120, check=False
        )

    good = run()
    assert good.returncode == 0 and "1 passed" in good.stdout, good.stdout + good.stderr
    book.cells[0].outputs[0]["text"] = "43\n"
    write(book, root / "book.ipynb")
    assert run().returncode == 1
    # IPython keeps its history in a folder that is made for just this, beside the project in its temporary folder.
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ipython", "root"]
    assert not [p for p in (tmp_path / "ipython").rglob("*") if p.suffix in {".py", ".json"}]
