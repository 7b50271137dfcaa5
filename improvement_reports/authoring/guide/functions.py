"""The functions of narrative, each with an example of the demonstration and what it shows there."""

from functools import cache
from importlib.resources import files

import yaml

from improvement_reports.domain.markup import plain
from improvement_reports.facts.facts import NARRATIVE_FUNCTIONS, Facts
from improvement_reports.facts.narrative import render
from improvement_reports.official.statistics import open_official
from improvement_reports.returns.series import before, checked
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import Project

# The report that the examples are of.
OF = ("exampleshire", "2025-09", "board")
# What a made-up authority has none of is shown of a real one.
OFFICIAL_OF = ("gloucestershire", "2021-04", "board")
OFFICIAL = ("dfe", "dfe_year")


@cache
def examples() -> dict[str, tuple[str, str]]:
    """Of each function of narrative a call and what it is for, in their order."""
    text = (files("improvement_reports") / "starter" / "functions.yml").read_text(encoding="utf-8")
    return {name: (one["call"], one["words"]) for name, one in yaml.safe_load(text).items()}


def facts_of(project: Project, authority: str, month: str, kind: str) -> Facts:
    """The facts of a report, worked out in memory: nothing is prepared for it and nothing written."""
    earlier = before(project, authority, month)
    _, tables = checked(project, project.raw_return(authority, month), earlier)
    meeting = load_report(project, project.report_params(authority, month, kind)).meeting.date
    official = open_official(project, meeting)
    return Facts(
        authority, month, load_authorities(project)[authority], load_measures(project), tables, earlier, official
    )


def functions_text(project: Project) -> str:
    """The table of functions, with what the example of each shows."""
    facts, official = facts_of(project, *OF), facts_of(project, *OFFICIAL_OF)
    lines = ["| write | and the page shows | which is |", "|---|---|---|"]
    for name in NARRATIVE_FUNCTIONS:
        call, words = examples()[name]
        shown = plain(render(f"{{{{ {call} }}}}", official if name in OFFICIAL else facts))
        lines.append(f"| `{{{{ {call} }}}}` | {shown} | {words} |")
    return "\n".join(lines)
