"""Numbers computed again from formula and rows alone: a forged notebook says what its rows do not give."""

import copy
import hashlib
import json

import pytest
from conftest import ROOT

from improvement_reports.editions.recompute import recompute_all
from improvement_reports.runs.figures_file import read_figures

COLUMNS = {
    "observations": ["measure_id", "area", "period", "period_type", "category", "value", "numerator", "denominator"],
    "targets": ["measure_id", "valid_from", "target", "tolerance"],
    "finance": ["line", "amount_gbp"],
    "priorities": ["priority_id", "action_status"],
    "claims": ["claim_id", "text", "stated_value", "unit", "decimals", "method", "operands"],
    "annual-values": ["measure_id", "year", "value"],
    "milestones": ["date", "title"],
}


def row(table: str, *cells: str, number: int = 2) -> dict:
    text = json.dumps(list(cells), ensure_ascii=False, separators=(",", ":"))
    return {
        "file": f"a/2024-03/{table}.csv",
        "row": number,
        "cells": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "lacks": "",
        "source_id": "",
        "locator": "",
    }


def figure(
    published: str,
    value: str,
    formula: str,
    *rows: dict,
    kind: str = "number",
    id_: str = "m.2024-03",
    unit: str = "percent",
    data=(),
) -> dict:
    return {
        "id": id_,
        "kind": kind,
        "label": "M, March 2024",
        "published": published,
        "value": value,
        "unit": unit,
        "formula": formula,
        "inputs": list(rows),
        "data": [list(d) for d in data],
    }


NOW, BEFORE = (
    row("observations", "m", "a", "2024-03", "month", "", "85", "170", "200"),
    row("observations", "m", "a", "2024-02", "month", "", "80", "160", "200"),
)
TARGET = row("targets", "m", "2024-01", "90", "2")
SHARE = row("claims", "c", "x", "85", "percent", "0", "percentage", "m#numerator; m#denominator")
BUDGET = [row("finance", "one", "2000000"), row("finance", "two", "852000", number=3)]
PREVIOUS = "previous value; higher is better; a change under 1 is no significant change"
FAR_BEFORE = row("observations", "m", "a", "2024-02", "month", "", "60", "120", "200")
TESTED = "test of two shares, 170 of 200 against 120 of 200: p = 0.0001, a change if at most 0.0164; higher is better"
CHARTED = "XmR control chart of 13 values, average and limits of the first 12; higher is better"
MONTHS = [
    row("observations", "m", "a", f"2024-{n:02}", "month", "", v, str(2 * int(v)), "200", number=n)
    for n, v in enumerate(("80", "84", "79", "83", "81", "82", "80", "83", "79", "84", "81", "82"), 1)
] + [row("observations", "m", "a", "2025-01", "month", "", "97", "194", "200", number=14)]
NEIGHBOURS = [row("annual-values", "r", "2024", v, number=n) for n, v in enumerate(("10", "20", "40"), 2)]
AGAINST = "value against target, unrounded, on the side that is better"

