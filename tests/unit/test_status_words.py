"""A council's own words for statuses: what each means where, and what is said of words that mean nothing."""

import pytest

from improvement_reports.domain.status_words import allowed_words, meaning, rag_problem, unknown_word, word_problem
from improvement_reports.domain.vocabulary import ActionState, ConditionState, Status

WORDS = {
    "Amber": ("at_risk", "delayed"),
    "Complete, awaiting sign-off": ("in_progress",),
    "not started": ("planned", "scheduled"),
}


@pytest.mark.parametrize(
    ("word", "vocabulary", "status"),
    [
        ("Amber", Status, "at_risk"),
        (" AMBER ", ActionState, "delayed"),
        ("Amber", ConditionState, ""),
        ("complete, awaiting SIGN - off", ConditionState, "in_progress"),
        ("complete, awaiting sign-off", Status, ""),
        ("Not started", ConditionState, "scheduled"),
        ("red", Status, ""),
    ],
)
def test_a_word_means_the_status_of_its_column(word, vocabulary, status):
    assert meaning(word, WORDS, vocabulary) == status


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"Amber": ("at_risk",), "amber ": ("delayed",)}, "“Amber” and “amber ” are one word; keep one of them"),
        ({"Amber": ("at_risk", "on_target")}, "“Amber” cannot mean both at_risk and on_target; keep one of them"),
        ({"Delayed": ("planned",)}, "“Delayed” is a status itself and can mean no other; take it out"),
        ({"Completed": ("completed",)}, ""),
        (WORDS, ""),
    ],
)
def test_what_a_list_of_words_cannot_say(words, said):
    assert word_problem(words) == said


def test_a_meaning_that_is_no_status_is_named_with_those_that_are():
    said = word_problem({"Amber": ("at_riks",)})
    assert said.startswith("“Amber”: “at_riks” is no status; did you mean “at_risk”?; allowed are on_target, at_risk,")


def test_an_unknown_word_is_named_with_ours_and_the_councils():
    said = unknown_word("Ambre", WORDS, ActionState)
    assert "did you mean “Amber”?" in said
    assert said.endswith(
        "allowed are completed, in_progress, planned, delayed, and in the council's own words Amber, Complete,"
        " awaiting sign-off, not started"
    )
    assert "gives it a meaning, but none of these" in unknown_word("Amber", WORDS, ConditionState)
    assert "say in status_words of params/authorities.yml" in unknown_word("Amber", {}, Status)
    assert "status_words" not in unknown_word("done", {}, ActionState)
    assert allowed_words(WORDS, Status) == ["Amber"]


def test_a_rating_is_a_colour_or_a_word_of_the_settings():
    assert [rag_problem(w, WORDS) for w in ("Red", "purple", "NOT STARTED")] == ["", "", ""]
    assert rag_problem("ambr", {}).startswith("is no RAG rating; did you mean “amber”?; allowed are red, amber,")


def test_own_words_may_stand_wherever_a_status_does():
    from improvement_reports.returns.own_words import STATUS_COLUMNS

    assert {name: len(columns) for name, columns in STATUS_COLUMNS.items()} == {
        "priorities": 4,
        "actions": 1,
        "conditions": 1,
    }
