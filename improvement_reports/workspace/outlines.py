"""What lists, neighbours and pages of several reports show of a report's parameters. It is little, for it is asked of
every report on a site.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from improvement_reports.domain.vocabulary import ReportKind


class Received(Protocol):
    """The body that receives a report, and when."""

    @property
    def body(self) -> str: ...
    @property
    def date(self) -> str: ...


class Outlined(Protocol):
    """Parameters of a report, or their outline."""

    @property
    def authority(self) -> str: ...
    @property
    def month(self) -> str: ...
    @property
    def kind(self) -> ReportKind: ...
    @property
    def title(self) -> str: ...
    @property
    def meeting(self) -> Received: ...
    @property
    def measures(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Meets:
    """The body that receives a report, and when."""

    body: str
    date: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A report by what it is of and what it is called; ``measures``: all that it names."""

    authority: str
    month: str
    kind: ReportKind
    title: str
    meeting: Meets
    measures: tuple[str, ...]


def outline(params: Outlined) -> Outline:
    """The outline of a report's parameters."""
    meeting = Meets(params.meeting.body, params.meeting.date)
    return Outline(params.authority, params.month, params.kind, params.title, meeting, tuple(params.measures))


def as_said(report: Outlined) -> dict[str, Any]:
    """An outline as JSON can hold it."""
    return {
        **{"authority": report.authority, "month": report.month, "kind": str(report.kind), "title": report.title},
        **{"body": report.meeting.body, "date": report.meeting.date, "measures": list(report.measures)},
    }


def from_said(said: Mapping[str, Any]) -> Outline:
    """What `as_said` gave, once more an outline."""
    meeting = Meets(said["body"], said["date"])
    kind = ReportKind(said["kind"])
    return Outline(said["authority"], said["month"], kind, said["title"], meeting, tuple(said["measures"]))
