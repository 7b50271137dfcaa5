"""The report that a notebook narrates: its parameters, its facts, and its narrative."""

from functools import cached_property

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.domain.rows import empty_table
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.templates import fill
from improvement_reports.facts.blocks import HTML, PROSE, Block
from improvement_reports.facts.checked import with_remarks
from improvement_reports.facts.facts import Facts
from improvement_reports.facts.in_lab import show_in_turn
from improvement_reports.facts.narrative import faults_of_texts, load_names, reference_faults, render
from improvement_reports.facts.sentences import finished
from improvement_reports.official.definitions import load_sources
from improvement_reports.official.statistics import OfficialStatistics, open_official
from improvement_reports.returns.earlier import joined_tables, read_ahead
from improvement_reports.returns.series import known_returns, prepared_tables
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import ReportParameters, ReturnInfo, Source, load_report
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.prose.texts import Prose

IN_BRIEF = "headline"  # the narrative of the first screen
NO_OFFICIAL = "A profile needs the official statistics; put their tables in data/raw/official-statistics."


class Report:
    """One report: `params`, `facts` (traced numbers), `info` (the return's sources) and its narrative sections."""

    def __init__(self, project: Project, params: ReportParameters, facts: Facts, info: dict, returns=()):
        self.project, self.params, self.facts = project, params, facts
        self.info, self.narrative_texts = info["info"], info["narrative"]
        # Every return of the authority that was known at the meeting, (month, tables), oldest first, this one among
        # them.
        self.returns = list(returns)

    def block(self, text: str, form: str = PROSE) -> Block:
        """A block that carries the figures which were shown since the last one."""
        return Block(text, self.facts.take_figures(shown_in=text), form)

    def html(self, template: str, **values: object) -> Block:
        """The same of the template of this name in improvement_reports/templates."""
        return self.block(fill(template, **values), HTML)

    def fill(self, template: str) -> Markup:
        """A narrative sentence from the parameters with its numbers filled in and traced."""
        return Markup(finished(render(template, self.facts, as_html=True), self.facts))

    def narrative(self, section: str, part: str = "") -> Block:
        """A section of the narrative; a section that the return does not have is empty, not an error. ``part``: of it
        the ``opening``, which is its first paragraph and says what matters, or the ``rest``.

        Under a statement of “In brief” stands what the audit finds against it.
        """
        text = self.narrative_texts.get(section, "")
        if part:
            opening, _, rest = text.strip().partition("\n\n")
            text = {"opening": opening, "rest": rest.strip()}[part]
        text = finished(render(text, self.facts), self.facts)
        if section == IN_BRIEF and not part:
            text = with_remarks(text, self.facts, self.returns, self.params.headline_measures)
        return self.block(text)

    @property
    def official(self) -> OfficialStatistics:
        """The official statistics as at the meeting, for what shows them; a `UserError` in a project without any."""
        if self.facts.official is None:
            raise UserError(NO_OFFICIAL)
        return self.facts.official

    @property
    def observations(self) -> pd.DataFrame:
        """Every observation that was known at the meeting, of this return and the earlier ones, as a frame to look at.

        A row is one value: ``measure_id``, ``area``, ``period``, ``period_type``, ``category``, ``value`` (NaN where
        none is shown: ``value_status`` says why; small numbers are withheld), ``numerator``, ``denominator``,
        ``source_id``, ``locator``, and in ``source_file``, ``source_row`` and ``row_sha256`` where it comes from.
        """
        return self.facts.observations.copy()

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The other tables of the return by name (targets, priorities, actions, milestones …), as frames to look at."""
        return {name: table.copy() for name, table in self.facts.tables.items()}

    @property
    def unchanged(self) -> tuple[str, ...]:
        """Tables that the return left out because they stand as an earlier one stated them."""
        return self.info.unchanged

    @cached_property
    def meeting_day(self) -> str:
        return nb.format_day(self.params.meeting.date)


def open_report(authority: str, month: str, kind: str, project: Project | None = None) -> Report:
    """The report of an authority for a reporting month, from its processed return; a profile has no return.

    Raises a `UserError` if the parameters or the return are missing or wrong.
    """
    project = project or Project.find()
    params = load_report(project, project.report_params(authority, month, kind))
    measures, authorities = load_measures(project), load_authorities(project)
    known_by = nb.last_day(params.meeting.date).isoformat()
    official = open_official(project, known_by)
    if not params.kind.has_return:
        return _open_profile(project, params, authorities[authority], measures, official)
    tables, info = prepared_tables(project.processed_return(authority, month))
    if info["info"].received > known_by:
        raise UserError(
            f"The return {authority}/{month} was received on {info['info'].received}, after the meeting on"
            f" {params.meeting.date}; correct one of the dates."
        )
    returns = known_returns(project, authority, known_by)
    earlier = [t for m, t in returns if m < month]
    read_ahead(earlier, joined_tables(project, authority), tables)
    facts = Facts(authority, month, authorities[authority], measures, tables, earlier, official)
    show_in_turn()
    return Report(project, params, facts, info, returns)


def _open_profile(project: Project, params: ReportParameters, authority, measures, official) -> Report:
    """A report without a return: official statistics alone."""
    if official is None:
        raise UserError(NO_OFFICIAL)
    tables = {name: empty_table(spec) for name, spec in RETURN_TABLES.items()}
    sources = {key: Source(**s.model_dump(exclude={"release"})) for key, s in load_sources(project).items()}
    info = ReturnInfo(authority=params.authority, month=params.month, received=params.meeting.date, sources=sources)
    facts = Facts(params.authority, params.month, authority, measures, tables, [], official)
    return Report(project, params, facts, {"info": info, "narrative": {}})


def parameter_faults(project: Project, report: Report) -> None:
    """`InvalidInput` if the parameters name something that the return does not have or that the kind of report never
    shows.
    """
    from improvement_reports.returns.report_files import (
        layout_place_faults,
        measure_faults,
        own_text_faults,
        place_faults,
    )

    name = project.relative(project.report_params(report.params.authority, report.params.month, report.params.kind))
    names, sentences = load_names(project), []
    priorities = list(report.facts.tables["priorities"]["priority_id"])
    faults = [*layout_place_faults(project, report.params, name), *own_text_faults(report, name)]
    faults += [*place_faults(project, report.params, name, priorities), *measure_faults(report, name)]
    for own in report.params.own_sections:
        sentences.append(Prose(f"{name}, layout, heading", own.heading, is_sentence=True))
    for section in report.params.all_sections.values():
        for chart in section.charts:
            sentences.append(Prose(f"{name}, chart {chart.id}, finding", chart.finding, is_sentence=True))
    sentences.append(Prose(f"{name}, summary", report.params.summary, is_sentence=True))
    found = faults_of_texts(sentences, names, report.facts.functions)
    faults += found or [f for s in sentences for f in reference_faults(s.text, s.where, report.facts)]
    if faults:
        raise InvalidInput(name, faults)
