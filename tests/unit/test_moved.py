"""Scripts that name modules by their former places."""

import importlib
import sys

import pytest
from conftest import ROOT

from improvement_reports import moved


@pytest.mark.parametrize("name", moved.HOMES)
def test_every_former_name_leads_to_modules_that_are_there(name):
    for home in moved.HOMES[name].split():
        importlib.import_module(f"improvement_reports.{home}")


def test_what_stood_together_is_found_in_each_new_place():
    with pytest.warns(DeprecationWarning, match="method.spc now"):
        sys.modules.pop("improvement_reports.spc", None)
        spc = importlib.import_module("improvement_reports.spc")
    from improvement_reports.method import spc as today
    from improvement_reports.method import spc_words

    assert spc.control_chart is today.control_chart and spc.describe is spc_words.describe
    with pytest.raises(AttributeError):
        _ = spc.no_such_name


def test_a_room_with_the_name_of_a_former_module_has_its_names():
    from improvement_reports.charts import Point, trend
    from improvement_reports.editions import chain_faults, editions_of
    from improvement_reports.official import load_definitions, open_official
    from improvement_reports.pages import figures_json
    from improvement_reports.site import choose_renderer

    assert all(
        map(callable, (editions_of, chain_faults, open_official, load_definitions, figures_json, choose_renderer))
    )
    assert Point and trend.__name__ == "improvement_reports.charts.trend"  # what is a module of the room stays one
    with pytest.raises(ImportError):
        from improvement_reports.official import nothing_of_the_kind  # noqa: F401


def test_a_name_that_never_was_is_no_module():
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("improvement_reports.nothing_of_the_kind")


def test_the_project_itself_uses_no_former_name():
    found = [
        f"{path.name}: {name}"
        for path in [*(ROOT / "improvement_reports").rglob("*.py"), *(ROOT / "theme").rglob("*.py")]
        if path.name != "remake.py"  # which also speaks to releases before 0.3.0
        for name in set(moved.HOMES) - {p.name for p in (ROOT / "improvement_reports").iterdir() if p.is_dir()}
        if f"from improvement_reports.{name} import" in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_a_name_that_stood_for_two_things_is_found_under_its_new_one():
    """Where a module has the old name still, it keeps it."""
    with pytest.warns(DeprecationWarning):
        for name in ("given_away", "thread"):
            sys.modules.pop(f"improvement_reports.{name}", None)
        given_away = importlib.import_module("improvement_reports.given_away")
        thread = importlib.import_module("improvement_reports.thread")
    from improvement_reports.editions import EditionReference, Reference, parse_reference
    from improvement_reports.editions.edition import parse_edition_reference
    from improvement_reports.editions.withheld import revealed_numbers
    from improvement_reports.method.thread import Answer

    assert given_away.given_away is revealed_numbers and thread.Answer is Answer
    assert Reference is EditionReference and parse_reference is parse_edition_reference


@pytest.mark.parametrize("name", moved.RENAMED)
def test_every_former_name_of_a_thing_leads_to_one_that_is_there(name):
    homes = {home for homes in moved.HOMES.values() for home in homes.split()}
    modules = [importlib.import_module(f"improvement_reports.{home}") for home in sorted(homes)]
    for known in moved.RENAMED[name].split():
        assert any(hasattr(module, known) for module in modules), known


@pytest.mark.parametrize(
    ("former", "name", "home"),
    [
        ("pages", "lay_page", "pages.report"),
        ("compose", "lay_page", "pages.page_of_parts"),
        ("laying", "lay_all", "pages.every_page"),
        ("laying", "lay_draft", "runs.draft"),
        ("together", "lay_together", "pages.cross_pages"),
        ("site", "lay_all", "pages.every_page"),
    ],
)
def test_a_name_that_two_things_had_leads_to_the_one_of_its_module(former, name, home):
    found = moved.former(f"improvement_reports.{former}", name)
    assert found.__module__ == f"improvement_reports.{home}"
