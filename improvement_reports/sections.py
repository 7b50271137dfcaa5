"""The sections that reports are made of: each takes a `Report` and gives a block, and touches no file."""

import html

import pandas as pd

from improvement_reports import numbers as nb
from improvement_reports.blocks import HTML, Block, ChartBlock, Column, heading, plain, provenance_link, table_html
from improvement_reports.drawing import chart_block
from improvement_reports.facts import in_period, is_disputed, mark_html, period_words
from improvement_reports.figures import Figure, inputs_of, slug
from improvement_reports.progress import Position, status_move
from improvement_reports.report import Report
from improvement_reports.vocabulary import (
    ACTION_MARKS,
    DIRECTION_MARKS,
    STATUS_MARKS,
    TARGET_MARKS,
    ActionState,
    BetterWhen,
    ClaimOutcome,
    Direction,
    MilestoneKind,
    MilestoneState,
    NoteKind,
    Status,
    TargetResult,
    Unit,
)

NOTE_WORDS = {
    NoteKind.CONTRADICTION: "Contradiction",
    NoteKind.SLIP: "Slip",
    NoteKind.AMBIGUITY: "Ambiguity",
    NoteKind.DEFINITION: "Definition",
    NoteKind.GAP: "Gap",
}


def _table(
    report: Report,
    table_id: str,
    caption: str,
    columns: list[Column],
    rows: list[list[str]],
    data_rows,
    css_class: str = "",
) -> str:
    """An HTML table that is itself a figure: beneath it the link to all rows that it was made from."""
    inputs = inputs_of(data_rows)
    data = (tuple(c.title for c in columns), *(tuple(plain(cell) for cell in row) for row in rows))
    figure = Figure(slug("table", *table_id.split(".")), "table", caption, f"{len(rows)} rows", inputs=inputs, formula="each cell as its own figure says", data=data,
                    area=report.params.authority, period=report.params.month)  # fmt: skip
    report.facts.show(figure)
    body = table_html(caption, columns, rows, f"{css_class} few" if len(columns) < 4 else css_class)
    return f'<div class="table-block" id="{figure.id}">\n{body}\n<p class="source">{provenance_link(figure, "Rows behind this table")}</p>\n</div>'


def _status_cell(report: Report, row: pd.Series, which: str) -> str:
    return report.facts.show_mark(report.facts.status_figure(row, which), STATUS_MARKS[Status(row[f"{which}_status"])])


# What the report is


def about(report: Report) -> Block:
    """For which meeting the report is, from which documents, and where to find out about its numbers."""
    params, sources = report.params, report.info.sources
    named = "; ".join(
        f"<cite>{html.escape(s.title)}</cite> ({html.escape(s.publisher)}, {nb.format_day(s.date)})"
        for s in sources.values()
    )
    illustrative = ""
    if report.info.illustrative:
        illustrative = '<p class="illustrative"><strong>Illustrative.</strong> This authority and all its figures are made up for demonstration.</p>\n'
    text = f"""<div class="about-report">
{illustrative}<dl>
<dt>Authority</dt><dd>{html.escape(report.facts.authority.name)}</dd>
<dt>Position at</dt><dd>{nb.format_day(params.month)}</dd>
<dt>For</dt><dd>{html.escape(params.meeting.body)}, {report.meeting_day}</dd>
<dt>From</dt><dd>{named}</dd>
</dl>
<p class="how-to">Select any number on the published page to see where it comes from.</p>
</div>"""
    return report.block(text, HTML)


def at_a_glance(report: Report) -> Block:
    """The first screen: is it getting better, what is off target, what happens next."""
    facts = report.facts
    rated = facts.rated_priorities()
    impact = "".join(
        f"<li>{mark_html(STATUS_MARKS[s])} {facts.count_priorities('impact', s.value)}</li>"
        for s in Status
        if (rated["impact_status"] == s.value).any()
    )
    action = "".join(
        f"<li>{mark_html(STATUS_MARKS[s])} {facts.count_priorities('action', s.value)}</li>"
        for s in Status
        if (rated["action_status"] == s.value).any()
    )
    moves = "".join(
        f"<li>{mark_html(DIRECTION_MARKS[d])} {facts.count_measures(d.value.replace(' ', '_'))}</li>"
        for d in (Direction.IMPROVING, Direction.NO_SIGNIFICANT_CHANGE, Direction.WORSENING)
    )
    goals = "".join(
        f"<li>{mark_html(TARGET_MARKS[r])} {facts.count_measures(r.value)}</li>"
        for r in TargetResult
        if any(at.result is r for at in facts.main_positions())
    )
    text = f"""<div class="glance">
<div class="card"><h3>Is it getting better?</h3>
<p>Of {facts.count_measures("compared")} measures that have an earlier value:</p><ul class="tally">{moves}</ul></div>
<div class="card"><h3>What is off target?</h3>
<p>Of {facts.count_measures("with_target")} measures that have a target:</p><ul class="tally">{goals}</ul>{_furthest(report)}</div>
<div class="card"><h3>Is the plan working?</h3>
<p>Of {facts.count_priorities()} priorities and parts of priorities:</p>
<div class="pair"><div><p>what is being done</p><ul class="tally">{action}</ul></div>
<div><p>the effect that it has</p><ul class="tally">{impact}</ul></div></div></div>
<div class="card"><h3>What happens next?</h3>
<ul class="next">{_next_milestones(report)}</ul></div>
</div>"""
    return report.block(text, HTML)


