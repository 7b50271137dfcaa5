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


def new_page(cells: list, metadata: Mapping):
    """A notebook of these cells, as ``nbformat.v4.new_notebook`` makes it, which asks a schema about each part: what is
    put together here has the form of one.
    """
    from nbformat.notebooknode import NotebookNode

    return NotebookNode(cells=cells, metadata=metadata, nbformat=4, nbformat_minor=5)


def text_cell(kind: str, source: str, name: str):
    """A cell of text, ``kind`` markdown or raw, as ``nbformat.v4`` makes it; ``name``: its id."""
    from nbformat.notebooknode import NotebookNode

    return NotebookNode(id=name, cell_type=kind, source=source, metadata=NotebookNode())


def code_cell(source: str, shown: list[str], name: str):
    """A cell of code that shows these texts in Markdown, as ``nbformat.v4`` makes it; ``name``: its id."""
    from nbformat.notebooknode import NotebookNode, from_dict

    outputs = [
        from_dict({"output_type": "display_data", "metadata": {}, "data": {"text/markdown": text}}) for text in shown
    ]
    return NotebookNode(
        id=name, cell_type="code", metadata=NotebookNode(), execution_count=None, source=source, outputs=outputs
    )


def own_notebook_text(notebook) -> str:
    """The text of a notebook, as ``nbformat.writes`` has it; the notebook stays as it is, and what is not written as it
    stands is all that is copied.
    """
    cells = [_cell_as_written(cell) for cell in notebook["cells"]]
    return json_text({**notebook, "metadata": _without(notebook["metadata"], *NOT_KEPT), "cells": cells})


NOT_KEPT = ("orig_nbformat", "orig_nbformat_minor", "signature")  # of a notebook, as nbformat says
SPLIT = ("application/javascript", "image/svg+xml")  # besides text: written line by line


def _without(entries: Mapping, *names: str) -> dict:
    return {name: entry for name, entry in entries.items() if name not in names}


def _lines(text):
    return text.splitlines(True) if isinstance(text, str) else text


def _cell_as_written(cell: Mapping) -> dict:
    written = {**cell, "metadata": _without(cell["metadata"], "trusted")}
    if "source" in cell:
        written["source"] = _lines(cell["source"])
    if "attachments" in cell:
        written["attachments"] = {name: _bundle_as_written(data) for name, data in cell["attachments"].items()}
    if cell["cell_type"] == "code":
        written["outputs"] = [_output_as_written(output) for output in cell["outputs"]]
    return written


def _output_as_written(output: Mapping) -> dict:
    match output["output_type"]:
        case "execute_result" | "display_data" if "data" in output:
            return {**output, "data": _bundle_as_written(output["data"])}
        case "stream":
            return {**output, "text": _lines(output["text"])}
    return dict(output)


def _bundle_as_written(data: Mapping) -> dict:
    return {kind: _lines(text) if kind.startswith("text/") or kind in SPLIT else text for kind, text in data.items()}


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
