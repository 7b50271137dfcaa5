"""The second answer of verify: what today's code gives, and why that is something else."""

import copy

import pytest
from damage import edit

from improvement_reports.domain.errors import UserError
from improvement_reports.editions import today
from improvement_reports.editions.edition import editions_of
from improvement_reports.editions.inputs import places_of
from improvement_reports.runs.published_notebook import read_notebook
from improvement_reports.workspace.releases import release

JOB = ("exampleshire", "2024-03", "board")


@pytest.fixture
def asked(published, monkeypatch):
    """Ask about the edition with what each run gives in turn: a notebook, or a refusal."""
    (edition,) = editions_of(published, *JOB)
    book = read_notebook(edition.folder)
    monkeypatch.setattr(today, "is_todays", lambda code: False)

    def ask(*gives, own=None):
        turns, used = iter(gives), []

        def run(_, places, __):
            used.append(places)
            found = next(turns)
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(today, "_run_today", run)
        places, _ = places_of(published, edition)
        return today.ask_today(published, edition, places, {}, book, own if own is not None else book), used

    return ask, book


def worded(book, new: str):
    other = copy.deepcopy(book)
    cell = next(c for c in other.cells if c.cell_type == "markdown")
    cell.source += f"\n\n{new}"
    return other


def test_the_same(asked):
    ask, book = asked
    found, _ = ask(book)
    assert found.state == today.SAME and found.sentence == f"today's code (release {release()}) gives the same"


def test_a_difference_is_the_release_s_unless_its_own_code_gives_it_as_well(asked):
    ask, book = asked
    found, _ = ask(worded(book, "Better words."))
    assert (
        found.state == today.OTHERWISE
        and [d.now for d in found.differences] == ["Better words."]
        and "reads differently in 1 place," in found.sentence
    )
    by_libraries, _ = ask(worded(book, "Other words."), own=worded(book, "Other words."))
    assert by_libraries.why.startswith("other libraries (") and "none that is recorded" in by_libraries.why
    both, _ = ask(worded(worded(book, "Other words."), "Better words."), own=worded(book, "Other words."))
    assert {d.now: d.why.startswith("other libraries") for d in both.differences} == {
        "Other words.": True,
        "Better words.": False,
    }


def test_settings_that_are_not_accepted_any_more_are_todays_and_the_data_stay(asked, published):
    ask, book = asked
    edit(published.params / "measures.yml", "  label: Assessments in time\n", "  label: Assessments on time\n")
    edit(published.root / "data/raw/exampleshire/2024-03/observations.csv", ",,85,170,200,", ",,96,192,200,")
    found, used = ask(UserError("params/measures.yml has a fault"), book)
    assert (found.state, found.settings) == (today.SAME, ["params/measures.yml"])
    assert "with today's params/measures.yml as it does not accept the recorded ones, gives the same" in found.sentence
    changed = {name for name in used[1] if used[0].get(name) != used[1][name]}
    assert changed == {"params/measures.yml"}, "not the row that was changed in data/raw"


def test_what_is_refused_with_any_settings_is_said(asked, published):
    ask, _ = asked
    found, used = ask(UserError("observations.csv has a fault. " * 50))
    assert found.state == today.REFUSED and len(used) == 1, "its settings are today's already"
    assert "does not run it: observations.csv has a fault." in found.sentence and len(found.sentence) < 400 < len(
        found.why
    )
    edit(published.params / "measures.yml", "  label: Assessments in time\n", "  label: Assessments on time\n")
    again, used = ask(UserError("first"), UserError("second"))
    assert again.state == today.REFUSED and again.why == "first" and len(used) == 2
