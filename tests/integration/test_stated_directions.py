"""Directions that a paper states itself stand beside ours, as its own words and without our colours."""

import re

import pytest
from lxml import html

from improvement_reports.facts.stated import BETTER, WORSE, stated_of
from improvement_reports.report import open_report
from improvement_reports.sections.first_screen import first_screen
from improvement_reports.sections.measures import key_measures, named_measures, other_measures_table


@pytest.fixture(scope="module")
def paper(real_once):
    """Gloucestershire's paper of April 2021, which states twelve directions in words."""
    return open_report("gloucestershire", "2021-04", "board", real_once)


def cells(paper) -> list:
    """The cells of all tables of measures and of the first screen in which a stated direction stands."""
    texts = [named_measures(paper, key).text for key in paper.params.sections]
    texts += [first_screen(paper).text, key_measures(paper).text, other_measures_table(paper)]
    roots = [html.fragment_fromstring(str(text), create_parent="div") for text in texts]
    return [cell for root in roots for cell in root.iter("td", "th") if "as the paper states it" in cell.text_content()]


def test_every_direction_that_the_paper_states_is_shown(paper):
    rows = paper.facts.tables["observations"]
    stated = {(r["measure_id"], r["period"]) for _, r in rows.iterrows() if stated_of(r)}
    assert len(stated) == 12
    shown = {a.get("data-figure") for cell in cells(paper) for a in cell.iter("a")}
    missing = [
        m
        for m, period in stated
        if not any(f and f.startswith(f"{m}.{period}") and "stated-direction" in f for f in shown)
    ]
    assert missing == []


def test_their_words_have_no_symbol_and_no_colour(paper):
    for cell in cells(paper):
        (words,) = [e for e in cell.iter("span") if e.text_content().startswith("as the paper states it")]
        assert not [e for e in words.iter() if "state-" in (e.get("class") or "")]
        assert re.fullmatch(
            r"as the paper states it( for [\w ]+)?: (better|worse|rising|falling|steady)", words.text_content()
        )


def test_a_direction_of_an_earlier_month_says_so(paper):
    (at,) = [a for a in paper.facts.main_positions() if a.measure_id == "icpc_in_time_pct"]
    figure, when = paper.facts.stated_direction(at)
    assert (figure.published, when, figure.period) == ("better", "March 2021", "2021-03")


def test_what_an_earlier_paper_stated_is_not_said_again(real_once):
    later = open_report("gloucestershire", "2022-11", "scrutiny", real_once)
    for at in later.facts.main_positions():
        found = later.facts.stated_direction(at)
        assert found is None or found[0].inputs[0].file.startswith("gloucestershire/2022-11")


def test_the_verdict_counts_them_by_the_side_that_is_better(paper):
    effects = {way: {r["measure_id"] for r in rows} for way, rows in paper.facts.stated_effects().items()}
    assert "rereferrals_pct" in effects[WORSE]  # rising, where lower is better
    assert "repeat_child_protection_plans_pct" in effects[BETTER]  # falling, where lower is better
    assert not {"children_in_care_count", "children_in_care_previous_level_count"} & (effects[BETTER] | effects[WORSE])
    assert (len(effects[BETTER]), len(effects[WORSE])) == (5, 5)
    words = " ".join(html.fromstring(str(first_screen(paper).text)).text_content().split())
    assert "the paper itself calls 5 values better and 5 worse" in words
