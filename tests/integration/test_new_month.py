"""Every month after the first: what carries over is there, what must be new is blank, what is copied is named."""

import csv
import json

import pytest
from in_process import say

from improvement_reports.authoring.new_month import Next, begin, moved_on
from improvement_reports.domain.errors import InvalidInput
from improvement_reports.editions.edition import editions_of
from improvement_reports.editions.soundness import sound
from improvement_reports.returns.prepare import check_return
from improvement_reports.runs.inputs import used_inputs

CALL = ("new-month", "exampleshire", "--meeting", "2024-05-20", "--received", "2024-05-08")
APRIL = Next("exampleshire", "2024-04", "2024-05-08", "2024-05-20")


def rows(path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path, found: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(found[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(found)


def filled_in(project) -> None:
    """April with the values of March, as a person would fill them in."""
    home = project.raw / "exampleshire"
    last = {(r["measure_id"], r["area"], r["category"]): r for r in rows(home / "2024-03" / "observations.csv")}
    now = rows(home / "2024-04" / "observations.csv")
    for row in now:
        before = last[row["measure_id"], row["area"], row["category"]]
        row |= {c: before[c] for c in ("value", "numerator", "denominator", "value_status")}
    write(home / "2024-04" / "observations.csv", now)
    # Last month's text speaks of a claim of last month's document, which `check` names; the document of April has none.
    (home / "2024-04" / "narrative" / "data-notes.md").write_text("No number of the document was recomputed.\n")


@pytest.fixture
def april(project):
    begin(project, APRIL)
    return project


def test_values_are_blank_and_the_check_asks_for_them(april):
    folder = april.raw / "exampleshire" / "2024-04"
    found = rows(folder / "observations.csv")
    assert found and all(r["value"] == r["numerator"] == r["denominator"] == "" for r in found)
    assert {r["period"] for r in found} == {"2024-04"}
    with pytest.raises(InvalidInput, match="is empty although value_status is published"):
        check_return(april, folder)


def test_what_had_no_value_still_says_why(project):
    path = project.raw / "exampleshire" / "2024-03" / "observations.csv"
    found = rows(path)
    changed = next(r for r in found if r["measure_id"] == "staff_turnover_pct" and r["period"] == "2024-03")
    changed |= {"value": "", "numerator": "", "denominator": "", "value_status": "not_available"}
    write(path, found)
    begin(project, APRIL)
    now = {
        r["measure_id"]: r["value_status"] for r in rows(project.raw / "exampleshire" / "2024-04" / "observations.csv")
    }
    assert (now["staff_turnover_pct"], now["audits_good_pct"]) == ("not_available", "published")


def test_statuses_of_last_month_are_those_before(april):
    for row in rows(april.raw / "exampleshire" / "2024-04" / "priorities.csv"):
        assert row["previous_action_status"] == row["action_status"]


OF_MARCH = "board-2024-03,Page 2"
DECISIONS = f"""decision_id,text,due,recommended,status,taken,source_id,locator
hub,Open a second hub.,2024-04-03,a,asked,,{OF_MARCH}
pay,Pay a supplement.,,,deferred,,{OF_MARCH}
old,Buy a new system.,,,decided,b,{OF_MARCH}
"""
OPTIONS = f"""decision_id,option_id,text,source_id,locator
hub,a,In the north.,{OF_MARCH}
old,b,Wait a year.,{OF_MARCH}
"""
STEPS = f"""action_id,text,status,success_measure,outcome,source_id,locator
visits,Visit each team.,in_progress,Each team is visited.,Two were visited.,{OF_MARCH}
"""


def test_decisions_come_along_until_they_are_made_and_what_came_of_a_step_does_not(project, monkeypatch, capsys):
    folder = project.raw / "exampleshire" / "2024-03"
    for name, text in (("decisions", DECISIONS), ("options", OPTIONS), ("actions", STEPS)):
        (folder / f"{name}.csv").write_text(text)
    begin(project, APRIL)
    now = folder.with_name("2024-04")
    assert [(r["decision_id"], r["status"]) for r in rows(now / "decisions.csv")] == [
        ("hub", "asked"),
        ("pay", "deferred"),
    ]
    assert [r["decision_id"] for r in rows(now / "options.csv")] == ["hub"]
    (step,) = rows(now / "actions.csv")
    assert (step["success_measure"], step["outcome"]) == ("Each team is visited.", "")
    filled_in(project)
    say(monkeypatch, project, "check", "--month", "2024-04")
    said = capsys.readouterr().out
    assert "decisions.csv: hub was to be made by 3 April 2024 and is still asked for" in said and "pay was" not in said


def test_the_report_file_moves_on_with_its_month(april):
    text = (april.params / "exampleshire" / "2024-04-board.yml").read_text()
    assert 'month: "2024-04"' in text and "progress to April 2024" in text and 'date: "2024-05-20"' in text
    assert "2024-03" not in text and "March" not in text


def test_periods_of_references_move_on_and_fixed_points_stay():
    text = '{{ value("a", period="2024-02") }} {{ value("a", period="2024-03") }} {{ value("a", period="2023-06") }}'
    now = '{{ value("a", period="2024-03") }} {{ value("a", period="2024-04") }} {{ value("a", period="2023-06") }}'
    assert moved_on(text, "2024-03", "2024-04") == now
    assert moved_on(text.replace('"', '\\"'), "2024-03", "2024-04") == now.replace('"', '\\"')


def test_the_check_names_what_still_stands_as_last_month(april, monkeypatch, capsys):
    filled_in(april)
    assert say(monkeypatch, april, "check", "--month", "2024-04") == 0
    said = capsys.readouterr().out
    assert "narrative/headline.md was copied from March 2024 and is not yet read" in said
    assert "milestones stand as they were last stated in March 2024" in said
    assert "priorities.csv: every status is as it was in March 2024" in said


def test_a_measure_that_is_gone_is_named(april, monkeypatch, capsys):
    filled_in(april)
    path = april.raw / "exampleshire" / "2024-04" / "observations.csv"
    write(path, [r for r in rows(path) if r["measure_id"] != "audits_good_pct"])
    say(monkeypatch, april, "check", "--month", "2024-04")
    assert "audits_good_pct had a value in March 2024 and has none now" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("headline", "said"),
    [
        (
            'Fewer were in time: {{ value("assessments_in_time_pct") }}.',
            "“Fewer”, and assessments_in_time_pct went from",
        ),
        ("As in March the plan goes on.", ""),
        ("The plan of March 2024 goes on.", "names March 2024, the month before"),
        ('More were in time: {{ value("assessments_in_time_pct") }}.', ""),
    ],
)
def test_words_that_no_longer_fit_are_named(april, monkeypatch, capsys, headline, said):
    filled_in(april)
    folder = april.raw / "exampleshire" / "2024-04"
    now = rows(folder / "observations.csv")
    for row in now:
        if row["measure_id"] == "assessments_in_time_pct":
            row |= {"value": "90", "numerator": "90", "denominator": "100"}
    write(folder / "observations.csv", now)
    if "March 2024" in headline:  # a number is refused in a text, so a year stands only where the settings may have one
        path = april.params / "exampleshire" / "2024-04-board.yml"
        path.write_text(path.read_text().replace("progress to April 2024", "progress since March 2024"))
    else:
        (folder / "narrative" / "headline.md").write_text(headline + "\n")
    say(monkeypatch, april, "check", "--month", "2024-04")
    captured = capsys.readouterr()
    out = captured.out
    assert "2024-04: no faults" in out, captured.err
    assert (said in out) if said else ("headline.md says" not in out)


def test_a_report_shows_what_is_unchanged_with_the_month_that_stated_it(april, monkeypatch):
    filled_in(april)
    assert say(monkeypatch, april, "run", "--month", "2024-04") == 0
    draft = april.draft_folder("exampleshire", "2024-04", "board")
    figures = json.loads((draft / "figures.json").read_text())
    text = json.dumps(figures, ensure_ascii=False)
    assert "as last stated in March 2024" in text
    assert "exampleshire/2024-03/milestones.csv" in text and "exampleshire/2024-04/milestones.csv" not in text


def test_an_edition_whose_tables_stand_unchanged_is_sound_and_verified(april, monkeypatch, capsys):
    filled_in(april)
    path = april.raw / "exampleshire" / "2024-04" / "return.yml"
    path.write_text(path.read_text().split("not_yet_read:\n")[0] + "not_yet_read:\n")
    assert say(monkeypatch, april, "publish", "exampleshire", "2024-04", "board") == 0
    edition = editions_of(april, "exampleshire", "2024-04", "board")[-1]
    assert {"data/raw/exampleshire/2024-03/targets.csv", "data/raw/exampleshire/2024-03/framework.csv"} <= set(
        edition.manifest.inputs
    )
    sound(april, edition)
    assert say(monkeypatch, april, "verify", edition.identifier) == 0


def test_a_carried_table_is_an_input_even_where_no_figure_shows_its_rows():
    """Its rows stand in the edition's data, so an auditor finds the file that states them among its inputs."""
    names = [f"data/raw/exampleshire/{file}" for file in ("2024-03/notes.csv", "2024-03/claims.csv", "2024-04/a.csv")]
    used = used_inputs(names, "exampleshire", "2024-04", [], ["exampleshire/2024-03/notes.csv"])
    assert used == [names[0], names[2]]


def test_what_nobody_has_read_is_not_published(april, monkeypatch, capsys):
    filled_in(april)
    assert say(monkeypatch, april, "publish", "exampleshire", "2024-04", "board") == 2
    assert "not yet read" in capsys.readouterr().err
    path = april.raw / "exampleshire" / "2024-04" / "return.yml"
    path.write_text(path.read_text().split("not_yet_read:\n")[0])
    assert say(monkeypatch, april, "publish", "exampleshire", "2024-04", "board") == 0


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("priorities", "priorities.csv states it anew"),
        ("inspections", "is not a table that can stay as it was"),
        ("milestone", "did you mean “milestones”"),
        ("conditions", "no earlier return has any"),
    ],
)
def test_a_table_that_cannot_stand_as_it_was(april, word, said):
    folder = april.raw / "exampleshire" / "2024-04"
    path = folder / "return.yml"
    path.write_text(path.read_text().replace("unchanged:\n", f"unchanged:\n- {word}\n"))
    filled_in(april)
    with pytest.raises(InvalidInput, match=said):
        check_return(april, folder)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("new-month", "exampelshire"), "did you mean exampleshire?"),
        (("new-month", "exampleshire"), "Say --meeting YYYY-MM-DD"),
        ((*CALL, "--month", "2024-03"), "has a return of March 2024"),
        ((*CALL, "--copy", "priorities,bananas"), "allowed are priorities"),
        (
            ("new-month", "exampleshire", "--meeting", "2024-05-20", "--received", "2024-03-08"),
            "cannot have been received",
        ),
        ((*CALL, "--received", "2024-05-21"), "cannot have figures that came on 21 May 2024"),
        (("new-month", "exampleshire", "--meeting", "soon"), "--meeting “soon” is not a day"),
    ],
)
def test_a_call_that_cannot_be_meant_writes_nothing(project, monkeypatch, capsys, arguments, said):
    before = {p: p.read_bytes() for p in project.root.rglob("*") if p.is_file()}
    assert say(monkeypatch, project, *arguments) == 2
    assert said in capsys.readouterr().err
    assert {p: p.read_bytes() for p in project.root.rglob("*") if p.is_file()} == before


def test_a_return_with_faults_is_no_start(project, monkeypatch, capsys):
    path = project.raw / "exampleshire" / "2024-03" / "observations.csv"
    path.write_text(path.read_text().replace("assessments_in_time_pct", "bananas_pct"))
    assert say(monkeypatch, project, *CALL) == 2
    assert "bananas_pct" in capsys.readouterr().err
    assert not (project.raw / "exampleshire" / "2024-04").exists()