def _next_milestones(report: Report, most: int = 4) -> str:
    rows = report.facts.tables["milestones"]
    ahead = rows["date"].map(lambda day: nb.last_day(day).isoformat() > report.params.meeting.date)
    rows = rows[(rows["status"] == MilestoneState.EXPECTED) & ahead]
    # Inspections and meetings first: what a reader waits for; then the dates in their order.
    weight = rows["kind"].map({MilestoneKind.INSPECTION.value: 0, MilestoneKind.MEETING.value: 1}).fillna(2)
    rows = (
        rows.assign(weight=weight)
        .sort_values(["weight", "date"], kind="stable")
        .head(most)
        .sort_values("date", kind="stable")
    )
    show = report.facts.show
    items = [
        f"<li><strong>{show(report.facts.date_figure(r), css_class='n date')}</strong> {html.escape(r['title'])}</li>"
        for _, r in rows.iterrows()
    ]
    return "".join(items) or "<li>No date is stated.</li>"


def _furthest(report: Report, most: int = 3) -> str:
    """The measures that miss their target by most percentage points, in a line each."""
    facts = report.facts
    items = [
        f"<li>{html.escape(facts.measures[at.measure_id].label)}: {facts.show(facts.value_figure(at.current))}, target {facts.show(facts.target_figure(at))}</li>"
        for at in missed_targets(report)[:most]
    ]
    return f'<p>Furthest from it:</p><ul class="plain">{"".join(items)}</ul>' if items else ""


# The plan


def dashboard(report: Report) -> Block:
    """All priorities: what is being done and what it achieves, side by side, and what changed since the last report."""
    facts, rows, used = report.facts, [], []
    before = facts.previous_priorities
    any_before = before is not None or (facts.tables["priorities"]["previous_action_status"] != "").any()
    for _, row in facts.rated_priorities().iterrows():
        used.append(row)
        cells = [f'<a href="#priority-{row["priority_id"]}">{row["priority_id"]}. {html.escape(_section_name(report, row))}</a>',
                 _status_cell(report, row, "action"), _status_cell(report, row, "impact")]  # fmt: skip
        if any_before:
            cells.append(_moves(row, before))
        rows.append(cells)
    columns = [Column("Priority", is_row_header=True), Column("Action status"), Column("Impact status")]
    if any_before:
        columns.append(Column("Since the last report"))
    text = _table(
        report,
        "dashboard",
        f"Status of each priority, {nb.format_day(report.params.month)}",
        columns,
        rows,
        used,
        "dashboard",
    )
    if not any_before:
        text += (
            '\n<p class="small">The source does not state last month’s statuses, so what changed cannot be shown.</p>'
        )
    return report.block(text, HTML)


def _section_name(report: Report, row: pd.Series) -> str:
    section = report.params.sections.get(row["priority_id"])
    return section.name if section else row["title"]


def _moves(row: pd.Series, before: pd.DataFrame | None) -> str:
    """How both statuses moved, by the status that the source states for last time, else by the earlier return."""
    words = []
    for which in ("action", "impact"):
        last = row[f"previous_{which}_status"]
        if not last and before is not None:
            earlier = before[before["priority_id"] == row["priority_id"]]
            last = "" if earlier.empty else earlier.iloc[0][f"{which}_status"]
        if last:
            move = status_move(Status(last), Status(row[f"{which}_status"]))
            word = (
                "unchanged"
                if move is Direction.NO_SIGNIFICANT_CHANGE
                else f"{move.value}, was {STATUS_MARKS[Status(last)].word.lower()}"
            )
            words.append(f"{which} {word}")
    return html.escape("; ".join(words))


