"""One line of the claims audit."""

from dataclasses import dataclass

from improvement_reports.domain.vocabulary import ClaimOutcome


@dataclass(frozen=True)
class Entry:
    """One thing that was checked. ``stated`` and ``found`` are texts for the page, ``gap`` how far they are apart."""

    check: str
    authority: str
    month: str
    text: str
    stated: str
    found: str
    outcome: ClaimOutcome
    gap: str = ""
    remark: str = ""
    rows: tuple = ()
