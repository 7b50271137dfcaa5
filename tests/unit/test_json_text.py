"""JSON as it is written here is what `json` writes, and a notebook what `nbformat` writes."""

import copy
import json

import nbformat
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.domain.json_text import json_text
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
