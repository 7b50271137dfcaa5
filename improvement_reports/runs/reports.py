"""Which reports there are: those with a file in params, and the profiles."""

import re
from pathlib import Path
from typing import NamedTuple

from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.workspace.known import NOTHING, Known
from improvement_reports.workspace.parameters import ReportParameters, load_report
from improvement_reports.workspace.places import MONTH, Project
from improvement_reports.workspace.safe_reading import is_left_behind
from improvement_reports.workspace.work import Outcome

# Authority, month and kind that are asked for; None is every one.
Filters = tuple[str | None, str | None, str | None]


class Job(NamedTuple):
    """A report by what it is of."""

    authority: str
    month: str
    kind: str


def reports(
    project: Project,
    authority: str | None = None,
    month: str | None = None,
    kind: str | None = None,
    known: Known = NOTHING,
) -> tuple[list[Job], list[Outcome]]:
    """The reports that have a parameter file and pass the filters, as (authority, month, kind), and the files that are
    wrong.

    A file is found by its name, so that one with a fault is reported and does not hide the others. That of a report
    that is ``known`` as it was is good and is not read.
    """
    jobs, outcomes = _profiles(project, authority, month, kind)
    for found, path in _with_parameters(project, known):
        if any(wanted not in (None, has) for wanted, has in zip((authority, month, kind), found, strict=True)):
            continue
        try:
            if not known.of(found):
                load_report(project, path or project.report_params(*found))
            jobs.append(found)
        except UserError as error:
            outcomes.append(Outcome("/".join(found), "failed", 0.0, str(error)))
    return jobs, outcomes + _strays(project, authority, month, kind, known)


def _strays(
    project: Project, authority: str | None, month: str | None, kind: str | None, known: Known
) -> list[Outcome]:
    """Files below params/ that nothing reads although something was probably meant by them; where nothing came or
    changed there are none.
    """
    from improvement_reports.workspace.strays import stray_params

    if known.has_same_settings:
        places = [key for key in known.with_other_parameters() if authority in (None, key)]
        found = [stray for key in places for stray in stray_params(project, key, month, kind)]
    else:
        found = stray_params(project, authority, month, kind)
    return [Outcome("params", "failed", 0.0, str(stray)) for stray in found if stray.is_meant]


def _profiles(
    project: Project, authority: str | None, month: str | None, kind: str | None
) -> tuple[list[Job], list[Outcome]]:
    """The profiles: those that params/profiles.yml names, of one authority, or of all ("all") that have a value in the
    year.
    """
    from improvement_reports.workspace.authorities import load_authorities
    from improvement_reports.workspace.parameters import load_profiles, profile_parameters

    if kind not in (None, *WITHOUT_RETURN):
        return [], []
    try:
        profiles = load_profiles(project)
    except InvalidInput as error:
        return [], [Outcome("profiles", "failed", 0.0, str(error))]
    if profiles is None or month not in (None, profiles.month):
        return [], []
    wanted = profiles.authorities if authority is None else [authority]
    if authority == "all":
        from improvement_reports.official.statistics import open_official

        if (official := open_official(project, profiles.known_by)) is None:
            from improvement_reports.report import NO_OFFICIAL

            raise UserError(NO_OFFICIAL)
        year = int(profiles.month[:4])
        known = {code for m in official.measures for code in official.published(m, year)["la_code"]}
        wanted = [key for key, a in load_authorities(project).items() if a.la_code in known]
    elif authority is not None and kind is None and authority not in profiles.authorities:
        return [], []
    elif authority is not None:
        profile_parameters(project, authority, profiles.month)  # a `UserError` for a council that has ended
    return [Job(a, profiles.month, str(k)) for a in sorted(wanted) for k in WITHOUT_RETURN], []


NAME = re.compile(rf"{MONTH.pattern}-[a-z]+")


def every_report(project: Project, known: Known = NOTHING) -> list[Job]:
    """Every report that has a parameter file, faulty or not."""
    named = [job for job, path in _with_parameters(project, known) if path is None or NAME.fullmatch(path.stem)]
    return named + _profiles(project, None, None, None)[0]


def _with_parameters(project: Project, known: Known) -> list[tuple[Job, Path | None]]:
    """The reports that have a parameter file by its name, in order, each with the file; None for it in a folder that is
    ``known`` as it was, which is not listed.
    """
    if not known.has_same_settings:
        return [(_job_of(path), path) for path in report_files(project)]
    moved = known.with_other_parameters()
    found: list[tuple[Job, Path | None]] = [(Job(*p), None) for p in known.parameter_files if p[0] not in moved]
    found += [(_job_of(path), path) for key in moved for path in report_files(project, key)]
    return sorted(found, key=lambda pair: pair[0])


def _job_of(path: Path) -> Job:
    return Job(path.parent.name, path.stem[:7], path.stem[8:])


def no_report(authority: str | None, month: str | None, kind: str | None) -> str:
    """That there is no such report: where its parameter file belongs, and what must stand in it."""
    fields = [name for name, field in ReportParameters.model_fields.items() if field.is_required()]
    asked = "/".join(f or "*" for f in (authority, month, kind))
    path = f"params/{authority or '<authority>'}/{month or '<month>'}-{kind or '<kind>'}.yml"
    return (
        f"There is no report {asked} in params/; add {path} with {', '.join(fields[:-1])} and {fields[-1]}, as the"
        " files of other reports have them."
    )


def report_files(project: Project, authority: str = "*") -> list[Path]:
    """Every report's parameter file, or those of one authority, sorted; `strays` names the files beside them that are
    not read.
    """
    found = project.params.glob(f"{authority}/*.yml")
    return sorted(p for p in found if MONTH.match(p.name) and not is_left_behind(p.name))
