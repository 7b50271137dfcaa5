"""What counts as people, and when two keys are one: the two lists that small numbers hang on."""

import pandas as pd
import pytest
from damage import edit
from in_process import say
from pydantic import ValidationError
from suppression_tables import measure, rows, shown

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.people import PROTECTED, THINGS, WORKERS, Counted, counted
from improvement_reports.domain.references import find_observation, parse_reference
from improvement_reports.domain.sameness import mixed_word, normal_key, normal_period, same_spelling
from improvement_reports.domain.tables import OBSERVATIONS
from improvement_reports.facts.shared import with_earlier
from improvement_reports.returns.cells import table_faults
from improvement_reports.workspace.measures import load_measures

# Which words count as what


@pytest.mark.parametrize(
    "of",
    [
        "children",
        "Children",
        " CHILDREN ",
        "\uff43hildren",
        "care leavers",
        "care-leavers",
        "young people",
        "Young\u00a0people",
        "families",
        "victims",
        "children in need",
        "unaccompanied children",
        "looked-after children",
        "parents and carers",
        "pupils",
        "siblings",
        "young offenders",
    ],
)
def test_small_numbers_of_people_who_must_be_protected_are_withheld(of):
    assert counted(of) is Counted.PROTECTED
    assert shown(rows({"value": 3}), {"children_count": measure("count", of=of)}) == [None]


def test_a_sign_that_nobody_sees_hides_no_word():
    assert counted("Child\u00adren") is Counted.PROTECTED
    with pytest.raises(ValidationError, match=r"cannot be seen \(U\+00AD\)"):
        measure("count", of="Child\u00adren")


@pytest.mark.parametrize(
    ("of", "kind"),
    [
        ("staff", Counted.WORKERS),
        ("Social workers", Counted.WORKERS),
        ("newly qualified social workers", Counted.WORKERS),
        ("foster carers", Counted.WORKERS),
        ("audits", Counted.THINGS),
        ("Case file audits", Counted.THINGS),
        ("referrals", Counted.THINGS),
        ("Kinder", Counted.UNKNOWN),
        ("births", Counted.UNKNOWN),
        ("", Counted.UNKNOWN),
    ],
)
def test_other_words(of, kind):
    assert counted(of) is kind


def test_the_lists_do_not_contradict_each_other():
    assert {counted(w) for w in PROTECTED} == {Counted.PROTECTED}
    assert {counted(w) for w in WORKERS} == {Counted.WORKERS}
    assert {counted(w) for w in THINGS} == {Counted.THINGS}


AUDITS = "  unit: percent\n  of: audits\n  better_when: higher"


@pytest.mark.parametrize(
    ("of", "more", "problem"),
    [
        ("of: staff", "", "“of” is “staff”, which are people, and nothing says whether small numbers are withheld"),
        ("of: Kinder", "", "“of” is “Kinder”, which may be people"),
        ("of: staff", "small_number_threshold: 0", ""),
        ("of: Kinder", "small_number_threshold: 5", ""),
        ("of: staff", 'small_numbers_shown_because: "staff, not children"', ""),
        ("of: children", "small_numbers_shown_because: Published by the council itself", ""),
        ("of: staff", 'small_numbers_shown_because: " "', "small_numbers_shown_because"),
        ("of: staff", "small_number_threshold: 1", "hides only the number 1"),
        ("of: staff", "small_number_threshold: 3\n  small_numbers_shown_because: staff", "has both"),
        (
            "of: children",
            "part_of: assessments_in_time_pkt",
            "is part_of “assessments_in_time_pkt”, which is not in the file",
        ),
    ],
)
def test_a_measure_of_people_says_whether_its_small_numbers_are_withheld(
    project, monkeypatch, capsys, of, more, problem
):
    edit(project.params / "measures.yml", AUDITS, AUDITS.replace("of: audits", of) + f"\n  {more}" * bool(more))
    if not problem:
        load_measures(project)
        return
    with pytest.raises(InvalidInput) as error:
        load_measures(project)
    assert problem in str(error.value) and "audits_good_pct" in str(error.value)
    code, told = say(monkeypatch, project, "check"), capsys.readouterr().err
    assert code == 2 and problem in told and "Traceback" not in told


