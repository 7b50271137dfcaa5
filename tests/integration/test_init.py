"""A council's first afternoon: one call, and a report stands there that renders, says what is missing, invents nothing."""

import re
import shutil

import pytest
from clocks import date_at
from conftest import copy_project
from in_process import say
from site_helpers import REPOSITORY

from improvement_reports.authoring.starting import FIRST_MEASURES
from improvement_reports.commands import beginning
from improvement_reports.official.up_to_date import prepare_official_if_changed
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import (
    ChartParameters,
    OwnSection,
    ReportParameters,
    SectionParameters,
    Source,
)
from improvement_reports.workspace.places import Project

MEETING = ("--month", "2026-10", "--meeting", "2026-12-01", "--received", "2026-11-20")


@pytest.fixture(scope="module")
def england_once(tmp_path_factory) -> Project:
    """A project with the official statistics of all authorities, prepared, and the library of measures; only to be
    read.
    """
    project = copy_project(tmp_path_factory.mktemp("england"))
    shutil.copytree(REPOSITORY / "data" / "raw" / "official-statistics", project.raw / "official-statistics")
    for name in ("official.yml", "official_lists.yml", "measure_library.yml", "areas.yml"):
        shutil.copy(REPOSITORY / "params" / name, project.params)
    assert prepare_official_if_changed(project).state == "done"
    return project


