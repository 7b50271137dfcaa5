"""verify and figure: what was published is recomputed from its recorded inputs, and whatever was tampered with is found
and named.
"""

import json
import shutil
from pathlib import Path

import pytest
from conftest import call
from damage import edit
from in_process import say
from small_editions import HOME, JOB, NEW, OBSERVATIONS, OLD, change_figures
from verifying import RunOnce

from improvement_reports.editions.chain import edition_faults
from improvement_reports.editions.edition import all_editions, editions_of
from improvement_reports.editions.figure import needed_cells
from improvement_reports.editions.inputs import kept_path
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.editions.verify import CANNOT, DIFFERS, REPRODUCED, verify
from improvement_reports.facts.figures import MIME
from improvement_reports.runs.figures_file import read_figures
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import InlineExecutor


def answer(project: Project, version: str = ""):
    chosen = [e for e in all_editions(project) if version in ("", e.version)]
    return verify(project, chosen, InlineExecutor())


def rehash(project: Project, version: str = "v1") -> None:
    """Make the manifest of an edition agree with its files again, as somebody would who covers up a change."""
    folder = project.root / HOME / version
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for name in manifest["files"]:
        manifest["files"][name] = {"sha256": file_digest(folder / name), "bytes": (folder / name).stat().st_size}
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def substitute(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, (path.name, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_figure_of_every_edition_is_reproduced(corrected_once, tmp_path):
    result = call(corrected_once, "verify", "--all", "--json", str(tmp_path / "answer.json"))
    assert result.returncode == 0, result.stdout + result.stderr
    record = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))
    assert record["good"] and record["figures"] == record["reproduced"] > 80 and not record["chain"]
    assert [(e["identifier"], e["state"]) for e in record["editions"]] == [
        (f"exampleshire/2024-03/board/v{n}", REPRODUCED) for n in (1, 2)
    ]
    first = record["editions"][0]
    assert first["notes"] == [f"{OBSERVATIONS} has changed since publication; the kept one was used"]
    assert f"{record['figures']} of {record['figures']} figures reproduced, 2 of 2 editions" in result.stdout


# Ways to tamper: what is done, and the words that name it.


def a_published_number(project):
    substitute(project.root / HOME / "v1/report.ipynb", ">85%<", ">99%<")
    change_figures(project.root / HOME / "v1", lambda f: f.update(published=f["published"].replace("85%", "99%")))


def a_published_number_covered_up(project):
    a_published_number(project)
    rehash(project)


def a_number_in_figures_json(project):
    substitute(project.root / HOME / "v1/figures.json", '"published":"85%"', '"published":"99%"')


def a_number_in_figures_json_covered_up(project):
    a_number_in_figures_json(project)
    rehash(project)


def an_unrounded_value(project):
    def change(f):
        if f["id"] == "assessments_in_time_pct.2024-03":
            f["value"] = str(float(f["value"]) + 0.1)

    change_figures(project.root / HOME / "v1", change)
    rehash(project)