# When keys are one

SAME = [
    ("North", "north "),
    ("North", "NORTH"),
    ("North", "No\u00adrth"),
    ("North East", "North\u00a0East"),
    ("North East", "North  East"),
    ("North-East", "North\u2013East"),
    ("5 to 9", "5-9"),
    ("5-9", "5 \u2212 9"),
    ("5-9", "5\u20119"),
    ("Caf\u00e9", "Cafe\u0301"),
    ("\ufb01rst", "first"),
    ("Straße", "STRASSE"),
    ("Children's", "Children\u2019s"),
    ("A & B", "A and B"),
    ("\ufeffNorth", "No\u200brth"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_category(one, other):
    assert normal_key(one) == normal_key(other) == normal_key(normal_key(one))


@pytest.mark.parametrize(
    ("one", "other"), [("North", "South"), ("5 to 9", "59"), ("1 to 4", "14"), ("Under 1", "1"), ("", "-"), ("A", "Á")]
)
def test_other_categories_stay_apart(one, other):
    assert normal_key(one) != normal_key(other)


def test_the_last_day_of_a_month_is_the_month():
    found = [
        normal_period(p)
        for p in ("2024-03-31", "2024-02-29", "2023-02-28", "2024-02-28", "2024-03", "2024", "2024-13-01")
    ]
    assert found == ["2024-03", "2024-02", "2023-02", "2024-02-28", "2024-03", "2024", "2024-13-01"]


def test_letters_of_two_alphabets_in_one_word():
    assert mixed_word("the Nоrth") == "Nоrth"  # noqa: RUF001
    assert mixed_word("North Север") == ""


def frame(*categories: str, period: str = "2024-03") -> pd.DataFrame:
    return rows(*({"category": c, "value": 10 + n, "period": period} for n, c in enumerate(categories)))


def test_a_row_said_twice_in_two_spellings_is_one_fault():
    texts = pd.DataFrame(
        [
            ["m", "a", p, "snapshot", c, "7", "", "", "", "published", "", "", "", "s", "l"]
            for p, c in (("2024-03", "North"), ("2024-03-31", "north "))
        ],
        columns=list(OBSERVATIONS.column_names),
        index=pd.Index([2, 3]),
        dtype=object,
    )
    assert any(
        "say the same thing twice" in f.what and "rows 2 and 3" in f.where
        for f in table_faults(OBSERVATIONS, texts, "observations.csv")
    )


def test_a_series_goes_on_in_its_first_spelling():
    spelt = same_spelling(frame("north ", "SOUTH", "East\u2013West"), [frame("North"), frame("South", "North!")])
    assert list(spelt["category"]) == ["North", "South", "East\u2013West"]


def test_earlier_rows_are_found_by_their_normal_keys():
    both = with_earlier(frame("North", period="2024-03-31"), [frame("north\u00a0", "South")], OBSERVATIONS.key)
    assert list(both["category"]) == ["North", "South"]


def test_a_reference_finds_another_spelling():
    observations = frame("North East", "5 to 9").assign(area="a")
    for text in ("children_count[north  east]", "children_count[North\u00a0East]@2024-03"):
        assert find_observation(observations, parse_reference(text), "a", "2024-03")["category"] == "North East"
    assert (
        find_observation(observations, parse_reference("children_count[5\u20139]"), "a", "2024-03")["category"]
        == "5 to 9"
    )


@pytest.mark.parametrize("category", ["north ", "No\u00adrth", "NORTH", "North\u00a0"])
def test_another_spelling_shows_nothing_that_was_withheld(category):
    from improvement_reports.method.suppression import suppress

    measures = {"children_count": measure("count")}
    earlier = suppress(rows({"category": "North", "value": 3}, {"category": "South", "value": 8}), measures)
    assert list(earlier["value"].isna()) == [True, True]
    later = suppress(
        rows(
            {"category": category, "value": 12},
            {"category": "South", "value": 8, "period": "2024-03-31", "period_type": "snapshot"},
        ),
        measures,
        [earlier],
    )
    assert list(later["value"].isna()) == [True, True]
