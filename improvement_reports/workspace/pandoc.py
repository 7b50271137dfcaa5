"""Pandoc, the converter of the built-in renderer: where it is, and one call of it, which always ends."""

import json
import shutil
import subprocess
from functools import cache

from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.processes import run_watched

# How pages are read, by both renderers (`from` in _quarto.yml): figures, prices and addresses are text, never
# mathematics.
PAGE_MARKDOWN = "markdown-tex_math_dollars-tex_math_single_backslash-citations-example_lists"
# Seconds. The largest page of the site takes under two; a text that nests without end takes minutes or years.
PAGE_LIMIT = 120
# For a text that is only looked at: Pandoc ends itself before it takes more.
LITTLE_MEMORY = ["+RTS", "-M400m", "-RTS"]


class TooSlow(UserError):
    """Pandoc was stopped at its time limit."""


@cache
def pandoc_path() -> str:
    """The Pandoc that comes with pypandoc, else the one on the PATH (conda)."""
    try:
        import pypandoc

        return pypandoc.get_pandoc_path()
    except (ImportError, OSError):
        found = shutil.which("pandoc")
        if not found:
            raise UserError("Pandoc is missing; install the package pypandoc_binary, or pandoc.") from None
        return found


def call_pandoc(text: str, arguments: list[str], name: str, limit: float | None = None) -> tuple[str, str]:
    """What Pandoc writes over a text, and its warnings; ``name`` is what the text is called in a message.

    Raises `TooSlow` after ``limit`` seconds of work (as for a page if None), and RuntimeError if Pandoc fails.
    """
    limit = limit or PAGE_LIMIT
    try:
        result = run_watched([pandoc_path(), *arguments], text, limit, of_work=True)
    except subprocess.TimeoutExpired:
        raise TooSlow(
            f"{name}: Pandoc was stopped after {limit:g} seconds, for the text nests quotation marks, brackets,"
            " emphasis or lists too deeply; write it in shorter and simpler paragraphs."
        ) from None
    if result.returncode:
        raise RuntimeError(f"Pandoc, {name}: {result.stderr.strip()}")
    return result.stdout, result.stderr.strip()


def run_pandoc(text: str, arguments: list[str], name: str = "a page") -> str:
    """Pandoc over a text; a warning or failure of Pandoc is an error, so that no page is silently incomplete."""
    return call_pandoc(text, ["--fail-if-warnings", *arguments], name)[0]


def tree_of(text: str, name: str, limit: float) -> dict:
    """Pandoc's own syntax tree of a page's Markdown (``blocks``, ``meta``), with its ``warnings``."""
    written, warnings = call_pandoc(text, [*LITTLE_MEMORY, "--from", PAGE_MARKDOWN, "--to", "json"], name, limit)
    return {**json.loads(written), "warnings": warnings}
