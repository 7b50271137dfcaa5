"""Tables of official statistics are read within limits and by the rules of a return: what nobody sees is one
sentence.
"""

import os
import time

import pytest
from small_official import VALUES, change

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.tables import COLUMNS
from improvement_reports.official.definitions import official_measure_ids
from improvement_reports.official.prepare import prepare_official
from improvement_reports.official.up_to_date import prepare_official_if_changed
from improvement_reports.workspace import official_tables as official_reading
from improvement_reports.workspace.official_tables import read_table


def table(project, name: str):
    return project.raw / "official-statistics" / f"{name}.csv"


BAD = {
    "hidden in a name": (
        change(VALUES, "2022,916,Gloucestershire", "2022,916,Glou\u200bcestershire"),
        "annual-values.csv, row 2, area_name: “Glou�cestershire” holds the character “zero width space”",
    ),
    "hidden in a code": (
        change(VALUES, "2023,916", "2023,91\u20606"),
        "annual-values.csv, row 3, la_code: “91�6” holds the character “word joiner”",
    ),
    "a control character": (
        change("measures", "Children on", "Children\x1b[31m on"),
        "measures.csv, row 2, title: “Children�[31m on a plan” holds an escape character",
    ),
    "another encoding": (
        change("areas", "Worcestershire", "Worcâ€™s"),
        "areas.csv, row 3, area_name: “Worcâ€™s” holds “â€™”",
    ),
    "Excel's own way": (
        change("referrals-by-month", "South West", "South_x000D_ West"),
        "row 3, area_name: “South_x000D_ West” holds _x000D_",
    ),
    "a line break": (
        change("measures", "Children on a plan", '"Children\non a plan"'),
        "measures.csv, row 2, title: “Children�on a plan” holds a line break or a tab; write it on one line",
    ),
    "more than 15 digits": (
        change(VALUES, ",40.5,", ",40123456789.123456,"),
        "annual-values.csv, row 2, value: “40123456789.123456” has more than 15 digits",
    ),
    "more digits than a number has": (
        change(VALUES, ",40.5,", f",{'4' * 5000},"),
        f"annual-values.csv, row 2, value: “{'4' * 60}…” is longer than 2,000 characters",
    ),
    "13 digits before the point": (
        change("referrals-by-month", ",400,", ",4000000000000,"),
        "referrals-by-month.csv, row 2, referrals: “4000000000000” has more than 12 digits before the decimal point",
    ),
    "digits of another script": (
        change(VALUES, ",40.5,", ",٤٠,"),
        "annual-values.csv, row 2, value: “٤٠” is not a number although the status is published",
    ),
    "a code as a number": (
        change(VALUES, ",40.5,", ",007,"),
        "annual-values.csv, row 2, value: “007” begins with a zero",
    ),
    "decimals without end": (
        change("measures", ",1,neutral", ",99,neutral"),
        "measures.csv, row 2, decimals: “99” is not a whole number from 0 to 6",
    ),
    "a year of another script": (
        change(VALUES, "cpp_rate,2023", "cpp_rate,٢٠٢٣"),
        "annual-values.csv, row 3, reporting_year: “٢٠٢٣” is not a year of four digits",
    ),
    "too few cells": (
        change(VALUES, ",,suppressed,", ",suppressed,"),
        "annual-values.csv, row 3: has 6 cells where the first row has 7",
    ),
    "semicolons": (
        lambda p: table(p, "areas").write_text("la_code;area_name;region\n916;Gloucestershire;South West\n"),
        "areas.csv: its cells are separated by semicolons, not by commas",
    ),
    "a line above the names": (
        lambda p: table(p, "areas").write_text("Areas\n" + table(p, "areas").read_text()),
        "areas.csv, row 1: “Areas” stands above the names of the columns",
    ),
    "NUL": (lambda p: table(p, "areas").write_bytes(b"\0" * 100), "areas.csv: holds NUL characters"),
    "quotation marks that stay open": (
        change("areas", "885,Worc", '885,"Worc'),
        "areas.csv, row 3: quotation marks are opened and not closed",
    ),
    "a folder": (
        lambda p: (table(p, "areas").unlink(), table(p, "areas").mkdir()),
        "areas.csv: is a folder; put the file itself there",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_nobody_sees_and_no_number_holds_is_one_sentence(small, name):
    damage, words = BAD[name]
    assert prepare_official_if_changed(small).state == "done"
    damage(small)
    begun = time.process_time()
    outcome = prepare_official_if_changed(small)
    with pytest.raises(InvalidInput) as caught:
        prepare_official(small)
    (fault,) = caught.value.faults
    assert words in str(fault) and "\n" not in str(fault)
    assert outcome.state == "failed" and words in outcome.message and time.process_time() - begun < 30


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_is_not_waited_for(small):
    table(small, "areas").unlink()
    os.mkfifo(table(small, "areas"))
    assert "areas.csv: is a pipe; put the file itself there" in prepare_official_if_changed(small).message


def test_a_table_that_is_too_large_is_told_before_it_is_read(small, monkeypatch):
    monkeypatch.setattr(official_reading, "MAX_OFFICIAL_ROWS", 2)
    read_table(table(small, VALUES))
    monkeypatch.setattr(official_reading, "MAX_OFFICIAL_ROWS", 1)
    with pytest.raises(
        InvalidInput, match=r"annual-values\.csv: has more than 1 rows; keep only the measures and years that are shown"
    ):
        read_table(table(small, VALUES))
    with table(small, VALUES).open("r+b") as file:
        file.truncate(61_000_000)  # a file with a hole: nothing is written
    assert (
        "annual-values.csv: is larger than 60 MB; keep only the measures and years that are shown"
        in prepare_official_if_changed(small).message
    )


@pytest.mark.slow
def test_many_rows_are_read_quickly_and_a_thousand_bad_ones_are_counted(small):
    path = table(small, "statistical-neighbours")
    head = ",".join(COLUMNS["statistical-neighbours"])
    path.write_text(head + "\n" + "".join(f"2021,916,1,885,Close {n}\n" for n in range(120_000)))
    begun = time.process_time()
    assert len(read_table(path).rows) == 120_000 and time.process_time() - begun < 30
    path.write_text(head + "\n" + "".join(f"2021,916,1,885,Clo\u200bse {n}\n" for n in range(1000)), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_table(path)
    assert len(caught.value.faults) == 6 and "995 more rows of the same kind: holds the character" in str(caught.value)


def test_white_space_around_a_cell_is_no_part_of_it(small):
    change(VALUES, "2022,916,Gloucestershire,40.5", "2022, 916 ,Gloucestershire ,40.5")(small)
    assert prepare_official_if_changed(small).state == "done"
    assert official_measure_ids(small) == ["cpp_rate"]
