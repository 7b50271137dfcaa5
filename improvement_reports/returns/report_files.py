"""The check of a report's parameter file: everything that a run would refuse, and what a run would leave out in
silence.
"""

import json
import re
from collections.abc import Iterator

from improvement_reports.domain.errors import Fault, UserError, listed, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.series import end_of
from improvement_reports.workspace.layouts import layout_faults, notebooks_for
from improvement_reports.workspace.parameters import ReportParameters
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.report_notebooks import template_text

# How the notebook of a kind shows a named section, the sections of priorities, and the measures put first.
NAMED = re.compile(r"""\b(named_charts|named_measures)\(\s*report\s*,\s*(["'])([\w-]+)\2""")
OF_PRIORITIES = {
    "charts": re.compile(r"\bsections\.(charts|behind_priority)\("),
    "measures": re.compile(r"\b(measures_table|behind_priority)\("),
}
HEADLINES = re.compile(r"\b(key_measures|first_screen)\(")
SECTION_CALL = re.compile(r"\bsections\.(\w+)\(")
ALL = "*"


def notebook_code(project: Project, kind: str, authority: str = "", month: str = "") -> str | None:
    """The code of a kind's notebook, or of the one that is run for a report; None if there is none or it cannot be
    read, which its run says.
    """
    try:
        text = (
            template_text(project, authority, month, kind)
            if month
            else project.notebook(kind, authority).read_text(encoding="utf-8")
        )
        cells = json.loads(text)["cells"]
        return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError, UserError):
        return None


def shown_parts(code: str) -> dict[str, set[str]]:
    """What a notebook shows of the sections of the parameters, by their key (``*``: any priority): charts, measures."""
    found: dict[str, set[str]] = {}
    for function, _, key in NAMED.findall(code):
        found.setdefault(key, set()).add(function.removeprefix("named_"))
    for part, pattern in OF_PRIORITIES.items():
        if pattern.search(code):
            found.setdefault(ALL, set()).add(part)
    return found


