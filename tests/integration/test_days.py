"""The day of an edition is a day in England, and one that can be meant."""

import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from conftest import ROOT

from improvement_reports.domain.errors import UserError
from improvement_reports.editions.citing import edition_citation
from improvement_reports.editions.days import checked_moment, day_of_stamp, stamp
from improvement_reports.editions.downloads import files as edition_files
from improvement_reports.editions.edition import newest_edition
from improvement_reports.editions.figure import find_figure, way_back
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.editions.publish import publish
from improvement_reports.pages.edition import day_of
from improvement_reports.runs.draft import write_draft
from improvement_reports.workspace.places import Project

MARCH = ("exampleshire", "2024-03", "board")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2024-05-31T22:59:59Z", "2024-05-31"),
        ("2024-05-31T23:00:00Z", "2024-06-01"),
        ("2024-05-31T23:30:00Z", "2024-06-01"),
        ("2024-12-31T23:59:59Z", "2024-12-31"),
        ("2024-06-30T23:00:00Z", "2024-07-01"),
        ("2024-02-29T00:00:00Z", "2024-02-29"),
        # The clocks go forward on the last Sunday of March and back on the last of October, at one o'clock UTC.
        ("2024-03-30T23:59:59Z", "2024-03-30"),
        ("2024-03-31T23:00:00Z", "2024-04-01"),
        ("2024-10-26T23:00:00Z", "2024-10-27"),
        ("2024-10-27T23:59:59Z", "2024-10-27"),
    ],
)
def test_the_day_is_the_day_in_england(moment, day):
    assert day_of_stamp(moment) == day


def test_time_zones_are_there_on_every_system():
    entry = re.search(r"^tzdata==[^\n]*", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert entry and ";" not in entry[0]  # on every platform


def test_no_day_is_cut_out_of_a_moment():
    """A moment is turned into a day in one place only."""
    cut = re.compile(r"(?<!date_)published\[:1?\d\]|published\.split\(|published\.partition\(")
    assert [
        p.name
        for p in sorted((ROOT / "improvement_reports").rglob("*.py"))
        if cut.search(p.read_text(encoding="utf-8"))
    ] == []


@pytest.fixture(scope="module")
def after_midnight(board, tmp_path_factory):
    """The report of March, published at half past midnight on 1 June in England."""
    folder = tmp_path_factory.mktemp("midnight")
    shutil.copytree(board.project.root, folder, dirs_exist_ok=True)
    project = Project(folder)
    write_draft(project, MARCH)
    publish(project, *MARCH, now=datetime(2024, 5, 31, 23, 30, tzinfo=UTC))
    return project


def test_whatever_says_when_an_edition_was_published_says_that_day(after_midnight):
    edition = newest_edition(after_midnight, *MARCH)
    assert edition.manifest.published == "2024-05-31T23:30:00Z"
    facts = edition_files.edition_facts(edition.manifest, "The publisher")
    assert (day_of(edition), facts.date_published) == ("1 June 2024", "2024-06-01")
    assert "published 1 June 2024" in edition_citation(edition)
    assert "published 1 June 2024" in way_back(
        find_figure(after_midnight, "exampleshire/2024-03/board#rereferrals_pct.2024-03"), False
    )
    for name in ("ro-crate-metadata.json", "datapackage.json"):
        text = (edition.folder / name).read_text(encoding="utf-8")
        assert "2024-06-01" in text and "2024-05-31" not in re.sub(r'"dateModified": "[^"]*"', "", text)


def test_a_manifest_with_no_moment_cannot_be_read(after_midnight, tmp_path):
    shutil.copytree(after_midnight.root, tmp_path, dirs_exist_ok=True)
    edition = newest_edition(Project(tmp_path), *MARCH)
    path = edition.folder / MANIFEST
    for wrong in ("2024-05-31", "2024-13-31T23:30:00Z", "yesterday"):
        path.write_text(
            re.sub(r'"published": "[^"]*"', f'"published": "{wrong}"', path.read_text(encoding="utf-8")),
            encoding="utf-8",
        )
        with pytest.raises(UserError, match="cannot be read"):
            _ = newest_edition(Project(tmp_path), *MARCH).manifest


# A clock that is wrong


class Newest:
    identifier = "exampleshire/2024-02/board/v1"

    def __init__(self, published: str):
        self.manifest = type("Manifest", (), {"published": published})


NOON = datetime(2024, 4, 17, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "newest", "words"),
    [
        (
            datetime(1999, 1, 1, 12, 0, tzinfo=UTC),
            None,
            "says 12:00 on 1 January 1999, which is before its return was received (17 April 2024); set the clock",
        ),
        (NOON - timedelta(hours=13, seconds=1), None, "says 23:59 on 16 April 2024, which is before its return"),
        (
            NOON + timedelta(days=30),
            "2024-06-30T12:00:00Z",
            "before exampleshire/2024-02/board/v1 was published (30 June 2024)",
        ),
        (
            NOON - timedelta(seconds=1),
            stamp(NOON),
            "before exampleshire/2024-02/board/v1 was published (17 April 2024)",
        ),
        (datetime(2045, 1, 1, tzinfo=UTC), None, "more than 20 years after its return was received (17 April 2024)"),
        (
            datetime(2099, 1, 1, tzinfo=UTC),
            "2024-06-30T12:00:00Z",
            "more than 20 years after exampleshire/2024-02/board/v1 was published",
        ),
    ],
)
def test_a_wrong_clock_publishes_nothing(now, newest, words):
    with pytest.raises(UserError) as caught:
        checked_moment(now, "2024-04-17", _of(newest))
    said = str(caught.value)
    assert said.startswith("Nothing was published: the clock of this machine ") and said.endswith("then publish again.")
    assert words in said


def _of(newest: str | None):
    return Newest(newest) if newest else None


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        (NOON, None),
        (NOON, stamp(NOON)),
        (NOON - timedelta(hours=13), None),
        (datetime(2044, 12, 31, tzinfo=UTC), None),
        (NOON, "2020-01-01T00:00:00Z"),
    ],
)
def test_a_clock_that_can_be_right_publishes(now, newest):
    assert checked_moment(now, "2024-04-17", _of(newest)) == now


def test_a_return_that_came_in_at_some_time_of_a_month():
    assert checked_moment(NOON, "2024-04", None) == NOON


def test_publish_asks_the_clock(board, tmp_path):
    shutil.copytree(board.project.root, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    write_draft(project, MARCH)
    with pytest.raises(UserError, match="before its return was received"):
        publish(project, *MARCH, now=datetime(1999, 1, 1, tzinfo=UTC))
    assert not project.page_folder(*MARCH).exists()
