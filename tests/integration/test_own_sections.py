"""What an analyst asks for in a cell comes onto the page with its words and its rows, or is refused in one sentence."""

import json

import pytest
from in_process import say
from nbformat.v4 import new_code_cell, new_markdown_cell
from quick_runs import parameters_cell, template

from improvement_reports.runs.outputs import figures_of
from improvement_reports.workspace.notebook_files import own_notebook

OPEN = (
    "from improvement_reports import sections\n"
    "from improvement_reports.report import open_report\n"
    "report = open_report(authority, month, kind)\n"
    "# shown elsewhere: key_measures(report), sections.charts(report, priority), measures_table(report, priority)\n"
    "sections.about(report)"
)
ROWS = "rows = report.observations.query(\"measure_id == 'rereferrals_pct' and area == 'exampleshire'\")\n"
DRAWN = (
    ROWS + "drawing, axes = sections.new_figure()\naxes.plot(rows['period'], rows['value'])\n"
    "sections.figure(report, drawing, finding='Re-referrals are {{ value(\"rereferrals_pct\") }}', rows=rows,"
    " alt='Re-referrals by month')"
)
SEABORN = DRAWN.replace(
    "axes.plot(rows['period'], rows['value'])",
    "import seaborn\nseaborn.barplot(rows.reset_index(), x='period', y='value', ax=axes)",
)


def run(project, monkeypatch, *cells: str) -> int:
    template(project, parameters_cell(), new_code_cell(OPEN), new_markdown_cell("## Own"), *map(new_code_cell, cells))
    return say(monkeypatch, project, "run", "--authority", "exampleshire", "--month", "2024-03")


def executed(project):
    folder = project.run_folder("exampleshire", "2024-03", "board")
    return own_notebook((folder / "report.ipynb").read_text())


@pytest.mark.parametrize(
    ("cell", "kind", "holds"),
    [
        ('sections.chart(report, "trend", measures=["rereferrals_pct"], finding="They moved")', "chart", "They moved"),
        (
            'sections.chart(report, "bars", measures=["assessments_in_time_pct", "audits_good_pct"], finding="Beside")',
            "chart",
            "Beside",
        ),
        ('sections.table(report, measures=["rereferrals_pct"], caption="Mine")', "table", "Mine"),
        ("sections.text(report, 'Now {{ value(\"rereferrals_pct\") }}.')", "number", ""),
        (
            ROWS + "sections.frame(report, rows[['period', 'value']], caption='By month', rows=rows)",
            "table",
            "By month",
        ),
        (DRAWN, "chart", "Re-referrals are"),
        (SEABORN, "chart", "Re-referrals are"),
    ],
)
def test_it_stands_on_the_page_with_its_rows(project, monkeypatch, cell, kind, holds):
    assert run(project, monkeypatch, cell) == 0
    figures = [f for f in figures_of(executed(project)) if f["kind"] == kind and holds in f["label"]]
    assert figures and all(f["inputs"] for f in figures)


def test_the_last_line_of_a_cell_may_name_several(project, monkeypatch):
    both = (
        'sections.table(report, measures=["rereferrals_pct"]), sections.questions(report), sections.dashboard(report)'
    )
    assert run(project, monkeypatch, both) == 0
    outputs = executed(project).cells[-1].outputs
    assert len(outputs) >= 2 and all("text/markdown" in o.data for o in outputs)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("report.observations", "sections.frame(report, frame, caption=…, rows=…)"),
        ("from matplotlib.figure import Figure\nFigure()", "the value of an expression"),
        ("from IPython.display import Markdown\nMarkdown('hello')", "sections.text(report, words)"),
        ("(1, 2)", "the value of an expression"),
        ("print(3)", "printed text"),
        ('sections.text(report, "Now 41.")', "is a bare number; write"),
        ('sections.chart(report, "trend", measures=["rereferrals_pct"], finding="41 of them")', "is a bare number"),
        ('sections.chart(report, "pie", measures=["rereferrals_pct"], finding="x")', "pie"),
        ('sections.chart(report, "trend", measures="rereferrals_pct", finding="x")', "measures is a list of ids"),
        ('sections.table(report, measures=["rereferal_pct"])', "did you mean “rereferrals_pct”?"),
        (
            "import pandas\nraw = pandas.read_csv('data/raw/exampleshire/2024-03/observations.csv')\n"
            "sections.frame(report, raw, caption='Raw', rows=raw)",
            "some rows of report.observations",
        ),
        (
            ROWS + "sections.frame(report, rows[['value']], caption='x', rows=rows.assign(source_row=999))",
            "is not a row of this report",
        ),
        (DRAWN.replace("Re-referrals by month", ""), "say in 1 to 150"),
        (DRAWN.replace("Re-referrals by month", "x" * 151), "say in 1 to 150"),
        (DRAWN.replace("Re-referrals are", "Re-referrals <b>are"), "HTML"),
    ],
)
def test_what_cannot_come_onto_a_page_is_refused_in_a_sentence(project, monkeypatch, capsys, cell, said):
    assert run(project, monkeypatch, cell) == 1
    assert said in capsys.readouterr().err


def test_withheld_numbers_are_in_no_frame(project, monkeypatch):
    cell = (
        "rows = report.observations.query(\"measure_id == 'missing_children_count'\")\n"
        "sections.frame(report, rows[['category', 'value']], caption='Missing', rows=rows)"
    )
    assert run(project, monkeypatch, cell) == 0
    rows = next(f for f in figures_of(executed(project)) if f["label"] == "Missing")["data"]
    assert any(row[1] == "" for row in rows[1:])
    raw = (project.raw / "exampleshire" / "2024-03" / "observations.csv").read_text()
    hidden = {line.split(",")[5] for line in raw.splitlines() if line.startswith("missing_children_count")}
    small = {n for n in hidden if n.isdigit() and 0 < int(n) <= 5}
    assert small and not small & {row[1] for row in rows[1:]}
    assert not small & {json.dumps(row) for row in rows}