def a_sentence(project):
    path = project.root / HOME / "v1/report.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    output = next(
        o for c in book["cells"] for o in c.get("outputs", []) if o.get("data", {}).get(MIME, {}).get("form") == "prose"
    )
    output["data"]["text/markdown"] = ["All is well."]
    path.write_text(json.dumps(book, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    rehash(project)


def an_image(project):
    chart, *_ = sorted((project.root / HOME / "v1/charts").glob("*.svg"))
    chart.write_text(chart.read_text(encoding="utf-8").replace("</svg>", "<text>x</text></svg>"), encoding="utf-8")


def a_data_table(project):
    substitute(project.root / HOME / "v1/data/observations.csv", "assessments_in_time_pct", "assessments_on_time_pct")


def a_file_taken_away(project):
    (project.root / HOME / "v1/figures.csv").unlink()


def a_file_put_in(project):
    (project.root / HOME / "v1/data/extra.csv").write_text("a\n", encoding="utf-8")


def a_manifest(project):
    substitute(project.root / HOME / "v1" / MANIFEST, '"title": "', '"title": "Not ')


def a_manifest_that_is_no_json(project):
    (project.root / HOME / "v1" / MANIFEST).write_text("{", encoding="utf-8")


def a_reason(project):
    substitute(project.root / HOME / "v2" / MANIFEST, "typed wrongly", "never wrong")


def an_edition_taken_away(project):
    shutil.rmtree(project.root / HOME / "v1")


def a_kept_input(project):
    sha256 = editions_of(project, *JOB)[0].inputs[OBSERVATIONS].sha256
    substitute(kept_path(project, sha256), OLD, ",,88,176,200,")


def a_raw_row(project):
    edit(project.root / OBSERVATIONS, NEW, ",,97,194,200,")


def a_raw_file_taken_away(project):
    for edition in editions_of(project, *JOB):
        kept_path(project, edition.inputs["data/raw/exampleshire/2024-03/targets.csv"].sha256).unlink(missing_ok=True)
    (project.root / "data/raw/exampleshire/2024-03/targets.csv").unlink()


V1 = "exampleshire/2024-03/board/v1"
TAMPERING = [
    (
        a_published_number,
        "v1",
        DIFFERS,
        [f"{V1}: report.ipynb was changed after publication", "published “99%”, now “85%”"],
    ),
    (
        a_published_number_covered_up,
        "v1",
        DIFFERS,
        ["published “99%”, now “85%”", f"{V1}: its {MANIFEST} was changed after"],
    ),
    (
        a_number_in_figures_json,
        "v1",
        DIFFERS,
        [
            f"{V1}: figures.json was changed after publication",
            "figures.json beside the notebook: published “as in the notebook”, now “99%”",
        ],
    ),
    (
        a_number_in_figures_json_covered_up,
        "v1",
        DIFFERS,
        [
            "figures.json beside the notebook: published “as in the notebook”, now “99%”",
            f"{V1}: its {MANIFEST} was changed",
        ],
    ),
    (
        an_unrounded_value,
        "v1",
        DIFFERS,
        ["assessments_in_time_pct.2024-03", "(unrounded 85.1)", f"{V1}: its {MANIFEST} was changed"],
    ),
    (a_sentence, "v1", DIFFERS, ["All is well.", f"{V1}: its {MANIFEST} was changed"]),
    (an_image, "v1", DIFFERS, ["charts/", "was changed after publication"]),
    (a_data_table, "v1", DIFFERS, [f"{V1}: data/observations.csv was changed after publication"]),
    (a_file_taken_away, "v1", DIFFERS, [f"{V1}: figures.csv is missing"]),
    (a_file_put_in, "v1", DIFFERS, [f"{V1}: data/extra.csv was added after publication"]),
    (
        a_manifest,
        "v1",
        DIFFERS,
        [f"{V1}: its {MANIFEST} was changed after exampleshire/2024-03/board/v2 was published"],
    ),
    (a_manifest_that_is_no_json, "v1", CANNOT, [f"The manifest of {V1} cannot be read"]),
    (an_edition_taken_away, "v2", REPRODUCED, [f"{V1} is missing"]),
    (a_kept_input, "v1", CANNOT, [f"the input {OBSERVATIONS} as it was", "its content is not what its name says"]),
    (
        a_raw_row,
        "v2",
        DIFFERS,
        ["value: 96", "value: 97", "input changed since publication", "assessments_in_time_pct.2024-03"],
    ),
    (
        a_raw_file_taken_away,
        "v2",
        CANNOT,
        [
            "the input data/raw/exampleshire/2024-03/targets.csv as it was",
            "is neither in its place nor in data/archive",
        ],
    ),
]


@pytest.fixture(scope="module")
def run_once(tmp_path_factory) -> RunOnce:
    return RunOnce(tmp_path_factory.mktemp("run-once"))


@pytest.mark.slow
@pytest.mark.parametrize(("tamper", "version", "state", "said"), TAMPERING, ids=[t[0].__name__ for t in TAMPERING])
def test_tampering_is_found_and_named(corrected, run_once, monkeypatch, capsys, tamper, version, state, said):
    """One way runs all programs that verify runs, for its files are compared last; the others run no notebook twice."""
    tamper(corrected)
    if tamper is not a_data_table:
        run_once.put_in(monkeypatch)
    edition, record = f"exampleshire/2024-03/board/{version}", corrected.root / "answer.json"
    code = say(monkeypatch, corrected, "verify", edition, "--json", str(record), "--show", "500")
    told = capsys.readouterr()
    assert code == 1, told.out + told.err
    assert "Traceback" not in told.err, told.err
    for words in said:
        assert words in told.out, told.out
    assert [e["state"] for e in json.loads(record.read_text(encoding="utf-8"))["editions"]] == [state]


def test_a_changed_reason_of_the_newest_edition_is_found_by_whoever_holds_its_fingerprint(corrected):
    """The end of a chain is held by nothing after it: that is why citations carry the fingerprint."""
    before = editions_of(corrected, *JOB)[-1].citation_code
    a_reason(corrected)
    edition = editions_of(corrected, *JOB)[-1]
    assert edition_faults(edition) == [] and edition.citation_code != before


def test_an_edition_without_figures_is_no_success(corrected):
    path = corrected.root / HOME / "v1/report.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if "outputs" in cell:
            cell["outputs"] = []
    path.write_text(json.dumps(book), encoding="utf-8")
    found = answer(corrected, "v1")
    assert not found.is_good and found.results[0].state == CANNOT and "holds no figure" in found.results[0].missing[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Name editions"),
        (("--all", HOME.removeprefix("reports/")), "Name editions"),
        (("exampleshire/2024-03/board/v9",), "There is no edition"),
        (("x",), "names no report"),
    ],
)
def test_a_call_that_names_nothing(corrected_once, monkeypatch, capsys, arguments, says):
    code = say(monkeypatch, corrected_once, "verify", *arguments)
    assert code == 2 and says in (told := capsys.readouterr().err) and "Traceback" not in told


def test_nothing_published_is_no_success(prepared):
    result = call(prepared, "verify", "--all")
    assert result.returncode == 2 and "Nothing is published yet" in result.stderr


# One figure


def test_a_figure_and_its_way_back(corrected_once):
    result = call(corrected_once, "figure", f"{V1}#assessments_in_time_pct.2024-03")
    assert result.returncode == 0, result.stderr
    for words in (
        "As published: 85%",
        "Formula:",
        f"{OBSERVATIONS}, row ",
        "value: 85",
        "Where in it:",
        f"Edition:      {V1}, published",
    ):
        assert words in result.stdout, words
    newest = call(corrected_once, "figure", "exampleshire/2024-03/board#assessments_in_time_pct.2024-03")
    assert "As published: 96%" in newest.stdout and "value: 96" in newest.stdout


@pytest.mark.parametrize("figure", ["assessments_in_time_pct.2024-03", "table.measures.key", "chart.assessments"])
def test_a_figure_is_computed_again_alone(corrected_once, figure):
    known = read_figures(corrected_once.root / HOME / "v1/figures.json")["figures"]
    if figure not in {f["id"] for f in known}:
        figure = next(f["id"] for f in known if f["kind"] == figure.split(".")[0])
    result = call(corrected_once, "figure", f"{V1}#{figure}", "--rebuild")
    assert result.returncode == 0 and "Same value, same rows, same formula" in result.stdout, (
        result.stdout + result.stderr
    )


def test_a_figure_that_was_changed_is_not_the_same(corrected):
    substitute(corrected.root / HOME / "v1/figures.json", '"published":"85%"', '"published":"99%"')
    result = call(corrected, "figure", f"{V1}#assessments_in_time_pct.2024-03", "--rebuild")
    assert result.returncode == 1 and "Recomputed: 85%, published: 99%. Different" in result.stdout


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        (V1, "names no figure"),
        (f"{V1}#assessments_in_time_pct.2024-30", "did you mean “assessments_in_time_pct.2024-03”?"),
        (f"{V1}#x", "All are listed in"),
        ("exampleshire/2023-01/board#x", "no edition and no current run"),
        ("exampleshire/2024-03/board/v7#x", "it has v1, v2"),
    ],
)
def test_a_figure_that_is_not_there(corrected_once, monkeypatch, capsys, reference, says):
    code, told = say(monkeypatch, corrected_once, "figure", reference), capsys.readouterr()
    assert code == 2 and says in told.err and "Traceback" not in told.err, told.err


def test_only_the_cells_that_a_figure_needs():
    from nbformat.v4 import new_code_cell, new_markdown_cell

    cells = [
        new_code_cell("month = ''"),
        new_code_cell("import a\nr = a.open(month)"),
        new_code_cell("a.one(r)"),
        new_markdown_cell("x"),
        new_code_cell("a.two(r)"),
    ]
    assert [c.source for c in needed_cells(cells, 4)] == ["month = ''", "import a\nr = a.open(month)", "a.two(r)"]
