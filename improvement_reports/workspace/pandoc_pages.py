"""One Pandoc that makes page after page: to begin one for each page takes as long as most pages do.

It gives the bytes that a call of Pandoc for that page alone gives, or nothing: whatever Pandoc warns of or refuses is
left to such a call, which says it.
"""

import json
import re
import subprocess
import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from improvement_reports.workspace.pandoc import pandoc_path
from improvement_reports.workspace.processes import END_SECONDS, begin_watched, run_watched, watched

SCRIPT = Path(__file__).with_name("pages.lua")
# Seconds for a page; what takes longer is made by a call of its own, which has a limit of its own and says so.
LIMIT = 20
# What a call of Pandoc changes in a text before it reads it, or reads otherwise than this does.
CHANGED_BEFORE = re.compile("[\t\r\0\ufeff]")


@dataclass(frozen=True)
class Asked:
    """A page: its Markdown, the name of the form of that, its template with variables, and how deep its contents go (0:
    it has none).
    """

    text: str
    reads: str
    template: str
    variables: Mapping[str, Any]
    toc_depth: int


def arguments_of(asked: Asked, defaults: Path) -> list[str]:
    """The same for a call of Pandoc; ``defaults``: a file with the variables."""
    contents = ["--toc", f"--toc-depth={asked.toc_depth}"] if asked.toc_depth else []
    form = ["--from", asked.reads, "--to", "html5", "--wrap", "none", "--section-divs"]
    return [*form, "--template", asked.template, "--defaults", str(defaults), *contents]


@cache
def abbreviations() -> list[str]:
    """The words after whose full stop Pandoc puts a space that does not break; nothing where it does not say."""
    said = run_watched([pandoc_path(), "--print-default-data-file", "abbreviations"])
    return [] if said.returncode else said.stdout.split()


class PagePandoc:
    """Pages one after the other, asked for from any thread; begun when first needed, ended with the ``with``."""

    def __init__(self) -> None:
        self._lock, self._stack = threading.Lock(), ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def __enter__(self) -> "PagePandoc":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def page(self, asked: Asked) -> str | None:
        """A page as Pandoc writes it; None where a call of its own has to make it."""
        if CHANGED_BEFORE.search(asked.text):
            return None
        line = json.dumps({**asdict(asked), "abbreviations": abbreviations()}, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            answer = None if self._is_over else self._answer(line)
        return answer["page"] if answer is not None and not answer["warnings"] else None

    def _answer(self, line: bytes) -> dict | None:
        """What it answers to a line; None if it is no more, and then for good."""
        try:
            process = self._process or self._begun()
            assert process.stdin is not None and process.stdout is not None  # pipes were asked for
            timer = threading.Timer(LIMIT, process.kill)
            timer.start()
            try:
                process.stdin.write(line)
                process.stdin.flush()
                return json.loads(process.stdout.readline())
            finally:
                timer.cancel()
                timer.join()
        except (OSError, ValueError):
            self._end()
            return None

    def _begun(self) -> "subprocess.Popen[bytes]":
        process = begin_watched(
            [pandoc_path(), "lua", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._stack.enter_context(process)
        self._stack.enter_context(watched(process))
        self._stack.callback(_end_in_order, process)
        self._process = process
        return process

    def _end(self) -> None:
        self._is_over = True
        with suppress(BrokenPipeError):  # what one that ended did not hear is written once more as its input closes
            self._stack.close()


def _end_in_order(process: "subprocess.Popen[bytes]") -> None:
    """Have it end by itself, for one that is killed leaves a file among the temporary ones; kill one that does not."""
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    process.kill()
