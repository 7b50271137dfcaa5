"""Pages that all reports make together: every count equals what it counts, every figure leads to its provenance, text
stays text.
"""

import csv
import html
import io
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import lxml.html
import pytest
from markupsafe import Markup

from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.facts.figures import Figure, Input
from improvement_reports.method.among_others import among_others
from improvement_reports.official.statistics import open_official
from improvement_reports.pages import all_reports, audit, comparison
from improvement_reports.pages.all_reports import AllReports
from improvement_reports.pages.audit import audit_entries
from improvement_reports.pages.comparison import write_comparison
from improvement_reports.pages.cross_pages import write_audit_threads_programmes
from improvement_reports.pages.links import RAW_HTML
from improvement_reports.pages.page_of_parts import Collector, write_page
from improvement_reports.returns import series
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.returns.series import prepare_if_changed
from improvement_reports.runs.figures_file import read_figures
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import Project

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"
COMPARED = ("cpp_rate", "assessment_45_days_pct", "cin_rate", "sw_agency_pct")


def reports_of(project: Project):
    return [load_report(project, p) for p in sorted(project.params.glob("*/*.yml"))]


def page(text: str) -> lxml.html.HtmlElement:
    """The HTML that stands in fences on a page's source, as one document."""
    return lxml.html.fromstring(
        "<div>" + "\n".join(re.findall(r"`{3,}\{=html\}\n(.*?)\n`{3,}", text, re.DOTALL)) + "</div>"
    )


def cell_texts(table) -> list[list[str]]:
    return [[" ".join(c.itertext()) for c in row.xpath("./th|./td")] for row in table.xpath(".//tbody/tr")]


def table_of(text: str, table_id: str):
    return page(text).get_element_by_id(table_id)


@pytest.fixture(scope="module")
def laid(real_once, tmp_path_factory) -> Project:
    """The real project with its common pages; of the comparisons a few. Only to be read."""
    folder = tmp_path_factory.mktemp("together")
    shutil.copytree(real_once.root, folder, dirs_exist_ok=True)
    project = Project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            comparison,
            "side_by_side",
            lambda project, do, items, *rest: do(project, [i for i in items if i[0] in COMPARED], *rest),
        )
        write_comparison(project, reports_of(project))
        write_audit_threads_programmes(project, reports_of(project))
    return project


@pytest.fixture(scope="module")
def entries(laid):
    return audit_entries(AllReports(laid, reports_of(laid)))


def source(laid: Project, *place: str) -> str:
    return laid.reports.joinpath(*place, "index.qmd").read_text(encoding="utf-8")


PAGES = [
    ("audit",),
    ("programmes",),
    ("compare",),
    ("exampleshire", "thread"),
    ("gloucestershire", "thread"),
    ("herefordshire", "thread"),
    *(("compare", m.replace("_", "-")) for m in COMPARED),
]


def test_the_pages_are_those_that_have_something_to_say(laid):
    found = {p.parent.relative_to(laid.reports).parts for p in laid.reports.rglob("index.qmd")}
    assert found == set(PAGES)  # Worcestershire's return has no recommendation, and so no thread


# Claims audit


def test_the_summary_counts_the_entries(laid, entries):
    counts = Counter((e.check.capitalize(), e.outcome.value.capitalize()) for e in entries)
    table = table_of(source(laid, "audit"), "table.audit.summary")
    head = [" ".join(h.itertext()) for h in table.xpath(".//thead//th")]
    rows = cell_texts(table)
    assert {r[0] for r in rows} == {check for check, _ in counts}
    for check, *numbers in rows:
        assert [int(n) for n in numbers[:-1]] == [counts[check, outcome] for outcome in head[1:-1]]
        assert int(numbers[-1]) == sum(int(n) for n in numbers[:-1])
    assert sum(int(r[-1]) for r in rows) == len(entries)


def test_every_entry_stands_in_one_table_with_its_own_words(laid, entries):
    text = source(laid, "audit")
    shown = Counter()
    for table in page(text).xpath("//table[not(ancestor::*[@id='table.audit.summary'])]"):
        head = [" ".join(h.itertext()) for h in table.xpath(".//thead//th")]
        for cells in cell_texts(table):
            row = dict(zip(head, cells, strict=True))  # a column that no row fills is left out
            shown[" ".join(row["What is stated"].split()), row.get("Stated", "–"), row["Outcome"]] += 1
    assert shown == Counter(
        (" ".join(f"{e.text} {e.remark}".split()), e.stated or "–", e.outcome.value) for e in entries
    )


def test_what_differs_stands_first_and_nothing_else_with_it(laid, entries):
    rows = cell_texts(table_of(source(laid, "audit"), "table.audit.differs"))
    assert {r[-1] for r in rows} == {"differs"}
    assert len(rows) == sum(e.outcome == "differs" and e.check != "official statistics" for e in entries)


