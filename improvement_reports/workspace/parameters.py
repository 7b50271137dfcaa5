"""Parameters: authorities, measures and one file per report, validated before anything runs."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from improvement_reports.domain.errors import Fault, InvalidInput, UserError, listed, shown, some
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.markup import slug
from improvement_reports.domain.vocabulary import WITHOUT_RETURN, PeriodType, ReportKind
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.fields import DateText, DayText, Identifier, MonthText, Strict, Text, Words
from improvement_reports.workspace.measure_library import library_hint, load_library
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.places import MONTH, Project
from improvement_reports.workspace.yaml_files import load_yaml, validated


class Meeting(Strict):
    """The body that receives a report, and when; the report shows only what was known by then."""

    body: Text
    date: DayText


class Source(Strict):
    title: Text
    publisher: Text
    date: DateText
    licence: Text
    file: Words | None = None
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    url: str | None = Field(None, pattern=r'^https://[^\s"<>\\`]+$')
    meeting: Meeting | None = None


class ReturnInfo(Strict):
    """``return.yml``: what the return is, when it was received, and its source documents.

    ``unchanged``: tables that are left out because they stand as an earlier return stated them. ``not_yet_read``:
    sections of the narrative that were copied from the month before and that nobody has read since.
    """

    authority: Identifier
    month: MonthText
    illustrative: bool = False
    received: DayText
    sources: dict[Identifier, Source] = Field(min_length=1)
    unchanged: tuple[Text, ...] = ()
    not_yet_read: tuple[Text, ...] = ()

    @field_validator("unchanged", "not_yet_read", mode="before")
    @classmethod
    def _nothing_is_none_of_them(cls, found: object) -> object:
        """A list from which the last name was taken out stands there as a name without anything."""
        return () if found is None else found


# Parameters that a kind of chart has no use for.
NOT_FOR = {
    "trend": ("period", "unit_label", "category_labels"),
    "bars": ("period_type",),
    "against_target": ("period_type",),
}


class ChartParameters(Strict):
    """One chart of a section. ``finding`` is its headline, a narrative sentence with traced numbers.

    ``period``: of bars that are not of the newest period. ``period_type``: of a trend of a measure with several kinds
    of period.
    """

    id: Identifier
    chart: Literal["against_target", "trend", "bars"]
    measures: list[Identifier] = Field(min_length=1)
    finding: Text
    period: DateText | None = None
    period_type: PeriodType | None = None
    unit_label: Words | None = None
    category_labels: dict[Words, Words] | None = None

    @model_validator(mode="after")
    def _says_nothing_in_vain(self):
        """What a chart of the kind does not show is refused, for it would be left out without a word."""
        if self.chart == "trend" and len(self.measures) > 1:
            raise ValueError(
                f"the trend “{self.id}” names {len(self.measures)} measures; a trend shows one, so make a chart of each"
            )
        given = [name for name in NOT_FOR[self.chart] if getattr(self, name) is not None]
        if given:
            raise ValueError(f"the {self.chart} chart “{self.id}” does not use {listed(given)}; leave it out")
        return self


class SectionParameters(Strict):
    """A section of the page for one priority (its key): a short name, and what it shows."""

    name: Text
    measures: list[Identifier] = Field(default_factory=list)
    charts: list[ChartParameters] = Field(default_factory=list)


class OwnSection(Strict):
    """A section of a council's own in the layout of a report: a heading, and under it a text, charts and a table.

    ``narrative``: the name of its text, as in ``narrative/voice.md``. ``measures``: of the table.
    """

    heading: Text
    narrative: Identifier | None = None
    measures: list[Identifier] = Field(default_factory=list)
    charts: list[ChartParameters] = Field(default_factory=list)

    @model_validator(mode="after")
    def _shows_something(self):
        if not self.name:
            raise ValueError(f"the heading {shown(self.heading)} has no letters; write words")
        if set("{}\n") & set(self.heading):
            raise ValueError(f"the heading {shown(self.heading)} holds a reference or two lines; write plain words")
        if not (self.narrative or self.measures or self.charts):
            raise ValueError(f"“{self.heading}” shows nothing; give it narrative, measures or charts")
        return self

    @property
    def name(self) -> str:
        """Its name among the sections of the page, which is its address there."""
        return slug(self.heading)

    @property
    def key(self) -> str:
        """The key by which a notebook asks for its charts and measures."""
        return f"own-{self.name}"


# What stands in the list ``layout``: the name of a section of a notebook, or a section of one's own.
LayoutPart = Annotated[
    Annotated[Text, Tag("[name]")] | Annotated[OwnSection, Tag("[own]")],
    Discriminator(lambda part: "[own]" if isinstance(part, dict | OwnSection) else "[name]"),
]


class ReportParameters(Strict):
    """``params/<authority>/<month>-<kind>.yml``: what one report is called, who receives it, what it shows.

    ``layout``: its sections in their order, where they are not those of its kind. ``also_compare``: with what its
    tables compare besides: the best of the neighbours, the best quarter of authorities, the value of a year before.
    """

    authority: Identifier
    month: MonthText
    kind: ReportKind
    title: Text
    summary: Text
    meeting: Meeting
    headline_measures: list[Identifier] = Field(default_factory=list)
    sections: dict[str, SectionParameters] = Field(default_factory=dict)
    layout: Annotated[list[LayoutPart], Field(min_length=1)] | None = None
    also_compare: tuple[Literal["best_neighbour", "top_quartile", "year_before"], ...] = ()

    @model_validator(mode="after")
    def _chart_ids_are_unique(self):
        ids = [chart.id for section in self.all_sections.values() for chart in section.charts]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"the chart id {twice[0]} is used twice; each chart needs its own")
        return self

    @property
    def own_sections(self) -> list[OwnSection]:
        """The sections of one's own in the layout, in their order."""
        return [part for part in self.layout or () if isinstance(part, OwnSection)]

    @property
    def all_sections(self) -> dict[str, SectionParameters]:
        """What sections of the page show, by the key that a notebook asks with, those of the layout among them."""
        own = {
            p.key: SectionParameters(name=p.heading, measures=p.measures, charts=p.charts) for p in self.own_sections
        }
        return {**self.sections, **own}

    @property
    def measures(self) -> list[str]:
        """All measures that the report names, each once, in order."""
        named = list(self.headline_measures)
        for section in self.all_sections.values():
            named += section.measures + [m for chart in section.charts for m in chart.measures]
        return list(dict.fromkeys(named))


