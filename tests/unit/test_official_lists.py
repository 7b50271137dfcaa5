"""Facts of single official measures stand in params/official_lists.yml, and not in code."""

import ast
import csv
import re
from collections.abc import Callable

import pytest
import yaml
from conftest import ROOT
from damage import edit

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.official.definitions import checked_lists, official_measure_ids
from improvement_reports.official.lists import Year, load_lists
from improvement_reports.workspace.places import Project

REAL = Project(ROOT)
MEASURES = official_measure_ids(REAL)
PACKAGE = sorted((ROOT / "improvement_reports").rglob("*.py"))


# No measure in code


def constants(source: str) -> list[str]:
    """The texts of a module that are no docstrings."""
    nodes = list(ast.walk(ast.parse(source)))
    docs = {id(n.value) for n in nodes if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)}
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs]


def measures_in(source: str) -> list[str]:
    """The ids of official measures in the texts of a module, and what several of them begin or end with."""
    parts = {"_".join(m.split("_")[:n]) + "_" for m in MEASURES for n in range(1, m.count("_") + 1)}
    parts |= {p.removesuffix("_") for p in parts if p.count("_") > 1}
    parts |= {"_" + m.rsplit("_", 1)[1] for m in MEASURES}
    whole = re.compile(rf"(?<![a-z0-9_])(?:{'|'.join(MEASURES)})(?![a-z0-9_])")
    return [text for text in constants(source) if text in parts or whole.search(text)]


@pytest.mark.parametrize(
    "source",
    [
        'CORE = ("cpp_rate",)',
        'def year_words(m):\n    """Of cpp_rate."""\n    return m.startswith("sw_")',
        'm.endswith("_gbp")',
        'SUBJECTS = [("Care leavers", ("care_leaver",))]',
        'name = f"{a} dfe:cla_count@2020"',
    ],
)
def test_a_measure_in_code_is_seen(source):
    assert measures_in(source)


def test_no_official_measure_stands_in_code():
    assert len(MEASURES) == 40 and len(PACKAGE) > 150
    found = {p.relative_to(ROOT).as_posix(): measures_in(p.read_text(encoding="utf-8")) for p in PACKAGE}
    assert {name: texts for name, texts in found.items() if texts} == {}


# The lists of the project


def test_each_measure_of_the_department_stands_under_one_subject_and_one_year():
    lists = checked_lists(REAL)
    for group in (lists.subjects, lists.year_covers):
        assert sorted(m for measures in group.values() for m in measures) == sorted(MEASURES)


def test_what_a_year_covers_is_what_the_titles_say():
    """By the titles that the department's table has: a day at the end of a month, or a year."""
    with (ROOT / "data/raw/official-statistics/measures.csv").open(encoding="utf-8", newline="") as file:
        titles = {row["measure_id"]: row["title"] for row in csv.DictReader(file)}
    lists = load_lists(REAL)
    for measure, title in titles.items():
        if "at 31 March" in title and "in the year" not in title:
            assert lists.year(measure) is Year.END_OF_MARCH, measure
        if "in the year" in title and "at 31 March" not in title:
            assert lists.year(measure) is Year.TO_MARCH, measure
        if "30 September" in title:
            assert lists.year(measure) is Year.END_OF_SEPTEMBER, measure
        if "section 251" in title:
            assert lists.year(measure) is Year.FINANCIAL, measure


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (Year.END_OF_MARCH, "31 March 2018"),
        (Year.END_OF_SEPTEMBER, "30 September 2018"),
        (Year.TO_MARCH, "year to March 2018"),
        (Year.FINANCIAL, "2017 to 2018"),
    ],
)
def test_the_words_of_a_year(year, words):
    assert year.words(2018) == words


@pytest.mark.parametrize(
    ("year", "period", "found"),
    [
        (Year.TO_MARCH, "2021-03", 2021),
        (Year.TO_MARCH, "2021-04", 2022),
        (Year.TO_MARCH, "2021", 2021),
        (Year.END_OF_MARCH, "2021-09", 2021),
        (Year.END_OF_MARCH, "2021-10", 2022),
        (Year.END_OF_SEPTEMBER, "2020-04", 2020),
        (Year.END_OF_SEPTEMBER, "2020-03", 2019),
        (Year.FINANCIAL, "2020-12", 2021),
    ],
)
def test_the_year_that_holds_a_period(year, period, found):
    assert year.holding(period) == found