def test_each_fold_says_how_many_it_holds(laid):
    folds = page(source(laid, "audit")).xpath("//details")
    assert len(folds) == 3
    for fold in folds:
        said = fold.xpath("string(summary)")
        assert int(said.rsplit(": ", 1)[1]) == len(fold.xpath(".//tbody/tr"))


# Figures lead to their provenance


@pytest.mark.parametrize("place", PAGES, ids="/".join)
def test_every_figure_leads_to_an_anchor_that_is_there(laid, place):
    folder = laid.reports.joinpath(*place)
    text, provenance = source(laid, *place), (folder / "figures.qmd").read_text(encoding="utf-8")
    links = re.findall(r'href="(figures(?:-\d+)?)\.html#([^"]+)"', text)
    assert links
    ids = [f["id"] for f in read_figures(folder / "figures.json")["figures"]]
    for name in {name for name, _ in links}:
        anchors = Counter(page((folder / f"{name}.qmd").read_text(encoding="utf-8")).xpath("//@id"))
        assert set(anchors.values()) <= {1}
        assert all(anchors[anchor] == 1 for there, anchor in links if there == name)
    assert set(ids) == {anchor if name == "figures" else ids[int(anchor) - 1] for name, anchor in links}
    assert set(ids) <= set(page(provenance).xpath("//@id"))


@pytest.mark.parametrize("place", PAGES, ids="/".join)
def test_the_way_back_leads_to_the_page_and_to_rows_that_are_there(laid, place):
    text = source(laid, *place)
    provenance = page(
        (laid.reports.joinpath(*place, "figures.qmd")).read_text(encoding="utf-8") + "\n```{=html}\n<p></p>\n```"
    )
    here = set(page(text + "\n```{=html}\n<p></p>\n```").xpath("//@id")) | set(re.findall(r'id="(n-[^"]+)"', text))
    for target in provenance.xpath("//a/@href"):
        if target.startswith("index.html#"):
            assert target.removeprefix("index.html#") in here
        elif target.startswith("#"):
            assert provenance.get_element_by_id(target[1:]) is not None


@pytest.mark.parametrize("place", PAGES, ids="/".join)
def test_the_figures_are_the_same_in_both_downloads_and_their_rows_are_those_of_the_raw_files(laid, place):
    folder = laid.reports.joinpath(*place)
    figures = read_figures(folder / "figures.json")["figures"]
    rows = list(csv.DictReader(io.StringIO((folder / "figures.csv").read_text(encoding="utf-8"))))
    assert [f["id"] for f in figures] == [r["id"] for r in rows]
    inputs = {(i["file"], i["row"]): json.loads(i["cells"]) for f in figures for i in f["inputs"] if i["cells"]}
    assert inputs
    raw = {
        file: list(csv.reader((laid.raw / file).open(encoding="utf-8-sig", newline="")))
        for file in {f for f, _ in inputs}
    }
    for file, row in inputs:
        assert [c for c in raw[file][row - 1] if c] == [c for c in inputs[file, row] if c], (file, row)


@pytest.mark.parametrize("place", PAGES, ids="/".join)
def test_every_chart_of_a_page_is_drawn_for_both_widths(laid, place):
    wanted = set(re.findall(r'(?:src|srcset)="charts/([^"#]+)#drawing"', source(laid, *place)))
    folder = laid.reports.joinpath(*place, "charts")
    assert wanted == {p.name for p in folder.glob("*")}
    assert bool(wanted) == ((place[0] == "compare" and len(place) > 1) or place[-1] == "thread")


def test_a_page_is_the_same_bytes_each_time(laid, tmp_path):
    before = {p.relative_to(laid.root): p.read_bytes() for p in (laid.reports / "audit").rglob("*") if p.is_file()}
    again = Project(tmp_path)
    shutil.copytree(laid.root, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("reports"))
    audit.write_audit(AllReports(again, reports_of(again)))
    assert {p.relative_to(tmp_path): p.read_bytes() for p in again.reports.rglob("*") if p.is_file()} == before


# Programmes and threads


def test_the_programmes_stand_in_the_order_of_their_dates(laid):
    text = source(laid, "programmes")
    dates = [r[0] for r in cell_texts(table_of(text, "table.programme.worcestershire"))]
    assert dates == [
        "October 2016",
        "May 2017",
        "September 2017",
        "January 2018",
        "April 2018",
        "July 2018",
        "12 July 2018",
        "October 2018",
    ]


def test_an_inspection_said_again_stands_once(laid):
    rows = cell_texts(table_of(source(laid, "programmes"), "table.programme.gloucestershire"))
    assert sum(r[:2] == ["2017", "Full inspection"] for r in rows) == 1


