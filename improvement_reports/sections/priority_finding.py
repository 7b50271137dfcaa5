"""What a priority comes to, as one sentence that opens its section: targets met and missed, and signs of change."""

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain.markup import linked_count, slug
from improvement_reports.domain.numbers import counted
from improvement_reports.domain.templates import as_markup, fill
from improvement_reports.domain.vocabulary import BetterWhen, Direction, TargetResult
from improvement_reports.facts.blocks import Block
from improvement_reports.method.progress import Position
from improvement_reports.report import Report
from improvement_reports.sections.charts import chart_block
from improvement_reports.sections.data import priority_notes
from improvement_reports.sections.folding import Shown, folded
from improvement_reports.sections.lines import has_line
from improvement_reports.sections.measures import measures_table, section_positions
from improvement_reports.sections.plan import actions
from improvement_reports.workspace.parameters import SectionParameters

FEW_ROWS = 3  # a table of so many measures stands open, if it shows how they went
MOST_NAMED = 3
SIGN_WORDS = {Direction.IMPROVING: "better", Direction.WORSENING: "worse"}


def priority_positions(report: Report, priority: pd.Series) -> list[Position]:
    """The newest positions of the measures of a priority."""
    section = report.params.sections.get(priority["priority_id"])
    return section_positions(report, section.measures) if section else []


def priority_finding(report: Report, priority: pd.Series) -> Block:
    """The sentence; nothing for a priority without measures."""
    positions = [at for at in priority_positions(report, priority) if not at.current["category"]]
    if not positions:
        return Block("")
    clauses = [*_targets(report, priority["priority_id"], positions), *_signs(report, positions)]
    return report.html("sections/priority_finding.html", clauses=clauses or [as_markup(_nothing(positions))])


def _nothing(positions: list[Position]) -> str:
    return f"No target is stated for its {counted(len(positions), 'measure')}, and no change can be told from chance"


def _targets(report: Report, key: str, positions: list[Position]) -> Iterator[Markup]:
    """How many targets are met, and which measures miss theirs, the furthest from it first."""
    judged = [at for at in positions if at.result is not None]
    if not judged:
        return
    met = [at for at in judged if at.result is TargetResult.MET]
    missed = [at for at in judged if at.result is not TargetResult.MET]
    targets = linked_count(_number(report, key, "with-target", judged), "target", "targets")
    one = _number(report, key, "with-target", judged, "The one target")
    if not missed:
        yield fill("sections/all_met.html", targets=targets, one=one, number=len(judged))
        return
    yield fill(
        "sections/missed_names.html",
        met=_number(report, key, "met", met, "" if met else "None"),
        number_met=len(met),
        number=len(judged),
        targets=targets,
        one=one,
        missed=[_missed(report, at) for at in missed[:MOST_NAMED]],
        rest=max(0, len(missed) - MOST_NAMED),
    )


def _missed(report: Report, at: Position) -> dict[str, str]:
    facts = report.facts
    return {
        "label": facts.measures[at.measure_id].label,
        "value": facts.marked_value(at.current),
        "target": facts.show_target(at),
    }


def _number(report: Report, key: str, what: str, positions: list[Position], words: str = "") -> Markup:
    """How many measures that are, as a number or in other words for it."""
    label = f"Measures of priority {key}: {what.replace('-', ' ')}"
    rows = [row for at in positions for row in (at.current, at.target) if row is not None]
    figure_id = slug("count", "priority", key, what)
    return report.facts.number_of(figure_id, label, rows, len(positions), words)


def _signs(report: Report, positions: list[Position]) -> Iterator[Markup]:
    """Which measures got better or worse, each sign with its names."""
    for direction, word in SIGN_WORDS.items():
        measures = report.facts.measures
        names = [
            measures[at.measure_id].label
            for at in positions
            if at.direction is direction and measures[at.measure_id].better_when is not BetterWhen.NEUTRAL
        ]
        if names:
            yield as_markup(f"{word}: {', '.join(names)}")


def behind_priority(report: Report, priority: pd.Series) -> list[Shown]:
    """What stands behind the finding of a priority: its measures, open where they are few, then further words, charts
    and steps under one line; what a reader would be misled without stays open.
    """
    positions = priority_positions(report, priority)
    section = report.params.sections.get(priority["priority_id"])
    is_open = len(positions) <= FEW_ROWS and all(has_line(at) for at in positions)
    table = measures_table(report, priority, () if is_open or not section else _charted(section))
    charts = [chart_block(report, chart) for chart in section.charts] if section else []
    words = report.narrative(f"priority-{priority['priority_id']}", "rest")
    steps = actions(report, priority)
    named = [
        counted(len(positions), "measure") if positions and not is_open else "",
        counted(len(charts), "chart") if charts else "",
        "further words" if words.text else "",
    ]
    summary = f"Behind priority {priority['priority_id']}: {', '.join(n for n in named if n)}"
    return [
        *([table] if is_open else []),
        priority_notes(report, priority),
        *folded(summary, words, [] if is_open else table, charts),
        steps,
    ]


def _charted(section: SectionParameters) -> set[str]:
    """The measures that the charts of a section draw over time."""
    return {m for chart in section.charts if chart.chart == "trend" for m in chart.measures}
