"""What to write instead: readings of dates and numbers, characters that nobody sees, and rows as a person counts
them.
"""

import pytest
from fuzz import HIDDEN

from improvement_reports.domain.errors import Fault, InvalidInput, merged
from improvement_reports.domain.hints import date_problem, number_problem, read_date, read_number
from improvement_reports.domain.plain_text import one_line, text_problem
from improvement_reports.workspace.cell_types import is_made_date, is_number
from improvement_reports.workspace.csv_reading import read_csv


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("31/07/2017", "2017-07-31"),
        ("31.07.17", "2017-07-31"),
        ("31 July 2017", "2017-07-31"),
        ("31st July 2017", "2017-07-31"),
        ("July 31, 2017", "2017-07-31"),
        ("Monday 31 July 2017", "2017-07-31"),
        ("July 2017", "2017-07"),
        ("Jul-17", "2017-07"),
        ("2017/07/31", "2017-07-31"),
        ("2017/7", "2017-07"),
        ("07/2017", "2017-07"),
        ("20170731", "2017-07-31"),
        ("42947", "2017-07-31"),
        ("2017-07-31T09:30", "2017-07-31"),
        ("31/13/2017", ""),
        ("31/02/2017", ""),
        ("soon", ""),
        ("", ""),
        ("1e3", ""),
    ],
)
def test_the_reading_of_a_date(text, reading):
    assert read_date(text) == reading


def test_a_date_in_another_form_is_not_called_impossible():
    assert (
        date_problem("31/07/2017")
        == "is not written as YYYY-MM-DD, YYYY-MM or YYYY; if it means 31 July 2017, write 2017-07-31"
    )
    assert date_problem("2024-02-30") == "is not a date that exists: February 2024 has 29 days; correct it"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("1,250", "1250"),
        ("86%", "86"),
        ("£2,850.50", "2850.50"),
        ("\u22125", "-5"),
        ("+5", "5"),
        ("1e3", "1000"),
        ("1.25E2", "125"),
        ("\uff18\uff16", "86"),
        ("00012", "12"),
        (".5", "0.5"),
        ("1 250", "1250"),
        ("1\u00a0250", "1250"),
        ("soon", ""),
        ("1.2.3", ""),
        ("NaN", ""),
        ("31\u2078", ""),
        ("½", ""),
    ],
)
def test_the_reading_of_a_number(text, reading):
    assert read_number(text) == reading
    assert not is_number(text)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("999999999999.999", True),
        ("999999999999.9999", False),
        ("0.123456", True),
        ("0.1234567", False),
        ("-0.5", True),
        ("0", True),
        ("00", False),
        ("1234567890123", False),
    ],
)
def test_fifteen_digits_and_no_more(text, good):
    assert is_number(text) is good
    if not good:
        assert "is not a number" not in number_problem(text)


@pytest.mark.parametrize("sign", HIDDEN)
def test_what_nobody_sees_is_refused_wherever_it_stands(sign):
    for text in (f"{sign}words", f"wor{sign}ds", f"words{sign}"):
        assert text_problem(text)


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "it’s “so” – £5 … 1\u00a0250",
        "two\nlines",
        "two\r\nlines",
        "Ynys M\u00f4n",
        "½ of 10²",
        "\u2265 5",
        "a_x_b",
        "x" * 2000,
    ],
)
def test_what_a_person_sees_is_allowed(text):
    assert text_problem(text) == ""


def test_a_text_has_one_form():
    assert one_line("a \r\n b\tc e\u0301") == "a b c \u00e9"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("05-Sep", True),
        ("Oct-12", True),
        ("2024-09-05", True),
        ("05/09/2024", True),
        ("5 to 9", False),
        ("2024", False),
        ("GREEN", False),
        ("section 47", False),
    ],
)
def test_an_age_band_that_became_a_date(text, made):
    assert is_made_date(text) is made


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    """A blank line is a row, a line break in a cell is none; where an editor counts otherwise its line is told too."""
    found = read_csv(b'note_id,text\n\na,"one\r\ntwo"\nb,three\n', "notes.csv", ["note_id", "text"])
    assert (found.rows, found.lines) == ({3: ["a", "one\r\ntwo"], 4: ["b", "three"]}, {4: 5})
    told = merged(
        [Fault("notes.csv, row 4, text", "is wrong"), Fault("notes.csv, row 3, text", "is bad")],
        {"notes.csv": found.lines},
    )
    assert [str(f) for f in told] == [
        "notes.csv, row 4 (line 5 in a text editor), text: is wrong",
        "notes.csv, row 3, text: is bad",
    ]


def test_one_mistake_in_many_rows_is_said_once():
    faults = [Fault(f"a.csv, row {n}, b", "is wrong") for n in (2, 3, 5, 8, 13)]
    assert [str(f) for f in merged(faults)] == ["a.csv, rows 2, 3, 5 and 2 others, b: is wrong"]
    assert [str(f) for f in merged(faults[:2])] == ["a.csv, rows 2 and 3, b: is wrong"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"sep=;\nnote_id;text\n", "“sep=;” stands above the names of the columns; delete this line"),
        (b"Notes\n\nnote_id,text\na,b\n", "which are in row 3; delete what is above them"),
        (b"note_id;text\na;b\n", "its cells are separated by semicolons"),
        (b"note_id\ttext\na\tb\n", "its cells are separated by tabs"),
        ("note_id,text\n".encode("utf-16"), "is saved as UTF-16"),
        ("note_id,text\na,caf\u00e9\n".encode("cp1252"), "which is “\u00e9” in the older encoding Windows-1252"),
    ],
)
def test_what_is_no_plain_csv_is_named(content, said):
    with pytest.raises(InvalidInput) as caught:
        read_csv(content, "notes.csv", ["note_id", "text"])
    assert said in str(caught.value)