def priorities(report: Report) -> list[pd.Series]:
    """The priorities in the order of the plan."""
    return [row for _, row in report.facts.tables["priorities"].iterrows()]


def priority_heading(report: Report, priority: pd.Series) -> Block:
    """The heading of a priority's section, one level deeper for a part of a priority."""
    level = 3 if priority["parent_id"] else 2
    return heading(
        f"Priority {priority['priority_id']}: {_section_name(report, priority)}",
        level,
        f"priority-{priority['priority_id']}",
    )


def priority_status(report: Report, priority: pd.Series) -> Block:
    """Official wording of a priority and its two statuses."""
    text = f'<p class="official">“{html.escape(priority["title"])}”</p>'
    if priority["action_status"]:
        text += f"""
<dl class="statuses"><div><dt>Action status</dt><dd>{_status_cell(report, priority, "action")}</dd></div>
<div><dt>Impact status</dt><dd>{_status_cell(report, priority, "impact")}</dd></div></dl>"""
    return report.block(f'<div class="priority-head">\n{text}\n</div>', HTML)


# Measures

MEASURE_COLUMNS = [
    Column("Measure", is_row_header=True), Column("Latest", is_number=True), Column("Earlier", is_number=True), Column("Change", is_number=True),
    Column("Direction"), Column("Target", is_number=True), Column("Against target"), Column("Compared with", is_number=True),
]  # fmt: skip


def measure_row(report: Report, at: Position) -> list[str]:
    """The cells of `MEASURE_COLUMNS` for one position."""
    facts, measure, row = report.facts, report.facts.measures[at.measure_id], at.current

    def dated(other: pd.Series) -> str:
        words = period_words(other["period"], other["period_type"])
        flag = ' <span class="tag">disputed</span>' if is_disputed(other, measure) else ""
        return f'{facts.show(facts.value_figure(other))}{flag}<br><span class="when">{words}</span>'

    name = html.escape(measure.label + (f": {row['category']}" if row["category"] else ""))
    better = {BetterWhen.HIGHER: "higher is better", BetterWhen.LOWER: "lower is better"}.get(
        measure.better_when, "neither way is better"
    )
    change = facts.change_figure(at, signed=True)
    points = " points" if measure.unit == "percent" else ""
    goal = result = ""
    if at.target is not None:
        goal = facts.show(facts.target_figure(at)) + f'<br><span class="when">{html.escape(at.target["level"])}</span>'
    if at.result is not None:
        result = facts.show_mark(facts.result_figure(at), TARGET_MARKS[at.result])
        if at.result is not TargetResult.MET:
            result += f' <span class="when">by {facts.show(facts.distance_figure(at))}</span>'
    others = "<br>".join(
        f'{facts.show(facts.value_figure(o))} <span class="when">{html.escape(facts.area_name(o["area"]))}, {period_words(o["period"], o["period_type"])}</span>'
        for _, o in facts.comparators(at.measure_id, row).iterrows()
    )
    return [
        f'{name}<br><span class="when">{better}</span>', dated(row), dated(at.previous) if at.previous is not None else "",
        f'{facts.show(change)}{points}' if change else "", facts.show_mark(facts.direction_figure(at), DIRECTION_MARKS[at.direction]),
        goal, result, others,
    ]  # fmt: skip


def section_positions(report: Report, measure_ids: list[str]) -> list[Position]:
    """The newest position of each named measure, for each period type and part that the return states."""
    from improvement_reports.progress import assess

    facts, found = report.facts, []
    mine = facts.tables["observations"]
    mine = mine[mine["area"] == report.params.authority]
    for measure_id in measure_ids:
        rows = mine[mine["measure_id"] == measure_id].sort_values("period", kind="stable")
        for _, row in (
            rows.groupby(["period_type", "category"], sort=False).tail(1).sort_values("source_row").iterrows()
        ):
            found.append(assess(measure_id, facts.measures[measure_id], row, facts.observations, facts.targets))
    return found


def measures_table(report: Report, priority: pd.Series) -> Block:
    """Value, earlier value, change, direction, target, distance and comparator of the measures of a priority."""
    section = report.params.sections.get(priority["priority_id"])
    positions = section_positions(report, section.measures) if section else []
    if not positions:
        return Block("")
    caption = f"Measures of priority {priority['priority_id']}"
    return report.block(_positions_table(report, f"measures.{priority['priority_id']}", caption, positions), HTML)


