"""What else the site holds of a report's authority: the reports before and after it, and where newer ones stand.

It is worked out when the site is made, so a frozen edition says that there is something newer than itself. It names the
next report alone, and leads to the authority's page for the newest: a new month is said on the page of the month before
and on no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.workspace.outlines import Outlined

HOME = "../../index.html"  # the page of its authority, from the folder of a report


@dataclass(frozen=True)
class Beside:
    """Another report of the same authority: its address from the folder of a report, and what it is called."""

    address: str
    words: str


@dataclass(frozen=True)
class Around:
    """The reports of the same kind before and after a report, whether there are newer ones of another kind only, and
    of the dates that it names as ahead how many there are and how many of them are over.
    """

    before: Beside | None = None
    after: Beside | None = None
    is_newer_of_another_kind: bool = False
    named: int = 0
    passed: int = 0

    @property
    def has_newer(self) -> bool:
        """Whether a newer report exists."""
        return self.after is not None or self.is_newer_of_another_kind

    @property
    def is_past(self) -> bool:
        """Whether every date that the report names as ahead is over."""
        return 0 < self.named == self.passed


ALONE = Around()


def around(report: Outlined, shown: Sequence[Outlined], named: int = 0, passed: int = 0) -> Around:
    """What stands around a report among those that the site shows."""
    mine = sorted((r for r in shown if r.authority == report.authority), key=lambda r: (r.month, r.meeting.date))
    alike = [r for r in mine if r.kind == report.kind]
    earlier = [r for r in alike if r.month < report.month]
    later = [r for r in alike if r.month > report.month]
    others = [r for r in mine if r.month > report.month and r.kind.has_return and report.kind.has_return]
    return Around(
        _beside(earlier[-1]) if earlier else None,
        _beside(later[0]) if later else None,
        bool(others) and not later,
        named,
        passed,
    )


def _beside(other: Outlined) -> Beside:
    return Beside(f"../../{other.month}/{other.kind}/index.html", format_day(other.month))


def as_at(shown: Sequence[Outlined]) -> str:
    """The day that reports are as at together: that of the newest meeting or publication; "" without any."""
    return max((r.meeting.date for r in shown), default="")


def around_head(found: Around) -> tuple[Markup, ...]:
    """What the head of a report's page says of the reports before and after it; its links are made from that."""
    ways = [("prev", found.before), ("next", found.after)]
    return tuple(fill("pages/beside_head.html", rel=rel, other=other) for rel, other in ways if other is not None)


def newer_note(found: Around, here: str = "") -> Markup:
    """That a newer report exists, and that what this one names as ahead is over; nothing where neither is so.

    ``here``: from the page to the folder of its report.
    """
    if not (found.has_newer or found.passed):
        return Markup()
    return fill("pages/newer_report.html", found=found, here=here, home=f"{here}{HOME}")
