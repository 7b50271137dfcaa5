"""What still stands in a return as last month, what it carries over, and statuses in a council's own words."""

import pytest
from small_facts import HOME, MONTH, months_of, raw_of, tables_of

from improvement_reports.domain.rows import typed
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns.carried import carry_over
from improvement_reports.returns.own_words import in_our_words
from improvement_reports.returns.reading import RawReturn
from improvement_reports.returns.since_last import left_from_last_month, missing_measures, stale_words

BEFORE = "2024-01"
PLAN = [
    {"priority_id": "1", "title": "One", "action_status": "on_target", "impact_status": "at_risk"},
    {"priority_id": "2", "title": "Two", "action_status": "completed", "impact_status": "at_risk"},
]


def said(raw: RawReturn, earlier: dict | None = None, **rows) -> list[str]:
    return list(left_from_last_month(raw, tables_of(**rows), [tables_of(BEFORE, **(earlier or {}))], BEFORE))


def test_a_text_that_was_copied_and_not_read_is_named_until_it_is():
    (one, other) = said(raw_of(narrative={"headline": "Words."}, not_yet_read=["headline", "gone"]))
    assert one.startswith("narrative/headline.md was copied from January 2024 and is not yet read")
    assert other.startswith("not_yet_read in return.yml names gone, and there is no narrative/gone.md")
    assert said(raw_of(narrative={"headline": "Words."})) == []


def test_statuses_that_are_all_as_they_were_are_said_and_one_that_moved_is_enough():
    moved = [PLAN[0], PLAN[1] | {"impact_status": "on_target"}]
    raw = raw_of({"priorities": PLAN})
    assert said(raw, {"priorities": PLAN}, priorities=PLAN) == [
        "priorities.csv: every status is as it was in January 2024"
    ]
    assert said(raw, {"priorities": PLAN}, priorities=moved) == []
    assert said(raw_of(), {"priorities": PLAN}, priorities=PLAN) == [], "a return that states none repeats none"


@pytest.mark.parametrize(("due", "is_overdue"), [("2024-03-19", True), ("2024-03-20", False), ("", False)])
def test_a_decision_that_is_overdue_and_still_asked_for(due, is_overdue):
    asked = [{"decision_id": "d1", "title": "More posts", "status": "asked", "due": due}]
    found = said(raw_of({"decisions": asked}), decisions=asked)
    assert [s.startswith("decisions.csv: d1 was to be made by 19 March 2024") for s in found] == [True] * is_overdue
    made = [asked[0] | {"status": "decided"}]
    assert said(raw_of({"decisions": made}), decisions=made) == []


def test_a_measure_that_had_a_value_last_month_and_has_no_row_now_is_missed():
    before = [
        *months_of("a_count", [1], BEFORE),
        *months_of("b_count", [2], BEFORE),
        *months_of("c_count", [3], "2023-12"),
    ]
    before += months_of("d_count", [4], BEFORE, area="north")
    now = months_of("b_count", [""], value_status="not_available")
    missing = missing_measures(tables_of(observations=now)["observations"],
                               tables_of(BEFORE, observations=before)["observations"], raw_of().info, BEFORE)  # fmt: skip
    assert missing == ["a_count"], "b says why it has none, c had none last month, d is of an area"
    (sentence,) = said(raw_of(), {"observations": before}, observations=now)
    assert sentence == "a_count had a value in January 2024 and has none now; add its row to observations.csv"


def test_many_missing_measures_are_one_sentence():
    before = [row for n in range(6) for row in months_of(f"m{n}_count", [n], BEFORE)]
    (sentence,) = said(raw_of(), {"observations": before})
    assert sentence.startswith("6 measures had a value in January 2024 and have none now: m0_count, m1_count")
    assert len(said(raw_of(), {"observations": before[:5]})) == 5


