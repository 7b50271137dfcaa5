"""The golden thread: from a recommendation to what answers it, over the returns of an authority."""

import pandas as pd
import pytest

from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.method.thread import threads

NAMES = ("recommendations", "inspections", "links", "actions", "priorities")


def tables(**rows) -> dict[str, pd.DataFrame]:
    """Tables of the given rows (dictionaries); cells that are not given are empty."""
    return {
        name: pd.DataFrame(
            [{c: "" for c in RETURN_TABLES[name].column_names} | row for row in rows.get(name, [])],
            columns=list(RETURN_TABLES[name].column_names),
        )
        for name in NAMES
    }


def recommendation(key: str, inspection="visit", number=1.0, **more) -> dict:
    return {"recommendation_id": key, "inspection_id": inspection, "number": number, **more}


def inspection(key="visit", date="2020-10-06", **more) -> dict:
    return {"inspection_id": key, "date": date, **more}


def link(key: str, priority="", measure="") -> dict:
    return {
        "link_id": f"{key}-{priority}-{measure}",
        "recommendation_id": key,
        "priority_id": priority,
        "measure_id": measure,
    }


def ids(found) -> list[str]:
    return [t.recommendation["recommendation_id"] for t in found]


ASKED = tables(recommendations=[recommendation("r1"), recommendation("r2", number=2.0)], inspections=[inspection()])


def test_a_recommendation_is_answered_by_a_later_return():
    later = tables(
        links=[link("r1", "p1"), link("r1", measure="m1"), link("r1", "p1", "m2")],
        actions=[{"action_id": "a1", "recommendation_id": "r1"}, {"action_id": "a2", "recommendation_id": ""}],
        priorities=[{"priority_id": "p1", "title": "See children"}, {"priority_id": "p2"}],
    )
    first, second = threads([("2020-10", ASKED), ("2021-04", later)])
    (answer,) = first.answers
    assert (answer.month, answer.measures) == ("2021-04", ("m1", "m2"))
    assert [p["title"] for p in answer.priorities] == ["See children"]
    assert [a["action_id"] for a in answer.actions] == ["a1"]
    assert first.inspection["date"] == "2020-10-06"
    assert (first.has_evidence, second.has_evidence, second.answers) == (True, False, ())


def test_steps_and_priorities_alone_are_no_evidence():
    later = tables(
        links=[link("r1", "p1")],
        priorities=[{"priority_id": "p1"}],
        actions=[{"action_id": "a", "recommendation_id": "r2"}],
    )
    found = threads([("2020-10", ASKED), ("2021-04", later)])
    assert [(len(t.answers), t.measures, t.has_evidence) for t in found] == [(1, [], False), (1, [], False)]


def test_answers_stand_oldest_first_and_a_measure_once():
    one, two = (tables(links=[link("r1", measure=m) for m in measures]) for measures in (("m2", "m1"), ("m1", "m3")))
    first = threads([("2020-10", ASKED), ("2021-04", one), ("2021-10", two)])[0]
    assert [a.month for a in first.answers] == ["2021-04", "2021-10"]
    assert first.measures == ["m2", "m1", "m3"]


def test_a_recommendation_said_again_is_taken_once_from_the_first_return():
    again = tables(
        recommendations=[recommendation("r1", title="Said otherwise")], inspections=[inspection(date="2020-11")]
    )
    found = threads([("2020-10", ASKED), ("2021-04", again)])
    assert ids(found) == ["r1", "r2"]
    assert (found[0].recommendation["title"], found[0].inspection["date"]) == ("", "2020-10-06")


def test_threads_stand_in_the_order_of_the_inspections_and_of_their_lists():
    given = tables(
        recommendations=[
            recommendation("r10", number=10.0),
            recommendation("r9", number=9.0),
            recommendation("old", "before", 11.0),
            recommendation("lost", "nowhere", 12.0),
        ],
        inspections=[inspection(), inspection("before", "2018-06")],
    )
    found = threads([("2020-10", given)])
    assert ids(found) == ["lost", "old", "r9", "r10"]
    assert found[0].inspection is None


def test_a_link_to_a_priority_of_another_return_names_none_of_this_one():
    later = tables(links=[link("r1", "p9"), link("r1", measure="m")], priorities=[{"priority_id": "p1"}])
    assert threads([("2020-10", ASKED), ("2021-04", later)])[0].answers[0].priorities == ()


def test_nothing_asked_is_no_thread():
    assert threads([]) == []
    assert threads([("2021-04", tables(links=[link("r1", measure="m")]))]) == []


@pytest.mark.parametrize("months", [("2020-10",), ("2020-10", "2021-04")])
def test_only_the_returns_that_are_given_answer(months):
    """What was received after the meeting is not given, and so is not known."""
    everything = {"2020-10": ASKED, "2021-04": tables(links=[link("r1", measure="m")])}
    found = threads([(m, everything[m]) for m in months])
    assert found[0].has_evidence == ("2021-04" in months)
