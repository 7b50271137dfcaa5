"""Builds of the real project for the tests of pages: in a copy, so that the working tree is never touched."""

import filecmp
import functools
import http.server
import json
import re
import shutil
import subprocess
import threading
import zipfile
from pathlib import Path

import lxml.html
import pytest
from once import made_once
from warm_calls import called

from improvement_reports.runs.figures_file import parsed_figures
from improvement_reports.site.policy import headers
from improvement_reports.workspace.places import OF_EVERY_PROJECT

REPOSITORY = Path(__file__).resolve().parent.parent
PARTS = (*OF_EVERY_PROJECT, "params", "data/raw", "requirements.lock", "pyproject.toml")


# Of the demonstration the page tests take a few editions and do not run its notebooks; tests/integration/test_exampleshire.py does.
DEMONSTRATION = "exampleshire"
SHOWN_OF_IT = ("2024-10", "2025-08", "2025-09")


def copy_editions(target: Path) -> None:
    """The frozen files of the published editions, without the pages that are made from them."""
    for folder in sorted(REPOSITORY.glob("reports/*/*/*/v*")):
        authority, month = folder.relative_to(REPOSITORY).parts[1:3]
        if authority != DEMONSTRATION or month in SHOWN_OF_IT:
            ignored = shutil.ignore_patterns("index.ipynb", "figures.qmd", "changes.qmd", "edition.zip")
            shutil.copytree(folder, target / folder.relative_to(REPOSITORY), ignore=ignored)


def copy_project(target: Path) -> Path:
    """What a site is built from, without anything that was built."""
    copy_editions(target)
    for part in PARTS:
        source = REPOSITORY / part
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            ignored = shutil.ignore_patterns(".ipynb_checkpoints", "return.key", DEMONSTRATION)
            shutil.copytree(source, target / part, ignore=ignored)
        else:
            shutil.copyfile(source, target / part)
    return target


def build(project: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess:
    """``improvement-reports site`` as a user calls it."""
    result = called(project, "site", *arguments)
    assert result.returncode == code, result.stdout + result.stderr
    return result


def built_project(tmp_path_factory) -> Path:
    """The real project with its site in ``_site``, by the built-in renderer; only to be read."""
    return made_once(
        tmp_path_factory, "built-project", lambda folder: build(copy_project(folder), "--renderer", "pandoc")
    )


def quarto_site(tmp_path_factory) -> Path:
    """The same project's site by Quarto; only to be read."""
    if not shutil.which("quarto"):
        pytest.skip("Quarto is not on the PATH")
    project = built_project(tmp_path_factory)

    def make(folder: Path) -> None:
        own = folder / "project"
        shutil.copytree(project, own)
        build(own, "--renderer", "quarto")

    return made_once(tmp_path_factory, "quarto-project", make) / "project/_site"


def pages(site: Path) -> list[Path]:
    """Every page of a built site, without the renderer's own libraries."""
    return sorted(p for p in site.rglob("*.html") if "site_libs" not in p.parts)


def words_of(page: Path) -> str:
    """The words of a page's content as a reader meets them, without the frame of the renderer."""
    (main,) = lxml.html.fromstring(page.read_bytes()).xpath("//main")
    for frame in main.xpath(
        ".//*[contains(@class, 'to-contents') or self::script or self::style or contains(@class, 'quarto-title-meta')]"
    ):
        frame.drop_tree()
    return " ".join(main.text_content().split())


def assert_same_content(builtin: Path, quarto: Path) -> None:
    """Two sites have the same addresses, words, alternative texts, captions, figures, facts in the head, and
    downloads.
    """
    names = [p.relative_to(builtin) for p in pages(builtin)]
    assert names == [p.relative_to(quarto) for p in pages(quarto)]
    for name in names:
        ours, theirs = words_of(builtin / name), words_of(quarto / name)
        assert re.sub(r"\s+", "", ours) == re.sub(r"\s+", "", theirs), name
        trees = [lxml.html.fromstring((site / name).read_bytes()) for site in (builtin, quarto)]
        for what in (
            "//main//img/@alt",
            "//main//table/caption/text()",
            "//main//a[contains(@href, 'figures')]/@href",
            "//title/text()",
            "//head/link[@rel='canonical' or @rel='alternate']/@href",
            "//head/meta[@name='robots' or @name='description']/@content",
        ):
            assert trees[0].xpath(what) == trees[1].xpath(what), (name, what)
    for path in sorted((builtin / "reports").rglob("*")):
        if path.is_file() and path.suffix != ".html":
            assert filecmp.cmp(path, quarto / path.relative_to(builtin), shallow=False), path.name


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class _HostHandler(_Handler):
    """Files with the headers that a host is to send: a page that they would keep from working fails in the tests."""

    def end_headers(self):
        for name, value in headers().items():
            self.send_header(name, value)
        super().end_headers()


def serve(site: Path, as_a_host: bool = False) -> http.server.ThreadingHTTPServer:
    """The site on a free port of this machine, with a host's headers if wanted; the caller shuts it down."""
    handler = _HostHandler if as_a_host else _Handler
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def chromium() -> str | None:
    """The system's Chromium or Chrome."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        if found := shutil.which(name):
            return found
    for place in (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
    ):
        if Path(place).is_file():
            return place
    return None


# Figures on pages

TO_FIGURE = re.compile(r"(?:v\d+/)?figures(?:-\d+)?\.html#.+")


def figure_links(tree) -> list:
    """The links of a report's page that lead to the entry of a figure."""
    return [a for a in tree.xpath("//main//a[@href]") if TO_FIGURE.fullmatch(a.get("href"))]


def figure_of(link, order: list[str]) -> str:
    """The id of the figure that a link leads to; ``order``: the ids of figures.json, by which parts are numbered."""
    path, _, anchor = link.get("href").partition("#")
    return anchor if path.endswith("figures.html") else order[int(anchor) - 1]


def content_of_figures(folder: Path) -> dict:
    """What figures.json of an edition on a site says: beside its page, or in its archive where that leads there."""
    raw = (folder / "figures.json").read_bytes()
    if archive := json.loads(raw).get("lies_in"):
        with zipfile.ZipFile(folder / archive) as held:
            raw = held.read(json.loads(raw)["as"])
    return parsed_figures(raw)


def figures_of_edition(folder: Path) -> list[dict]:
    """The figures of an edition on a site."""
    return content_of_figures(folder)["figures"]


def shown_page(page: Path) -> Path:
    """The page that a reader of ``page`` sees: the newest edition's address leads on to the report's."""
    leads_on = 'http-equiv="refresh"' in page.read_text(encoding="utf-8")
    return page.parent.parent / "index.html" if leads_on else page
