"""One Pandoc for many pages gives what one for each of them gives."""

import json

import pytest
from hostile import PAYLOADS

from improvement_reports import HOME
from improvement_reports.domain.markup import fenced, front_matter, texts
from improvement_reports.workspace import pandoc_pages
from improvement_reports.workspace.pandoc import PAGE_MARKDOWN, run_pandoc
from improvement_reports.workspace.pandoc_pages import CHANGED_BEFORE, Asked, PagePandoc, abbreviations, arguments_of
from improvement_reports.workspace.processes import begin_watched

ROOT = HOME.parent
TEMPLATE = ROOT / "theme" / "page.html"
WIDE = f"| a | b |\n|---|-------|\n| {'words ' * 20} | 1 |\n"
VARIABLES = {"lang": "en-GB", "root": "../", "navigation": [{"text": "A & B", "href": "x.html", "current": True}]}
FORMS = [
    "Their number n. The mean of Mr. Lee, e.g. of p. 5.",  # no break after abbreviations
    WIDE,  # columns of a table with long lines have widths
    "## Two {#own}\n\n### Three\n\n## Two\n\nA [link](#own), [Two] and a note.[^1]\n\n[^1]: Words – \"quoted\" 'so'…\n",
    f"- one\n\n  two\n- [x] done\n\n```python\ndef f():\n    return 1\n```\n\n{fenced('<p>It’s <b>raw</b></p>')}",
    "::: {.note}\n<div class='x'>*em* <span>x</span></div>\n:::\n\nTerm\n:   What\n\n![a](b.svg){width=3}\n",
    *("a\tb", "a\r\nb", "\ufeffa"),
    *(front_matter(texts(text, text)) + f"\n\n{text}\n" for text in PAYLOADS),
]


def asked(text: str, depth: int = 3) -> Asked:
    head = "" if text.startswith("---") else front_matter(texts("Title", "What")) + "\n\n"
    return Asked(head + text, PAGE_MARKDOWN, str(TEMPLATE), VARIABLES, depth)


def alone(page: Asked, folder) -> str:
    defaults = folder / "defaults.json"
    defaults.write_text(json.dumps({"variables": page.variables}), encoding="utf-8")
    return run_pandoc(page.text, arguments_of(page, defaults))


def test_pages_are_those_of_a_pandoc_for_each(tmp_path):
    pages = [*map(asked, FORMS), asked("## One\n\n#### Far below\n", 2), asked("## One\n", 0)]
    pages += [asked((ROOT / "about" / name).read_text(encoding="utf-8")) for name in ("method.qmd", "first-report.qmd")]
    same = 0
    with PagePandoc() as pandoc:
        for page in pages:
            made = pandoc.page(page)
            if CHANGED_BEFORE.search(page.text):
                assert made is None
            elif made is not None:  # else Pandoc says something of it, and a call of its own makes it
                assert made == alone(page, tmp_path), page.text
                same += 1
    assert same > 25
    assert "n." in abbreviations()


def test_a_warning_gives_no_page(tmp_path):
    twice = asked("[a]\n\n[a]: b\n[a]: c\n")
    with pytest.raises(RuntimeError, match="Duplicate link reference"):
        alone(twice, tmp_path)
    with PagePandoc() as pandoc:
        assert pandoc.page(twice) is None
        assert pandoc.page(asked("Words.")) is not None


def test_a_page_that_takes_long_ends_that_pandoc_for_good(monkeypatch):
    monkeypatch.setattr(pandoc_pages, "LIMIT", 0.5)
    with PagePandoc() as pandoc:
        assert pandoc.page(asked("Words.")) is not None
        process = pandoc._process
        assert pandoc.page(asked("[x](https://a \"q 'r " * 60)) is None
        assert process is not None and process.poll() is not None
        assert pandoc.page(asked("Words.")) is None


def test_nothing_is_left_among_the_temporary_files(monkeypatch, tmp_path):
    """A Pandoc that is killed leaves one there."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with PagePandoc() as pandoc:
        assert pandoc.page(asked("Words.")) is not None
    assert pandoc._process is not None and pandoc._process.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("is_late", [False, True])
def test_without_such_a_pandoc_there_is_no_page(monkeypatch, tmp_path, is_late):
    """An older one has no `lua`, a broken one ends at once: each page then has a call of its own. Also where it has
    ended before it is asked for one.
    """

    def begun(*arguments, **options):
        process = begin_watched(*arguments, **options)
        if is_late:
            process.wait()
        return process

    monkeypatch.setattr(pandoc_pages, "begin_watched", begun)
    monkeypatch.setattr(pandoc_pages, "SCRIPT", tmp_path / "missing.lua")
    with PagePandoc() as pandoc:
        assert pandoc.page(asked("Words.")) is None