def _positions_table(report: Report, table_id: str, caption: str, positions: list[Position]) -> str:
    """A table of positions without the columns that would be empty in every row."""
    rows = [measure_row(report, at) for at in positions]
    if all(at.direction is Direction.TOO_FEW_POINTS for at in positions):
        rows = [[cell if i != 4 else "" for i, cell in enumerate(row)] for row in rows]
    kept = [i for i in range(len(MEASURE_COLUMNS)) if i < 2 or any(row[i] for row in rows)]
    used = [r for at in positions for r in (at.current, at.previous, at.target)]
    columns = [MEASURE_COLUMNS[i] for i in kept]
    return _table(report, table_id, caption, columns, [[row[i] for i in kept] for row in rows], used, "measures")


def charts(report: Report, priority: pd.Series) -> list[ChartBlock]:
    """The charts of a priority, each with its finding."""
    section = report.params.sections.get(priority["priority_id"])
    return [chart_block(report, chart) for chart in section.charts] if section else []


def missed_targets(report: Report) -> list[Position]:
    """Positions that miss their target: percentages by percentage points, then the rest by share of the target."""
    facts = report.facts
    missed = [at for at in facts.main_positions() if at.result in (TargetResult.NOT_MET, TargetResult.WITHIN_TOLERANCE)]

    def far(at: Position):
        is_percent = facts.measures[at.measure_id].unit is Unit.PERCENT
        return not is_percent, -abs(at.distance) / (
            1 if is_percent else max(abs(nb.to_decimal(at.target["target"])), 1)
        )

    return sorted(missed, key=far)


def key_measures(report: Report) -> Block:
    """The measures that the report's parameters put first."""
    positions = [report.facts.position(m) for m in report.params.headline_measures]
    if not positions:
        return Block("")
    return report.block(_positions_table(report, "measures.key", "Key measures", positions), HTML)


def off_target(report: Report) -> Block:
    """Measures that miss their target, the furthest first, and the question to ask of each."""
    missed = missed_targets(report)
    if not missed:
        return Block("Every measure that has a target meets it.")
    rows = []
    for at in missed:
        cells = measure_row(report, at)
        rows.append(
            [
                cells[0],
                cells[1],
                cells[5],
                cells[6],
                cells[4],
                html.escape(report.facts.measures[at.measure_id].question),
            ]
        )
    columns = [
        MEASURE_COLUMNS[0],
        MEASURE_COLUMNS[1],
        MEASURE_COLUMNS[5],
        MEASURE_COLUMNS[6],
        MEASURE_COLUMNS[4],
        Column("A question to ask"),
    ]
    used = [r for at in missed for r in (at.current, at.previous, at.target)]
    caption = "Measures that miss their target, furthest from it first"
    return report.block(_table(report, "off-target", caption, columns, rows, used, "measures off-target"), HTML)


# Actions, dates, money


def actions(report: Report, priority: pd.Series) -> Block:
    """Steps taken and due of a priority, folded; open in print."""
    table = report.facts.tables["actions"]
    mine = table[table["priority_id"] == priority["priority_id"]]
    if mine.empty:
        return Block("")
    order = {
        s.value: n
        for n, s in enumerate(
            (ActionState.DELAYED, ActionState.IN_PROGRESS, ActionState.PLANNED, ActionState.COMPLETED)
        )
    }
    mine = mine.sort_values("status", key=lambda s: s.map(order), kind="stable")
    rows = [
        [
            html.escape(r["text"]),
            mark_html(ACTION_MARKS[ActionState(r["status"])]),
            html.escape(r["owner"]),
            _action_date(r),
        ]
        for _, r in mine.iterrows()
    ]
    columns = [Column("Step", is_row_header=True), Column("State"), Column("Who"), Column("When")]
    kept = [i for i in range(4) if i < 2 or any(row[i] for row in rows)]
    caption = f"Steps of priority {priority['priority_id']}"
    body = _table(
        report,
        f"actions.{priority['priority_id']}",
        caption,
        [columns[i] for i in kept],
        [[row[i] for i in kept] for row in rows],
        [r for _, r in mine.iterrows()],
        "actions",
    )
    tally = ", ".join(
        f"{int((mine['status'] == s).sum())} {ACTION_MARKS[ActionState(s)].word.lower()}"
        for s in order
        if (mine["status"] == s).any()
    )
    return report.block(
        f'<details class="fold">\n<summary>Steps taken and due: {tally}</summary>\n{body}\n</details>', HTML
    )