@pytest.fixture
def england(england_once, tmp_path) -> Project:
    shutil.copytree(england_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


@pytest.mark.parametrize("kind", ["board", "scrutiny", "cabinet", "inspection"])
def test_the_first_report_is_sound_and_runs(england, monkeypatch, capsys, kind):
    assert say(monkeypatch, england, "init", "rutland", "--kind", kind, *MEETING) == 0
    assert "Written: data/raw/rutland/2026-10" in capsys.readouterr().out
    assert say(monkeypatch, england, "check", "--authority", "rutland") == 0
    assert say(monkeypatch, england, "run", "--authority", "rutland", "--kind", kind) == 0
    assert set(FIRST_MEASURES) <= set(load_measures(england))


def test_figures_of_a_meeting_that_was_came_by_its_day(england, monkeypatch):
    """Their day was today, and the check then refused what had just been begun."""
    monkeypatch.setattr(beginning, "date", date_at("2026-11-27"))
    assert say(monkeypatch, england, "init", "rutland", "--month", "2026-10", "--meeting", "2026-11-10") == 0
    assert "received: 2026-11-10" in (england.raw / "rutland/2026-10/return.yml").read_text().replace('"', "")
    assert say(monkeypatch, england, "check", "--authority", "rutland") == 0


def test_what_is_begun_is_of_last_month_and_came_today(england, monkeypatch, capsys):
    """Unless it is said otherwise; also at the turn of the year."""
    monkeypatch.setattr(beginning, "date", date_at("2027-01-01"))
    assert say(monkeypatch, england, "init", "rutland", "--meeting", "2027-01-20") == 0
    assert "Written: data/raw/rutland/2026-12" in capsys.readouterr().out
    assert "received: 2027-01-01" in (england.raw / "rutland/2026-12/return.yml").read_text().replace('"', "")


def test_a_made_up_council_is_said_to_be_made_up(england, monkeypatch):
    with (england.params / "authorities.yml").open("a", encoding="utf-8") as file:
        file.write(
            "\nmadeupshire:\n  name: Madeupshire Council\n  short_name: Madeupshire\n  la_code: '998'\n"
            "  ons_code: E99000002\n  region: Nowhere\n  illustrative: true\n"
        )
    assert say(monkeypatch, england, "init", "madeupshire", *MEETING) == 0
    assert say(monkeypatch, england, "check", "--authority", "madeupshire") == 0


def test_no_figure_is_invented(england, monkeypatch):
    say(monkeypatch, england, "init", "rutland", *MEETING)
    table = (england.raw / "rutland" / "2026-10" / "observations.csv").read_text().splitlines()
    header = table[0].split(",")
    assert len(table) == 1 + len(FIRST_MEASURES)
    for row in table[1:]:
        cells = dict(zip(header, row.split(","), strict=True))
        assert (cells["value"], cells["numerator"], cells["value_status"]) == ("", "", "not_available")


def test_a_text_that_init_wrote_is_named_once_there_are_figures(england, monkeypatch, capsys):
    say(monkeypatch, england, "init", "rutland", *MEETING)
    said = "narrative/headline.md is as init wrote it, before there were figures"
    say(monkeypatch, england, "check", "--authority", "rutland")
    assert said not in capsys.readouterr().out
    table = england.raw / "rutland" / "2026-10" / "observations.csv"
    table.write_text(table.read_text().replace(",,,,,not_available,", ",81,,,,published,", 1))
    assert say(monkeypatch, england, "check", "--authority", "rutland") == 0
    assert said in capsys.readouterr().out
    (table.parent / "narrative" / "headline.md").write_text("The first of many.")
    say(monkeypatch, england, "check", "--authority", "rutland")
    assert said not in capsys.readouterr().out


def test_every_field_of_the_settings_is_explained(england, monkeypatch):
    say(monkeypatch, england, "init", "rutland", *MEETING)
    report = (england.params / "rutland" / "2026-10-board.yml").read_text()
    returned = (england.raw / "rutland" / "2026-10" / "return.yml").read_text()
    for model, text in (
        (ReportParameters, report),
        (SectionParameters, report),
        (ChartParameters, report),
        (OwnSection, report),
        (Source, returned),
    ):
        for field in model.model_fields:
            assert re.search(rf"\b{field}:", text), f"{field} of {model.__name__} is not explained"


def test_what_is_commented_out_is_right_when_it_is_taken_in(england, monkeypatch):
    say(monkeypatch, england, "init", "rutland", *MEETING)
    path = england.params / "rutland" / "2026-10-board.yml"
    before, sections = path.read_text().split("# sections:")
    path.write_text(before + re.sub(r"^# (?=  |sections:|layout:)", "", "# sections:" + sections, flags=re.MULTILINE))
    priorities = "priority_id,parent_id,title,action_status,impact_status,source_id,locator\n"
    (england.raw / "rutland" / "2026-10" / "priorities.csv").write_text(
        priorities + "1,,Children are seen in time,on_target,at_risk,rutland-2026-10,page 1\n"
    )
    assert say(monkeypatch, england, "check", "--authority", "rutland") == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rutlnd", *MEETING), "is not an authority of England; did you mean rutland?"),
        (("rutlnd",), "is not an authority of England; did you mean rutland?"),
        (("rutland",), "Say --meeting YYYY-MM-DD"),
        (("rutland", "--meeting", "tomorrow"), "--meeting “tomorrow” is not a day; write YYYY-MM-DD"),
        (("rutland", "--meeting", "2026-02-30"), "is not a day"),
        (("rutland", *MEETING, "--month", "October"), "is not a reporting month"),
        (("rutland", *MEETING, "--month", "2027-01"), "cannot have been received on 20 November 2026"),
        (
            ("rutland", *MEETING, "--received", "2026-12-02"),
            "A meeting on 1 December 2026 cannot have figures that came on",
        ),
        (("rutland", *MEETING, "--kind", "profile"), "allowed are board, scrutiny, cabinet or inspection"),
        (("cumbria", *MEETING), "ended on 31 March 2023"),
        (("exampleshire", *MEETING), "new-month exampleshire"),
    ],
)
def test_a_call_that_cannot_be_meant_writes_nothing(england, monkeypatch, capsys, arguments, said):
    before = {p: p.read_bytes() for p in england.root.rglob("*") if p.is_file()}
    assert say(monkeypatch, england, "init", *arguments) == 2
    assert said in capsys.readouterr().err
    assert {p: p.read_bytes() for p in england.root.rglob("*") if p.is_file()} == before


def test_nothing_is_said_of_what_is_not_there(england, monkeypatch):
    """A return without targets has not met them all, and one without priorities has no empty table of them."""
    say(monkeypatch, england, "init", "rutland", *MEETING)
    say(monkeypatch, england, "run", "--authority", "rutland")
    text = (england.draft_folder("rutland", "2026-10", "board") / "report.ipynb").read_text()
    assert "No measure has a target." in text and "The return states no priorities." in text
    assert "meets it" not in text and "Status of each priority" not in text