def _an(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def layout_place_faults(project: Project, params: ReportParameters, name: str) -> Iterator[Fault]:
    """What the layout of a report names wrongly, or leaves out that no report goes without."""
    if params.layout is not None:
        paths = notebooks_for(project, params.authority, params.kind)
        yield from (Fault(name, said) for said in layout_faults(paths, params.layout))


def place_faults(project: Project, params: ReportParameters, name: str, priorities: list[str]) -> Iterator[Fault]:
    """Sections and headline measures that the notebook of the kind, or its layout, never shows."""
    code = notebook_code(project, params.kind, params.authority, params.month)
    if code is None or not SECTION_CALL.search(code):  # a notebook that does without `sections` shows what it shows
        return
    own = {section.key for section in params.own_sections}
    shown_in = {key: parts for key, parts in shown_parts(code).items() if key not in own}
    report = f"{_an(params.kind)} report{'' if params.layout is None else ' of this layout'}"
    allowed = [*(priorities if ALL in shown_in else []), *(k for k in shown_in if k != ALL)]
    if params.headline_measures and not HEADLINES.search(code):
        yield Fault(name, f"headline_measures: {report} shows none; leave them out")
    for key, section in params.sections.items():
        parts = shown_in.get(key, set()) | (shown_in.get(ALL, set()) if key in priorities else set())
        if not parts:
            what = f"allowed are {', '.join(allowed)}" if allowed else "it has no sections of its own, so leave it out"
            problem = f"{report} shows no section of this name{suggestion(key, allowed)}; {what}"
            if ALL in shown_in:
                problem = "there is no such priority in priorities.csv; correct the key, or add the priority"
            yield Fault(name, f"sections → {key}: {problem}")
            continue
        for part in ("measures", "charts"):
            if getattr(section, part) and part not in parts:
                yield Fault(name, f"sections → {key} → {part}: {report} shows no {part} there; leave them out")


def measure_faults(report, name: str) -> Iterator[Fault]:
    """Measures that a section or the head of the report names and of which no value has been received; charts of two
    units.
    """
    facts = report.facts
    mine = facts.observations[facts.observations["area"] == facts.authority_id]
    known = set(mine["measure_id"])
    places = [("headline_measures", m) for m in report.params.headline_measures]
    shows = {f"sections → {key}": section for key, section in report.params.sections.items()}
    shows |= {f"layout → {own.heading}": own for own in report.params.own_sections}
    places += [(f"{where} → measures", m) for where, section in shows.items() for m in section.measures]
    for place, measure in places:
        if measure not in known:
            yield Fault(
                name,
                f"{place}: no row of observations.csv is of “{measure}”, so nothing of it would be"
                f" shown{suggestion(measure, known)}; add a row (value_status says why a value is missing), or take the"
                " measure out",
            )
    for measure in report.params.headline_measures:
        if measure in known:
            try:
                facts.position(measure)
            except UserError as error:
                yield Fault(name, f"headline_measures: {error}")
    for where, section in shows.items():
        for chart in section.charts:
            yield from _chart_faults(facts, mine, chart, f"{name}, {where}, chart {chart.id}")


def own_text_faults(report, name: str) -> Iterator[Fault]:
    """Texts that a section of one's own names and the return does not have."""
    for own in report.params.own_sections:
        if own.narrative and own.narrative not in (there := report.narrative_texts):
            yield Fault(
                name,
                f"layout → {own.heading} → narrative: the return has no narrative/{own.narrative}.md"
                f"{suggestion(own.narrative, there)}; write it, or take it out of the layout",
            )


def _chart_faults(facts, mine, chart, where: str) -> Iterator[Fault]:
    units = sorted({str(facts.measures[m].unit) for m in chart.measures if m in facts.measures})
    if chart.chart != "trend" and len(units) > 1:
        yield Fault(where, f"mixes {listed(units, 'and')}; one chart shows one unit, so make a chart of each")
    for measure in chart.measures:
        rows = mine[mine["measure_id"] == measure]
        if rows.empty and len(chart.measures) > 1:
            yield Fault(
                where,
                f"no row of observations.csv is of “{measure}”, so its bar would be missing; add a row, or take the"
                " measure out",
            )
        if chart.period and len(rows) and not (rows["period"].map(end_of) == end_of(chart.period)).any():
            yield Fault(
                where, f"no observation of “{measure}” is for {chart.period}; name another period, or leave it out"
            )
        if chart.period_type and len(rows) and not (rows["period_type"] == chart.period_type).any():
            kinds = listed(sorted(set(rows["period_type"])))
            yield Fault(
                where, f"no observation of “{measure}” is of the period_type {chart.period_type}; it has {kinds}"
            )
    parts = set(mine[mine["measure_id"].isin(chart.measures)]["category"]) | set(chart.measures)
    for label in chart.category_labels or {}:
        if label not in parts:
            yield Fault(
                where,
                f"category_labels names {shown(label)}, which is no category of its"
                f" measures{suggestion(label, parts - {''})}",
            )


# Tables of a return that no report shows

# What of `sections` shows a table. Tables that stand on pages of all reports as well (observations, links, inspections)
# are not here.
SHOWN_BY = {
    "actions": ("actions", "steps", "behind_priority"),
    "finance": ("finance", "finance_tables"),
    "milestones": ("milestones",),
    "claims": ("claims",),
    "notes": ("notes",),
    "framework": ("framework",),
    "judgements": ("judgements",),
    "findings": ("findings", "finding_themes"),
    "conditions": ("conditions",),
    "statements": ("statements",),
    "risks": ("risks",),
    "decisions": ("decisions",),
    "options": ("decisions",),
}
# What `statements` shows together with a list: a table, and another list.
SHOWN_WITH_LIST = {"risks": "risk", "voice": "consultation", "decisions": "ask", "options": "ask"}
LISTS = re.compile(r"\bstatements\(\s*report\s*,([^)]*)\)")


def unshown_tables(project: Project, raw) -> list[str]:
    """Tables of a return, and lists of statements, that none of its reports shows; one sentence for each."""
    home, month = raw.folder.parent.name, raw.folder.name
    kinds = [p.stem[len(month) + 1 :] for p in sorted((project.params / home).glob(f"{month}-*.yml"))]
    codes = [code for kind in kinds if (code := notebook_code(project, kind, home, month)) is not None]
    if not codes or len(codes) < len(kinds):
        return []
    code, said = "\n".join(codes), f"the {' and '.join(kinds)} report of this return"
    called = set(SECTION_CALL.findall(code))
    lists = set(re.findall(r"[\"']([a-z_]+)[\"']", " ".join(LISTS.findall(code))))
    lists |= {other for other, name in SHOWN_WITH_LIST.items() if name in lists}
    found = [
        f"{raw.files[t]} is not shown by {said}"
        for t, by in SHOWN_BY.items()
        if t in raw.tables and not called & set(by) and t not in lists
    ]
    if "statements" in raw.tables and "statements" in called:
        left = sorted(set(raw.tables["statements"]["list"]) - lists)
        found += [
            f"{raw.files['statements']}: statements of the list {name} are not shown by {said}"
            for name in left
            if lists
        ]
    return found


# The check without anything prepared