def _action_date(row: pd.Series) -> str:
    if row["done_on"]:
        return nb.format_day(row["done_on"])
    return f"due {nb.format_day(row['due'])}" if row["due"] else ""


def milestones(report: Report, status: str | None = None) -> Block:
    """Dates that matter, in order; ``status`` happened or expected."""
    table = report.facts.tables["milestones"].sort_values("date", kind="stable")
    table = table if status is None else table[table["status"] == status]
    if table.empty:
        return Block("")
    rows = [[report.facts.show(report.facts.date_figure(r)), html.escape(r["title"])] for _, r in table.iterrows()]
    caption = {
        "expected": "Dates ahead, as the source states them",
        "happened": "Dates past, as the source states them",
    }.get(status, "Dates that matter")
    body = _table(
        report,
        f"milestones.{status or 'all'}",
        caption,
        [Column("Date", is_row_header=True), Column("What")],
        rows,
        [r for _, r in table.iterrows()],
        "milestones",
    )
    if status == "happened":
        body = f'<details class="fold">\n<summary>Dates past</summary>\n{body}\n</details>'
    return report.block(body, HTML)


def finance(report: Report) -> Block:
    """Every amount of money that the source states."""
    table = report.facts.tables["finance"]
    if table.empty:
        return Block("The source states no amounts of money.")
    rows = [
        [
            html.escape(r["line"]),
            html.escape(r["kind"]),
            html.escape(r["period"]),
            report.facts.show(report.facts.amount_figure(r)),
        ]
        for _, r in table.iterrows()
    ]
    columns = [Column("Line", is_row_header=True), Column("Kind"), Column("Period"), Column("Amount", is_number=True)]
    return report.block(_table(report, "finance", "Money", columns, rows, [r for _, r in table.iterrows()]), HTML)


def framework(report: Report) -> Block:
    """What the plan will be measured by from now on."""
    table = report.facts.tables["framework"]
    if table.empty:
        return Block("")
    rows = [[html.escape(r["title"]), html.escape(": ".join(x for x in (r["theme"], r["group"]) if x)), html.escape(r["threshold"]),
             html.escape(report.facts.measures[r["measure_id"]].label) if r["measure_id"] else ""] for _, r in table.iterrows()]  # fmt: skip
    columns = [Column("Item", is_row_header=True), Column("Theme"), Column("Threshold"), Column("Reported here as")]
    body = _table(
        report, "framework", "Proposed framework", columns, rows, [r for _, r in table.iterrows()], "framework"
    )
    return report.block(
        f'<details class="fold">\n<summary>All {len(rows)} items of the framework</summary>\n{body}\n</details>', HTML
    )


# What to know about the data


def priority_notes(report: Report, priority: pd.Series) -> Block:
    """What a reader of this section would be misled without: contradictions and slips of the source."""
    notes = report.facts.tables["notes"]
    grave = notes["kind"].isin([NoteKind.CONTRADICTION, NoteKind.SLIP]) | notes["note_id"].str.endswith("-statuses")
    mine = notes[(notes["priority_id"] == priority["priority_id"]) & grave]
    if mine.empty:
        return Block("")
    items = "".join(f"<li>{html.escape(r['text'])}</li>" for _, r in mine.iterrows())
    return report.block(
        f'<div class="note" role="note" aria-label="Data note, priority {priority["priority_id"]}">\n<p><strong>Data note.</strong></p><ul>{items}</ul>\n</div>',
        HTML,
    )


def notes(report: Report) -> Block:
    """Every data note, the grave kinds first."""
    table = report.facts.tables["notes"]
    if table.empty:
        return Block("There are no data notes.")
    order = {k.value: n for n, k in enumerate(NOTE_WORDS)}
    table = table.sort_values("kind", key=lambda s: s.map(order), kind="stable")
    rows = [
        [html.escape(NOTE_WORDS[NoteKind(r["kind"])]), html.escape(r["text"]), html.escape(r["locator"])]
        for _, r in table.iterrows()
    ]
    columns = [Column("Kind"), Column("Note", is_row_header=True), Column("Where in the source")]
    body = _table(report, "notes", "Data notes", columns, rows, [r for _, r in table.iterrows()], "notes")
    return report.block(
        f'<details class="fold">\n<summary>All {len(rows)} data notes</summary>\n{body}\n</details>', HTML
    )


