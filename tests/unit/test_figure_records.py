"""The record of a figure is all of it, and nothing of it is shared with another record."""

from dataclasses import asdict, replace

import pandas as pd

from improvement_reports.facts.figures import Figure, Input, inputs_of

ROW = {
    "source_file": "a/2021-03/claims.csv",
    "source_row": 2,
    "row_sha256": "f0",
    "row_cells": '["1"]',
    "locator": "p 3",
}


def test_a_record_is_what_dataclasses_give():
    inputs = (Input("a.csv", 2, "f0", "[]", "src", "page 1"), Input("a.csv", 3, "f1", "[]", "src", "page 2", "note"))
    figure = Figure("n1", "table", "Claims", "3", "3", formula="count", inputs=inputs, data=(("a", "b"), ("1", "2")))
    record = figure.record()
    assert record == asdict(figure) and list(record) == list(asdict(figure))
    record["inputs"][0]["row"] = 9
    assert figure.inputs[0].row == 2 and figure.record()["inputs"][0]["row"] == 2


def test_a_row_of_a_table_and_its_cells_are_one_input():
    assert inputs_of([pd.Series(ROW), dict(ROW), None]) == (Input("a/2021-03/claims.csv", 2, "f0", '["1"]', "", "p 3"),)
    assert inputs_of([ROW, {**ROW, "source_row": 3}])[1] == replace(inputs_of([ROW])[0], row=3)
