"""Areas: names in any spelling, codes first, and councils that ended."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import pytest
from conftest import ROOT, call, copy_project
from damage import edit
from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.pages.all_reports import AllReports
from improvement_reports.pages.ended import write_ended
from improvement_reports.pages.ended_words import end_words, predecessor_words
from improvement_reports.returns.prepare import check_return
from improvement_reports.runs.inputs import input_files
from improvement_reports.runs.reports import reports
from improvement_reports.workspace.areas import (
    REGION_CODES,
    area_faults,
    authority_faults,
    council_name,
    normal_name,
    read_areas,
    region_code,
)
from improvement_reports.workspace.authorities import Authority, load_authorities
from improvement_reports.workspace.councils import ended_before, ended_sentence, load_ended, predecessors
from improvement_reports.workspace.parameters import load_profiles, load_report
from improvement_reports.workspace.places import Project

AREAS = ROOT / "data/raw/official-statistics/areas.csv"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Yorkshire and the Humber", "982"),
        ("YORKSHIRE AND THE HUMBER", "982"),
        ("Yorkshire & Humber", "982"),
        ("Yorkshire  and The\u00a0Humber", "982"),
        ("East", "985"),
        ("East of  England", "985"),
        ("London (Inner)", "987"),
        ("south-west", "990"),
        ("South–West", "990"),
        ("England", "970"),
        ("Nowhere", None),
        ("", None),
        ("Wales", None),
    ],
)
def test_a_region_is_known_in_any_spelling(name, code):
    assert region_code(name) == code


@given(st.sampled_from(sorted(REGION_CODES)), st.randoms(use_true_random=False))
def test_case_and_blanks_of_a_region_say_nothing(name, random):
    spelt = "".join(random.choice((c.upper(), c.lower())) for c in name).replace(
        " ", random.choice((" ", "  ", "-", "\u00a0"))
    )
    assert region_code(spelt) == REGION_CODES[name]


@given(st.text(max_size=30))
def test_a_normal_name_is_its_own_normal_name(text):
    assert normal_name(normal_name(text)) == normal_name(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Herefordshire, County of", "Herefordshire"),
        ("County Durham", "Durham"),
        ("Bedford Borough", "Bedford"),
        ("Bristol, City of", "Bristol"),
        ("Kingston Upon Hull, City of", "Kingston upon Hull"),
        ("St. Helens", "St Helens"),
    ],
)
def test_names_of_one_council_in_two_releases(one, other):
    assert council_name(one) == council_name(other)


def test_the_areas_of_this_repository_have_no_fault_and_no_two_have_one_name():
    rows = read_areas(AREAS)
    assert len(rows) == 158 and len({normal_name(r["area_name"]) for r in rows}) == 158
    assert not area_faults({n: r for n, r in enumerate(rows, 2)}, "areas.csv")


def test_a_wrong_area_is_named_by_its_row():
    rows = {
        2: {"la_code": "20A", "area_name": "X", "region": "London"},
        3: {"la_code": "202", "area_name": "", "region": "Narnia"},
    }
    said = [str(f) for f in area_faults(rows, "areas.csv")]
    assert [s.split(":")[0] for s in said] == [
        "areas.csv, row 2, la_code",
        "areas.csv, row 3, region",
        "areas.csv, row 3, area_name",
    ]


def authority(**changes) -> Authority:
    return Authority(
        **{
            "name": "Gloucestershire County Council",
            "short_name": "Gloucestershire",
            "la_code": "916",
            "region": "South West",
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"a": authority()}, None),
        ({"a": authority(region="south-west")}, None),
        ({"a": authority(), "b": authority(short_name="Glos")}, "has the la_code 916, as a has"),
        (
            {"a": authority(la_code="885", region="West Midlands")},
            "which is that of Worcestershire; that of Gloucestershire is 916",
        ),
        ({"a": authority(la_code="123")}, "is not in data/raw/official-statistics/areas.csv"),
        ({"a": authority(region="North West")}, "areas.csv has it in South West"),
        ({"a": authority(illustrative=True)}, "is made up, but its la_code 916 is that of Gloucestershire"),
        ({"a": authority(short_name="Camden", la_code="202", region="London")}, None),
        ({"a": authority(short_name="County Durham", la_code="840", region="North East")}, None),
    ],
)
def test_an_authority_of_the_parameters_fits_its_code(own, words):
    found = authority_faults(own, read_areas(AREAS))
    assert [p for _, p in found] == [] if words is None else (len(found) == 1 and words in found[0][1])


# Councils that ended


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Project:
    """This repository's parameters and official statistics without the made-up authority; nothing is prepared."""
    folder = tmp_path_factory.mktemp("real")
    for name in ("data/raw", "params", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*", "exampleshire"))
    shutil.copy(ROOT / "_quarto.yml", folder)
    return Project(folder)


def test_every_ended_council_and_every_successor_is_an_area(real):
    codes = {r["la_code"] for r in read_areas(AREAS)}
    ended = load_ended(real)
    assert set(ended) == {"835", "836", "837", "909", "928"}
    assert codes >= {*ended, *(s for c in ended.values() for s in c.successors)}
    assert not {s for c in ended.values() for s in c.successors} & set(ended)


@pytest.mark.parametrize(
    ("month", "ended"), [("2023-03", False), ("2023-04", True), ("2025-03", True), ("2019-12", False)]
)
def test_a_council_has_ended_from_the_day_after_its_last(real, month, ended):
    assert (ended_before(real, "909", month) is not None) is ended


def test_a_profile_of_an_ended_council_is_refused_and_names_its_successors(real):
    said = (
        "Cumbria County Council ended on 31 March 2023, before March 2025; its successors are Cumberland (cumberland)"
        " and Westmorland and Furness (westmorland-and-furness)"
    )
    with pytest.raises(UserError, match="Cumbria County Council ended") as caught:
        reports(real, "cumbria", None, "profile")
    assert said in str(caught.value)
    assert said in ended_sentence(real, "cumbria", "2025-03") and ended_sentence(real, "cumbria", "2023-03") == ""
    with pytest.raises(UserError, match="ended on 31 March 2019"):
        load_report(real, real.report_params("dorset-pre-lg", "2025-03", "profile"))
    asked = call(real, "run", "--kind", "profile", "--authority", "cumbria")
    assert asked.returncode == 2 and said in asked.stderr and "Traceback" not in asked.stderr


def test_profiles_that_name_an_ended_council_are_refused(real, tmp_path):
    shutil.copytree(real.root, tmp_path, dirs_exist_ok=True)
    edit(tmp_path / "params/profiles.yml", "authorities: [", "authorities: [northamptonshire, ")
    with pytest.raises(InvalidInput, match="Northamptonshire County Council ended on 31 March 2021"):
        load_profiles(Project(tmp_path))


def test_a_return_of_a_council_that_had_ended_is_refused(real, tmp_path):
    shutil.copytree(real.root, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    with (tmp_path / "params/authorities.yml").open("a") as file:
        file.write(
            'cumbria:\n  name: Cumbria County Council\n  short_name: Cumbria\n  la_code: "909"\n  region: North West\n'
        )
    (tmp_path / "data/raw/worcestershire").rename(tmp_path / "data/raw/cumbria")
    (tmp_path / "data/raw/cumbria/2018-06").rename(tmp_path / "data/raw/cumbria/2023-04")
    info = tmp_path / "data/raw/cumbria/2023-04/return.yml"
    info.write_text(
        info.read_text()
        .replace("authority: worcestershire", "authority: cumbria")
        .replace('month: "2018-06"', 'month: "2023-04"')
    )
    with pytest.raises(InvalidInput, match="Cumbria County Council ended on 31 March 2023, before April 2023"):
        check_return(project, project.raw_return("cumbria", "2023-04"))


def test_a_successor_knows_from_whom_it_took_over(real):
    assert [c.name for c in predecessors(real, "839")] == [
        "Dorset County Council",
        "Poole Borough Council",
        "Bournemouth Borough Council",
    ]
    assert predecessors(real, "916") == []


@pytest.mark.parametrize("authority", ["cumberland", "gloucestershire"])
def test_every_report_is_made_from_the_list_of_ended_councils_and_names_it_once(real, authority):
    names = [p.name for p in input_files(real, authority, "2025-03", "profile")]
    assert names.count("areas.yml") == 1


def test_the_parameters_of_ended_councils_are_checked(real, tmp_path):
    shutil.copytree(real.root / "params", tmp_path / "params")
    project, path = Project(tmp_path), tmp_path / "params/areas.yml"
    for old, new, words in (
        ('ended: "2023-03-31"', 'ended: "2023"', "not a day; write year, month and day"),
        ('successors: ["942", "943"]', 'successors: ["909"]', "its own successor"),
        ('successors: ["942", "943"]', "successors: []", "at least 1"),
        ('"909":', '"9O9":', "three-digit code"),
    ):
        text = path.read_text()
        path.write_text(text.replace(old, new))
        with pytest.raises(InvalidInput, match=words):
            load_ended(project)
        path.write_text(text)


def test_a_project_without_the_list_knows_no_ended_council(tmp_path):
    assert load_ended(copy_project(tmp_path)) == {}


DAMAGED = [
    (b"", "areas.csv: the file is empty"),
    (b"\xff\xfe", "areas.csv: is saved as UTF-16"),
    (b"code,name\n1,2\n", "it must have la_code, area_name, region"),
    (b"la_code,area_name,region\nabc,X,London\n", "areas.csv, row 2, la_code: “abc” is not a three-digit code"),
    (
        b"la_code,area_name,region\n202,Cam\xe2\x80\x8bden,Inner London\n",
        "areas.csv, row 2, area_name: “Cam�den” holds the character “zero width space” (U+200B)",
    ),
    (
        b"la_code,area_name,region\n202,Camden,Inner London\n202,Barnet,Outer London\n",
        "areas.csv, row 3, la_code: “202” stands twice",
    ),
    (b"la_code,area_name,region\n202,Camden\n", "areas.csv, row 2: has 2 cells where the first row has 3"),
    (b"la_code,area_name,region\n202," + b"x" * 3000 + b",London\n", "is longer than 2,000 characters"),
]


def test_a_damaged_table_of_areas_is_one_sentence_that_names_the_row(real, tmp_path):
    shutil.copytree(real.root, tmp_path, dirs_exist_ok=True)
    project, path = Project(tmp_path), Path(tmp_path, "data/raw/official-statistics/areas.csv")
    for content, words in DAMAGED:
        path.write_bytes(content)
        with pytest.raises(InvalidInput) as caught:
            load_authorities(project)
        (fault,) = caught.value.faults
        assert words in str(fault) and "\n" not in str(fault)
    path.unlink()
    path.mkdir()
    with pytest.raises(InvalidInput, match=r"areas\.csv: is a folder; put the file itself there"):
        load_authorities(project)


def test_an_area_whose_name_makes_no_folder_is_called_by_its_code(real, tmp_path):
    shutil.copytree(real.root, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "data/raw/official-statistics/areas.csv"
    path.write_text(path.read_text() + "997,Ŵ,London\n998,Reports,London\n", encoding="utf-8")
    found = load_authorities(Project(tmp_path))
    assert found["area-997"].name == "Ŵ" and all(key for key in found)


def test_a_young_council_has_a_sentence_for_the_lines_that_it_is_too_young_for(real, tmp_path):
    from improvement_reports.facts.blocks import Block
    from improvement_reports.report import open_report
    from improvement_reports.sections.profile_neighbours import missing_measures
    from improvement_reports.sections.profile_trends import trends

    shutil.copytree(real.root, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    path = tmp_path / "data/raw/official-statistics/annual-values.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if not line.startswith(("cla_rate,2023,942,", "cla_rate,2024,942,")))
    )
    report = open_report("cumberland", "2025-03", "profile", project)
    *charts, said = trends(report)
    assert type(said) is Block and "fewer than 3 years are held" in said.text and len(charts) > 0
    assert (
        "it took over from Cumbria County Council when that council ended on 31 March 2023"
        in missing_measures(report).text
    )


# The pages of councils that ended


@pytest.fixture(scope="module")
def ended_pages(real, tmp_path_factory):
    """The pages as a site has them on which Bournemouth, Christchurch and Poole has a report and no other successor."""
    everyone, folder = AllReports(real, []), tmp_path_factory.mktemp("ended")
    on_site = SimpleNamespace(
        project=SimpleNamespace(params=real.params, reports=folder),
        authorities=everyone.authorities,
        everyone=["bournemouth-christchurch-and-poole"],
        official=everyone.official,
        official_sources=everyone.official_sources,
    )
    write_ended(on_site)
    return {str(p.parent.relative_to(folder)): p.read_text(encoding="utf-8") for p in folder.rglob("index.qmd")}


def test_each_council_that_ended_has_a_page_and_the_list_leads_there(real, ended_pages):
    assert len(ended_pages) == 1 + len(load_ended(real))
    for key in (k for k in ended_pages if k != "ended"):
        assert f'<a href="{key.removeprefix("ended/")}/index.html">' in ended_pages["ended"]


def test_its_page_says_when_it_ended_and_who_took_over(ended_pages):
    cumbria = " ".join(ended_pages["ended/cumbria"].split())
    assert "Cumbria County Council ended on 31 March 2023." in cumbria
    assert "Cumberland and Westmorland and Furness do its work" in cumbria and "S.I. 2022/331" in cumbria
    assert "all authorities are compared" in cumbria  # neither has a report here
    poole = ended_pages["ended/poole-pre-lg"]
    link = '<a href="../../bournemouth-christchurch-and-poole/index.html">Bournemouth, Christchurch and Poole</a>'
    assert link in poole and " does its work" in poole and "all authorities are compared" not in poole


def test_what_was_last_published_of_it_is_what_the_files_hold(real, ended_pages):
    official = AllReports(real, []).official
    page = lxml.html.fromstring(ended_pages["ended/northamptonshire"].replace("---", ""))
    rows = {th.xpath("string(text()[1])").strip(): th.getparent() for th in page.xpath("//tbody/tr/th")}
    held = [m for m in official.measures if official.years(m, "928")]
    assert len(rows) == len(held) > 20
    for measure_id in held:
        year = official.years(measure_id, "928")[-1]
        cells = [" ".join(c.text_content().split()) for c in rows[official.measure(measure_id).label]]
        assert cells[1] == official.year_words(measure_id, year)
        value = float(re.sub(r"[^\d.]", "", cells[2])) * (1e6 if "million" in cells[2] else 1)
        raw = float(official.row(measure_id, year, "928")["value_text"])
        assert value == pytest.approx(raw, rel=0.005 if "million" in cells[2] else 1e-9)


def test_the_page_of_a_successor_names_whom_it_took_over_from(real):
    authorities = load_authorities(real)
    said = predecessor_words(real, authorities["westmorland-and-furness"])
    assert said == "It took over from [Cumbria County Council](../ended/cumbria/index.html)."
    assert end_words(real, authorities["cumbria"]).startswith("**Cumbria ended on 31 March 2023.**")
    assert end_words(real, authorities["rutland"]) == predecessor_words(real, authorities["rutland"]) == ""
