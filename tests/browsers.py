"""Real Chromium for the tests: started once for a module, skipped by name where there is none, and a served site."""

import functools
import os
from pathlib import Path

import lxml.html
import pytest
from site_helpers import built_project, chromium, pages, quarto_site, serve

WIDTHS = {"desktop": 1280, "phone": 320}
PAGE_BYTES = 40_000  # a page costs as much as so many bytes of HTML, however small it is
SHAPING = ("class", "role", "scope", "type", "hidden", "open", "colspan")  # attributes whose values make a shape
# In the page: mark one element of each look that was not seen yet, and give the looks that are new.
CONTRASTS = """(seen) => {
  const known = new Set(seen), found = [], around = new Map();
  const background = (e) => {  // of an element and of all that are around it
    if (!e) return "";
    if (!around.has(e)) {
      const style = getComputedStyle(e);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.position, style.textShadow];
      around.set(e, `${background(e.parentElement)}>${e.tagName}.${e.className} ${own.join(" ")}`);
    }
    return around.get(e);
  };
  for (const element of document.body.querySelectorAll("*")) {
    const hasWords = [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
    if (!hasWords && !/^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(element.tagName)) continue;
    if (!element.checkVisibility()) continue;  // hidden words are not judged, and another one of this look may be seen
    const style = getComputedStyle(element);
    const look = [background(element), style.color, style.fontSize, style.fontWeight, style.webkitTextFillColor].join(" ");
    if (known.has(look)) continue;
    known.add(look);
    found.push(look);
    element.setAttribute("data-look", "");
  }
  return found;
}"""
JUDGE = """() => {
  axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
  return axe.run({resultTypes: ["violations"]}).then((found) => found.violations);
}"""
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


def one_of_each_shape(site: Path) -> set[Path]:
    """The pages that are judged in a browser: in them is everything that the templates make anywhere on the site.

    A shape is an element with its class, role and the like, and the same of all elements around it. Pages of one kind
    differ in their data and in which of these shapes they have; so pages are taken until no shape of the site is left
    out, small ones first, for a list of 2,000 like entries takes a browser a hundred times as long as one of 200 and
    tells nothing more. All pages with EVERY_PAGE=1 in the environment, which takes some twenty minutes more.
    """
    return set(pages(site)) if os.environ.get("EVERY_PAGE") else _covering(site)


@functools.cache
def _covering(site: Path) -> set[Path]:
    shapes = {path: shapes_of(path) for path in pages(site)}
    weight = {path: path.stat().st_size + PAGE_BYTES for path in shapes}
    left, chosen = set().union(*shapes.values()), set()
    while left:
        best = max(shapes, key=lambda path: (len(shapes[path] & left) / weight[path], path.as_posix()))
        chosen.add(best)
        left -= shapes[best]
    return chosen


def shapes_of(page: Path) -> set[int]:
    """What elements a page has, each with all that are around it; one number for each."""
    found: set[int] = set()
    body = lxml.html.parse(str(page)).getroot().find("body")
    waiting = [(body, 0)]
    while waiting:
        element, around = waiting.pop()
        named = sorted(
            (n, v if n in SHAPING else "") for n, v in element.attrib.items() if n in SHAPING or "aria-" in n
        )
        shape = hash((element.tag, *named, around))
        found.add(shape)
        waiting += [(child, shape) for child in element if isinstance(child.tag, str)]
    return found


def violations(page, axe, seen: set[str]) -> list[dict]:
    """What axe-core finds on an open page.

    Nearly all of its time goes into the contrast of each single element. What says so to a reader, the colour, size and
    weight of its words on the colours of everything that is around it, is judged once; ``seen``: what was judged before
    at this width, to which what is judged now is added.
    """
    page.evaluate(axe.axe_script)
    seen.update(page.evaluate(CONTRASTS, sorted(seen)))
    return page.evaluate(JUDGE)
