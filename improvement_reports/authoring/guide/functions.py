"""The functions of narrative, each with an example of the demonstration and what it shows there."""

from improvement_reports.domain.markup import plain
from improvement_reports.facts.facts import NARRATIVE_FUNCTIONS, Facts
from improvement_reports.facts.narrative import render
from improvement_reports.official.statistics import open_official
from improvement_reports.returns.series import before, checked
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import Project

# Of each function a call in the demonstration's report below, and what it is for.
OF = ("exampleshire", "2025-09", "board")
EXAMPLES = {
    "value": ('value("icpc_in_time_pct")', "the value of a measure"),
    "numerator": ('numerator("icpc_in_time_pct")', "how many of them"),
    "denominator": ('denominator("icpc_in_time_pct")', "of how many"),
    "change": ('change("casework_supervision_pct")', "how much it changed since the last value"),
    "direction": ('direction("casework_supervision_pct")', "the verdict, in words"),
    "target": ('target("icpc_in_time_pct")', "the target that holds in the period of the value"),
    "distance": ('distance("casework_supervision_pct")', "how far the value is from its target"),
    "result": ('result("casework_supervision_pct")', "met, within tolerance or not met"),
    "sentence": ('sentence("icpc_in_time_pct")', "value, change and target in whole sentences"),
    "period": ('period("icpc_in_time_pct")', "the period of a value, in words"),
    "amount": ('amount("grant")', "an amount of money, by its line in finance.csv"),
    "date": ('date("board-next")', "the day of a milestone or an inspection, by its id"),
    "status": ('status("1", "impact")', "the action or impact status of a priority"),
    "count_priorities": ('count_priorities("impact", "on_target")', "how many priorities have a status"),
    "count_measures": ('count_measures("not_met")', "how many measures met or missed their target, improve or worsen"),
    "count_claims": ('count_claims("differs")', "how many stated numbers have an outcome"),
    "recomputed": ('recomputed("assessments-share")', "what a stated number comes to, by its id in claims.csv"),
    "dfe": ('dfe("cpp_rate", area="england")', "an official statistic, the newest known by the meeting"),
    "dfe_year": ('dfe_year("cpp_rate")', "its day or year"),
    "count_rows": ('count_rows("actions", "status", "delayed")', "how many rows of a table have a value in a column"),
    "count_standings": ('count_standings("ranked")', "how many official measures have a rank, in a profile"),
    "authority_name": ("authority_name()", "the name of the authority"),
}
# What a made-up authority has none of is shown of a real one.
OFFICIAL_OF = ("gloucestershire", "2021-04", "board")
OFFICIAL = ("dfe", "dfe_year")


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
        call, words = EXAMPLES[name]
        shown = plain(render(f"{{{{ {call} }}}}", official if name in OFFICIAL else facts))
        lines.append(f"| `{{{{ {call} }}}}` | {shown} | {words} |")
    return "\n".join(lines)
