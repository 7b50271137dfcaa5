"""What formal reports hold beside measures: what is asked, implications, papers, and the money with its totals
recomputed.
"""

from collections.abc import Iterable

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import fold, slug, strong
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import FinanceKind, StatementList
from improvement_reports.domain.wording import all_of
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.sentences import full_amount
from improvement_reports.method.money import Total, totals
from improvement_reports.report import Report
from improvement_reports.sections.decisions import decisions
from improvement_reports.sections.outlook import outlook_table
from improvement_reports.sections.risks import risks
from improvement_reports.sections.tables import figure_table

STATEMENT_TITLES = {
    StatementList.ASK: "What is asked",
    StatementList.BOARD_PAPER: "What the Board received",
    StatementList.GOVERNANCE: "Governance",
    StatementList.PARTNER: "Improvement partner",
    StatementList.STRUCTURE: "Structure of the services",
    StatementList.OPTIONS: "Alternative options",
    StatementList.LEGAL: "Legal implications",
    StatementList.FINANCIAL: "Financial implications",
    StatementList.WORKFORCE: "Workforce implications",
    StatementList.PRIVACY_AND_HEALTH: "Privacy and public health",
    StatementList.EQUALITY: "Equality",
    StatementList.COMMUNITY: "Community impact",
    StatementList.ENVIRONMENT: "Environmental impact",
    StatementList.RISK: "Risks",
    StatementList.CONSULTATION: "Who was consulted",
    StatementList.VOICE: "What children and families say",
    StatementList.APPENDIX: "Appendices",
    StatementList.BACKGROUND_PAPER: "Background papers",
}
# A list that notebooks of before do not name stands after the one that it belongs to.
AFTER = {StatementList.CONSULTATION: (StatementList.VOICE,)}
# A table of the return that stands with a list.
WITH_LIST = {StatementList.RISK: risks, StatementList.ASK: decisions}
OPEN_STATEMENTS = 3  # so many statements of a list stand open
FINANCE_WORDS = {
    FinanceKind.BUDGET: "Allocation",
    FinanceKind.FUNDING: "Funding",
    FinanceKind.SPEND: "Spend and commitments",
    FinanceKind.PRESSURE: "Cost pressures",
    FinanceKind.FORECAST: "Forecast for the whole period",
    FinanceKind.VARIANCE: "Variance as stated: forecast less budget",
    FinanceKind.MOVEMENT: "Movement of the forecast as stated",
}


def statements(report: Report, *lists: str) -> list[Block]:
    """The statements of the named lists, each list under its heading where more than one is named; with the risks the
    risk register, with what is asked the decisions, and what children and families say after who was consulted.
    """
    table, blocks = report.facts.tables["statements"], []
    for name in with_those_after(lists):
        mine = table[table["list"] == name]
        beside = WITH_LIST[StatementList(name)](report) if name in WITH_LIST else Block("")
        if mine.empty and not beside.text:
            continue
        if len(lists) > 1:
            blocks.append(
                Block(
                    f"### {STATEMENT_TITLES[StatementList(name)]}",
                    form="heading",
                    anchor=f"list-{name.replace('_', '-')}",
                )
            )
        if not mine.empty:
            blocks.append(_statement_list(report, StatementList(name), rows_of(mine)))
        if beside.text:
            blocks.append(beside)
    return blocks


def with_those_after(lists: Iterable[str]) -> list[str]:
    """The names of lists, each with those that stand after it; each once."""
    return list(dict.fromkeys(str(n) for name in lists for n in (name, *AFTER.get(StatementList(name), ()))))


def _statement_list(report: Report, name: StatementList, rows: list[pd.Series]) -> Block:
    """One list of statements, which is a figure: beneath it the link to its rows."""
    figure = Figure(
        slug("list", name),
        "table",
        STATEMENT_TITLES[name],
        nb.counted(len(rows), "row"),
        inputs=inputs_of(rows),
        formula="as the source says, in our own words",
        data=tuple((r["title"], r["text"]) for r in rows),
        area=report.params.authority,
        period=report.params.month,
    )
    link = report.facts.show(figure, "Where this stands in the source", "provenance")
    text = fill("sections/statements.html", figure_id=figure.id, statements=figure.data, link=link)
    return report.block(fold(_titles(rows), text) if len(rows) > OPEN_STATEMENTS else text, HTML)


def _titles(rows: list[pd.Series]) -> str:
    """How many statements there are and what the first are about, in place of them."""
    named = [str(r["title"]) for r in rows if r["title"]][:OPEN_STATEMENTS]
    return f"{nb.counted(len(rows), 'statement')}{': ' if named else ''}{'; '.join(named)}{' …' if named else ''}"


def plan_themes(report: Report) -> Block:
    """The themes of a plan in their order, with their statuses where the source gives any."""
    table = report.facts.tables["priorities"]
    if table.empty:
        return Block("")
    is_rated = bool((table[["action_status", "impact_status"]] != "").any(axis=None))
    columns = [Column("theme", "Theme", is_row_header=True), Column("title", "Official wording")]
    columns += [Column("action", "Action status"), Column("impact", "Impact status")] if is_rated else []
    found = rows_of(table)
    rows = [{"theme": r["priority_id"], "title": r["title"], **_statuses(report, r)} for r in found]
    shown = figure_table(report, "themes", "Themes of the plan", columns, rows, found)
    return report.html("sections/plan_themes.html", table=shown, is_rated=is_rated)


