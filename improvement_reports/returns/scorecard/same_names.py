"""Lines of a scorecard that no mapping can tell apart."""

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.returns.scorecard.lines import Line


def twice(lines: list[Line]) -> list[Fault]:
    """Lines of one name in one section, which no mapping can tell apart; they are taken out of the list."""
    by_key: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        by_key.setdefault(line.key, []).append(line)
    faults = []
    for same in (s for s in by_key.values() if len(s) > 1):
        sheets = {line.grid.title: line.grid for line in same}
        cells = {title: [line.cell.ref for line in same if line.grid.title == title] for title in sheets}
        do = "give each a name of its own" if len(sheets) == 1 else "hide or remove the sheet that is not meant"
        faults.append(
            Fault(
                " and ".join(grid.where(*cells[title]) for title, grid in sheets.items()),
                f"{shown(same[0].name)} stands {len(same)} times, so none of them is read; {do}",
            )
        )
        for line in same:
            lines.remove(line)
    return faults
