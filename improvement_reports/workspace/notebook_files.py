"""Notebooks that this software wrote itself, read and written without being checked against the format once more."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from improvement_reports.domain.json_text import json_text

NOTHING: Mapping[str, Callable] = MappingProxyType({})


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

    return json_text(strip_transient(split_lines(copied(notebook))))


def copied(value, instead: Mapping[str, Callable] = NOTHING):
    """A copy of a notebook or of a part of it, in which dicts and lists are others, and of the same kinds.

    ``instead``: what is to stand under a key, as a function of what stands there. `copy.deepcopy` asks of every text
    and number whether it can be copied, and takes several times as long.
    """
    if isinstance(value, dict):
        found = type(value)()
        for key, entry in value.items():
            if key in instead:
                found[key] = instead[key](entry)
            else:
                found[key] = copied(entry, instead) if isinstance(entry, dict | list) else entry
        return found
    if isinstance(value, list):
        return [copied(entry, instead) if isinstance(entry, dict | list) else entry for entry in value]
    return value