VALUE = '{{ value("cases_count") }}'


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        (f"Cases rose to {VALUE}.", "“rose”, and cases_count went from 12 to 10"),
        (f"Cases fell to {VALUE}.", ""),
        (f"Cases rose, then fell to {VALUE}.", ""),
        (f"Cases are at {VALUE}.", ""),
        (f'Cases rose to {VALUE}, others to {{{{ value("other_count") }}}}.', ""),
        (f'Cases rose to {VALUE} from {{{{ value("cases_count", period="2023-12") }}}}.', ""),
        (f'Cases fell to {VALUE} from {{{{ value("cases_count", period="2023-12") }}}}.', "went from 8 to 10"),
        (f"Referrals rose. Cases are at {VALUE}.", ""),
    ],
)
def test_a_sentence_that_its_own_measure_contradicts(text, is_said):
    """8 in December, 12 in January, 10 in February."""
    tables = tables_of(observations=months_of("cases_count", [8, 12, 10]))
    found = stale_words([("headline.md", text)], tables, HOME, MONTH, BEFORE)
    assert len(found) == bool(is_said)
    assert all(is_said in one for one in found)


def test_a_text_that_names_last_month_is_read_again_and_a_reference_to_it_is_none():
    tables = tables_of(observations=months_of("cases_count", [8, 12, 10]))
    texts = [("a.md", "As in January 2024."), ("b.md", '{{ value("cases_count", category="January 2024") }} was it.')]
    assert stale_words(texts, tables, HOME, MONTH, BEFORE) == [
        "a.md names January 2024, the month before; read it again"
    ]


# What is carried over


def test_a_table_that_is_unchanged_stands_as_the_newest_return_with_any_stated_it():
    """Not as the newest return has it, which stated none; and each row keeps its number and its words."""
    stated = tables_of("2023-11", priorities=PLAN)
    found = carry_over(raw_of(unchanged=["priorities"]), [tables_of("2023-10"), stated, tables_of(BEFORE)])
    assert found.faults == []
    assert found.origins == {"priorities": f"{HOME}/2023-11/priorities.csv"}
    assert found.files["priorities"] == "../2023-11/priorities.csv"
    table = found.tables["priorities"]
    assert table.index.tolist() == [2, 3]
    assert table["action_status"].tolist() == ["on_target", "completed"]
    again = typed(RETURN_TABLES["priorities"], table, found.origins["priorities"], found.lacks.get("priorities", ()))
    assert again["row_sha256"].tolist() == stated["priorities"]["row_sha256"].tolist(), "the record is that of before"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (raw_of(unchanged=["observations"]), "“observations” is not a table that can stay as it was"),
        (raw_of({"priorities": PLAN}, unchanged=["priorities"]), "priorities.csv states it anew; take one of them out"),
        (raw_of(unchanged=["milestones"]), "no earlier return has any; add the table, or take the word out"),
    ],
)
def test_what_cannot_be_carried_is_a_fault(raw, problem):
    found = carry_over(raw, [tables_of(BEFORE, priorities=PLAN)])
    (fault,) = found.faults
    assert fault.where == "return.yml, unchanged" and problem in fault.what
    assert found.tables.keys() == raw.tables.keys()


def test_a_return_that_says_nothing_of_it_carries_nothing():
    raw = raw_of()
    assert carry_over(raw, [tables_of(BEFORE, priorities=PLAN)]) is raw


# In a council's own words


def test_a_word_of_the_council_is_read_as_it_means_and_kept_as_it_stands():
    theirs = [PLAN[0] | {"action_status": "On course"}, PLAN[1] | {"action_status": "Whatever"}]
    raw = raw_of({"priorities": theirs})
    found = in_our_words(raw, {"On course": ("on_target",)})
    assert found.tables["priorities"]["action_status"].tolist() == ["on_target", "Whatever"], "no word is guessed"
    assert found.said == {"priorities": {"action_status": ["On course", "Whatever"]}}
    assert raw.tables["priorities"]["action_status"].tolist() == ["On course", "Whatever"], "as it was"


def test_a_return_in_our_words_alone_is_not_changed():
    raw = raw_of({"priorities": PLAN})
    assert in_our_words(raw, {}) is raw
    assert in_our_words(raw, {"On course": ("on_target",)}).said == {}
