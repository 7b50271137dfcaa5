"""Inspections: what was judged, what must improve, what was found, and the conditions of an improvement notice."""

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import fold, joined, mark_html, with_word
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.status_words import own_word
from improvement_reports.domain.templates import fill
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
from improvement_reports.facts.facts import Facts
from improvement_reports.report import Report
from improvement_reports.sections.tables import figure_table

INSPECTION_COLUMNS = [
    Column("when", "When", is_row_header=True),
    Column("kind", "Kind"),
    Column("title", "What was inspected"),
    Column("headline", "What it concluded"),
    Column("published", "Published"),
]
JUDGEMENT_COLUMNS = [
    Column("judgement", "Judgement", is_row_header=True),
    Column("grade", "Grade"),
    Column("inspected", "Inspected"),
]
KIND_NAMES = {Assessment.WEAKNESS: ("weakness", "weaknesses"), Assessment.STRENGTH: ("strength", "strengths")}
FINDING_COLUMNS = [
    Column("finding", "Finding", is_row_header=True),
    Column("read_as", "Read as"),
    Column("theme", "Theme"),
    Column("said_by", "Said by"),
]
THEME_COLUMNS = [
    Column("theme", "Theme", is_row_header=True),
    Column(Assessment.STRENGTH, "Strengths"),
    Column(Assessment.WEAKNESS, "Weaknesses"),
]
CONDITION_COLUMNS = [
    Column("condition", "Condition", is_row_header=True),
    Column("state", "State"),
    Column("remark", "When, and what the source adds"),
]


def inspections(report: Report, status: str | None = None) -> Block:
    """Inspections and visits in order, with what each concluded; ``status`` happened or expected."""
    table = report.facts.every("inspections").sort_values("date", kind="stable")
    table = table[table["status"] == status] if status else table
    if table.empty:
        return Block("")
    captions: dict[str | None, str] = {
        MilestoneState.HAPPENED: "Inspections and visits so far",
        MilestoneState.EXPECTED: "Inspections and visits ahead",
    }
    found = rows_of(table)
    body = figure_table(
        report,
        f"inspections.{status or 'all'}",
        captions.get(status, "Inspections and visits"),
        INSPECTION_COLUMNS,
        [_inspection_row(report, row) for row in found],
        found,
        "inspections",
        has_notes=True,
    )
    return report.block(body, HTML)


def _inspection_row(report: Report, row: pd.Series) -> dict[str, str]:
    facts, published = report.facts, ""
    if row["published"]:
        published = facts.show(facts.inspection_date_figure(row, "published"), css_class="n date")
    return {
        "when": facts.show(facts.inspection_date_figure(row), css_class="n date"),
        "kind": INSPECTION_WORDS[InspectionKind(row["kind"])],
        "title": row["title"],
        "headline": row["headline"],
        "published": published,
    }


def judgements(report: Report) -> Block:
    """The grades of inspections, the newest inspection first, each with the grade in words."""
    facts = report.facts
    table = facts.every("judgements")
    if table.empty:
        return Block("")
    named = facts.every("inspections").set_index("inspection_id", drop=False)
    dates = table["inspection_id"].map(named["date"])
    found = rows_of(table.assign(_date=dates).sort_values("_date", ascending=False, kind="stable"))
    rows = [
        {
            "judgement": r["area"],
            "grade": fill("sections/grade.html", words=GRADE_WORDS[Grade(r["grade"])]),
            "inspected": facts.show(facts.inspection_date_figure(named.loc[r["inspection_id"]]), css_class="n date"),
        }
        for r in found
    ]
    return report.block(
        figure_table(report, "judgements", "Judgements", JUDGEMENT_COLUMNS, rows, found, "judgements"), HTML
    )


def recommendation_rows(report: Report) -> list[pd.Series]:
    """Recommendations that the return itself states, else the newest ones known of the authority, in their order."""
    table = report.facts.tables["recommendations"]
    if table.empty:
        table = report.facts.every("recommendations")
        if not table.empty:
            table = table[table["inspection_id"] == table.iloc[-1]["inspection_id"]]
    return rows_of(table.sort_values("number", kind="stable"))


def recommendation_words(rows: list[pd.Series]) -> str:
    """Areas for priority action; Recommendations."""
    kinds = {r["kind"] for r in rows}
    return RECOMMENDATION_WORDS[RecommendationKind(kinds.pop())][1] if len(kinds) == 1 else "Recommendations"


def recommendations(report: Report) -> Block:
    """What the inspectorate says must improve, in its own words."""
    rows = recommendation_rows(report)
    if not rows:
        return Block("")
    cells = [
        {"number": nb.format_number(r["number"]), "title": r["title"], "rag": rag_of(report.facts, r)} for r in rows
    ]
    columns = [
        Column("number", "Number", is_row_header=True),
        Column("title", RECOMMENDATION_WORDS[RecommendationKind(rows[0]["kind"])][0]),
        Column("rag", "RAG as the paper states it"),
    ]
    body = figure_table(report, "recommendations", recommendation_words(rows), columns, cells, rows, "recommendations")
    return report.block(body, HTML)


def recommendation_heading(report: Report, row: pd.Series) -> Block:
    return heading(f"{nb.format_number(row['number'])}. {row['name']}", 3, f"recommendation-{row['recommendation_id']}")


def recommendation_wording(report: Report, row: pd.Series) -> Block:
    """The official wording under the short name, with its rating where the source states one."""
    rag = rag_of(report.facts, row)
    return report.html("sections/recommendation_wording.html", title=row["title"], rag=rag)