# What is right, and each way to say something else: one field changed.
CASES = [
    (
        figure("85%", "85", "as stated in the source; 170 ÷ 200 = 85.00%", NOW),
        [
            {"published": "99%"},
            {"value": "99"},
            {"published": "99%", "value": "99"},
            {"formula": "as stated in the source; 170 ÷ 200 = 99.00%"},
            {"formula": "as stated in the source; 198 ÷ 200 = 99.00%"},
            {"published": "−85%"},
        ],
    ),
    (
        figure("85%", "85", "as stated in the source", NOW),
        [{"published": "86%"}, {"value": "85.4"}, {"published": "99%", "value": "99"}],
    ),
    (
        figure("170", "170", "as stated in the source", NOW, id_="m.2024-03.numerator", unit="count"),
        [{"published": "200", "value": "200"}, {"published": "85", "value": "85"}],
    ),
    (
        figure("90%", "90", "as stated in the source", TARGET, id_="m.target.2024-01"),
        [{"published": "80%", "value": "80"}, {"published": "80%"}],
    ),
    (
        figure("£2.852 million", "2852000", "sum of 2 amounts", *BUDGET),
        [
            {"published": "£2.86 million"},
            {"value": "2852001"},
            {"formula": "sum of 3 amounts"},
            {"published": "£9.852 million", "value": "9852000"},
        ],
    ),
    (
        figure("+5 percentage points", "5", "85 − 80", NOW, BEFORE),
        [
            {"published": "−5 percentage points"},
            {"value": "6", "published": "6"},
            {"formula": "99 − 80", "value": "19", "published": "19"},
        ],
    ),
    (
        figure("5 percentage points", "-5", "85 − 90", NOW, TARGET),
        [{"published": "4 percentage points"}, {"value": "-4"}],
    ),
    (figure("2", "2", "number of rows", NOW, BEFORE), [{"value": "3", "published": "3"}, {"published": "20"}]),
    (
        figure("improving", "", PREVIOUS, NOW, BEFORE),
        [
            {"published": "worsening"},
            {"published": "no significant change"},
            {"formula": PREVIOUS.replace("under 1", "under 9")},
            {"formula": PREVIOUS.replace("higher", "lower")},
        ],
    ),
    (figure("too few points", "", PREVIOUS, NOW), [{"published": "improving"}]),
    (
        figure("improving", "", TESTED, NOW, FAR_BEFORE),
        [
            {"published": "worsening"},
            {"published": "no significant change"},
            {"formula": TESTED.replace("higher", "lower")},
        ],
    ),
    (figure("no significant change", "", TESTED, NOW, BEFORE), [{"published": "improving"}]),
    (
        figure("improving", "", CHARTED, *MONTHS),
        [{"published": "no significant change"}, {"formula": CHARTED.replace("higher", "lower")}],
    ),
    (
        figure(
            "not judged",
            "",
            "the change alone is told: no control chart fits, because x; higher is better",
            NOW,
            BEFORE,
        ),
        [{"published": "improving"}],
    ),
    (figure("too few points", "", "nothing to compare with; higher is better", NOW), [{"published": "worsening"}]),
    (figure("not met", "", AGAINST, NOW, TARGET), [{"published": "met"}, {"published": "within tolerance"}]),
    (
        figure("■ On target", "", "as marked in the source", row("priorities", "1", "on_target")),
        [{"published": "● Completed"}],
    ),
    (
        figure("85%", "85", "percentage of m#numerator; m#denominator", NOW, SHARE),
        [
            {"published": "99%"},
            {"value": "99", "published": "99%"},
            {"formula": "sum of m#numerator; m#denominator", "value": "370", "published": "370"},
        ],
    ),
    (
        figure(
            "23.3",
            "23.333333",
            "mean of 3 of the 3 statistical neighbours (model of 2021) that have a value",
            *NEIGHBOURS,
        ),
        [
            {"published": "23.4"},
            {"value": "24", "published": "24"},
            {"formula": "mean of 2 of the 3 statistical neighbours (model of 2021) that have a value"},
        ],
    ),
    (
        figure(
            "23.3",
            "23.333333",
            "mean of 3 of the 4 statistical neighbours (model of 2025) that have a value; without West Northamptonshire,"
            " whose figure is that of North Northamptonshire (joint return)",
            *NEIGHBOURS,
        ),
        [{"published": "23.4"}, {"value": "24", "published": "24"}],
    ),
    (
        figure("10", "10", "as published by the Department for Education", NEIGHBOURS[0]),
        [{"published": "11", "value": "11"}, {"value": "10.4"}],
    ),
    (
        figure(
            "5 May 2024", "2024-05-05", "as stated in the source", row("milestones", "2024-05-05", "x"), unit="date"
        ),
        [{"published": "6 May 2024"}, {"value": "2024-05-06", "published": "6 May 2024"}],
    ),
    (
        figure(
            "M",
            "",
            "the values as stated in the source",
            NOW,
            BEFORE,
            kind="chart",
            data=[["", "a"], ["March 2024", "85%"], ["February 2024", "80%"]],
        ),
        [{"data": [["", "a"], ["March 2024", "99%"]]}],
    ),
]
FORGED = [(good, change) for good, changed in CASES for change in changed]


def answer(f: dict):
    return recompute_all([f], COLUMNS, better={"m": "higher"})