def test_the_threads_hold_every_recommendation_once(laid):
    for authority, n in (("gloucestershire", 4 + 5), ("herefordshire", 3)):
        names = []
        for path in sorted((laid.raw / authority).glob("*/recommendations.csv")):
            names += [r["name"] for r in csv.DictReader(path.open(encoding="utf-8-sig", newline=""))]
        rows = cell_texts(table_of(source(laid, authority, "thread"), "table.thread"))
        assert [r[0] for r in rows] == names and len(rows) == n


# Comparison of authorities


@pytest.mark.parametrize("measure_id", COMPARED)
def test_a_comparison_ranks_every_authority_by_its_published_value(laid, measure_id):
    text = source(laid, "compare", measure_id.replace("_", "-"))
    (table,) = page(text).xpath("//table")
    official = open_official(laid, "2026-04-30")
    year = max(y for y in official.years(measure_id) if len(official.published(measure_id, y)) >= 20)
    with (laid.raw / "official-statistics" / "annual-values.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [
            r
            for r in csv.DictReader(file)
            if (r["measure_id"], r["reporting_year"], r["status"]) == (measure_id, str(year), "published")
        ]
    wanted = {r["la_code"]: float(r["value"]) for r in rows if not 970 <= int(r["la_code"]) <= 990}
    lower = measure_id == "sw_agency_pct"
    shown = cell_texts(table)
    assert len(shown) == len(wanted)
    values = [float(r[1].split(" ")[0].rstrip("%")) for r in shown]
    assert values == sorted(wanted.values(), reverse=not lower)
    places = [1 + sum((w < v) if lower else (w > v) for w in values) for v in values]
    others = among_others(official, measure_id, year)
    without = {official.area_names[code] for code in others.values if others.why_unranked(code)}
    assert [r[2] for r in shown] == [
        "–" if r[0].split("  ")[0] in without else str(place) for r, place in zip(shown, places, strict=True)
    ]
    assert ("Where no place stands" in text) is bool(without)
    assert [r[0].split("  ")[0] for r in shown if "on this site" in r[0]] != []
    assert sum("on this site" in r[0] for r in shown) == len({"916", "884", "885"} & set(wanted))


def test_every_compared_measure_is_listed(laid):
    listed = set(re.findall(r'href="([a-z0-9-]+)/index\.html"', source(laid, "compare")))
    official = open_official(laid, "2026-04-30")
    wanted = {m for m in official.measures if any(len(official.published(m, y)) >= 20 for y in official.years(m))}
    assert listed == {m.replace("_", "-") for m in wanted}


# Hostile text


def is_text_alone(folder: Path) -> None:
    """No page holds the hostile element itself, in HTML or in Markdown, where raw HTML would pass."""
    found = False
    for path in folder.rglob("*.qmd"):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text and "<img src=x" not in text, path
        found = found or "script" in text
    assert found


# A file, what stands in it, and what a hostile text takes the place of; the text ends with a word of its own.
HOSTILE_AT = {
    "authorityx": (
        "params/authorities.yml",
        "short_name: Herefordshire",
        f"short_name: 'Herefordshire{HOSTILE}authorityx'",
    ),
    "claimx": (
        "data/raw/herefordshire/2021-08/claims.csv",
        "The use of agency staff has fallen since 2018; the",
        f"{HOSTILE}claimx; the",
    ),
    "inspectionx": ("data/raw/herefordshire/2021-08/inspections.csv", "Three areas for", f"{HOSTILE}inspectionx for"),
}


