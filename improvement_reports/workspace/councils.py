"""Councils that ended, from ``params/areas.yml``: their last day, and who took over from them."""

from typing import Annotated

from pydantic import Field

from improvement_reports.domain.errors import Fault, InvalidInput
from improvement_reports.domain.numbers import format_day
from improvement_reports.workspace.areas import CODE
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.fields import DayText, Strict, Text
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml, validated

CHANGES_FILE = "areas.yml"
Code = Annotated[str, Field(pattern=r"^\d{3}$")]


class EndedCouncil(Strict):
    """An entry of ``params/areas.yml``: the last day of a council and the codes of those that took over from it."""

    name: Text
    ended: DayText
    successors: list[Code] = Field(min_length=1)
    source: Text


def load_ended(project: Project) -> dict[str, EndedCouncil]:
    """Councils that ended, by their three-digit code; none for a project without the file."""
    path, name = project.params / CHANGES_FILE, f"params/{CHANGES_FILE}"
    if not path.is_file():
        return {}
    found, faults = {}, []
    for code, value in load_yaml(path, name).items():
        where = f"{name}, {code}"
        try:
            if not CODE.fullmatch(str(code)):
                raise InvalidInput(
                    name, [Fault(where, 'is not a three-digit code; write it in quotation marks, as in "909"')]
                )
            found[str(code)] = validated(EndedCouncil, value if isinstance(value, dict) else {"": value}, where)
            if str(code) in found[str(code)].successors:
                raise InvalidInput(name, [Fault(where, "is its own successor; name the council that took over")])
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(name, faults)
    return found


def ended_before(project: Project, la_code: str, month: str) -> EndedCouncil | None:
    """The council of a code if it had ended before a month (YYYY-MM) began."""
    council = load_ended(project).get(la_code)
    return council if council is not None and council.ended < f"{month}-01" else None


def predecessors(project: Project, la_code: str) -> list[EndedCouncil]:
    """The ended councils from which a council took over, in the order of their codes."""
    return [c for _, c in sorted(load_ended(project).items()) if la_code in c.successors]


def ended_sentence(project: Project, authority: str, month: str) -> str:
    """Why there can be no report of an authority for a month, where it had ended before, and who took over; else
    nothing.
    """
    authorities = load_authorities(project)
    council = ended_before(project, authorities[authority].la_code, month)
    if council is None:
        return ""
    keys = {a.la_code: (key, a.short_name) for key, a in authorities.items()}
    names = [f"{keys[c][1]} ({keys[c][0]})" if c in keys else c for c in council.successors]
    return (
        f"{council.name} ended on {format_day(council.ended)}, before {format_day(month)}; its successors are "
        f"{' and '.join(names)}: name one of them, or a month in which it was there"
    )
