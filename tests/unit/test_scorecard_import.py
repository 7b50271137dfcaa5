"""A scorecard into a return, in this process: the questions, what is written, what is said, and what a second one changes.

Beside `integration/test_import.py`, which tries whole scorecards by the command: small ones here, one rule each.
"""

import csv

import pytest
import yaml
from scorecard_files import AUTHORITY, MONTH, measure_entry, save_book, with_measures

from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.returns.scorecard.importing import Person, run_import
from improvement_reports.returns.scorecard.planning import Request
from improvement_reports.returns.scorecard.told import tell
from improvement_reports.returns.scorecard.writing import copy_name

HEAD = ["Indicator", "Jan-26", "Feb-26", "Mar-26"]
REFERRALS = ["Referrals", 10, 12, 14]


class Desk:
    """A person at a desk with a project: what is answered, and what was said."""

    def __init__(self, project):
        self.project, self.said = project, []

    def take_over(self, new: list[str]) -> None:
        raise AssertionError(f"nothing of the library is wanted: {new}")

    def take(self, rows=None, *answers: str, name="card.xlsx", change=lambda book: None, **asked) -> int:
        """Import a scorecard: of these rows, else the file of that name as it is."""
        path = self.project.root / name
        if rows is not None:
            save_book(path, rows, change=change)
        left, self.said = list(answers), []

        def ask(question: str) -> str:
            self.said.append(question)
            return left.pop(0)

        wanted = {"month": MONTH, "received": "2026-04-08", "yes": not answers} | asked
        person = Person(ask, self.said.append, tell, self.take_over)
        code = run_import(self.project, Request(AUTHORITY, file=path, **wanted), person)
        assert not left, "each answer was asked for"
        return code

    def rows(self, table="observations", month=MONTH) -> list[dict[str, str]]:
        path = self.project.raw_return(AUTHORITY, month) / f"{table}.csv"
        return list(csv.DictReader(path.open(encoding="utf-8", newline=""))) if path.exists() else []

    def values(self, month=MONTH) -> dict[tuple[str, str], str]:
        return {(r["measure_id"], r["period"]): r["value"] or r["value_status"] for r in self.rows(month=month)}

    def says(self, words: str) -> bool:
        return any(words in line for line in self.said)

    @property
    def mapping(self):
        return self.project.params / AUTHORITY / "import.yml"


@pytest.fixture
def desk(project) -> Desk:
    return Desk(with_measures(project))


def test_a_month_is_taken_with_its_cell_its_source_and_a_copy(desk):
    """Only the month asked for, and the months that are there besides are offered."""
    assert desk.take([HEAD, REFERRALS]) == 0
    (row,) = desk.rows()
    assert (row["measure_id"], row["period"], row["value"]) == ("sc_referrals_count", MONTH, "14")
    assert (row["value_status"], row["locator"]) == ("published", "sheet Scorecard, cell D2")
    info = yaml.safe_load((desk.project.raw_return(AUTHORITY, MONTH) / "return.yml").read_text(encoding="utf-8"))
    source = info["sources"][row["source_id"]]
    assert (source["title"], source["file"]) == ("Performance scorecard, March 2026", "card.xlsx")
    copy = desk.project.raw_return(AUTHORITY, MONTH) / "sources" / "card.xlsx"
    assert copy.read_bytes() == (desk.project.root / "card.xlsx").read_bytes()
    assert desk.says("1 value of 1 measure for March 2026.")
    assert desk.says("has 2 earlier months or periods too, from January 2026 on")


def test_all_months_come_where_they_are_asked_for(desk):
    assert desk.take([HEAD, REFERRALS], all_months=True) == 0
    assert desk.values() == {("sc_referrals_count", f"2026-0{n}"): v for n, v in enumerate(("10", "12", "14"), start=1)}
    assert desk.says("3 values of 1 measure for 3 periods, January 2026 to March 2026.")
    assert not desk.says("--all-months")


def test_a_month_that_the_scorecard_lacks_is_refused_with_its_span(desk):
    with pytest.raises(UserError, match="nothing for May 2026; it goes from January 2026 to March 2026"):
        desk.take([HEAD, REFERRALS], month="2026-05")
    assert not desk.mapping.exists()


def test_a_second_scorecard_fills_in_keeps_and_asks_before_it_changes(desk):
    desk.take([HEAD, REFERRALS, ["Children in care", 500, 510, "n/a"], ["Contacts received", 90, 91, 92]])
    second = [HEAD, ["Referrals", 10, 12, 15], ["Children in care", 500, 510, 520], ["Contacts received", 90, 91, 92]]
    with pytest.raises(UserError, match="Nothing was changed; say --replace"):
        desk.take(second, "n")
    assert desk.values()["sc_referrals_count", MONTH] == "14"
    assert desk.take(second, "yes") == 0
    assert desk.values() == {
        ("sc_referrals_count", MONTH): "15",
        ("sc_in_care_count", MONTH): "520",
        ("sc_contacts_count", MONTH): "92",
    }
    assert desk.says("Rows of observations.csv: 0 new, 1 filled in, 1 changed, 0 gone, 1 as they were")
    assert desk.says("sc_referrals_count 2026-03: 14, now 15 (sheet Scorecard, cell D2)")
    assert desk.says("sc_in_care_count 2026-03: not available, now 520 (sheet Scorecard, cell D3)")


