"""What a council's papers hold below and beside its measures: localities and cohorts, declared, checked, withheld
together and shown under their measure; and where its money is heading.
"""

import re

import pandas as pd
import pytest
from conftest import copy_project
from damage import add, edit
from openpyxl import load_workbook

from improvement_reports.authoring.listed import listed_areas
from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.editions.recompute import recompute_all
from improvement_reports.report import open_report
from improvement_reports.returns.prepare import check_return, prepare_return
from improvement_reports.returns.prepared import read_processed
from improvement_reports.returns.template import write_template
from improvement_reports.returns.workbook_reading import read_workbook
from improvement_reports.runs.checking import check_all
from improvement_reports.sections import finance, finance_tables, key_measures, measures_table
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.places import Project

AREAS = """  areas:
    localities:
      kind: locality
      whole: true
      areas: {north: North, south: South}
    age:
      kind: cohort
      title: Ages
      areas: {under-5: Under 5, aged-16-17: 16 and 17}
"""
SOURCE = {"2024-02": "board-2024-02", "2024-03": "board-2024-03"}
MARCH = (
    "assessments_in_time_pct,north,2024-03,month,,89,107,120,published",
    "assessments_in_time_pct,south,2024-03,month,,79,63,80,published",
    "assessments_in_time_pct,under-5,2024-03,month,,80,40,50,published",
    "children_in_care_count,north,2024-03-31,snapshot,,200,,,published",
    "children_in_care_count,south,2024-03-31,snapshot,,118,,,published",
    "children_in_care_count,aged-16-17,2024-03-31,snapshot,,4,,,published",
)


MONEY_HEAD = "line_id,line,kind,period,amount_gbp,is_total,source_id,locator\n"
MONEY = {
    "2024-02": ["budget,2023-24,4100000", "forecast,2023-24,4350000"],
    "2024-03": [
        "budget,2023-24,4100000",
        "spend,2023-24 to date,4010000",
        "forecast,2023-24,4290000",
        "variance,2023-24,150000",
        "movement,2023-24,-60000",
    ],
}


# Re-referrals, of which fewer are better, are to fall evenly from 25% in November 2023 to 20% in June 2024.
WAY = ("rereferrals_pct,2023-11,25,evenly", "rereferrals_pct,2024-06,20,")


def edit_targets(project: Project, rows: tuple[str, ...]) -> None:
    """More targets in the return of March, with how each leads to the next."""
    path = project.raw_return("exampleshire", "2024-03") / "targets.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{line}," for line in lines]
    for row in rows:
        measure, since, target, way = row.split(",")
        lines.append(f"{measure},{since},{target},,,local,{SOURCE['2024-03']},Page 2,{way}")
    path.write_text("\n".join([f"{head},path", *lines, ""]), encoding="utf-8")


def with_areas(project: Project, rows=MARCH, month: str = "2024-03") -> Project:
    path = project.params / "authorities.yml"
    path.write_text(path.read_text(encoding="utf-8") + AREAS, encoding="utf-8")
    for row in rows:
        add("observations.csv", f'{row},{SOURCE[month]},"Page 9, table 4"', f"data/raw/exampleshire/{month}")(project)
    return project


def faults(project: Project, month: str = "2024-03") -> list[str]:
    try:
        check_return(project, project.raw_return("exampleshire", month))
    except InvalidInput as error:
        return [str(f) for f in error.faults]
    return []


