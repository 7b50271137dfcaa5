"""Areas below the authority in a scorecard, however it sets them out: each number comes to its area, none is guessed."""

import pytest

from improvement_reports.domain.errors import UserError
from improvement_reports.returns.scorecard.areas import declared, words_for
from improvement_reports.returns.scorecard.mapping import Mapping
from improvement_reports.returns.scorecard.recognise import recognise
from improvement_reports.returns.scorecard.table import Wanted, rows_of
from improvement_reports.workspace.measures import Measure

NAMES = {"north": "North locality", "south": "South"}
VISITS = Measure(
    title="T", label="L", unit="count", of="children", better_when="lower", definition="D", question="Why?", decimals=0
)
EXPECTED = {("", "2025-05"): "30", ("north", "2025-05"): "18", ("south", "2025-05"): "12"}

COLUMN = """Indicator,Locality,Apr-25,May-25
Visits,All,31,30
Visits,North locality,20,18
Visits,South,11,12
"""
EXPORT = """Measure,Area,Period,Value
Visits,Total,May 2025,30
Visits,north,May 2025,18
Visits,South,May 2025,12
"""
BENEATH = """Indicator,Apr-25,May-25
Visits,,
Total,31,30
North locality,20,18
South,11,12
"""
BLOCKS = """Indicator,Apr-25,May-25
Visits,31,30
North locality,,
Visits,20,18
South,,
Visits,11,12
"""


def mapping(areas=None) -> Mapping:
    return Mapping.model_validate(
        {
            "sheets": [{"name": "-"}],
            "columns": {},
            "areas": areas or {},
            "source": {"id": "card", "title": "T", "publisher": "P", "licence": "L"},
            "measures": [{"name": "Visits", "measure": "visits"}],
        }
    )


def imported(text: str, names=NAMES) -> tuple[dict, list[str]]:
    seen = recognise(text.encode(), "card.csv", None, words_for(names))
    rows = rows_of(seen.lines, mapping(), {"visits": VISITS}, Wanted("x", "2025-05", "s"))
    found = {(r["area"].removeprefix("x"), r["period"]): r["value"] for r in rows.observations}
    return found, [str(f) for f in (*seen.unclear, *seen.left, *rows.unclear)]


@pytest.mark.parametrize("text", [COLUMN, EXPORT, BENEATH, BLOCKS], ids=["column", "export", "beneath", "blocks"])
def test_each_number_comes_to_its_area(text):
    found, said = imported(text)
    assert found == EXPECTED, said
    assert not any("Visits" in s and "times" in s for s in said)


def test_without_declared_areas_their_rows_are_none_of_the_authority():
    found, said = imported(EXPORT, {})
    assert found == {("", "2025-05"): "30"} and sum("a part of the authority" in s for s in said) == 2
    found, said = imported(COLUMN, {})
    assert found == {} and any("stands 3 times" in s for s in said)


def test_an_area_that_nobody_declares_is_left_out_by_name():
    areas = {"north": "north", "South": "south"}
    told = mapping(areas).model_copy(
        update={"columns": {"Area": "area", "Measure": "name", "Period": "period", "Value": "value"}}
    )
    seen = recognise((EXPORT + "Visits,West,May 2025,9\n").encode(), "card.csv", told)
    assert {line.area for line in seen.lines} == {"", "north", "south"}
    assert any("a row of “West”, which is no area" in str(f) for f in seen.left)


def test_a_mapping_names_declared_areas_only():
    declared(["north"], NAMES, "x", "import.yml")
    with pytest.raises(UserError, match=r"names the area “nroth”, which x does not declare .*did you mean “north”"):
        declared(["nroth"], NAMES, "x", "import.yml")
    with pytest.raises(UserError, match="none is declared"):
        declared(["north"], {}, "x", "import.yml")