@pytest.mark.parametrize("good", [c[0] for c in CASES], ids=lambda f: f["formula"][:50])
def test_what_follows_from_its_rows_is_right(good):
    found = answer(good)
    assert (found.covered, found.faults) == (1, {})


@pytest.mark.parametrize(("good", "change"), FORGED, ids=[f"{g['formula'][:25]} {c}"[:80] for g, c in FORGED])
def test_what_does_not_follow_from_its_rows_is_named(good, change):
    found = answer({**copy.deepcopy(good), **change})
    assert list(found.faults) == [good["id"]], found


def test_99_percent_of_170_of_200_is_said_with_both_numbers():
    found = answer(figure("99%", "99", "as stated in the source; 170 ÷ 200 = 99.00%", NOW))
    assert found.faults["m.2024-03"] == "says 170 ÷ 200 = 99.00%, which is 85%"


def test_a_row_that_was_made_up_is_named():
    good = figure("85%", "85", "as stated in the source", NOW)
    other = copy.deepcopy(good)
    other["inputs"][0]["cells"] = other["inputs"][0]["cells"].replace('"85"', '"99"')
    assert "the sha256 of row 2" in answer({**other, "published": "99%", "value": "99"}).faults[good["id"]]
    assert (
        "does not stand in the input that was kept"
        in recompute_all([good], COLUMNS, lambda row: False).faults[good["id"]]
    )


def test_a_number_of_a_table_has_a_figure_of_its_own():
    table = figure(
        "1 rows",
        "",
        "each cell as its own figure says",
        NOW,
        kind="table",
        data=[["Measure", "Value"], ["M", "85%, March 2024"]],
    )
    value = figure("85%", "85", "as stated in the source", NOW)
    assert recompute_all([value, table], COLUMNS).faults == {}
    table["data"][1][1] = "99%, March 2024"
    assert "shows “99%”" in recompute_all([value, {**table, "id": "t"}], COLUMNS).faults["t"]


@pytest.mark.parametrize("name", ["zqx <b onclick=x>\"'&[x](y)", "Over 97% of £31.7 million, 4%", "a: b, c", "M"])
def test_what_a_measure_is_called_is_no_number_of_its_table(name):
    value = {
        **figure(
            "82%",
            "82",
            "as stated in the source",
            row("observations", "m", "england", "2023-03", "year", "", "82", "", ""),
            id_="m.england",
        ),
        "label": f"{name}, England",
    }
    cells = [name, "82% England, year to March 2023", f"{name}: 8 April 2024", "2 of 3"]
    table = figure(
        "1 rows",
        "",
        "each cell as its own figure says",
        kind="table",
        id_="t",
        data=[["Measure", "Value", "", ""], cells],
    )
    assert recompute_all([value, table], COLUMNS).faults == {}
    table["data"][1][2] = f"{name}: 98%"
    assert "shows “98%”" in recompute_all([value, table], COLUMNS).faults["t"]


HOSTILE = [
    {"inputs": []},
    {"value": "nan"},
    {"value": "1e999999"},
    {"formula": "9" * 5000 + " − 1"},
    {"published": "[" * 10_000},
    {"inputs": [{**NOW, "cells": "[" * 100_000}]},
    {"inputs": [{**NOW, "cells": "{}"}]},
    {"value": None},
]


@pytest.mark.parametrize("change", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_records_are_faults_and_no_traceback(change):
    assert answer({**figure("85%", "85", "as stated in the source; 170 ÷ 200 = 85.00%", NOW), **change}).faults


def test_nine_tenths_of_what_is_published_here_can_be_computed_again_and_all_of_it_follows():
    import yaml

    better = {
        k: m["better_when"]
        for k, m in yaml.safe_load((ROOT / "params/measures.yml").read_text(encoding="utf-8")).items()
    }
    total = covered = 0
    for path in sorted(ROOT.glob("reports/*/*/*/v*/figures.json")):
        content = read_figures(path)
        found = recompute_all(content["figures"], content["columns"], better=better)
        assert found.faults == {}, (path.parent, dict(list(found.faults.items())[:3]))
        total, covered = total + len(content["figures"]), covered + found.covered
    assert total > 5000 and covered > 0.9 * total, (covered, total)
