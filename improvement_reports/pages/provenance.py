"""The pages of every figure and of the rows that it was made from."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby, takewhile

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.markup import demonstration_note, fenced, front_matter, texts
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.origins import source_of
from improvement_reports.domain.row_records import named_cells
from improvement_reports.domain.templates import fill
from improvement_reports.pages.frame import Frame
from improvement_reports.pages.places_of_figures import Part, Places, places_of
from improvement_reports.pages.rows_of_data import MANY, tables_of_rows
from improvement_reports.pages.words_of_rows import is_rounded, letters_in_entry, names_of, whole_name, words_in_entry
from improvement_reports.runs.figures_file import Titled
from improvement_reports.workspace.parameters import Source

KINDS = (("number", "Numbers"), ("table", "Tables"), ("chart", "Charts"))
# The pieces of a label: mostly a measure, and what of it.
PIECE = re.compile(r"[,:] ")
NO_HEADING = "Before the first heading"


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
        words = sum(letters_in_entry(f, i) + len(whole_name([i])) + 40 for i in f["inputs"])
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
            "exact": f["value"] if is_rounded(f) else "",
            "lines": self._made_from(f, part),
        }

    def _made_from(self, f: dict, part: Part) -> list[dict]:
        """What a figure was made from: a line for each of its rows, the table of many named once; or, of rows of which
        nothing is said and that stand below each other on their page, the first and the last.

        Of so many the place in the source is one step on, in the entry of the row: written out with every one of
        hundreds it was a third of what a reader on a telephone loaded.
        """
        rows = f["inputs"]
        said = [words_in_entry(f, i) for i in rows]
        if len(rows) < MANY:
            links = [self.places.row_link(i, part.page) for i in rows]
            return [
                {"table": "", "rows": [row]} for row in zip(links, [whole_name([i]) for i in rows], said, strict=True)
            ]
        tables: dict[str, list[tuple[list[dict], str]]] = {}
        for i, words in zip(rows, said, strict=True):
            tables.setdefault(i["file"].rpartition("/")[2], []).append(([i], words))
        for table, own in tables.items():
            if not any(words for _, words in own):
                tables[table] = [(stretch, "") for stretch in self._stretches([i for (i,), _ in own])]
        found, taken = [], set[str]()
        for table, own in tables.items():
            names, is_short = names_of([stretch for stretch, _ in own], taken)
            taken |= set(names)
            links = [self.places.row_link(stretch[0], part.page) for stretch, _ in own]
            named = [(link, name, words) for link, name, (_, words) in zip(links, names, own, strict=True)]
            found.append({"table": table if is_short else "", "rows": named})
        return found

    def _stretches(self, rows: Sequence[dict]) -> list[list[dict]]:
        """Rows in their order in the files, those together that stand below each other on a page."""
        found: list[list[dict]] = []
        before = ("", "", 0)
        for row in sorted(rows, key=lambda i: (i["file"], i["row"])):
            page, anchor = self.places.rows[row["file"], row["row"]]
            if (row["file"], page, int(anchor[1:]) - 1) == before:
                found[-1].append(row)
            else:
                found.append([row])
            before = (row["file"], page, int(anchor[1:]))
        return [of for run in found for of in ([run] if len(run) >= MANY else [[row] for row in run])]

    def _rows(self, part: Part) -> list[str]:
        """The rows whose entries stand on this part, put together by file and source."""
        rows = {(i["file"], i["row"]): i for f in part.figures for i in f["inputs"]}
        own = [rows[key] for key in sorted(rows) if self.places.rows[key][0] == part.page]
        tables = tables_of_rows([(self._row(i), self._source(i)) for i in own])
        if not tables:
            return []
        listed = fill("pages/rows_of_data.html", tables=tables, in_archive=self.frame.is_replaced)
        return [f"\n## Rows of data\n{fenced(listed)}"]

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
            f"\n## {heading or NO_HEADING}\n{fenced(fill('pages/figures_by_part.html', lines=_by_start(entries)))}"
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


def _by_start(entries: Sequence[dict]) -> list[tuple[str, list[dict]]]:
    """Figures that follow each other whose labels start with the same words, mostly those of a measure, together; "" and
    one figure where none beside it does.

    >>> labels = "Plans, second time, March", "Plans, second time: direction", "Steps, all"
    >>> [(start, [f["end"] for f in of]) for start, of in _by_start([{"label": label} for label in labels])]
    [('Plans, second time', ['March', 'direction']), ('', ['Steps, all'])]
    """
    found: list[tuple[str, list[dict]]] = []
    for _, run in groupby(entries, key=lambda entry: PIECE.split(entry["label"], 1)[0]):
        own = list(run)
        pieces = [PIECE.split(entry["label"]) for entry in own]
        common = list(takewhile(lambda of: len(set(of)) == 1, zip(*(of[:-1] for of in pieces), strict=False)))
        start = len("".join(f"{of[0]}, " for of in common)) if len(own) > 1 else 0
        ends = [{**entry, "end": entry["label"][start:]} for entry in own]
        found += [(own[0]["label"][: start - 2], ends)] if start else [("", [entry]) for entry in ends]
    return found
