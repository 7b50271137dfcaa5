"""Measures that a return has values of and none of its reports names: said by `check`, with what to add where."""

import re
from collections.abc import Mapping

import pandas as pd

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.numbers import counted
from improvement_reports.workspace.parameters import ReportParameters, load_report
from improvement_reports.workspace.places import Project

MEASURE = re.compile(r"""\w+\(\s*["']([a-z0-9_]+)["']""")  # value("contacts_count")
ALSO = ("links", "framework", "notes")  # tables that tie a measure to something that is shown


def unshown_measures(project: Project, raw, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """One sentence where measures of the month stand in no report of the return; none where a report cannot be read."""
    home, month = raw.folder.parent.name, raw.folder.name
    paths = sorted((project.params / home).glob(f"{month}-*.yml"))
    try:
        reports = [load_report(project, path) for path in paths]
    except UserError:  # which its own check says
        return []
    rows = tables["observations"]
    mine = rows[(rows["area"] == home) & (rows["period"].str[:7] == month) & rows["value"].notna()]
    left = [m for m in dict.fromkeys(mine["measure_id"]) if m not in _named(reports, raw, tables)]
    if not reports or not left:
        return []
    where = project.relative(paths[0])
    return [
        f"{counted(len(left), 'measure')} with a value stand{'s' if len(left) == 1 else ''} in no report; name"
        f" {'it' if len(left) == 1 else 'them'} in {where}, under headline_measures, in a section, or in a line layout:"
        f" [in-brief, {{heading: More measures, measures: [{', '.join(left)}]}}, the-rest]"
    ]


def _named(reports: list[ReportParameters], raw, tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """Every measure that a report, a text or a row of the plan names."""
    found = {m for report in reports for m in report.measures}
    texts = [*raw.narrative.values(), *(t for r in reports for t in (r.title, r.summary))]
    found |= {m for text in texts for m in MEASURE.findall(text)}
    return found.union(*(set(tables[name]["measure_id"]) for name in ALSO if name in tables))
