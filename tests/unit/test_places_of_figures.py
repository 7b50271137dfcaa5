"""Where figures' entries stand: on one page, or on parts by the sections of the report."""

from hypothesis import given
from hypothesis import strategies as st

from improvement_reports.pages.places_of_figures import PART, WHOLE, places_of

SECTIONS = ["One", "Two", "Three", ""]
FIGURE = st.tuples(st.sampled_from(SECTIONS), st.integers(100, PART // 2), st.lists(st.integers(1, 12), max_size=4))


def figures(given_: list[tuple[str, int, list[int]]]) -> tuple[list[dict], dict[str, str]]:
    """Records in the order of a page, each with its weight, and their sections; a section is not left and re-entered."""
    ordered = sorted(given_, key=lambda f: SECTIONS.index(f[0]))
    records = [
        {
            "id": f"f.{n}",
            "weight": weight,
            "inputs": [{"file": "a/2024-03/t.csv", "row": r} for r in dict.fromkeys(rows)],
        }
        for n, (_, weight, rows) in enumerate(ordered)
    ]
    return records, {r["id"]: section for r, (section, _, _) in zip(records, ordered, strict=True)}


def placed(records, sections):
    return places_of(records, sections, lambda f: f["weight"], lambda row: 1000)


@given(st.lists(FIGURE, max_size=30))
def test_every_figure_has_one_place_and_no_part_is_too_heavy(drawn):
    records, sections = figures(drawn)
    found = placed(records, sections)
    assert [f["id"] for part in found.parts for f in part.figures] == [r["id"] for r in records]
    assert set(found.figures) == {r["id"] for r in records}
    assert len(set(found.figures.values())) == len(records)
    for part in found.parts:
        rows = {key for key, (page, _) in found.rows.items() if page == part.page}
        weight = sum(f["weight"] for f in part.figures) + 1000 * len(rows)
        assert weight <= (PART if found.is_split else WHOLE)


@given(st.lists(FIGURE, max_size=30))
def test_every_row_has_one_place_on_the_first_part_that_needs_it(drawn):
    records, sections = figures(drawn)
    found = placed(records, sections)
    assert len(set(found.rows.values())) == len(found.rows)
    for part in found.parts:
        for row in (i for f in part.figures for i in f["inputs"]):
            page, anchor = found.rows[row["file"], row["row"]]
            assert [p.page for p in found.parts].index(page) <= found.parts.index(part)
            assert found.row_link(row, part.page) == (f"#{anchor}" if page == part.page else f"{page}#{anchor}")


def test_what_fits_is_one_page_with_the_ids_of_its_figures():
    found = placed(*figures([("One", 100, [1]), ("Two", 100, [1])]))
    assert found.figures == {"f.0": "figures.html#f.0", "f.1": "figures.html#f.1"} and not found.is_split


def test_parts_follow_the_sections_and_a_heavy_section_goes_over_several():
    found = placed(*figures([("One", 60_000, []), ("Two", 60_000, []), ("Two", 60_000, []), ("Two", 60_000, [])]))
    parts = [(p.page, [(heading, len(f)) for heading, f in p.sections]) for p in found.parts]
    assert parts == [
        ("figures-1.html", [("One", 1)]),
        ("figures-2.html", [("Two", 2)]),
        ("figures-3.html", [("Two", 1)]),
    ]
    assert found.figures["f.3"] == "figures-3.html#4"


def test_one_figure_that_is_too_heavy_for_a_page_has_the_list_of_parts_before_it():
    """Without the list there would be no figures.html, to which every page leads."""
    found = placed(*figures([("One", WHOLE + 1, [])]))
    assert found.figures == {"f.0": "figures-1.html#1"} and found.is_split
