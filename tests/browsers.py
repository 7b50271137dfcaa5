"""Real Chromium for the tests: started once for a module, skipped by name where there is none, and a served site."""

import os
import re

import pytest
from site_helpers import built_project, chromium, pages, quarto_site, serve

WIDTHS = {"desktop": 1280, "phone": 320}
MOST_JUDGED = 500_000  # bytes of HTML
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _launch(playwright):
    """The system's browser, else playwright's own, fetched if it can be."""
    import subprocess
    import sys

    if path := chromium():
        return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    try:
        return playwright.chromium.launch(args=ARGUMENTS)
    except Exception:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], check=True, capture_output=True, timeout=300
        )
        return playwright.chromium.launch(args=ARGUMENTS)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        try:
            instance = _launch(playwright)
        except Exception as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no Chromium, and none could be fetched ({type(error).__name__})")
        yield instance
        instance.close()


@pytest.fixture(scope="module")
def axe():
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


@pytest.fixture(scope="module", params=["pandoc", pytest.param("quarto", marks=pytest.mark.quarto)])
def served(request, tmp_path_factory):
    """A built site and its address on this machine."""
    site = quarto_site(tmp_path_factory) if request.param == "quarto" else built_project(tmp_path_factory) / "_site"
    server = serve(site)
    yield site, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def one_of_each_kind(site) -> set:
    """The pages that axe-core judges: of each kind the largest, for pages of one kind differ only in their data.

    axe-core compares elements with each other: a list of 2,000 like entries takes it a hundred times as long as one of
    200 and tells nothing more, so a page over `MOST_JUDGED` is judged only where its kind has no smaller one.
    All of them with EVERY_PAGE=1 in the environment, which takes some twenty minutes more.
    """
    if os.environ.get("EVERY_PAGE"):
        return set(pages(site))
    found = {}
    for path in pages(site):
        parts = path.relative_to(site).parts
        if parts[0] == "reports":
            what = (re.fullmatch(r"v\d+", parts[-2]) and f"{parts[-3]} edition") or (
                parts[-2] if len(parts) > 3 and parts[1] != "compare" else ""
            )
            # The list of figures is the same list whatever the kind of report.
            what = "" if parts[-1] == "figures.html" else what
            group = (len(parts) if parts[1] != "compare" else "compare", what, parts[-1])
        else:
            group = (path,)
        found.setdefault(group, []).append(path)
    return {_largest(group) for group in found.values()}


def _largest(group: list):
    """The largest page that is not too large to be judged, else the smallest."""
    by_size = sorted(group, key=lambda p: p.stat().st_size)
    return next((p for p in reversed(by_size) if p.stat().st_size <= MOST_JUDGED), by_size[0])