def claims(report: Report) -> Block:
    """Claims of the source that do not recompute, and all claims folded."""
    facts = report.facts
    table = facts.claims
    if table.empty:
        return Block("The source states no number that can be recomputed.")
    rows, failing = [], []
    order = {
        ClaimOutcome.DIFFERS: 0,
        ClaimOutcome.CANNOT_BE_RECOMPUTED: 1,
        ClaimOutcome.AGREES_AFTER_ROUNDING: 2,
        ClaimOutcome.AGREES: 3,
    }
    for _, claim in table.sort_values("outcome", key=lambda s: s.map(order), kind="stable").iterrows():
        figure = facts.claim_figure(claim)
        withheld = pd.isna(claim["stated_value"])
        stated = "" if withheld else nb.format_value(claim["stated_value"], claim["unit"], int(claim["decimals"]))
        cells = [
            html.escape(claim["text"]),
            stated,
            facts.show(figure) if figure else "",
            html.escape(claim["outcome"]),
        ]
        rows.append(cells)
        if claim["outcome"] == ClaimOutcome.DIFFERS:
            failing.append((claim, cells))
    columns = [
        Column("What the source states", is_row_header=True),
        Column("Stated", is_number=True),
        Column("Recomputed", is_number=True),
        Column("Outcome"),
    ]
    text = ""
    if failing:
        text = _table(
            report,
            "claims.differ",
            "Stated numbers that do not follow from their own figures",
            columns,
            [c for _, c in failing],
            [c for c, _ in failing],
            "claims",
        )
    everything = _table(
        report,
        "claims",
        "Every stated number that can be recomputed",
        columns,
        rows,
        [c for _, c in table.iterrows()],
        "claims",
    )
    text += f'\n<details class="fold">\n<summary>All {len(rows)} recomputed numbers</summary>\n{everything}\n</details>'
    return report.block(text, HTML)


def questions(report: Report) -> Block:
    """Questions to ask: of the measures that miss their target, and of those that are getting worse."""
    facts = report.facts
    chosen = [
        at for at in facts.main_positions() if at.result is TargetResult.NOT_MET or at.direction is Direction.WORSENING
    ]
    if not chosen:
        return Block("")
    items = "".join(
        f"<li>{html.escape(facts.measures[at.measure_id].question)} <span class='when'>{html.escape(facts.measures[at.measure_id].label)}: "
        f"{facts.show(facts.value_figure(at.current))} {in_period(at.current['period'], at.current['period_type'])}</span></li>"
        for at in chosen
    )
    return report.block(f'<ul class="questions">{items}</ul>', HTML)


def sources(report: Report) -> Block:
    """The documents that the report was made from, and how to recompute it."""
    items = []
    for source_id, s in report.info.sources.items():
        meeting = f" Received by {html.escape(s.meeting.body)}, {nb.format_day(s.meeting.date)}." if s.meeting else ""
        url = f' <a href="{html.escape(s.url)}">{html.escape(s.url)}</a>' if s.url else ""
        hashed = (
            f' <span class="hash">sha256 of the transcribed text: <code>{s.sha256}</code></span>' if s.sha256 else ""
        )
        items.append(
            f'<li id="source-{source_id}"><cite>{html.escape(s.title)}</cite>. {html.escape(s.publisher)}, {nb.format_day(s.date)}.{meeting} {html.escape(s.licence)}.{url}{hashed}</li>'
        )
    files = """<ul class="downloads"><li><a href="figures.html">Every figure of this page and where it comes from</a></li>
<li><a href="figures.csv" download>Figures (CSV)</a></li><li><a href="figures.json" download>Figures (JSON)</a></li>
<li><a href="report.ipynb" download>The executed notebook</a></li></ul>"""
    return report.block(f'<ul class="sources">{"".join(items)}</ul>\n{files}', HTML)


def all_priorities(report: Report) -> list[Block | ChartBlock]:
    """Every priority in turn: heading, status, narrative, measures, charts, steps, data notes."""
    blocks: list[Block | ChartBlock] = []
    for priority in priorities(report):
        blocks += [
            priority_heading(report, priority), priority_status(report, priority), report.narrative(f"priority-{priority['priority_id']}"),
            measures_table(report, priority), *charts(report, priority), priority_notes(report, priority), actions(report, priority),
        ]  # fmt: skip
    return [b for b in blocks if not isinstance(b, Block) or b.text]


def show(*blocks) -> None:
    """Show blocks one after the other, as outputs of the cell; lists are shown in turn."""
    from IPython.display import display

    for block in blocks:
        if isinstance(block, list):
            show(*block)
        elif not isinstance(block, Block) or block.text:
            display(block)
