"""Keys and months: nothing that a person writes leads outside its folder."""

import tomllib

import pytest
import yaml
from conftest import ROOT

from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.places import ROOT_VARIABLE, Project, checked_key, checked_month

BAD_KEYS = [
    "",
    " ",
    ".",
    "..",
    "../x",
    "../..",
    "a/b",
    "/etc",
    "\\x",
    "C:\\x",
    "a..b",
    ".hidden",
    "~x",
    "-",
    "-a",
    "a-",
    "a--b",
    "A",
    "Exampleshire",
    "a_b",
    "a b",
    "a\n",
    "\na",
    "a\0",
    "é",
    "\u0430",
    "a%2fb",
    None,
    41,
    ["a"],
]
BAD_MONTHS = [
    "",
    "2024",
    "2024-3",
    "2024-00",
    "2024-13",
    "2024-03-01",
    "../..",
    "1899-12",
    "2100-01",
    "2024-03\n",
    "٢٠٢٤-٠٣",
    None,
    202403,
]


@pytest.mark.parametrize("key", ["a", "exampleshire", "north-east", "a1-2b", "7"])
def test_keys(key):
    assert checked_key(key, "authority") == key


@pytest.mark.parametrize("key", BAD_KEYS)
def test_what_is_no_key(key):
    with pytest.raises(
        UserError, match=r"^The authority “.*” is not a key; use lower-case letters, digits and single hyphens\.$"
    ):
        checked_key(key, "authority")


@pytest.mark.parametrize("month", ["1900-01", "2024-03", "2024-12", "2099-12"])
def test_months(month):
    assert checked_month(month) == month


@pytest.mark.parametrize("month", BAD_MONTHS)
def test_what_is_no_month(month):
    with pytest.raises(UserError, match="is not a reporting month; write year and month as in 2021-04"):
        checked_month(month)


@pytest.mark.parametrize("key", BAD_KEYS)
def test_no_path_is_made_of_a_bad_key(tmp_path, key):
    project = Project(tmp_path)
    for path in (
        lambda: project.raw_return(key, "2024-03"),
        lambda: project.processed_return(key, "2024-03"),
        lambda: project.notebook(key),
        lambda: project.report_params(key, "2024-03", "board"),
        lambda: project.report_params("a", "2024-03", key),
        lambda: project.run_folder(key, "2024-03", "board"),
        lambda: project.run_folder("a", "2024-03", key),
        lambda: project.page_folder(key, "2024-03", "board"),
        lambda: project.page_folder("a", "2024-03", key),
    ):
        with pytest.raises(UserError):
            path()


def test_a_project_is_found_from_inside_and_by_its_variable(project, tmp_path_factory, monkeypatch):
    inside, elsewhere = project.params / "exampleshire", tmp_path_factory.mktemp("elsewhere")
    assert Project.find(inside) == project
    monkeypatch.chdir(elsewhere)
    with pytest.raises(
        UserError, match=r"^No project in .* or above it: a project has _quarto\.yml and params/; call this in"
    ):
        Project.find()
    monkeypatch.setenv(ROOT_VARIABLE, str(inside))
    assert Project.find() == project


def test_paths_in_messages_start_at_the_root(project, tmp_path_factory):
    assert project.relative(project.params / "measures.yml") == "params/measures.yml"
    assert project.relative(tmp_path_factory.mktemp("elsewhere") / "secret.csv") == "secret.csv"


def test_the_software_is_cited_as_the_release_that_it_is():
    """CITATION.cff has what version 1.2.0 of the format requires, and nothing of it contradicts pyproject.toml."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(cited) and cited["cff-version"] == "1.2.0"
    assert (cited["title"], str(cited["version"]), cited["license"]) == (
        project["name"],
        project["version"],
        project["license"],
    )
    assert [author["name"] for author in cited["authors"]] == [author["name"] for author in project["authors"]]