def _statuses(report: Report, row: pd.Series) -> dict[str, str]:
    """The action and the impact status of a priority, each empty where the source gives none."""
    return {
        which: report.facts.status_mark(row, which) if row[f"{which}_status"] else "" for which in ("action", "impact")
    }


def finance_tables(report: Report) -> list[Block]:
    """Money by kind: a table of lines and periods as stated, and each stated total beside the sum of its lines."""
    table = report.facts.tables["finance"]
    if table.empty:
        return [Block("The source states no amounts of money.")]
    ahead = report.block(outlook_table(report, period_title), HTML)  # where it is heading comes first
    blocks = [*([ahead] if ahead.text else []), _totals_table(report, totals(table))]  # then whether the totals hold
    for kind in FinanceKind:
        mine = table[table["kind"] == kind]
        if not mine.empty:
            blocks.append(_finance_table(report, kind, mine))
    return blocks


def _finance_table(report: Report, kind: FinanceKind, rows: pd.DataFrame) -> Block:
    periods = [p for p in sorted(rows["period"].unique()) if p != "total"]
    if (rows["period"] == "total").any():
        periods.append("total")
    in_full = nb.mixes_units(rows["amount_gbp"])  # one unit for the whole table
    lines = [_finance_row(report, group, periods, in_full) for _, group in rows.groupby("line_id", sort=False)]
    columns = [
        Column("line", "Line", is_row_header=True),
        *(Column(f"in {p}", period_title(p), is_number=True) for p in periods),
    ]
    text = figure_table(report, f"finance.{kind}", FINANCE_WORDS[kind], columns, lines, rows_of(rows), "finance")
    return report.block(fold(f"{FINANCE_WORDS[kind]}: {nb.counted(len(lines), 'line')}", text), HTML)


def _finance_row(report: Report, group: pd.DataFrame, periods: list[str], in_full: bool) -> dict[str, str]:
    """The amounts of one line, one for each period; a total stands out."""
    first, facts = group.iloc[0], report.facts
    cells = {"line": strong(first["line"]) if first["is_total"] else first["line"]}
    for period in periods:
        found = group[group["period"] == period]
        cells[f"in {period}"] = "" if found.empty else facts.show(facts.amount_figure(found.iloc[0], in_full))
    return cells


def period_title(period: str) -> str:
    """2021 to 2022; to the end of August 2021; all years."""
    if period == "total":
        return "All years"
    if (
        len(period) == 7
        and period[4] == "-"
        and int(period[5:]) == (int(period[2:4]) + 1) % 100
        and int(period[5:]) > 12
    ):
        return f"{period[:4]} to {int(period[:4]) + 1}"
    try:
        return f"To {nb.format_day(period)}"
    except (ValueError, KeyError):
        return period


TOTAL_COLUMNS = [
    Column("total", "Total", is_row_header=True),
    Column("stated", "Stated", is_number=True),
    Column("recomputed", "Recomputed", is_number=True),
    Column("difference", "Difference", is_number=True),
]


def _totals_table(report: Report, found: list[Total]) -> Block:
    """Every stated total, and what its lines add up to."""
    if not found:
        return Block("")
    in_full = nb.mixes_units(a for t in found for a in (t.stated, t.summed, t.difference))
    rows = [_total_row(report, total, in_full) for total in found]
    used = [row for total in found for row in (total.row, *total.lines)]
    table = figure_table(report, "finance.totals", "Totals recomputed", TOTAL_COLUMNS, rows, used, "totals")
    shown = fold(f"{all_of(len(found), 'total')} beside the sum of its lines", table)
    return report.html("sections/totals.html", lead=_totals_words(found), table=shown)


def _total_row(report: Report, total: Total, in_full: bool) -> dict[str, str]:
    facts = report.facts
    figure = Figure(
        slug("finance", "sum", total.name),
        "number",
        f"Sum of the lines of: {total.label}",
        nb.format_money(total.summed),
        f"{total.summed.normalize():f}",
        "GBP",
        "",
        facts.authority_id,
        total.period,
        f"sum of {nb.counted(len(total.lines), 'amount')}",
        inputs_of(total.lines),
    )
    return {
        "total": total.label,
        "stated": facts.show(facts.amount_figure(total.row, in_full)),
        "recomputed": facts.show(full_amount(figure) if in_full else figure),
        "difference": "none" if not total.difference else nb.format_money(abs(total.difference), in_full),
    }


def _totals_words(found: list[Total]) -> str:
    """Whether the stated totals are what their lines add up to, as one sentence."""
    wrong = sum(bool(t.difference) for t in found)
    if len(found) == 1:
        return f"The one total that the source states is {'not ' if wrong else ''}what its lines add up to."
    if not wrong:
        return f"All {len(found)} totals that the source states are what their lines add up to."
    are, their = ("is", "its") if wrong == 1 else ("are", "their")
    return f"{wrong} of the {len(found)} totals that the source states {are} not what {their} lines add up to."