def prepared_areas(project: Project) -> Project:
    for month in ("2024-02", "2024-03"):
        prepare_return(project, "exampleshire", month)
    return project


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The report of a return with areas, and the blocks that show them."""
    project = with_areas(copy_project(tmp_path_factory.mktemp("areas")))
    for month, rows in MONEY.items():
        path = project.raw_return("exampleshire", month) / "finance.csv"
        text = path.read_text(encoding="utf-8") if path.is_file() else MONEY_HEAD
        lines = [f"care,Homes for children,{row},no,{SOURCE[month]},Page 8\n" for row in rows]
        path.write_text(text + "".join(lines), encoding="utf-8")
    edit_targets(project, WAY)
    prepared_areas(project)
    report = open_report("exampleshire", "2024-03", "board", project)
    priority = report.facts.priority("1")
    return report, measures_table(report, priority), key_measures(report)


def text_of(block) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", block.text))


def test_areas_stand_under_their_measure_with_how_many_and_withheld_in_words(shown):
    _, table, key = shown
    text = text_of(table)
    assert "Localities, as the council names them; together they are the whole authority" in text
    assert re.search(r"North 89% .*?107 of 120 \( \d+% to \d+% \)", text), text
    assert "South 79%" in text and "Under 5 80%" in text
    own, _, areas = text_of(key).partition("Children in care: Localities, Ages")
    assert "North" not in own and "318" in own
    assert "16 and 17 withheld" in areas and "Withheld: the number of one of the areas is small" in areas
    assert re.search(r"North 200 .*?318", areas), "a count stands beside the authority’s"


def test_figures_of_areas_are_recomputed_from_their_rows(shown):
    _, table, key = shown
    figures = {f.id: f.record() for b in (table, key) for f in b.figures}
    (value,) = (f for f in figures.values() if f["area"] == "north" and f["published"] == "89%")
    assert value["label"].endswith(", North, March 2024")
    columns = {"observations": list(RETURN_TABLES["observations"].column_names)}
    found = recompute_all([f for f in figures.values() if f["area"] in ("north", "south", "under-5")], columns)
    assert found.covered > 4 and found.faults == {}
    (withheld,) = (f for f in figures.values() if f["published"] == "withheld")
    assert withheld["inputs"][0]["cells"] == "" == withheld["value"]


def test_the_numbers_of_the_authority_stay_as_they_are(prepared_once, shown):
    """Nothing of a return is withheld for its areas: the other rows are what they are without them."""
    plain = read_processed(prepared_once.processed_return("exampleshire", "2024-03"))[0]["observations"]
    mine = shown[0].facts.tables["observations"]
    theirs = mine["area"].isin(("north", "south", "under-5", "aged-16-17"))
    assert theirs.sum() == len(MARCH)
    pd.testing.assert_frame_equal(mine[~theirs].reset_index(drop=True), plain)


SHARE = "assessments_in_time_pct"
CASES = {
    "an area that is not declared": (
        f"{SHARE},noth,2024-03,month,,89,107,120,published",
        "“noth” is not in this return, nor an area of exampleshire in params/authorities.yml; did you mean “north”",
    ),
    "an area without the authority": (
        "audits_good_pct,north,2024-02,month,,41,15,40,published",
        "“north” has a number of audits_good_pct for 2024-02, and exampleshire itself has no row of it; add",
    ),
    "more than the authority": (
        "children_in_care_count,under-5,2024-03-31,snapshot,,319,,,published",
        "319 of “under-5” is more than the 318 of exampleshire as a whole (row 4); correct one of them",
    ),
}


def test_a_month_on_the_way_to_a_target_is_judged_by_the_line_and_says_so(shown):
    report, table, _ = shown
    text = text_of(table)
    assert "22.1% local on the way, by June 2024: 20%" in text, text
    said = report.facts.sentence("rereferrals_pct")
    assert "on the way to" in said and "in June 2024, was" in said
    figures = {f.id: f.record() for f in table.figures if f.measure_id == "rereferrals_pct"}
    (level,) = (f for key, f in figures.items() if "on-the-way" in key)
    assert level["formula"] == "on the way from 25 to 20: 4 of 7 months" and len(level["inputs"]) == 2
    columns = {t: list(RETURN_TABLES[t].column_names) for t in ("observations", "targets")}
    found = recompute_all(list(figures.values()), columns, better={"rereferrals_pct": "lower"})
    assert found.covered >= 4 and found.faults == {}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (WAY[:1], "row 6, path: is evenly, and no target of rereferrals_pct is stated for a later month; add"),
        ((WAY[0].replace("evenly", "slowly"), WAY[1]), "“slowly” is not allowed"),
    ],
)
def test_a_way_leads_somewhere(project, rows, said):
    edit_targets(project, rows)
    found = faults(project)
    assert len(found) == 1 and said in found[0], found


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_an_area_is_said(project, case):
    row, said = CASES[case]
    found = faults(with_areas(project, [row]))
    assert len(found) == 1 and said in found[0], found


def test_areas_that_do_not_add_up_are_named_unless_a_note_says_so(project):
    rows = [MARCH[3], MARCH[4].replace("118", "117")]
    (fault,) = faults(with_areas(project, rows))
    assert "is 318, but north and south add up to 317; correct one of them, or" in fault
    note = "n9,contradiction,,children_in_care_count,The areas do not add up.,board-2024-03,Page 9"
    add("notes.csv", note)(project)
    assert faults(project) == []


SETTINGS = {
    "one area makes no whole": (", south: South}", "}", "one area alone cannot make up the authority"),
    "one name twice": ("South}", "north}", "two areas are called “North”"),
    "one key twice": ("under-5: Under 5", "north: Under 5", "“north” is declared twice"),
    "the key of another": ("under-5: Under 5", "england: Under 5", "“england” is the key of another area already"),
    "its own key": ("under-5: Under 5", "exampleshire: Under 5", "“exampleshire” is the key of another area already"),
    "no such kind": ("kind: cohort", "kind: cohorts", "kind"),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_areas_that_cannot_be_declared_so_are_one_sentence(project, case):
    old, new, said = SETTINGS[case]
    edit(with_areas(project, []).params / "authorities.yml", old, new)
    with pytest.raises(InvalidInput) as raised:
        load_authorities(project)
    (fault,) = raised.value.faults
    assert said in str(fault) and str(fault).startswith("params/authorities.yml, exampleshire"), fault


def test_a_forecast_stands_beside_its_budget_and_a_contradiction_is_named(shown):
    report = shown[0]
    ahead = next(b for b in finance_tables(report) if "finance.outlook" in b.text)
    text = text_of(ahead)
    assert "Of 2 stated variances and movements, 1 does not follow from the amounts." in text
    assert re.search(r"Homes for children 2023 to 2024 £4,100,000 £4,010,000 £4,290,000 £190,000 over", text), text
    assert re.search(r"over £150,000 stated −£60,000 down", text), text
    figures = [f.record() for f in ahead.figures]
    columns = {"finance": list(RETURN_TABLES["finance"].column_names)}
    found = recompute_all(figures, columns)
    assert found.covered >= 6 and found.faults == {}
    assert "finance.outlook" in finance(report).text


def test_the_workbook_offers_the_declared_areas_in_a_list(project, tmp_path):
    assert listed_areas(project) == [], "without areas of its own there is nothing to choose"
    areas = listed_areas(with_areas(project, []))
    path = tmp_path / "return.xlsx"
    write_template(path, areas=areas)
    book = load_workbook(path)
    assert [row[0].value for row in book["areas"].iter_rows(min_row=2)][:3] == ["exampleshire", "north", "south"]
    assert book["areas"]["C5"].value == "cohort of Exampleshire: Ages"
    rule = next(r for r in book["observations"].data_validations.dataValidation if "B2" in str(r.sqref))
    assert (rule.type, rule.formula1) == ("list", f"areas!$A$2:$A${len(areas) + 1}")
    assert "areas in params/authorities.yml" in rule.error and len(rule.error) < 225
    found = read_workbook(path.read_bytes(), path.name)
    assert not any("areas" in f.where for f in found.faults) and "areas" not in found.tables


def test_check_remarks_once_on_a_line_of_money_with_another_id(tmp_path):
    project = copy_project(tmp_path)
    for month, line_id in (("2024-02", "care"), ("2024-03", "homes")):
        path = project.raw_return("exampleshire", month) / "finance.csv"
        text = path.read_text(encoding="utf-8") if path.is_file() else MONEY_HEAD
        row = f"{line_id},Homes for children,budget,2023-24,4100000,no,{SOURCE[month]},Page 8\n"
        path.write_text(text + row, encoding="utf-8")
    said = [f.text for f in check_all(project) if "line_id" in f.text]
    assert [s.partition(" has ")[0] for s in said] == ["exampleshire/2024-03: note: finance.csv: “Homes for children”"]
