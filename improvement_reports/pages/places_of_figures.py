"""Where the entry of each figure stands: on one provenance page, or on parts of it where one would be too heavy.

The parts follow the sections of the report, so that a reader on a telephone loads the section that a number stands in
and not every row of the whole report. `figures.html` then names every figure and leads to its entry, so an address with
a figure's id, as it was published or cited, goes on leading there.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from improvement_reports.facts.figures import PROVENANCE_PAGE

# Bytes of the content of a provenance page: of one that is whole, and of a part.
WHOLE, PART = 190_000, 150_000
Row = tuple[str, int]  # file and number


@dataclass(frozen=True)
class Part:
    """A page of entries: its number (0: it is the only one) and its figures by the section they stand in."""

    number: int
    sections: tuple[tuple[str, tuple[dict, ...]], ...]

    @property
    def page(self) -> str:
        return PROVENANCE_PAGE.replace(".html", f"-{self.number}.html") if self.number else PROVENANCE_PAGE

    @property
    def figures(self) -> list[dict]:
        return [f for _, figures in self.sections for f in figures]


@dataclass(frozen=True)
class Places:
    """The parts of a provenance, and the places on them of figures and rows."""

    parts: tuple[Part, ...]
    figures: Mapping[str, str]
    rows: Mapping[Row, tuple[str, str]]

    @property
    def is_split(self) -> bool:
        """Whether the entries stand on numbered pages; one figure may be so heavy that there is one such page alone."""
        return any(part.number for part in self.parts)

    def row_link(self, row: dict, page: str) -> str:
        """From a page of the provenance to the entry of a row."""
        there, anchor = self.rows[row["file"], row["row"]]
        return f"{'' if there == page else there}#{anchor}"


def places_of(
    figures: Sequence[dict],
    section_of: Mapping[str, str],
    weight_of_figure: Callable[[dict], int],
    weight_of_row: Callable[[dict], int],
) -> Places:
    """The places of figures (records in the order of the page) and of their rows, from what each entry weighs.

    ``section_of``: the heading that a figure stands under, by its id. A row stands where the first figure that was made
    from it does.
    """
    weight_of_figure, weight_of_row = _once(weight_of_figure, _id), _once(weight_of_row, _key)
    order = {key: n for n, key in enumerate(sorted({_key(i) for f in figures for i in f["inputs"]}), 1)}
    sections = _by_section(figures, section_of)
    parts = [Part(0, sections)]
    if sum(_weights(figures, weight_of_figure, weight_of_row)) > WHOLE:
        parts = [Part(n, part) for n, part in enumerate(_packed(sections, weight_of_figure, weight_of_row), 1)]
    numbers = {f["id"]: n for n, f in enumerate(figures, 1)}
    anchors = {
        f["id"]: f"{part.page}#{numbers[f['id']] if part.number else f['id']}" for part in parts for f in part.figures
    }
    rows: dict[Row, tuple[str, str]] = {}
    for part in parts:
        for key in (_key(i) for f in part.figures for i in f["inputs"]):
            rows.setdefault(key, (part.page, f"r{order[key]}"))
    return Places(tuple(parts), anchors, rows)


def _key(row: dict) -> Row:
    return row["file"], row["row"]


def _id(figure: dict) -> str:
    return figure["id"]


def _once(weight_of: Callable[[dict], int], key_of: Callable[[dict], Hashable]) -> Callable[[dict], int]:
    """The same weights, each worked out once: they are asked for whether there are parts, and again for which."""
    known: dict[Hashable, int] = {}

    def weight(record: dict) -> int:
        key = key_of(record)
        if key not in known:
            known[key] = weight_of(record)
        return known[key]

    return weight


def _by_section(figures: Iterable[dict], section_of: Mapping[str, str]) -> tuple[tuple[str, tuple[dict, ...]], ...]:
    found: dict[str, list[dict]] = {}
    for f in figures:
        found.setdefault(section_of.get(f["id"], ""), []).append(f)
    return tuple((heading, tuple(chosen)) for heading, chosen in found.items())


def _weights(figures: Iterable[dict], of_figure: Callable[[dict], int], of_row: Callable[[dict], int]) -> list[int]:
    """What each figure adds to a page that has those before it: its entry, and those of its rows that are new."""
    seen: set[Row] = set()
    found = []
    for f in figures:
        new = [i for i in f["inputs"] if _key(i) not in seen]
        seen |= {_key(i) for i in new}
        found.append(of_figure(f) + sum(map(of_row, new)))
    return found


def _packed(
    sections: Sequence[tuple[str, tuple[dict, ...]]], of_figure: Callable[[dict], int], of_row: Callable[[dict], int]
) -> list[tuple[tuple[str, tuple[dict, ...]], ...]]:
    """Sections put together to parts of at most `PART` bytes, in their order; a heavier section goes over several."""
    weights = iter(_weights([f for _, figures in sections for f in figures], of_figure, of_row))
    pieces: list[tuple[str, list[dict], int]] = []
    for heading, figures in sections:
        whole = [(f, next(weights)) for f in figures]
        pieces.append((heading, [], 0))
        for f, weight in whole:
            if pieces[-1][1] and pieces[-1][2] + weight > PART:
                pieces.append((heading, [], 0))
            pieces[-1] = (heading, [*pieces[-1][1], f], pieces[-1][2] + weight)
    parts: list[list[tuple[str, tuple[dict, ...]]]] = []
    filled = PART + 1
    for heading, chosen, weight in pieces:
        if filled + weight > PART:
            parts.append([])
            filled = 0
        parts[-1].append((heading, tuple(chosen)))
        filled += weight
    return [tuple(part) for part in parts]
