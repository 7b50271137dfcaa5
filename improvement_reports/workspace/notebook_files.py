"""Notebooks that this software wrote itself, read and written without being checked against the format once more."""

from pathlib import Path

from improvement_reports.domain.json_text import json_text


def own_notebook(text: str):
    """A notebook that this software wrote, from its text."""
    from nbformat.v4 import nbjson

    return nbjson.reads(text)


def read_own_notebook(path: Path):
    """A notebook that this software wrote, from its file."""
    return own_notebook(path.read_text(encoding="utf-8"))


def own_notebook_text(notebook) -> str:
    """The text of a notebook, as ``nbformat.writes`` has it; the notebook stays as it is."""
    from nbformat.v4.rwbase import split_lines, strip_transient

    return json_text(strip_transient(split_lines(_copy(notebook))))


def _copy(value):
    """A copy in which dicts and lists are others, and of the same kinds."""
    if isinstance(value, dict):
        found = type(value)()
        for key, entry in value.items():
            found[key] = _copy(entry)
        return found
    return [_copy(entry) for entry in value] if isinstance(value, list) else value
