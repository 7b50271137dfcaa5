"""Inspections: what was judged, what must improve, what was found, and the conditions of an improvement notice."""

import html

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import Column, mark_html
from improvement_reports.domain.vocabulary import (
    ASSESSMENT_MARKS,
    CONDITION_MARKS,
    FINDING_BY_WORDS,
    GRADE_WORDS,
    INSPECTION_WORDS,
    RECOMMENDATION_WORDS,
    Assessment,
    ConditionState,
    FindingBy,
    Grade,
    InspectionKind,
    MilestoneState,
    RecommendationKind,
)
from improvement_reports.facts.blocks import HTML, Block, heading
from improvement_reports.report import Report
from improvement_reports.sections.tables import figure_table


def _rows(frame: pd.DataFrame) -> list[pd.Series]:
    return [row for _, row in frame.iterrows()]


def inspections(report: Report, status: str | None = None) -> Block:
    """Inspections and visits in order, with what each concluded; ``status`` happened or expected."""
    facts = report.facts
    table = facts.every("inspections").sort_values("date", kind="stable")
    table = table[table["status"] == status] if status else table
    if table.empty:
        return Block("")
    rows = []
    for row in _rows(table):
        published = ""
        if row["published"]:
            published = facts.show(facts.inspection_date_figure(row, "published"), css_class="n date")
        rows.append(
            [
                facts.show(facts.inspection_date_figure(row), css_class="n date"),
                html.escape(INSPECTION_WORDS[InspectionKind(row["kind"])]),
                html.escape(row["title"]),
                html.escape(row["headline"]),
                published,
            ]
        )
    columns = [
        Column("When", is_row_header=True),
        Column("Kind"),
        Column("What was inspected"),
        Column("What it concluded"),
        Column("Published"),
    ]
    kept = [i for i in range(len(columns)) if i < 3 or any(row[i] for row in rows)]
    captions: dict[str | None, str] = {
        MilestoneState.HAPPENED: "Inspections and visits so far",
        MilestoneState.EXPECTED: "Inspections and visits ahead",
    }
    caption = captions.get(status, "Inspections and visits")
    body = figure_table(
        report,
        f"inspections.{status or 'all'}",
        caption,
        [columns[i] for i in kept],
        [[r[i] for i in kept] for r in rows],
        _rows(table),
        "inspections",
    )
    return report.block(body, HTML)


def judgements(report: Report) -> Block:
    """The grades of inspections, the newest inspection first, each with the grade in words."""
    facts = report.facts
    table = facts.every("judgements")
    if table.empty:
        return Block("")
    named = facts.every("inspections").set_index("inspection_id")
    table = table.assign(_date=table["inspection_id"].map(named["date"])).sort_values(
        "_date", ascending=False, kind="stable"
    )
    rows = [
        [
            html.escape(r["area"]),
            f'<strong class="grade">{html.escape(GRADE_WORDS[Grade(r["grade"])])}</strong>',
            facts.show(
                facts.inspection_date_figure(named.loc[r["inspection_id"]].rename(r["inspection_id"]).pipe(_with_id)),
                css_class="n date",
            ),
        ]
        for r in _rows(table)
    ]
    columns = [Column("Judgement", is_row_header=True), Column("Grade"), Column("Inspected")]
    return report.block(
        figure_table(report, "judgements", "Judgements", columns, rows, _rows(table), "judgements"), HTML
    )


def _with_id(row: pd.Series) -> pd.Series:
    return pd.concat([row, pd.Series({"inspection_id": row.name})])


def recommendation_rows(report: Report) -> list[pd.Series]:
    """Recommendations that the return itself states, else the newest ones known of the authority, in their order."""
    table = report.facts.tables["recommendations"]
    if table.empty:
        table = report.facts.every("recommendations")
        if not table.empty:
            table = table[table["inspection_id"] == table.iloc[-1]["inspection_id"]]
    return _rows(table.sort_values("number", kind="stable"))


def recommendation_words(rows: list[pd.Series]) -> str:
    """Areas for priority action; Recommendations."""
    kinds = {r["kind"] for r in rows}
    return RECOMMENDATION_WORDS[RecommendationKind(kinds.pop())][1] if len(kinds) == 1 else "Recommendations"


def recommendations(report: Report) -> Block:
    """What the inspectorate says must improve, in its own words."""
    rows = recommendation_rows(report)
    if not rows:
        return Block("")
    cells = [[nb.format_number(r["number"]), html.escape(r["title"])] for r in rows]
    columns = [
        Column("Number", is_row_header=True),
        Column(RECOMMENDATION_WORDS[RecommendationKind(rows[0]["kind"])][0]),
    ]
    body = figure_table(report, "recommendations", recommendation_words(rows), columns, cells, rows, "recommendations")
    return report.block(body, HTML)


