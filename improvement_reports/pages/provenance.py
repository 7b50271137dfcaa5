"""The pages of every figure and of the rows that it was made from."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import demonstration_note, fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.origins import source_of
from improvement_reports.domain.rows import named_cells, table_of
from improvement_reports.domain.templates import fill
from improvement_reports.pages.frame import Frame
from improvement_reports.pages.places_of_figures import Part, Places, places_of
from improvement_reports.pages.rows_of_data import lists_of_rows
from improvement_reports.runs.figures_file import Titled
from improvement_reports.workspace.parameters import Source
from improvement_reports.workspace.places import MONTH

KINDS = (("number", "Numbers"), ("table", "Tables"), ("chart", "Charts"))
NO_HEADING = "Before the first heading"
# So many rows behind a figure stand below each other, each with its place in the source.
FEW = 8


class Provenance:
    """The provenance of a page: where each figure's entry stands, and the sources of the pages that hold them.

    ``figures``: records in the order of the page; ``section_of``: the heading that each stands under, by its id.
    """

    def __init__(
        self,
        params: Titled,
        authority_name: str,
        figures: Sequence[dict],
        sources: dict[str, Source],
        illustrative: bool,
        frame: Frame | None = None,
        section_of: Mapping[str, str] | None = None,
    ):
        self.params, self.authority_name, self.figures, self.sources = params, authority_name, figures, sources
        self.illustrative, self.frame = illustrative, frame or Frame()
        self.own = f"{params.authority}/{params.month}"
        self.places: Places = places_of(figures, section_of or {}, self._weight_of_figure, self._weight_of_row)

    def _weight_of_figure(self, f: dict) -> int:
        """As an entry was written up to release 0.3.0: which part a figure stands on decides addresses, which stay."""
        words = sum(len(_words_in_entry(f, i)) + len(_row_name(i)) + 40 for i in f["inputs"])
        return 230 + 3 * len(f["id"]) + sum(len(f[k]) for k in ("label", "published", "value", "formula")) + words

    def _weight_of_row(self, row: dict) -> int:
        return 220 + len(row["locator"]) + sum(len(c) + len(v) + 4 for c, v in named_cells(row).items() if v)

    def pages(self) -> dict[str, str]:
        """The page sources by the name of their file."""
        found = {part.page.replace(".html", ".qmd"): self._part(part) for part in self.places.parts}
        return {"figures.qmd": self._index(), **found} if self.places.is_split else found

    def _head(self, said: str, title_end: str = "") -> list[str]:
        title = f"Where the figures come from: {self.authority_name}, {format_day(self.params.month)}{title_end}"
        fields = {**texts(title, f"Provenance of every figure of {self.params.title}"), "toc": False}
        if self.frame.head:
            fields["header-includes"] = self.frame.head
        reference = self.frame.reference
        command = (
            f" In a copy of the project, `python3 make.py figure {reference}#ID` prints the rows of the figure with"
            " that Id and, with `--rebuild`, computes it again."
            if reference
            else ""
        )
        words = f"""
{said}
Each row says where in the source document it was found. To recompute a figure, see [how to reproduce a figure](/about/reproduce.qmd).{command}
"""
        note = [fenced(demonstration_note())] if self.illustrative else []
        return [front_matter(fields), self.frame.top, words, *note]

    def _part(self, part: Part) -> str:
        """A page of entries: the only one, by kind, or a part of several, by section."""
        title = markdown_text(self.params.title)
        if part.number:
            sections = part.sections
            said = (
                f"Numbers, tables and charts of [{title}]({self.frame.page}), part {part.number} of"
                f" {len(self.places.parts)}, with their formula and the rows of data they were made from."
                " [All figures and their parts](figures.html) are listed on one page."
            )
            head = self._head(said, f", part {part.number} of {len(self.places.parts)}")
        else:
            sections = tuple((words, tuple(f for f in part.figures if f["kind"] == kind)) for kind, words in KINDS)
            head = self._head(
                f"Every number, table and chart of [{title}]({self.frame.page}) is listed here with its formula and"
                " the rows of data it was made from."
            )
        body = [self._section(part, heading, figures) for heading, figures in sections if figures]
        return "\n".join([*head, *body, *self._rows(part)])

    def _section(self, part: Part, heading: str, figures: Sequence[dict]) -> str:
        entries = [self._figure_entry(f, part) for f in figures]
        filled = fill("pages/figures.html", figures=entries, page=self.frame.page)
        return f"\n## {heading or NO_HEADING}\n{fenced(filled)}"

    def _figure_entry(self, f: dict, part: Part) -> dict:
        """What the entry of a figure shows: its place on the page, and the unrounded value where it is another."""
        return {
            **f,
            "anchor": self.places.figures[f["id"]].partition("#")[2],
            "place": f"n-{f['id']}" if f["kind"] == "number" else f["id"],
            "exact": f["value"] if f["value"] != f["published"] else "",
            "files": self._made_from(f, part),
        }

    def _made_from(self, f: dict, part: Part) -> list[dict]:
        """What a figure was made from: a row each with its words, or of more than `FEW` rows those of a table together.

        Of so many the place in the source is one step on, in the entry of the row: written out with every one of
        hundreds it was a third of what a reader on a telephone loaded.
        """
        rows, is_few = f["inputs"], len(f["inputs"]) <= FEW
        links = [self.places.row_link(i, part.page) for i in rows]
        said = [_words_in_entry(f, i) if is_few else _row_words(i) if f["kind"] == "number" else "" for i in rows]
        if is_few:
            return [{"table": "", "rows": [row]} for row in zip(links, map(_row_name, rows), said, strict=True)]
        tables: dict[str, list[tuple[dict, str, str]]] = {}
        for row in zip(rows, links, said, strict=True):
            tables.setdefault(row[0]["file"].rpartition("/")[2], []).append(row)
        found, taken = [], set[str]()
        for table, own in tables.items():
            names, is_short = _names([i for i, _, _ in own], taken)
            taken |= set(names)
            named = [(link, name, words) for name, (_, link, words) in zip(names, own, strict=True)]
            found.append({"table": table if is_short else "", "rows": named})
        return found

    def _rows(self, part: Part) -> list[str]:
        """The rows whose entries stand on this part, put together by file and source."""
        rows = {(i["file"], i["row"]): i for f in part.figures for i in f["inputs"]}
        own = [rows[key] for key in sorted(rows) if self.places.rows[key][0] == part.page]
        groups = [
            {"file": file, "table": table_of(file), "source": source, "lists": lists_of_rows(list(map(self._row, of)))}
            for (file, source), of in groupby(own, key=lambda i: (i["file"], self._source(i)))
        ]
        return [f"\n## Rows of data\n{fenced(fill('pages/rows_of_data.html', groups=groups))}"] if groups else []

    def _source(self, row: dict) -> str:
        source = source_of(self.sources, row, self.own)
        return f"{source.title} ({source.publisher}, {format_day(source.date)})" if source else row["source_id"]

    def _row(self, row: dict) -> dict:
        """A row with the place of its entry."""
        return {**row, "id": self.places.rows[row["file"], row["row"]][1]}

    def _index(self) -> str:
        """Every figure by its id, with the way to its entry: the addresses that were published lead on from here."""
        title = markdown_text(self.params.title)
        head = self._head(
            f"Every number, table and chart of [{title}]({self.frame.page}) is listed here, by the section it stands"
            " in. Each leads to its formula and the rows of data it was made from."
        )
        sections: dict[str, list[dict]] = {}
        for part in self.places.parts:
            for heading, figures in part.sections:
                entries = [{**f, "link": self.places.figures[f["id"]]} for f in figures]
                sections.setdefault(heading, []).extend(entries)
        lists = [
            f"\n## {heading or NO_HEADING}\n{fenced(fill('pages/figures_by_part.html', figures=entries))}"
            for heading, entries in sections.items()
        ]
        return "\n".join([*head, *lists])


def figures_page(
    params: Titled,
    authority_name: str,
    figures: list[dict],
    sources: dict[str, Source],
    illustrative: bool,
    frame: Frame | None = None,
) -> str:
    """The provenance page of a page of no sections: the whole, or the list of its parts where it is too heavy."""
    return Provenance(params, authority_name, figures, sources, illustrative, frame).pages()["figures.qmd"]


def _row_name(row: dict) -> str:
    """A row by its file and number; with the month of its return, for each return has files of the same names."""
    folder, file = row["file"].split("/")[-2:]
    return f"{f'{folder}/' if MONTH.fullmatch(folder) else ''}{file}, row {row['row']}"


def _names(rows: Sequence[dict], taken: Collection[str]) -> tuple[list[str], bool]:
    """Rows of a table that is named before them by month and number, or whole where that would be a name that is taken
    by another table; and whether they are short.

    >>> rows = [{"file": "a/2024-04/claims.csv", "row": 2}, {"file": "official-statistics/claims.csv", "row": 3}]
    >>> _names(rows, ()), _names(rows[:1], ["2024-04, row 2"])
    ((['2024-04, row 2', 'row 3'], True), (['2024-04/claims.csv, row 2'], False))
    """
    short, whole = list(map(_short_name, rows)), list(map(_row_name, rows))
    is_clear = len(set(short)) == len(set(whole)) and not set(short) & set(taken)
    return short if is_clear else whole, is_clear


def _short_name(row: dict) -> str:
    month = row["file"].split("/")[-2]
    return f"{f'{month}, ' if MONTH.fullmatch(month) else ''}row {row['row']}"


def _words_in_entry(f: dict, row: dict) -> str:
    """What the entry of a number says of a row: its numbers and its place. The cells of a table and the values of a
    chart are figures themselves, whose entries say it.
    """
    return "; ".join(filter(None, (_row_words(row), row["locator"]))) if f["kind"] == "number" else ""


def _row_words(row: dict) -> str:
    """The numbers of a row in words, so that an entry says by itself what was computed from what; nothing for other
    rows.

    >>> _row_words({"file": "a/2021-03/claims.csv", "cells": ""})
    ''
    """
    return _words_of_numbers(row["file"], row["cells"], row.get("lacks", ""))


@lru_cache(maxsize=1 << 13)  # a row stands behind several figures of a report
def _words_of_numbers(file: str, raw: str, lacks: str) -> str:
    cells = named_cells({"file": file, "cells": raw, "lacks": lacks})
    of = " of ".join(n for n in (cells.get("numerator"), cells.get("denominator")) if n)
    period = cells.get("period") or (f"from {cells['valid_from']}" if cells.get("valid_from") else "")
    said = [n for n in (cells.get("value"), f"target {cells['target']}" if cells.get("target") else "") if n]
    if not said:
        return ""
    return ", ".join(filter(None, (*said, f"({of})" if of else "", cells.get("category"), period)))