def test_a_joint_return_is_of_both_councils_and_of_its_measures_alone():
    lists = load_lists(REAL)
    assert [lists.joint_code("sw_fte", c) for c in ("314", "318", "916")] == ["318", "314", None]
    assert lists.joint_code("cpp_rate", "314") is None


# Mistakes


def lists_of(project: Project):
    return project.params / "official_lists.yml"


def without(key: str) -> Callable[[Project], None]:
    def take(project: Project) -> None:
        content = yaml.safe_load(lists_of(project).read_text(encoding="utf-8"))
        del content[key]
        lists_of(project).write_text(yaml.safe_dump(content), encoding="utf-8")

    return take


def change(old: str, new: str) -> Callable[[Project], None]:
    return lambda project: edit(lists_of(project), old, new)


NAME = "params/official_lists.yml"
MISTAKES = {
    "unknown measure in a subject": (
        change("    - icpc_rate\n    - cpp_rate", "    - icpc_rate\n    - cpp_rat"),
        f"{NAME}, subjects, Child protection: “cpp_rat” is not a measure of measures.csv; did you mean “cpp_rate”?;"
        " correct it, or take it out",
    ),
    "unknown measure among those drawn": (
        change("cla_ks4_attainment8: ", "cla_ks5: "),
        f"{NAME}, published_later: “cla_ks5” is not a measure of measures.csv",
    ),
    "measure in two subjects": (
        change("  Workforce:\n", "  Workforce:\n    - cpp_rate\n"),
        f"{NAME}, subjects: “cpp_rate” stands under “Child protection” and “Workforce”; keep one of them",
    ),
    "measure with two years": (
        change("  30 September:\n", "  30 September:\n    - cpp_rate\n"),
        f"{NAME}, year_covers: “cpp_rate” stands under “31 March” and “30 September”; keep one of them",
    ),
    "measure twice in a list": (
        change("trends:\n", "trends:\n  - cla_rate\n"),
        f"{NAME}, trends: “cla_rate” stands twice; take one out",
    ),
    "measure in no subject": (
        change("  Care leavers:\n    - care_leaver_accommodation_pct\n", "  Care leavers:\n"),
        f"{NAME}, subjects: the measure “care_leaver_accommodation_pct” of measures.csv stands nowhere; add it under one"
        " of them",
    ),
    "year that there is not": (
        change("  30 September:", "  30 Sept:"),
        f"{NAME}: “year_covers → 30 Sept” is “30 Sept”; allowed are '31 March', '30 September'",
    ),
    "list that is missing": (without("trends"), f"{NAME}: the parameter “trends” is missing; add it"),
    "unknown list": (
        change("trends:\n", "trend:\n"),
        f"{NAME}: “trend” is not a known parameter; did you mean “trends”?",
    ),
    "code that is none": (change('"314", "318"', '"314", "31"'), "which is not allowed"),
    "day that is none": (change('"04-30"', '"30-04"'), "which is not allowed"),
    "no file": (lambda project: lists_of(project).unlink(), f"{NAME}: the file is missing; add it with the lists"),
}


@pytest.fixture
def own(tmp_path) -> Project:
    project = Project(tmp_path)
    folder = project.raw / "official-statistics"
    folder.mkdir(parents=True)
    (folder / "measures.csv").write_bytes((REAL.raw / "official-statistics/measures.csv").read_bytes())
    project.params.mkdir()
    lists_of(project).write_bytes(lists_of(REAL).read_bytes())
    return project


@pytest.mark.parametrize(("damage", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_lists_is_one_sentence_with_exit_code_2(own, damage, words):
    assert checked_lists(own)
    damage(own)
    with pytest.raises(InvalidInput) as said:
        checked_lists(own)
    assert said.value.exit_code == 2
    assert [str(f) for f in said.value.faults if words in str(f)], [str(f) for f in said.value.faults]
    assert len(said.value.faults) <= 3