def recommendation_heading(report: Report, row: pd.Series) -> Block:
    return heading(f"{nb.format_number(row['number'])}. {row['name']}", 3, f"recommendation-{row['recommendation_id']}")


def recommendation_wording(report: Report, row: pd.Series) -> Block:
    """The official wording under the short name."""
    return report.block(
        f'<div class="priority-head">\n<p class="official">“{html.escape(row["title"])}”</p>\n</div>', HTML
    )


def findings(
    report: Report, assessment: str | None = None, recommendation_id: str | None = None, said_by: str | None = None
) -> Block:
    """What was found, by theme; only strengths or weaknesses, or only those of one recommendation, where asked."""
    table = report.facts.tables["findings"]
    for column, wanted in (("assessment", assessment), ("recommendation_id", recommendation_id), ("said_by", said_by)):
        table = table if wanted is None else table[table[column] == wanted]
    if table.empty:
        return Block("")
    table = table.sort_values("theme", kind="stable")
    speakers = table["said_by"].nunique() > 1
    rows = [
        [
            html.escape(r["text"]),
            mark_html(ASSESSMENT_MARKS[Assessment(r["assessment"])]),
            html.escape(r["theme"]),
            html.escape(
                FINDING_BY_WORDS[FindingBy(r["said_by"])].capitalize()
                if FINDING_BY_WORDS[FindingBy(r["said_by"])] != "Ofsted"
                else "Ofsted"
            ),
        ]
        for r in _rows(table)
    ]
    columns = [Column("Finding", is_row_header=True), Column("Read as"), Column("Theme"), Column("Said by")]
    kept = [i for i in range(4) if i != 3 or speakers]
    captions: dict[str | None, str] = {Assessment.STRENGTH: "Strengths", Assessment.WEAKNESS: "Weaknesses"}
    caption = captions.get(assessment, "Findings")
    if recommendation_id:
        caption += f" on recommendation {recommendation_id}"
    table_id = ".".join(x for x in ("findings", assessment, recommendation_id, said_by) if x)
    body = figure_table(
        report,
        table_id,
        caption,
        [columns[i] for i in kept],
        [[r[i] for i in kept] for r in rows],
        _rows(table),
        "findings",
    )
    return report.block(body, HTML)


def finding_themes(report: Report) -> Block:
    """How many strengths and weaknesses each theme has, the weakest theme first; the findings themselves folded
    beneath.
    """
    facts = report.facts
    table = facts.tables["findings"]
    if table.empty:
        return Block("")
    counts = table.groupby(["theme", "assessment"]).size().unstack(fill_value=0)
    for kind in Assessment:
        counts[kind.value] = counts.get(kind.value, 0)
    counts = counts.sort_values(
        [Assessment.WEAKNESS.value, Assessment.STRENGTH.value], ascending=[False, True], kind="stable"
    )
    rows = []
    for theme, row in counts.iterrows():
        cells = [html.escape(str(theme))]
        for kind in (Assessment.STRENGTH, Assessment.WEAKNESS):
            mine = _rows(table[(table["theme"] == theme) & (table["assessment"] == kind)])
            shown = facts.count_figure(f"findings.{theme}.{kind}", f"Findings: {theme}, {kind}", mine)
            n = int(row[kind.value])
            cells.append(
                f'{facts.show(shown)} <span class="pips pips-{kind.value}"'
                f' aria-hidden="true">{ASSESSMENT_MARKS[kind].symbol * n}</span>'
            )
        rows.append(cells)
    columns = [Column("Theme", is_row_header=True), Column("Strengths"), Column("Weaknesses")]
    body = figure_table(report, "findings.themes", "Findings by theme", columns, rows, _rows(table), "themes")
    return report.block(body, HTML)


def conditions(report: Report) -> Block:
    """The conditions of the improvement notice and how far each has come."""
    table = report.facts.tables["conditions"]
    if table.empty:
        return Block("")
    rows = [
        [
            html.escape(r["title"]),
            mark_html(CONDITION_MARKS[ConditionState(r["status"])]),
            html.escape("; ".join(x for x in (nb.format_day(r["due"]) if r["due"] else "", r["remark"]) if x)),
        ]
        for r in _rows(table)
    ]
    columns = [Column("Condition", is_row_header=True), Column("State"), Column("When, and what the source adds")]
    kept = [0, 1, 2] if any(r[2] for r in rows) else [0, 1]
    body = figure_table(
        report,
        "conditions",
        "Conditions of the improvement notice",
        [columns[i] for i in kept],
        [[r[i] for i in kept] for r in rows],
        _rows(table),
        "conditions",
    )
    return report.block(body, HTML)
