"""``report.docx``: the report as its page shows it, as a Word file with real styles, to quote from and to edit."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from improvement_reports.sheets.imprint import NO_DAY, Imprint
from improvement_reports.sheets.leaf import Leaf
from improvement_reports.sheets.pictures import Pictures
from improvement_reports.sheets.raster import pngs_of
from improvement_reports.sheets.report_pdf import mark_of
from improvement_reports.sheets.slim import Slim
from improvement_reports.sheets.word_finish import finished
from improvement_reports.sheets.word_html import WordPage
from improvement_reports.workspace.pandoc import PAGE_LIMIT, pandoc_path
from improvement_reports.workspace.processes import run_watched


def report_docx(leaf: Leaf, imprint: Imprint, read: Callable[[str], bytes], fonts: Path, name: str) -> Slim:
    """The whole report as a Word file; it counts no sheets. ``read``, ``fonts``, ``name``: as for the PDF
    (`report_pdf`).
    """
    pictures = Pictures(read)
    vectors: dict[str, bytes] = {}

    def put(vector: bytes) -> str:
        name = pictures.name_of(vector).replace(".svg", ".png")
        vectors[name] = vector
        return name  # Pandoc notes where it found a picture: the name of a folder here would stand in the file

    page = WordPage(leaf.body, pictures.chart_vector, pictures.spark_vector, put)
    with tempfile.TemporaryDirectory(prefix="improvement-reports-word-") as folder:
        home = Path(folder)
        for file, picture in zip(vectors, pngs_of(list(vectors.values()), fonts), strict=True):
            (home / file).write_bytes(picture)
        written = home / "report.docx"
        _pandoc(page.html, leaf, written, imprint.moment or NO_DAY, name)
        content = finished(written.read_bytes(), page.pictures, leaf, imprint, mark_of(leaf))
    return Slim(content, 0)


def _pandoc(text: str, leaf: Leaf, target: Path, moment: datetime, name: str) -> None:
    """Have Pandoc write a Word file; RuntimeError if it fails or leaves anything out."""
    arguments = ["--from", "html", "--to", "docx", "--fail-if-warnings", "--output", str(target)]
    about = ["--metadata", f"title={leaf.title}", "--metadata", f"lang={leaf.lang}"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(int(moment.timestamp()))}
    try:
        result = run_watched([pandoc_path(), *arguments, *about], text, PAGE_LIMIT, env=environment, cwd=target.parent)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"Pandoc, {name}: no Word file within {PAGE_LIMIT} seconds") from None
    if result.returncode:
        raise RuntimeError(f"Pandoc, {name}: {result.stderr.strip()}")