def rag_of(facts: Facts, row: pd.Series) -> Markup:
    """The rating of a recommendation in the words of the source; nothing where it states none."""
    return facts.show(figure) if (figure := facts.recommendation_rag(row)) is not None else Markup()


def findings(
    report: Report, assessment: str | None = None, recommendation_id: str | None = None, said_by: str | None = None
) -> Block:
    """What was found, by theme; only strengths or weaknesses, or only those of one recommendation, where asked."""
    table = report.facts.tables["findings"]
    for column, wanted in (("assessment", assessment), ("recommendation_id", recommendation_id), ("said_by", said_by)):
        table = table if wanted is None else table[table[column] == wanted]
    if table.empty:
        return Block("")
    found = rows_of(table.sort_values("theme", kind="stable"))
    rows = [
        {
            "finding": r["text"],
            "read_as": mark_html(ASSESSMENT_MARKS[Assessment(r["assessment"])]),
            "theme": r["theme"],
            "said_by": _speaker(FindingBy(r["said_by"])),
        }
        for r in found
    ]
    columns = FINDING_COLUMNS if table["said_by"].nunique() > 1 else FINDING_COLUMNS[:-1]
    captions: dict[str | None, str] = {Assessment.STRENGTH: "Strengths", Assessment.WEAKNESS: "Weaknesses"}
    caption = captions.get(assessment, "Findings")
    if recommendation_id:
        caption += f" on recommendation {recommendation_id}"
    table_id = ".".join(x for x in ("findings", assessment, recommendation_id, said_by) if x)
    body = figure_table(report, table_id, caption, columns, rows, found, "findings")
    lead = Markup() if recommendation_id else _most(report, table_id, found)
    return report.block(joined(lead, fold(_kinds(found), body)), HTML)


def _kinds(found: list[pd.Series]) -> str:
    """2 weaknesses, 1 strength: what is folded away."""
    numbers = {kind: sum(r["assessment"] == kind for r in found) for kind in (Assessment.WEAKNESS, Assessment.STRENGTH)}
    return ", ".join(nb.counted(n, *KIND_NAMES[kind]) for kind, n in numbers.items() if n)


def _most(report: Report, table_id: str, found: list[pd.Series]) -> Markup:
    """The finding of a list of findings: how many there are, and on which theme most."""
    themes = pd.Series([r["theme"] for r in found]).value_counts()
    mine = [r for r in found if r["theme"] == themes.index[0]]
    count = report.facts.show(report.facts.count_figure(f"{table_id}.all", "Findings", found))
    most = report.facts.show(report.facts.count_figure(f"{table_id}.most", f"Findings: {themes.index[0]}", mine))
    words = _kinds(found) if len({r["assessment"] for r in found}) == 1 else nb.counted(len(found), "finding")
    return fill(
        "sections/findings_lead.html",
        count=count,
        words=words.partition(" ")[2],
        most=most,
        theme=themes.index[0],
        has_themes=len(themes) > 1,
    )


def _speaker(said_by: FindingBy) -> str:
    """Who said it, as a cell of its own begins."""
    words = FINDING_BY_WORDS[said_by]
    return words if words == "Ofsted" else words.capitalize()


def finding_themes(report: Report) -> Block:
    """How many strengths and weaknesses each theme has, the weakest theme first; the findings themselves folded
    beneath.
    """
    table = report.facts.tables["findings"]
    if table.empty:
        return Block("")
    counts = table.groupby(["theme", "assessment"]).size().unstack(fill_value=0)
    for kind in Assessment:
        counts[kind.value] = counts.get(kind.value, 0)
    counts = counts.sort_values(
        [Assessment.WEAKNESS.value, Assessment.STRENGTH.value], ascending=[False, True], kind="stable"
    )
    rows = [_theme_row(report, str(theme), table[table["theme"] == theme]) for theme in counts.index]
    return report.block(
        figure_table(report, "findings.themes", "Findings by theme", THEME_COLUMNS, rows, rows_of(table), "themes"),
        HTML,
    )


def _theme_row(report: Report, theme: str, of_it: pd.DataFrame) -> dict[str, str]:
    """The number of strengths and of weaknesses of a theme, each with as many signs behind it."""
    cells, facts = {"theme": theme}, report.facts
    for kind in (Assessment.STRENGTH, Assessment.WEAKNESS):
        mine = rows_of(of_it[of_it["assessment"] == kind])
        number = facts.show(facts.count_figure(f"findings.{theme}.{kind}", f"Findings: {theme}, {kind}", mine))
        signs = ASSESSMENT_MARKS[kind].symbol * len(mine)
        cells[kind] = fill("sections/number_with_signs.html", number=number, assessment=kind.value, signs=signs)
    return cells


def conditions(report: Report) -> Block:
    """The conditions of the improvement notice and how far each has come."""
    table = report.facts.tables["conditions"]
    if table.empty:
        return Block("")
    rows = [
        {
            "condition": r["title"],
            "state": with_word(mark_html(CONDITION_MARKS[ConditionState(r["status"])]), own_word(r, "status")),
            "remark": "; ".join(x for x in (nb.format_day(r["due"]) if r["due"] else "", r["remark"]) if x),
        }
        for r in rows_of(table)
    ]
    caption = "Conditions of the improvement notice"
    body = figure_table(report, "conditions", caption, CONDITION_COLUMNS, rows, rows_of(table), "conditions")
    return report.block(body, HTML)
