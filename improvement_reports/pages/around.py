"""What else the site holds of a report's authority: the reports before and after it, and a newer one.

It is worked out when the site is made, so a frozen edition says what is newer than itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import KIND_WORDS
from improvement_reports.workspace.parameters import ReportParameters


@dataclass(frozen=True)
class Beside:
    """Another report of the same authority: its address from the folder of a report, and what it is called."""

    address: str
    words: str


@dataclass(frozen=True)
class Around:
    """The reports of the same kind before and after a report, a newer one, and of the dates that it names as ahead
    how many there are and how many of them are over.
    """

    before: Beside | None = None
    after: Beside | None = None
    newer: Beside | None = None
    named: int = 0
    passed: int = 0

    @property
    def is_past(self) -> bool:
        """Whether every date that the report names as ahead is over."""
        return 0 < self.named == self.passed


ALONE = Around()


def around(report: ReportParameters, shown: Sequence[ReportParameters], named: int = 0, passed: int = 0) -> Around:
    """What stands around a report among those that the site shows."""
    mine = sorted((r for r in shown if r.authority == report.authority), key=lambda r: (r.month, r.meeting.date))
    alike = [r for r in mine if r.kind == report.kind]
    earlier = [r for r in alike if r.month < report.month]
    later = [r for r in alike if r.month > report.month]
    others = [r for r in mine if r.month > report.month and r.kind.has_return and report.kind.has_return]
    newest = later[-1:] or others[-1:]
    return Around(
        _beside(earlier[-1], report) if earlier else None,
        _beside(later[0], report) if later else None,
        _beside(newest[0], report) if newest else None,
        named,
        passed,
    )


def _beside(other: ReportParameters, report: ReportParameters) -> Beside:
    month = format_day(other.month)
    words = month if other.kind == report.kind else f"{KIND_WORDS[other.kind]}, {month}"
    return Beside(f"../../{other.month}/{other.kind}/index.html", words)


def as_at(shown: Sequence[ReportParameters]) -> str:
    """The day that reports are as at together: that of the newest meeting or publication; "" without any."""
    return max((r.meeting.date for r in shown), default="")


def around_head(found: Around) -> tuple[Markup, ...]:
    """What the head of a report's page says of the reports before and after it; its links are made from that."""
    ways = [("prev", found.before), ("next", found.after)]
    return tuple(fill("pages/beside_head.html", rel=rel, other=other) for rel, other in ways if other is not None)


def newer_note(found: Around, here: str = "") -> Markup:
    """That a newer report exists, and that what it names as ahead is over; nothing where neither is so.

    ``here``: from the page to the folder of its report.
    """
    if found.newer is None and not found.passed:
        return Markup()
    return fill("pages/newer_report.html", found=found, here=here)