def test_hostile_text_of_the_data_is_text_on_the_pages(laid, tmp_path):
    """Of an authority, a claim and an inspection, all at once: the pages take seconds to make, and each text is found."""
    shutil.copytree(laid.root, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("reports"))
    project = Project(tmp_path)
    for file, old, new in HOSTILE_AT.values():
        text = (tmp_path / file).read_text(encoding="utf-8")
        assert old in text
        (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    prepare_return(project, "herefordshire", "2021-08")
    with pytest.MonkeyPatch.context() as patch:
        whole = comparison._write_measure
        patch.setattr(
            comparison,
            "_write_measure",
            lambda all_of, key, *more: whole(all_of, key, *more) if key == "cpp_rate" else None,
        )
        chosen = [r for r in reports_of(project) if r.authority == "herefordshire"]
        write_comparison(project, chosen)
        write_audit_threads_programmes(project, chosen)
    is_text_alone(project.reports)
    texts = [path.read_text(encoding="utf-8") for path in project.reports.rglob("index.qmd")]
    assert [word for word in HOSTILE_AT if not any(word in text for text in texts)] == []


def test_a_return_of_the_demonstration_reaches_no_page_beside_real_ones(laid, monkeypatch):
    """The audit and the programmes are not made again when it changes, and its returns are not read for them."""
    reports, read = reports_of(laid), []
    known = series.known_returns
    monkeypatch.setattr(series, "known_returns", lambda project, key: read.append(key) or known(project, key))
    all_of = AllReports(laid, reports)
    assert "exampleshire" in all_of.everyone and not [name for name in all_of.sources if "exampleshire" in name]
    assert read and "exampleshire" not in read
    beside = all_reports.reports_side_by_side(laid, reports)
    assert {r.authority for r in beside} == {*all_of.keys} == {r.authority for r in reports} - {"exampleshire"}
    own = [r for r in reports if r.authority == "exampleshire"]
    assert all_reports.reports_side_by_side(laid, own) == own, "alone it has pages of its own"


@pytest.mark.parametrize(
    ("file", "old", "new", "is_made_again"),
    [
        ("narrative/headline.md", "", "A sentence more.\n\n", False),
        ("inspections.csv", "Three areas for", "Four areas for", True),
        ("return.yml", "received: ", "received: '2021-10-01' # ", True),
    ],
)
def test_pages_of_several_returns_are_made_again_for_what_they_show(laid, tmp_path, file, old, new, is_made_again):
    shutil.copytree(laid.root, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("reports"))
    project, home = Project(tmp_path), ("herefordshire", "2021-08")
    own = [r for r in reports_of(project) if r.authority == "herefordshire"]
    prepare_if_changed(project, *home)
    before = all_reports.made_from_returns(project, own)
    path = project.raw_return(*home) / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    stamp = project.processed / "herefordshire" / ".2021-08.key"
    was = stamp.read_bytes()
    prepare_if_changed(project, *home)
    assert stamp.read_bytes() != was
    assert (all_reports.made_from_returns(project, own) != before) is is_made_again


def test_hostile_words_of_an_official_measure_are_text(laid, tmp_path):
    shutil.copytree(laid.root, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("reports"))
    project = Project(tmp_path)
    all_of = AllReports(project, reports_of(project)[:1])
    measure = all_of.official.measures["cpp_rate"]
    measure = measure.model_copy(update=dict.fromkeys(("title", "label", "definition"), f"{HOSTILE} [x](javascript:1)"))
    all_of.official.__dict__["measures"] = {"cpp_rate": measure}
    comparison._write_comparison(all_of)
    is_text_alone(project.reports)
    listed = source(project, "compare")
    assert "[x](javascript:1)" not in RAW_HTML.sub("", listed)  # within HTML that is no link, but words


# The page by itself

ROW = Input("here/2024-03/x.csv", 2, "ab", '["a"]', "s", "Page 1")


def figure(key="a", kind="number", label="A label", published="1") -> Figure:
    return Figure(key, kind, label, published, formula="as stated", inputs=(ROW,))


def test_a_page_gives_its_first_link_an_id_and_keeps_every_figure_once(tmp_path):
    shown = Collector()
    text = f"{shown.show(figure())} and again {shown.show(figure())} {shown.show(figure('b'))}"
    write_page(tmp_path, "Title", "What it is", "2024-03", [text], shown.take_figures(), {})
    page_text = (tmp_path / "index.qmd").read_text()
    assert re.findall(r'id="(n-[^"]+)"', page_text) == ["n-a", "n-b"]
    assert [f["id"] for f in read_figures(tmp_path / "figures.json")["figures"]] == ["a", "b"]


def test_figures_of_blocks_are_found_and_a_title_is_text(tmp_path):
    block = Block(Markup("<p>x</p>"), [figure("c", label=HOSTILE)], HTML)
    write_page(tmp_path, f"{HOSTILE} *x*", f"{HOSTILE} $y$", "2024-03", ["Words.", block], [], {})
    assert [f["id"] for f in read_figures(tmp_path / "figures.json")["figures"]] == ["c"]
    is_text_alone(tmp_path)
    head = (tmp_path / "index.qmd").read_text().split("---")[1]
    title = json.loads(re.search("title: (.*)", head)[1])
    assert "<" not in title and "\\*x\\*" in title
    assert html.escape(HOSTILE) in (tmp_path / "figures.qmd").read_text()


def test_the_collector_gives_what_is_shown_in_a_text_and_forgets_the_rest():
    shown = Collector()
    text = shown.show(figure("a"))
    shown.show(figure("b"))
    assert [f.id for f in shown.take_figures(shown_in=text)] == ["a"]
    assert shown.take_figures() == []


def test_a_site_without_reports_has_the_pages_that_the_navigation_leads_to(real_once, tmp_path):
    for name in ("params", "data"):
        shutil.copytree(real_once.root / name, tmp_path / name)
    project = Project(tmp_path)
    write_audit_threads_programmes(project, [])
    assert {p.parent.name for p in project.reports.rglob("index.qmd")} == {"audit", "programmes"}
