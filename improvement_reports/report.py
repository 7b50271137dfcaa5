"""The report that a notebook narrates: its parameters, its facts, and its narrative."""

from functools import cached_property

from improvement_reports import numbers as nb
from improvement_reports.blocks import Block
from improvement_reports.errors import InvalidInput, UserError
from improvement_reports.facts import Facts
from improvement_reports.narrative import earlier_tables, load_names, render, template_faults
from improvement_reports.parameters import ReportParameters, load_authorities, load_measures, load_report
from improvement_reports.prepare import read_processed
from improvement_reports.project import Project


class Report:
    """One report: `params`, `facts` (traced numbers), `info` (the return's sources) and its narrative sections."""

    def __init__(self, project: Project, params: ReportParameters, facts: Facts, info: dict):
        self.project, self.params, self.facts = project, params, facts
        self.info, self.narrative_texts = info["info"], info["narrative"]

    def block(self, text: str, form: str = "prose") -> Block:
        """A block that carries the figures which were shown since the last one."""
        return Block(text, self.facts.take_figures(shown_in=text), form)

    def fill(self, template: str) -> str:
        """A narrative sentence from the parameters with its numbers filled in and traced."""
        return render(template, self.facts)

    def narrative(self, section: str) -> Block:
        """A section of the narrative; a section that the return does not have is empty, not an error."""
        return self.block(render(self.narrative_texts.get(section, ""), self.facts))

    @cached_property
    def meeting_day(self) -> str:
        return nb.format_day(self.params.meeting.date)


def open_report(authority: str, month: str, kind: str, project: Project | None = None) -> Report:
    """The report of an authority for a reporting month, from its processed return.

    Raises a `UserError` if the parameters or the return are missing or wrong.
    """
    project = project or Project.find()
    params = load_report(project, project.report_params(authority, month, kind))
    measures, authorities = load_measures(project), load_authorities(project)
    tables, info = read_processed(project.processed_return(authority, month))
    if info["info"].received > nb.last_day(params.meeting.date).isoformat():
        raise UserError(
            f"The return {authority}/{month} was received on {info['info'].received}, after the meeting on {params.meeting.date}; correct one of the dates."
        )
    facts = Facts(
        authority,
        month,
        authorities[authority],
        measures,
        tables,
        earlier_tables(project, authority, month, nb.last_day(params.meeting.date).isoformat()),
    )
    return Report(project, params, facts, info)


def parameter_faults(project: Project, report: Report) -> None:
    """`InvalidInput` if a sentence or a section of the parameters names something that the return does not have."""
    from improvement_reports.errors import Fault

    name = project.relative(project.report_params(report.params.authority, report.params.month, report.params.kind))
    names, faults = load_names(project), []
    known = set(report.facts.tables["priorities"]["priority_id"])
    for key, section in report.params.sections.items():
        if key not in known:
            faults.append(
                Fault(
                    name,
                    f"sections → {key}: there is no such priority in priorities.csv; correct the key, or add the priority",
                )
            )
        for chart in section.charts:
            faults += template_faults(chart.finding, f"{name}, chart {chart.id}, finding", names, report.facts)
    faults += template_faults(report.params.summary, f"{name}, summary", names, report.facts)
    if faults:
        raise InvalidInput(name, faults)
