"""The statuses of priorities through the months: since when, gaps, doubt, and what is done without effect."""

import pandas as pd
import pytest

from improvement_reports.method.status_history import EFFECT, STEPS, done_without_effect, status_histories, with_status

LETTERS = {"t": "on_target", "r": "at_risk", "x": "compromised", "c": "completed", "-": ""}


def returned(month: str, statuses: dict[str, str], doubted: str = ""):
    """A return with priorities: two letters each, steps and effect."""
    rows = [
        {"priority_id": key, "title": f"Title {key}", "action_status": LETTERS[a], "impact_status": LETTERS[i]}
        for key, (a, i) in statuses.items()
    ]
    notes = [{"note_id": f"{doubted}-statuses", "kind": "ambiguity", "priority_id": doubted}] if doubted else []
    return month, {
        "priorities": pd.DataFrame(rows, columns=["priority_id", "title", "action_status", "impact_status"]),
        "notes": pd.DataFrame(notes, columns=["note_id", "kind", "priority_id"]),
    }


def months(*of_one: str, first: int = 1, **options):
    return [returned(f"2024-{n:02}", {"1": letters}) for n, letters in enumerate(of_one, start=first) if letters]


def history(which, returns):
    return next(h for h in status_histories(returns) if h.which == which)


@pytest.mark.parametrize(
    ("given", "since", "length"),
    [
        (("tx", "tr", "tr"), "2024-02", 2),
        (("tr", "tr", "tr"), None, 3),  # as far as it is known, always
        (("tx", "tx", "tr"), "2024-03", 1),
        (("tr", "tx", "tr"), "2024-03", 1),
        (("tr", "", "tr", "tr"), "2024-03", 2),  # a month without a return ends what is known
        (("tr", "t-", "tr"), "2024-03", 1),
    ],
)
def test_since_when_a_status_is_what_it_is(given, since, length):
    found = history(EFFECT, months(*given))
    assert (found.since, len(found.run)) == (since, length)


def test_months_without_a_return_are_gaps():
    found = history(STEPS, months("tr", "", "tr", "tr"))
    assert [(at.month, at.status) for at in found.stated][1] == ("2024-02", None)
    assert len(found.stated) == 4


def test_quarterly_reports_have_no_gaps_between_them():
    given = [returned(m, {"1": "tr"}) for m in ("2024-03", "2024-06", "2024-09")]
    assert [at.month for at in history(STEPS, given).stated] == ["2024-03", "2024-06", "2024-09"]


@pytest.mark.parametrize("given", [(), ("tr",), ("tr", "tx"), ("tr", "tr", "--")])
def test_two_months_or_a_newest_without_statuses_are_no_history(given):
    assert status_histories(months(*given)) == []


def test_at_most_two_years_are_shown():
    given = [returned(f"{2022 + n // 12}-{n % 12 + 1:02}", {"1": "tr"}) for n in range(30)]
    stated = history(STEPS, given).stated
    assert (len(stated), stated[0].month, stated[-1].month) == (24, "2022-07", "2024-06")


def test_a_status_in_doubt_has_no_run_and_ends_one():
    in_newest = [*months("tr", "tr"), returned("2024-03", {"1": "tr"}, doubted="1")]
    assert (history(EFFECT, in_newest).run, history(EFFECT, in_newest).since) == ((), None)
    before = [returned("2024-01", {"1": "tr"}, doubted="1"), *months("tr", "tr", first=2)]
    assert history(EFFECT, before).since == "2024-02"


def test_priorities_are_those_of_the_newest_plan():
    given = [*months("tr", "tr"), returned("2024-03", {"2": "tx", "1": "tr"})]
    found = status_histories(given)
    assert [(h.priority_id, h.which) for h in found] == [("2", STEPS), ("2", EFFECT), ("1", STEPS), ("1", EFFECT)]
    assert [at.status is None for at in found[0].stated] == [True, True, False]


def test_how_many_had_a_status_in_a_month_without_those_in_doubt():
    given = [returned("2024-01", {"1": "tx", "2": "tx"}, doubted="2"), *months("tr", "tr", first=2)]
    given[-1] = returned("2024-03", {"1": "tr", "2": "tx"})
    found = status_histories(given)
    assert [r["priority_id"] for r in with_status(found, EFFECT, "compromised", "2024-01")] == ["1"]
    assert [r["priority_id"] for r in with_status(found, EFFECT, "compromised", "2024-03")] == ["2"]


def test_the_longest_that_was_done_without_effect():
    given = [
        returned("2024-01", {"1": "cr", "2": "tr"}),
        returned("2024-02", {"1": "cr", "2": "cr"}),
        returned("2024-03", {"1": "cr", "2": "cx"}),
    ]
    steps, effect = done_without_effect(status_histories(given))
    assert (steps.priority_id, len(steps.run), effect.now.status.value) == ("1", 3, "at_risk")
    assert done_without_effect(status_histories(months("ct", "cc", "ct"))) is None
