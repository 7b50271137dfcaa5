"""A report has changed only if something that it is made from has: not the release, and not what it does not use."""

import json
import shutil

import pytest
from damage import edit

from improvement_reports.editions.changed_inputs import changed_inputs
from improvement_reports.editions.edition import Edition, editions_of
from improvement_reports.editions.kept_code import other_code_of
from improvement_reports.editions.state import DIFFERS, OTHERWISE, RunState, otherwise_line
from improvement_reports.workspace.releases import release

JOB = ("exampleshire", "2024-03", "board")
MARCH = "data/raw/exampleshire/2024-03"
MEASURE = "  label: Assessments in time\n"


def append(name: str, text: str):
    def change(root):
        with (root / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def notebook(how):
    def change(root):
        path = root / "notebooks/board.ipynb"
        book = json.loads(path.read_text(encoding="utf-8"))
        how(book["cells"])
        path.write_text(json.dumps(book), encoding="utf-8")

    return change


def later_month(root):
    shutil.copytree(root / MARCH, root / "data/raw/exampleshire/2024-04")


OTHER_MEASURE = (
    "\nunused_pct:\n  title: Another\n  label: Another\n  unit: percent\n  better_when: higher\n  definition:"
    " Another.\n  question: Why?\n"
)
OTHER_AUTHORITY = (
    "\nelsewhere:\n  name: Elsewhere Council\n  short_name: Elsewhere\n  la_code: '998'\n  ons_code: E99000002\n "
    " region: Nowhere\n  illustrative: true\n"
)
AREAS = "  areas:\n    localities: {kind: locality, areas: {north: North}}\n"
# A category of the return, between commas as an area would be: what is named so may be meant.
NAMED = AREAS.replace("north: North", "month: Month")
CHANGES = {
    "areas of which no return of it states anything": (append("params/authorities.yml", AREAS), []),
    "an area that stands in its return": (append("params/authorities.yml", NAMED), ["params/authorities.yml"]),
    "nothing": (lambda root: None, []),
    "a comment among the measures": (append("params/measures.yml", "\n# a note\n"), []),
    "a measure that it does not use": (append("params/measures.yml", OTHER_MEASURE), []),
    "a measure that it uses": (
        lambda root: edit(root / "params/measures.yml", MEASURE, "  label: Assessments on time\n"),
        ["params/measures.yml"],
    ),
    "why a measure's small numbers may be shown": (
        lambda root: edit(root / "params/measures.yml", MEASURE, f"{MEASURE}  small_numbers_shown_because: staff\n"),
        [],
    ),
    "another authority": (append("params/authorities.yml", OTHER_AUTHORITY), []),
    "its authority": (
        lambda root: edit(root / "params/authorities.yml", "region: Nowhere", "region: Somewhere"),
        ["params/authorities.yml"],
    ),
    "a comment in its parameters": (append("params/exampleshire/2024-03-board.yml", "\n# a note\n"), []),
    "its parameters": (
        append("params/exampleshire/2024-03-board.yml", "\nother: 1\n"),
        ["params/exampleshire/2024-03-board.yml"],
    ),
    "parameters that cannot be read": (
        append("params/exampleshire/2024-03-board.yml", "\n{"),
        ["params/exampleshire/2024-03-board.yml"],
    ),
    "a value": (
        lambda root: edit(root / MARCH / "observations.csv", ",,85,170,200,", ",,96,192,200,"),
        [f"{MARCH}/observations.csv"],
    ),
    "a table taken away": (lambda root: (root / MARCH / "targets.csv").unlink(), [f"{MARCH}/targets.csv"]),
    "a section put in": (append(f"{MARCH}/narrative/new.md", "Words.\n"), [f"{MARCH}/narrative/new.md"]),
    "a later month": (later_month, []),
    "saved outputs of the template": (
        notebook(lambda cells: [c.update(outputs=[], execution_count=3) for c in cells if c["cell_type"] == "code"]),
        [],
    ),
    "a cell of the template": (notebook(lambda cells: cells[-1].update(source="x")), ["notebooks/board.ipynb"]),
    "settings that its release did not know": (append("params/areas.yml", "'999':\n  name: X\n"), []),
    "another template": (append("notebooks/scrutiny.ipynb", " "), []),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_counts_as_a_change_of_the_inputs(published, name):
    how, changed = CHANGES[name]
    (edition,) = editions_of(published, *JOB)
    how(published.root)
    assert changed_inputs(published, edition) == changed


def test_what_is_not_kept_any_more_counts_as_changed(published):
    """Without the input as it was, nobody can say that the change is none."""
    (edition,) = editions_of(published, *JOB)
    shutil.rmtree(published.root / "data/archive")
    append("params/measures.yml", "\n# a note\n")(published.root)
    assert changed_inputs(published, edition) == ["params/measures.yml"]


def test_one_line_for_all_that_would_read_differently(published):
    (edition,) = editions_of(published, *JOB)
    assert otherwise_line([RunState(JOB, DIFFERS, edition, ("x",))]) == ""
    said = otherwise_line(
        [RunState(JOB, OTHERWISE, edition), RunState(JOB, OTHERWISE, edition), RunState(JOB, DIFFERS, edition, ("x",))]
    )
    assert (
        said.startswith(f"2 of 3 reports would read differently under today's release {release()};")
        and "\n" not in said
    )
    assert f"still has the number {release()}; give it the next one" in said, (
        "its own release's number does not name today's code"
    )


def test_a_number_that_two_codes_share_is_noticed(published):
    (edition,) = editions_of(published, *JOB)
    assert other_code_of(published, edition) == []
    home = edition.folder.with_name("v2")
    shutil.copytree(edition.folder, home)
    edit(home / "manifest.json", edition.manifest.software.code_sha256, "0" * 64)
    assert other_code_of(published, Edition(home, *JOB, 2)) == [edition.identifier]
    edit(home / "manifest.json", f'"version": "{release()}"', '"version": "9.9.9"')
    assert other_code_of(published, Edition(home, *JOB, 2)) == []