class ProfileParameters(Strict):
    """``params/profiles.yml``: the reporting year of all profiles, the day they are as at, and who is on the default
    site.
    """

    month: MonthText
    known_by: DayText
    authorities: list[Identifier] = Field(default_factory=list)


PROFILES_FILE = "profiles.yml"


def load_profiles(project: Project) -> ProfileParameters | None:
    """The parameters of profiles, or None for a project without them."""
    path, name = project.params / PROFILES_FILE, f"params/{PROFILES_FILE}"
    if not path.is_file():
        return None
    found = validated(ProfileParameters, load_yaml(path, name), name)
    known = load_authorities(project)
    from improvement_reports.workspace.councils import (
        ended_sentence,  # which reads authorities and YAML with this module
    )

    faults = [
        Fault(name, f"the authority “{a}” is not known{suggestion(a, known)}")
        for a in found.authorities
        if a not in known
    ]
    faults += [
        Fault(name, f"the authority “{a}” stands twice; name it once")
        for a in sorted(set(found.authorities))
        if found.authorities.count(a) > 1
    ]
    faults += [
        Fault(name, said) for a in found.authorities if a in known and (said := ended_sentence(project, a, found.month))
    ]
    if faults:
        raise InvalidInput(name, faults)
    return found


def profile_parameters(project: Project, authority: str, month: str) -> ReportParameters:
    """The parameters of one authority's profile, from those of all profiles; a `UserError` for another month or
    authority.
    """
    from improvement_reports.workspace.councils import ended_sentence

    profiles, authorities = load_profiles(project), load_authorities(project)
    if profiles is None:
        raise UserError("There is no params/profiles.yml, which says for which year profiles are; add it.")
    if month != profiles.month:
        raise UserError(f"Profiles are for {profiles.month}, as params/profiles.yml says, not for {month}.")
    if authority not in authorities:
        raise UserError(f"{shown(authority)} is not an authority{suggestion(authority, authorities)}.")
    if said := ended_sentence(project, authority, month):
        raise UserError(f"{said}.")
    return ReportParameters(
        authority=authority,
        month=month,
        kind=ReportKind.PROFILE,
        title="Where it stands in official statistics",
        summary=PROFILE_SUMMARY,
        meeting=Meeting(body="Official statistics published", date=profiles.known_by),
    )


PROFILE_SUMMARY = (
    '{{ authority_name() }} has a rank on {{ count_standings("ranked") }} of the official measures with a better side:'
    ' it is in the best quarter of authorities on {{ count_standings("best") }} and in the worst quarter on'
    ' {{ count_standings("worst") }}, further out than chance explains; since the year before'
    ' {{ count_standings("improving") }} improved and {{ count_standings("worsening") }} worsened by more than chance.'
)


def _other_reports(project: Project, path: Path) -> str:
    """Reports that do have a parameter file, those of the same authority and then of the same month first."""
    there = sorted(
        (p for p in project.params.glob("*/*-*.yml") if MONTH.match(p.name)),
        key=lambda p: (p.parent.name != path.parent.name, p.stem[:7] != path.stem[:7], p.parent.name, p.stem),
    )
    if not there:
        return ""
    return f", or ask for a report that there is: {some(f'{p.parent.name} {p.stem[:7]} {p.stem[8:]}' for p in there)}"


def load_report(project: Project, path: Path) -> ReportParameters:
    """One report's parameters; the file's name and folder must say the same authority, month and kind."""
    if path.stem[8:] in WITHOUT_RETURN and not path.is_file():
        return profile_parameters(project, path.parent.name, path.stem[:7])
    from improvement_reports.workspace.councils import ended_sentence

    name = project.relative(path)
    if not path.is_file():
        raise InvalidInput(name, [Fault(name, f"the file is missing; add it{_other_reports(project, path)}")])
    report = validated(ReportParameters, load_yaml(path, name), name)
    expected = f"{report.authority}/{report.month}-{report.kind}.yml"
    faults = []
    if path.relative_to(project.params).as_posix() != expected:
        faults.append(Fault(name, f"the parameters say {expected}; rename the file or correct the parameters"))
    measures = load_measures(project)
    for measure in report.measures:
        if measure not in measures:
            faults.append(
                Fault(
                    name,
                    f"the measure “{measure}” is not in params/measures.yml"
                    f"{suggestion(measure, measures) or library_hint(measure, load_library(project))}",
                )
            )
    if report.authority not in (authorities := load_authorities(project)):
        faults.append(
            Fault(
                name,
                f"the authority “{report.authority}” is not in"
                f" params/authorities.yml{suggestion(report.authority, authorities)}",
            )
        )
    elif said := ended_sentence(project, report.authority, report.month):
        faults.append(Fault(name, said))
    if faults:
        raise InvalidInput(name, faults)
    return report
