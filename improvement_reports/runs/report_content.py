"""What a report says, apart from how it is set: its figures and its sentences, for comparing two of them."""

import html
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import lxml.html

from improvement_reports.runs.outputs import figures_of, page_outputs
from improvement_reports.runs.published_notebook import REPORT, figures_beside, whole
from improvement_reports.workspace.files import digest

# What a figure says to a reader; its rows, formula and unrounded value belong to it as well. Not: the cell it stands
# in.
SAID = ("id", "kind", "label", "published", "value", "unit", "measure_id", "area", "period", "formula", "data")
# A sentence ends here, unless a number follows (section 47) or a letter with a full stop went before (e.g.).
SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b[a-z]\.)\s+(?=[“\"'A-Z£0-9])")
BLOCKS = "p", "li", "dd", "dt", "h2", "h3", "h4", "summary"


@dataclass(frozen=True)
class Content:
    """Figures by id, in the order of the page, as records; sentences in the order of the page."""

    figures: dict[str, dict]
    sentences: list[str]

    @property
    def fingerprint(self) -> str:
        """Equal for two runs of a report that say the same, whatever drew their charts."""
        figures = sorted(self.figures.values(), key=lambda f: f["id"])
        return digest([[[*(f[k] for k in SAID), sorted(rows_of(f))] for f in figures], self.sentences])


def rows_of(figure: dict) -> set[tuple[str, str, str]]:
    """The rows behind a figure: file, cells and place in the source. A row that only moved in its file is the
    same row.
    """
    return {(i["file"], i["cells"], i["locator"]) for i in figure["inputs"]}


def content_of(notebook) -> Content:
    """The content of an executed notebook."""
    figures = json.loads(json.dumps(figures_of(notebook)))  # tuples as lists, as figures.json has them
    return content_with(figures, notebook)


def content_as_read(notebook) -> Content:
    """The content of a notebook that was read from its file, where everything is of the kinds that JSON has."""
    return content_with(figures_of(notebook), notebook)


def content_with(figures: list[dict], notebook) -> Content:
    """The content of a notebook whose figures are known."""
    return Content({f["id"]: f for f in figures}, list(sentences_of(notebook)))


def read_content(folder: Path) -> Content:
    """The content of the executed notebook in the folder of a draft or an edition."""
    return _content_of_files((folder / REPORT).read_bytes(), figures_beside(folder))


@lru_cache(maxsize=2)  # a page is compared with its edition again and again while somebody edits it
def _content_of_files(notebook: bytes, figures: bytes) -> Content:
    import nbformat

    return content_as_read(whole(nbformat.reads(notebook.decode("utf-8"), as_version=4), figures))


def sentences_of(notebook):
    """Every sentence of the page outside tables and charts, as plain text with single spaces."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from split_sentences(cell.source)
        for text in page_outputs(cell):
            if "<figure" not in text:
                yield from _sentences_of_html(text) if "{=html}" in text else split_sentences(text)


def _sentences_of_html(text: str):
    inner = re.sub(r"^`{3,}.*$", "", text, flags=re.MULTILINE).strip()
    if not inner:
        return
    tree = lxml.html.fragment_fromstring(inner, create_parent="div")
    for table in tree.xpath(".//table"):
        table.drop_tree()
    for block in tree.xpath("|".join(f".//{tag}" for tag in BLOCKS)):
        if not block.xpath("|".join(f".//{tag}" for tag in BLOCKS)):
            yield from split_sentences(block.text_content())


def split_sentences(text: str) -> list[str]:
    """Sentences of Markdown with HTML: tags, marks of headings and lists, and escapes taken out.

    >>> split_sentences('## One\\\\: two\\n\\nThe <a href="#x">86%</a> rose. It was *new*.')
    ['One: two', 'The 86% rose.', 'It was new.']
    """
    plain = re.sub(r"<[^>]+>", "", text)
    found = []
    for paragraph in re.split(r"\n\s*\n|^(?=\s*(?:[-*]|\d+\.) )", plain, flags=re.MULTILINE):
        words = re.sub(r"^\s*(?:#{1,6}|[-*]|\d+\.)\s+", "", paragraph)
        words = re.sub(r"\s*\{#[\w.-]+\}\s*$", "", words)
        words = re.sub(r"\\(?=[^\w\s])|[*_](?=\S)|(?<=\S)[*_](?=\W|$)", "", words)
        words = " ".join(html.unescape(words).split())
        found += [s for s in SENTENCE_END.split(words) if s]
    return found
