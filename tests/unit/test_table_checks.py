"""Every check of a table is made: it stands in the one list, and runs where its table is there."""

import importlib
import pkgutil
from pathlib import Path

import pandas as pd
import pytest

from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns import table_checks
from improvement_reports.returns.checks import CHECKS, WHOLE, return_faults
from improvement_reports.returns.reading import RawReturn
from improvement_reports.workspace.places import Project


def test_every_check_of_a_module_stands_in_the_list_once():
    modules = [
        importlib.import_module(f"{table_checks.__name__}.{m.name}")
        for m in pkgutil.iter_modules(table_checks.__path__)
    ]
    written = [
        value
        for module in modules
        for name, value in vars(module).items()
        if name.endswith("_faults") and not name.startswith("_") and value.__module__ == module.__name__
    ]
    assert len(written) > 10
    assert sorted(f.__name__ for f in written) == sorted(check.__name__ for _, check in CHECKS)


def test_each_check_is_of_the_whole_return_or_of_a_table_that_there_is():
    assert {table for table, _ in CHECKS} <= {WHOLE, *RETURN_TABLES}
    assert CHECKS[-1][0] == "claims", "what a claim names is looked up where nothing else is wrong"


def link(**cells: str) -> RawReturn:
    """A return of one link and nothing else."""
    row = {name: cells.get(name, "") for name in RETURN_TABLES["links"].column_names}
    folder = Path("data/raw/somewhere/2024-03")
    return RawReturn(
        folder, tables={"links": pd.DataFrame([row], index=[2], dtype=object)}, files={"links": "links.csv"}
    )


@pytest.mark.parametrize(("cells", "is_said"), [({}, True), ({"measure_id": "m"}, False)])
def test_a_link_is_checked_in_a_return_without_inspections_too(tmp_path, cells, is_said):
    said = [str(f) for f in return_faults(link(**cells), {}, {}, Project(tmp_path))]
    assert any("names neither a priority nor a measure" in s for s in said) is is_said
