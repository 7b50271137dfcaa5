"""Areas below the authority in a scorecard: a column of them, a sheet or a block for each, or rows under their measure.

``known``: by the word of the scorecard, as words are compared, the key of the area: what the mapping says, or the names
and keys that the council declares in params/authorities.yml.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from improvement_reports.domain.errors import UserError, listed, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.sameness import normal_key
from improvement_reports.returns.scorecard.grid import Grid
from improvement_reports.returns.scorecard.headings import Headings
from improvement_reports.returns.scorecard.lines import Line
from improvement_reports.returns.scorecard.roles import AREA, WHOLE, Known


def words_for(names: Mapping[str, str]) -> dict[str, str]:
    """The words by which declared areas (key → name) may be called."""
    return {normal_key(word): key for key, name in names.items() for word in (key, name)}


def words_of_column(grid: Grid, head: Headings, column: int) -> list[str]:
    """The different words of a column beneath its heading, in their order."""
    cells = (grid.row(n).get(column) for n in grid.by_row if n > head.row)
    return list(dict.fromkeys(c.words for c in cells if c))


def find_column(grid: Grid, head: Headings, known: Known) -> None:
    """Call a column of areas what it is: one without another meaning whose words are areas and the whole."""
    if AREA in head.roles.values():
        return
    for column in sorted(head.others):
        words = {normal_key(w) for w in words_of_column(grid, head, column)}
        if words & known.keys() and words <= {*known, *WHOLE}:
            head.roles[column] = AREA
            del head.others[column]
            return


def placed(lines: Iterable[Line], known: Known) -> list[Line]:
    """Lines with the area that the text above them names; rows that are areas with the text above them as their
    measure, and the row of the whole beside them.
    """
    found = [_placed(line, known) for line in lines]
    split = {normal_key(line.name) for line in found if line.is_row_of_area}
    return [
        replace(line, name=line.section, section="")
        if normal_key(line.name) in WHOLE and normal_key(line.section) in split
        else line
        for line in found
    ]


def _placed(line: Line, known: Known) -> Line:
    if line.area or not known:
        return line
    if area := known.get(normal_key(line.section)):
        return replace(line, area=area, section="")
    if line.section and (area := known.get(normal_key(line.name))):
        return replace(line, area=area, name=line.section, section="", is_row_of_area=True)
    return line


def declared(keys: Iterable[str], names: Mapping[str, str], authority: str, mapping: str) -> None:
    """A `UserError` for an area of the mapping that the council does not declare."""
    for key in keys:
        if key not in names:
            allowed = f"; declared are {listed(list(names))}" if names else "; none is declared"
            raise UserError(
                f"{mapping} names the area {shown(key)}, which {authority} does not declare under areas in"
                f" params/authorities.yml{suggestion(key, names) or allowed}."
            )
