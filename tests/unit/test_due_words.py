"""When a step is due in the words of a plan: shown as written, put in order by what they can mean."""

import pytest

from improvement_reports.domain.due_words import due_by, due_end, due_order, due_problem, due_shown


def step(due: str = "", words: str = "") -> dict:
    return {"due": due, "due_words": words}


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("Q2 2026/27", "2026-09-30"),
        ("2026-27 Q4", "2027-03-31"),
        ("Quarter 3, 2026 to 2027", "2026-12-31"),
        ("H1 2026/27", "2026-09-30"),
        ("second half", ""),
        ("spring 2026", "2026-05-31"),
        ("By the end of summer 2026", "2026-08-31"),
        ("Autumn term 2026", "2026-12-31"),
        ("spring term 2026/27", "2027-04-30"),
        ("winter 2026/27", "2027-02-28"),
        ("winter 2026", "2027-02-28"),
        ("end of 2026/27", "2027-03-31"),
        ("early 2027", "2027-12-31"),
        ("end of February 2028", "2028-02-29"),
        ("ongoing", ""),
        ("Q2", ""),
        ("Q2 2026", ""),  # of a calendar or a financial year: not said
        ("after the next visit", ""),
    ],
)
def test_words_that_a_plan_may_use(words, end):
    assert due_problem(words) == ""
    assert due_end(words) == end


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2026-05-31", "is a date; write 2026-05-31 in due"),
        ("31/05/2026", "is a date; write 2026-05-31 in due"),
        ("May 2026", "is a date; write 2026-05 in due"),
        ("Q5 2026/27", "names a part that no year has; write for example Q2 2026/27"),
        ("Q2 2026/28", "names two years that do not follow each other; write"),
        ("spring 20266", "is no period; write"),
        ("winter term 2026", "names a term that no school has"),
        ("x" * 81, "at most 80 characters"),
        ("Q2 2026/27\nor later", "on one line"),
    ],
)
def test_words_that_are_a_date_or_no_time_are_refused(words, said):
    assert said in due_problem(words)


def test_a_quarter_without_its_year_is_of_the_year_of_the_report():
    assert [due_end("Q1", month) for month in ("2026-04", "2026-10", "2027-03", "2027-04")] == [
        "2026-06-30",
        "2026-06-30",
        "2026-06-30",
        "2027-06-30",
    ]
    assert due_by(step(words="Q1")) == ""  # and is no promise for a day


def test_steps_stand_in_the_order_of_time_whichever_way_it_is_said():
    steps = [
        step(words="ongoing"),
        step(words="Q3 2026/27"),
        step("2026-11"),
        step(),
        step(words="Q1"),
        step("2026-05-31"),
        step("2026-06-15", "spring 2026"),
    ]
    ordered = sorted(steps, key=lambda s: due_order(s, "2026-05"))
    assert [due_shown(s) for s in ordered] == [
        "due 31 May 2026",
        "due spring 2026 (15 June 2026)",
        "due Q1",
        "due November 2026",
        "due Q3 2026/27",
        "ongoing",
        "",
    ]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Spring 2026", "due Spring 2026"),
        ("mid May 2026", "due mid May 2026"),
        ("By the end of Q2 2026/27", "By the end of Q2 2026/27"),
        ("Marking of the audits", "Marking of the audits"),
        ("TBC", "TBC"),
    ],
)
def test_words_are_shown_as_they_are_written(words, shown):
    assert due_shown(step(words=words)) == shown


def test_rows_of_editions_without_the_column_are_read():
    assert (due_shown({"due": "2026-05"}), due_by({"due": ""}), due_order({"due": ""}, "2026-05")[:4]) == (
        "due May 2026",
        "",
        "9999",
    )
