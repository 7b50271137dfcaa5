"""A scorecard as frames for a notebook: what was recognised, what each row may be, and the mapping of the answers."""

import pytest
from scorecard_files import AUTHORITY, save_book, with_measures

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import Unit, ValueStatus
from improvement_reports.returns.scorecard import frames
from improvement_reports.returns.scorecard.looking import look, to_take_over
from improvement_reports.returns.scorecard.mapping import load_mapping
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.places import ROOT_VARIABLE

ROWS = [
    ["Indicator", "Owner", "Feb-26", "Mar-26"],
    ["Referrals", "Head of service", 12, 14],
    ["Audits judged good", None, 0.6, 0.7],
    ["Notes taken", None, "n/a", "soon"],
]


@pytest.fixture
def home(project, monkeypatch):
    """The project with a scorecard, as a notebook in it sees both."""
    monkeypatch.setenv(ROOT_VARIABLE, str(project.root))
    save_book(project.root / "card.xlsx", ROWS)
    return with_measures(project)


def test_each_heading_with_what_it_was_taken_for(home):
    seen = frames.open_scorecard("card.xlsx")
    assert frames.columns(seen).to_dict("split")["data"] == [
        ["Scorecard", "A", "Indicator", "name"],
        ["Scorecard", "B", "Owner", "leave_out"],
        ["Scorecard", "C", "Feb-26", "February 2026"],
        ["Scorecard", "D", "Mar-26", "March 2026"],
    ]


def test_each_row_with_its_newest_cell_and_what_is_certain_of_it(home):
    found = frames.measures(frames.open_scorecard("card.xlsx")).set_index("name")
    assert found.loc["Referrals", ["newest cell", "measure"]].tolist() == ["14", "sc_referrals_count"]
    assert found.loc["Audits judged good", "measure"] == "undecided", "only the same words are certain"
    assert "sc_audits_pct" in found.loc["Audits judged good", ["first", "second", "third"]].tolist()


def test_answers_make_the_mapping_that_the_next_scorecard_is_read_by(home):
    seen = frames.open_scorecard("card.xlsx")
    frames.choose(seen, {"Audits judged good": "sc_audits_pct", "Notes taken": "leave_out"}, ("Audits judged good",))
    path = frames.save_mapping(seen, AUTHORITY)
    mapping = load_mapping(path, "import.yml", load_measures(home))
    assert [(m.name, m.measure, m.scale) for m in mapping.measures] == [
        ("Referrals", "sc_referrals_count", None),
        ("Audits judged good", "sc_audits_pct", "fraction"),
        ("Notes taken", "leave_out", None),
    ]
    assert mapping.columns == {"Indicator": "name", "Owner": "leave_out"}
    assert mapping.missing == {"n/a": ValueStatus.NOT_AVAILABLE}
    again = look(home, home.root / "card.xlsx", path)
    assert (again.mapping, again.draft, to_take_over(again, mapping)) == (mapping, None, [])
    with pytest.raises(UserError, match="opened with a mapping"):
        frames.measures(again)
    with pytest.raises(UserError, match="is there already"):
        frames.save_mapping(seen, AUTHORITY)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"Referals": "sc_referrals_count"}, "no row “Referals”; did you mean “Referrals”"),
        ({"Referrals": "sc_referals_count"}, "is no measure"),
    ],
)
def test_an_answer_that_names_nothing_is_said(home, answers, said):
    seen = frames.open_scorecard("card.xlsx")
    with pytest.raises(UserError) as error:
        frames.choose(seen, answers)
    assert said in str(error.value)
    assert next(c.chosen for c in seen.draft.choices) == "sc_referrals_count", "nothing of a wrong answer is taken"


def test_what_is_not_understood_left_out_or_worth_a_remark_has_its_cell(home):
    from openpyxl.comments import Comment

    def change(book):
        book.active["A6"] = "Source: our own system."
        book.active["D2"].comment = Comment("provisional", "somebody")

    save_book(home.root / "card.xlsx", ROWS, change=change)
    found = frames.said(frames.open_scorecard("card.xlsx"))
    assert set(found["kind"]) <= {"not understood", "left out", "remark"}
    (row,) = found[found["what"].str.contains("our own system")].to_dict("records")
    assert (row["kind"], row["place"]) == ("left out", "sheet Scorecard, cell A6")


def test_a_scorecard_without_a_number_under_its_months_is_refused(home):
    save_book(home.root / "card.xlsx", [["Indicator", "Feb-26", "Mar-26"], [None, 1, 2]])
    with pytest.raises(UserError, match="no measure beneath them"):
        frames.open_scorecard("card.xlsx")


@pytest.mark.parametrize(
    ("unit", "value", "form", "found"),
    [
        ("%", 12, None, Unit.PERCENT),
        ("£", 12, None, Unit.POUNDS),
        ("Number", 12, None, Unit.COUNT),
        ("WTE", 12, None, Unit.FTE),
        ("Rate per 10,000", 12, None, Unit.RATE),
        (None, 0.12, "0%", Unit.PERCENT),
        (None, "£12,000", None, Unit.POUNDS),
        (None, 12, None, None),
    ],
)
def test_the_unit_of_a_row_by_its_column_or_the_signs_in_its_cells(home, unit, value, form, found):
    rows = [["Indicator", "Unit", "Feb-26", "Mar-26"], ["Something", unit, (value, form), (value, form)]]
    save_book(home.root / "card.xlsx", rows)
    (row,) = frames.measures(frames.open_scorecard("card.xlsx")).to_dict("records")
    assert row["unit"] == ("" if found is None else str(found))
