"""JSON as it is written here is what `json` writes, and a notebook what `nbformat` writes."""

import copy
import json

import nbformat
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.domain.json_text import copy_as_json, json_text
from improvement_reports.workspace.notebook_files import own_notebook_text, read_own_notebook

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


@given(VALUES, st.booleans(), st.booleans())
def test_it_is_what_json_writes(value, sort_keys, ensure_ascii):
    expected = json.dumps(value, indent=1, sort_keys=sort_keys, ensure_ascii=ensure_ascii)
    assert json_text(value, sort_keys, ensure_ascii) == expected


def test_keys_and_tuples_as_json_has_them():
    value = {1: (1, 2), 2: (), 3: {}}
    assert json_text(value) == json.dumps(value, indent=1, sort_keys=True)
    assert json_text({None: 1}, False) == json.dumps({None: 1}, indent=1)


@pytest.mark.parametrize("value", [{1, 2}, b"x", {(1, 2): 1}, object()])
def test_what_json_refuses_is_refused(value):
    with pytest.raises(TypeError):
        json_text([value])


NOTEBOOKS = sorted(ROOT.glob("reports/*/*/*/v*/report.ipynb"))[::7] + sorted(ROOT.glob("notebooks/*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_notebook_is_read_and_written_as_nbformat_does(path):
    notebook = read_own_notebook(path)
    assert notebook == nbformat.read(path, as_version=4)
    before = copy.deepcopy(notebook)
    assert own_notebook_text(notebook) == nbformat.writes(notebook)
    assert notebook == before


def test_what_no_report_has_is_written_as_nbformat_does_too():
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

    drawn = {
        "image/svg+xml": "<svg>\n</svg>",
        "application/json": {"a": "b\nc"},
        "text/plain": "d\ne",
        "image/png": "f\ng",
    }
    outputs = [
        new_output("display_data", drawn),
        new_output("execute_result", {"text/html": "<p>\n</p>"}, execution_count=1),
        new_output("stream", text="one\ntwo\n"),
        new_output("error", ename="E", evalue="e\nf", traceback=["g\nh"]),
    ]
    picture = {"a.png": {"image/png": "x\ny", "text/plain": "z\n"}}
    notebook = new_notebook(
        cells=[
            new_code_cell("a\nb", outputs=outputs, metadata={"trusted": True, "tags": ["x"]}),
            new_markdown_cell("c\n", attachments=picture),
            new_raw_cell(""),
        ],
        metadata={"signature": "s", "orig_nbformat": 3, "kernelspec": {"name": "k", "display_name": "K"}},
    )
    before = copy.deepcopy(notebook)
    assert own_notebook_text(notebook) == nbformat.writes(copy.deepcopy(notebook))
    assert notebook == before


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "é “x”",
        0,
        -1.5,
        True,
        None,
        {"a": [1, (2, {"b": "c"})], "d": {"e": [None, False, 1e300]}},
        [[], [{}]],
        (),
    ],
)
def test_a_copy_is_what_json_reads_of_what_it_writes(value):
    copied = copy_as_json(value)
    assert json.dumps(copied) == json.dumps(value) and copied == json.loads(json.dumps(value))
    assert not isinstance(value, dict | list) or copied is not value


def test_a_copy_is_nobody_elses():
    value = {"a": [{"b": [1]}]}
    copied = copy_as_json(value)
    value["a"][0]["b"].append(2)
    assert copied == {"a": [{"b": [1]}]}


class Text(str):
    """Such as markup."""


@pytest.mark.parametrize(
    "value", [{1: "a"}, float("nan"), float("inf"), {"a"}, b"a", Text("a"), {Text("a"): 1}, object()]
)
def test_what_json_would_change_or_refuse_is_not_copied(value):
    for hidden in (value, [value], {"a": {"b": value}}):
        with pytest.raises(TypeError, match="is not what JSON reads"):
            copy_as_json(hidden)