def test_a_row_that_the_same_source_no_longer_has_is_gone_by_consent_alone(desk):
    desk.take([HEAD, REFERRALS, ["Contacts received", 90, 91, 92]])
    assert desk.take([HEAD, REFERRALS], replace=True) == 1, "a measure of the mapping has no row any more"
    assert [r["measure_id"] for r in desk.rows()] == ["sc_referrals_count"]
    assert desk.says("sc_contacts_count 2026-03: 92, now not in the scorecard")
    assert desk.says("has no row “Contacts received” any more, which params/exampleshire/import.yml calls")


def test_what_an_earlier_return_says_just_so_is_not_said_again_and_a_revision_is_named(desk):
    desk.take([HEAD, REFERRALS], month="2026-02")
    assert desk.take([HEAD, ["Referrals", 10, 12, 14]], all_months=True) == 0
    assert set(desk.values()) == {("sc_referrals_count", m) for m in ("2026-01", MONTH)}
    assert not desk.says("Revised")
    assert desk.take([HEAD, ["Referrals", 10, 13, 14]], all_months=True) == 0
    assert desk.values()["sc_referrals_count", "2026-02"] == "13"
    assert desk.says("sc_referrals_count 2026-02: 12 in an earlier return, now 13")


WITH_TARGET = [*HEAD, "Target"]


def test_a_target_is_stated_once_for_as_long_as_it_holds(desk):
    """The next month's scorecard states it again, and its return leaves it to the one before."""
    rows = [WITH_TARGET, ["% supervision on time", *((f"{n}%", "@") for n in (70, 80, 81)), ("85%", "@")]]
    desk.take(rows, month="2026-02")
    (target,) = desk.rows("targets", "2026-02")
    assert (target["measure_id"], target["target"], target["valid_from"]) == ("sc_supervision_pct", "85", "2026-02")
    assert desk.take(rows) == 0
    assert desk.rows("targets") == []
    rows[1][-1] = ("90%", "@")
    assert desk.take(rows) == 0
    assert [(r["target"], r["valid_from"]) for r in desk.rows("targets")] == [("90", MONTH)]


def test_a_target_that_turns_out_to_hold_from_an_earlier_month_moves(desk):
    rows = [WITH_TARGET, ["% supervision on time", *((f"{n}%", "@") for n in (70, 80, 81)), ("85%", "@")]]
    desk.take(rows)
    assert desk.take(rows, all_months=True) == 0
    assert [(r["target"], r["valid_from"]) for r in desk.rows("targets")] == [("85", "2026-01")]
    assert desk.says("sc_supervision_pct 2026-03: 85, now from 2026-01 (sheet Scorecard, cell E2)")


def test_the_questions_of_a_first_import_and_what_is_noted_of_the_answers(desk):
    rows = [
        [*HEAD, "Owner"],
        [*REFERRALS, "Head of service"],
        ["Audits judged good", 0.5, 0.6, 0.7, None],
        ["Our own thing", 1, 2, 3, None],
        ["Another thing", 4, 5, 6, None],
    ]
    answers = ("maybe", "y", "y", "sc_referrals_count", "no_such", "sc_audits_pct", "0", "", "x", "f")
    assert desk.take(rows, *answers) == 1, "one row is not decided yet"
    assert desk.says("Type y or n.")
    assert desk.says("  Referrals = sc_referrals_count")
    assert desk.says("sc_referrals_count is “Referrals” already; a measure stands once.")
    assert desk.says("“no_such” is no measure of params/measures.yml or the library")
    assert desk.says("Audits judged good: is 0.5 (B3) a share of one, or a percentage?")
    assert desk.says("Type f or p.")
    assert desk.values() == {("sc_referrals_count", MONTH): "14", ("sc_audits_pct", MONTH): "70"}
    measures = yaml.safe_load(desk.mapping.read_text(encoding="utf-8"))["measures"]
    assert [(m["measure"], m.get("scale")) for m in measures] == [
        ("sc_referrals_count", None),
        ("sc_audits_pct", "fraction"),
        ("leave_out", None),
        ("undecided", None),
    ]
    assert desk.says("“Another thing” is no measure yet")


def test_what_was_recognised_wrongly_is_not_imported(desk):
    with pytest.raises(UserError, match="Then nothing was imported"):
        desk.take([HEAD, REFERRALS], "n")
    assert not desk.mapping.exists()


