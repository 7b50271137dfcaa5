"""What formal reports hold beside measures: what is asked, implications, papers, and the money with its totals
recomputed.
"""

import html

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import Column, slug
from improvement_reports.domain.vocabulary import FinanceKind, StatementList
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.sentences import full_amount
from improvement_reports.method.money import Total, totals
from improvement_reports.report import Report
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
    StatementList.APPENDIX: "Appendices",
    StatementList.BACKGROUND_PAPER: "Background papers",
}
FINANCE_WORDS = {
    FinanceKind.BUDGET: "Allocation",
    FinanceKind.FUNDING: "Funding",
    FinanceKind.SPEND: "Spend and commitments",
    FinanceKind.PRESSURE: "Cost pressures",
}


def statements(report: Report, *lists: str) -> list[Block]:
    """The statements of the named lists, each list under its heading where more than one is named."""
    table, blocks = report.facts.tables["statements"], []
    for name in lists:
        mine = table[table["list"] == name]
        if mine.empty:
            continue
        if len(lists) > 1:
            blocks.append(
                Block(
                    f"### {STATEMENT_TITLES[StatementList(name)]}",
                    form="heading",
                    anchor=f"list-{name.replace('_', '-')}",
                )
            )
        rows = [row for _, row in mine.iterrows()]
        figure = Figure(
            slug("list", name),
            "table",
            STATEMENT_TITLES[StatementList(name)],
            nb.counted(len(rows), "row"),
            inputs=inputs_of(rows),
            formula="as the source says, in our own words",
            data=tuple((r["title"], r["text"]) for r in rows),
            area=report.params.authority,
            period=report.params.month,
        )
        items = "".join(f"<li>{_bold(r['title'])}{html.escape(r['text'])}</li>" for r in rows)
        link = report.facts.show(figure, "Where this stands in the source", "provenance")
        blocks.append(
            report.block(
                f'<div class="statements" id="{figure.id}">\n<ul>{items}</ul>\n<p class="source">{link}</p>\n</div>',
                HTML,
            )
        )
    return blocks


def _bold(title: str) -> str:
    return f"<strong>{html.escape(title)}</strong>: " if title else ""


def plan_themes(report: Report) -> Block:
    """The themes of a plan in their order, with their statuses where the source gives any."""
    table = report.facts.tables["priorities"]
    if table.empty:
        return Block("")
    rated = (table[["action_status", "impact_status"]] != "").any(axis=1)
    columns = [Column("Theme", is_row_header=True), Column("Official wording")]
    columns += [Column("Action status"), Column("Impact status")] if rated.any() else []
    rows = [
        [html.escape(r["priority_id"]), html.escape(r["title"]), *_statuses(report, r)][: len(columns)]
        for _, r in table.iterrows()
    ]
    text = figure_table(report, "themes", "Themes of the plan", columns, rows, [r for _, r in table.iterrows()])
    note = "" if rated.any() else '\n<p class="small">The source gives the themes no status, so none is shown.</p>'
    return report.block(f"{text}{note}", HTML)


def _statuses(report: Report, row: pd.Series) -> list[str]:
    """The action and the impact status of a priority, each empty where the source gives none."""
    return [report.facts.status_mark(row, which) if row[f"{which}_status"] else "" for which in ("action", "impact")]


def finance_tables(report: Report) -> list[Block]:
    """Money by kind: a table of lines and periods as stated, and each stated total beside the sum of its lines."""
    table = report.facts.tables["finance"]
    if table.empty:
        return [Block("The source states no amounts of money.")]
    blocks = []
    for kind in FinanceKind:
        mine = table[table["kind"] == kind]
        if not mine.empty:
            blocks.append(_finance_table(report, kind, mine))
    blocks.append(_totals_table(report, totals(table)))
    return blocks


def _finance_table(report: Report, kind: FinanceKind, rows: pd.DataFrame) -> Block:
    facts, periods = report.facts, [p for p in sorted(rows["period"].unique()) if p != "total"]
    if (rows["period"] == "total").any():
        periods.append("total")
    cells, in_full = [], nb.mixes_units(rows["amount_gbp"])  # one unit for the whole table
    for _, group in rows.groupby("line_id", sort=False):
        first = group.iloc[0]
        line = html.escape(first["line"])
        cells.append([f"<strong>{line}</strong>" if first["is_total"] else line])
        for period in periods:
            found = group[group["period"] == period]
            cells[-1].append("" if found.empty else facts.show(facts.amount_figure(found.iloc[0], in_full)))
    columns = [Column("Line", is_row_header=True), *(Column(period_title(p), is_number=True) for p in periods)]
    text = figure_table(
        report, f"finance.{kind}", FINANCE_WORDS[kind], columns, cells, [r for _, r in rows.iterrows()], "finance"
    )
    return report.block(text, HTML)


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


def _totals_table(report: Report, found: list[Total]) -> Block:
    """Every stated total, and what its lines add up to."""
    if not found:
        return Block("")
    facts, rows, used = report.facts, [], []
    in_full = nb.mixes_units(a for t in found for a in (t.stated, t.summed, t.difference))
    for total in found:
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
        figure = full_amount(figure) if in_full else figure
        difference = "none" if not total.difference else nb.format_money(abs(total.difference), in_full)
        rows.append(
            [
                html.escape(total.label),
                facts.show(facts.amount_figure(total.row, in_full)),
                facts.show(figure),
                html.escape(difference),
            ]
        )
        used += [total.row, *total.lines]
    wrong = sum(bool(t.difference) for t in found)
    lead = (
        "The one total that the source states is what its lines add up to."
        if len(found) == 1 and not wrong
        else (
            f"All {len(found)} totals that the source states are what their lines add up to."
            if not wrong
            else (
                "The one total that the source states is not what its lines add up to."
                if len(found) == 1
                else (
                    f"{wrong} of the {len(found)} totals that the source states {'is' if wrong == 1 else 'are'} not"
                    f" what {'its' if wrong == 1 else 'their'} lines add up to."
                )
            )
        )
    )
    columns = [
        Column("Total", is_row_header=True),
        Column("Stated", is_number=True),
        Column("Recomputed", is_number=True),
        Column("Difference", is_number=True),
    ]
    text = figure_table(report, "finance.totals", "Totals recomputed", columns, rows, used, "totals")
    return report.block(f"<p>{html.escape(lead)}</p>\n{text}", HTML)
