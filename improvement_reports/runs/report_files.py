"""The check of a report's parameter file as a whole, with its return."""

from dataclasses import dataclass
from pathlib import Path

from improvement_reports.domain.errors import Fault, InvalidInput
from improvement_reports.domain.numbers import last_day
from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.returns.reading import RawReturn
from improvement_reports.returns.report_files import layout_place_faults
from improvement_reports.returns.series import Tables
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import ReportParameters, load_report
from improvement_reports.workspace.places import Project


@dataclass(frozen=True)
class Sound:
    """A return without faults: as received, its tables without what must be withheld, and those of the months before
    it.
    """

    raw: RawReturn
    tables: Tables
    earlier: tuple[Tables, ...]


def check_report(project: Project, path: Path, sound: Sound | None = None) -> ReportParameters:
    """A report's parameter file against the return of its month (None: the return has faults of its own).

    `InvalidInput` with every fault; the same as a run would refuse.
    """
    from improvement_reports.facts.facts import Facts
    from improvement_reports.official.statistics import open_official
    from improvement_reports.report import Report, parameter_faults

    params, name = load_report(project, path), project.relative(path)
    if sound is None:
        if faults := list(layout_place_faults(project, params, name)):
            raise InvalidInput(name, faults)
        return params
    info, known_by = sound.raw.known_info, last_day(params.meeting.date).isoformat()
    if info.received > known_by:
        raise InvalidInput(
            name,
            [
                Fault(
                    name,
                    f"the meeting is on {params.meeting.date}, but the return was received on {info.received}; correct"
                    " one of the dates",
                )
            ],
        )
    measures, authority = load_measures(project), params.authority
    official = open_official(project, known_by)
    facts = Facts(
        authority,
        params.month,
        load_authorities(project)[authority],
        measures,
        sound.tables,
        list(sound.earlier),
        official,
    )
    parameter_faults(project, Report(project, params, facts, {"info": info, "narrative": sound.raw.narrative}))
    return params


def reports_without_return(project: Project, paths: list[Path]) -> list[Fault]:
    """Parameter files of months that have no return: their reports cannot be run."""
    found = []
    for path in paths:
        folder = project.raw / path.parent.name / path.stem[:7]
        if path.stem[8:] not in WITHOUT_RETURN and not folder.is_dir():
            found.append(
                Fault(
                    project.relative(path),
                    f"there is no return {project.relative(folder)}; put its files there, or remove the report",
                )
            )
    return found