def test_a_sure_measure_that_a_person_refuses_is_asked_about(desk):
    assert desk.take([HEAD, REFERRALS], "y", "n", "sc_contacts_count") == 0
    assert desk.values() == {("sc_contacts_count", MONTH): "14"}


def test_an_export_asks_which_rows_are_the_whole_authority(desk):
    lines = ["Measure,Period,Value,Team"]
    lines += [
        f"Referrals,{period},{value},{team}"
        for period, *both in (("Feb-26", 3, 9), ("Mar-26", 4, 11))
        for value, team in zip(both, ("Red team", "Everybody"), strict=True)
    ]
    (desk.project.root / "export.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert desk.take(None, "y", "7", "2", "y", name="export.csv") == 0, desk.said
    assert desk.says("Type a number from 1 to 2.")
    assert desk.says("a long export, one value a row")
    assert desk.values() == {("sc_referrals_count", MONTH): "11"}


def test_a_measure_of_the_library_alone_is_taken_over_before_its_rows_are_read(desk):
    entry = measure_entry("Siblings placed together", "siblings_count", "count", 0, "higher")
    library = desk.project.params / "measure_library.yml"
    library.write_text(f"{entry}  source: Made up\n  synonyms:\n    - Siblings together\n", encoding="utf-8")

    def take_over(new: list[str]) -> None:
        assert new == ["siblings_count"]
        with (desk.project.params / "measures.yml").open("a", encoding="utf-8") as file:
            file.write(entry)

    desk.take_over = take_over
    assert desk.take([HEAD, ["Siblings together", 10, 12, 14]]) == 0
    assert desk.values() == {("siblings_count", MONTH): "14"}
    assert desk.says("Added to params/measures.yml from the library: siblings_count.")


def test_a_scorecard_none_of_whose_rows_is_a_measure_imports_nothing(desk):
    assert desk.take([HEAD, ["Something of our own", 1, 2, 3]]) == 1
    assert desk.said[-1] == "Nothing was imported: no row of the scorecard is a measure yet."
    assert not desk.project.raw_return(AUTHORITY, MONTH).exists()


def test_formulas_without_a_result_and_errors_are_named_and_not_read(desk):
    rows = [
        HEAD,
        ["Referrals", 10, 12, "=B2+C2"],
        ["Contacts received", 10, 12, "#REF!"],
        ["Children in care", 5, 6, 7],
    ]
    assert desk.take(rows) == 1
    assert desk.values() == {("sc_in_care_count", MONTH): "7"}
    assert desk.says("cell D2: “Referrals”: holds a formula of which the file has no result")
    assert desk.says("cell D3: “Contacts received”: holds the error #REF!; correct it")


def test_a_remark_at_a_cell_and_a_hidden_sheet_are_named(desk):
    from openpyxl.comments import Comment

    def change(book):
        book.active["D2"].comment = Comment("provisional\nso far", "somebody")
        hidden = book.create_sheet("Old")
        hidden.append(HEAD)
        hidden.append(["Referrals", 1, 2, 3])
        hidden.sheet_state = "hidden"

    assert desk.take([HEAD, REFERRALS], change=change) == 0
    assert desk.says("cell D2: a remark at the cell: “provisional so far”")
    assert desk.values() == {("sc_referrals_count", MONTH): "14"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0 old", "locked with a password, or a workbook of the old format"),
        (b"PK\x03\x04 no", "damaged"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(desk, content, said):
    (desk.project.root / "card.xlsx").write_bytes(content)
    with pytest.raises(InvalidInput, match=said):
        desk.take()


def test_nothing_is_added_to_a_return_that_is_a_workbook_or_cannot_be_read(desk):
    folder = desk.project.raw_return(AUTHORITY, MONTH)
    desk.take([HEAD, REFERRALS])
    (folder / "return.yml").write_text("title: [", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be read, so nothing can be added to it"):
        desk.take([HEAD, REFERRALS])
    (folder / "return.xlsx").write_bytes(b"")
    with pytest.raises(UserError, match="is a workbook"):
        desk.take([HEAD, REFERRALS])


def test_a_mapping_in_a_folder_that_is_not_there(desk):
    with pytest.raises(UserError, match="There is no folder"):
        desk.take([HEAD, REFERRALS], mapping=desk.project.root / "nowhere" / "import.yml")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("March card.xlsx", "March card.xlsx"),
        ("Zahlen März.csv", "Zahlen M-rz.csv"),
        ("../up.csv", "up.csv"),
        ("...", "scorecard"),
    ],
)
def test_a_copy_has_a_name_that_can_stand_anywhere(name, kept):
    """Letters of English, digits, dots, hyphens, underscores and spaces; no sign before them hides the file or leads out."""
    assert copy_name(name) == kept
