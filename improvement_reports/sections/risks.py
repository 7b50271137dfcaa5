"""The risk register: each risk with its scores, how it moved, who answers for it, and what is done about it."""

import pandas as pd

from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import mark_html, under
from improvement_reports.domain.numbers import counted
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.vocabulary import RISK_MARKS, RiskMovement
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.facts.risks import RISK_NUMBERS
from improvement_reports.report import Report
from improvement_reports.sections.tables import figure_table

RISK_COLUMNS = [
    Column("risk", "Risk", is_row_header=True),
    Column("likelihood", "Likelihood", is_number=True),
    Column("impact", "Impact", is_number=True),
    Column("score_before", "Score before", is_number=True),
    Column("score_now", "Score now", is_number=True),
    Column("movement", "Movement"),
    Column("owner", "Who"),
    Column("mitigation", "What is done about it"),
]


def risks(report: Report) -> Block:
    """The risk register of the return, the highest score first; nothing where it has none."""
    table = report.facts.tables["risks"]
    if table.empty:
        return Block("")
    found = rows_of(_highest_first(table))
    rows = [_risk_row(report, row) for row in found]
    caption = f"Risk register: {counted(len(rows), 'risk')}, with scores as the register states them"
    return report.block(figure_table(report, "risks", caption, RISK_COLUMNS, rows, found, "risks"), HTML)


def _highest_first(table: pd.DataFrame) -> pd.DataFrame:
    """Risks by their score now, those without one last; closed ones after all others; else as the register has them."""
    order = pd.DataFrame({"closed": table["movement"] == RiskMovement.CLOSED, "score": -table["score_now"]})
    return table.loc[order.sort_values(["closed", "score"], kind="stable", na_position="last").index]


def _risk_row(report: Report, row: pd.Series) -> dict[str, str]:
    """The cells of one risk; a number that the register does not give is an empty cell."""
    facts, moved = report.facts, row["movement"]
    figures = {column: facts.risk_figure(row, column) for column in RISK_NUMBERS}
    priority = f"priority {row['priority_id']}" if row["priority_id"] else ""
    return {
        "risk": under(row["text"], priority) if priority else row["text"],
        **{column: facts.show(figure) if figure else "" for column, figure in figures.items()},
        "movement": mark_html(RISK_MARKS[RiskMovement(moved)]) if moved else "",
        "owner": row["owner"],
        "mitigation": row["mitigation"],
    }
