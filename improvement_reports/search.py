"""Search over the finished site, from static files: an index by Pagefind, and the list of pages that needs no search.

The index is made from copies of the pages that hold only what a reader searches for: the content of ``<main>``, with a
heading wherever a result can lead to. So both renderers get the same index, and the pages carry no marks for it.
"""

import html
import json
import re
import shutil
import subprocess
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import lxml.html

from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.workspace.places import RESERVED, Project
from improvement_reports.workspace.processes import run_watched

FOLDER = "pagefind"
SEARCH_PAGE = "search.html"
ENTRY = "pagefind-entry.json"
LEFT_OUT = "Search is left out ({}); the search page lists every page instead."
# What theme/search.js loads; Pagefind also writes four interfaces of its own, of 400 kB.
KEPT = re.compile(r"pagefind\.js|pagefind-worker\.js|pagefind-entry\.json|wasm\..+\.pagefind|.+\.pf_\w+")
REPORT = re.compile(r"reports/([^/]+)/([^/]+)/([^/]+)/index\.html")
EDITION = re.compile(r"(?:^|/)v\d+/")
# Kinds of page that are no report, by their folder.
ABOUT, LISTS, ACROSS, THREAD = "About this site", "Lists of reports", "Across authorities", "Golden thread"
FRAME = "script", "style", "noscript", "nav", "form", "template"
HEADINGS = tuple(f"h{n}" for n in range(1, 7))


# What is searched


def is_searched(address: str) -> bool:
    """Whether a page is in the index.

    Provenance pages are not: they repeat each word of their report up to five hundred times, and each number of the report
    leads to them. Editions are not: they say what the newest page says.
    """
    name = address.rsplit("/", 1)[-1]
    return address != SEARCH_PAGE and name != "figures.html" and not EDITION.search(address)


def kind_of(address: str) -> str:
    """The kind of a page in words, from its address."""
    from improvement_reports.domain.vocabulary import KIND_WORDS

    if match := REPORT.fullmatch(address):
        kind = match[3]
        return KIND_WORDS[ReportKind(kind)] if kind in set(ReportKind) else kind
    if address.startswith("reports/") and address.split("/")[1] in RESERVED:
        return ACROSS
    if re.fullmatch(r"reports/[^/]+/thread/index\.html", address):
        return THREAD
    return LISTS if address == "index.html" or address.startswith("reports/") else ABOUT


def facts_of(address: str, names: dict[str, str]) -> dict[str, str]:
    """What a result says of its page besides its title."""
    facts = {"kind": kind_of(address)}
    if address.startswith("reports/") and address.count("/") > 1 and address.split("/")[1] not in RESERVED:
        authority = address.split("/")[1]
        facts["authority"] = names.get(authority, authority)
    if match := REPORT.fullmatch(address):
        facts["position"] = format_day(match[2])
    return facts


def made_up_folders(site: Path) -> set[str]:
    """The folders below ``reports`` of authorities that are made up: their reports say so in a box of their own."""
    return {
        page.relative_to(site).parts[1]
        for page in sorted(site.glob("reports/*/*/*/index.html"))
        if 'class="illustrative' in page.read_text(encoding="utf-8")
    }


def is_made_up(address: str, folders: set[str]) -> bool:
    """Whether a page is about a made-up authority: the demonstration is found last, and says so."""
    return address.startswith("reports/") and address.split("/")[1] in folders


def searchable(page: str, facts: dict[str, str], made_up: bool = False) -> str:
    """The copy of a page that is indexed: its content alone, with a heading of its own for each place that has an address.

    ``made_up``: it is of the demonstration, which search asks for apart, after everything else.
    """
    tree = lxml.html.document_fromstring(page)
    (main,) = tree.xpath("//main") or [tree.body]
    frames = " or ".join(f"self::{tag}" for tag in FRAME)
    for element in main.xpath(f".//*[{frames} or @hidden or @class='provenance']"):
        element.drop_tree()
    for cell in main.xpath(
        ".//th | .//td | .//dt | .//dd | .//li"
    ):  # or the last word of one and the first of the next are one
        cell.tail = f" {cell.tail or ''}"
    for section in main.xpath(".//*[@id][self::section or self::div]"):  # results lead to headings with an id
        first = next((child for child in section if child.tag in HEADINGS), None)
        if first is not None and not first.get("id"):
            first.set("id", section.attrib.pop("id"))
    for term in main.xpath(".//dt[.//*[@id]]"):  # a word of the glossary is a place of its own
        term.tag = "h4"
        term.set("id", term.xpath(".//@id")[0])
        for inner in term.xpath(".//*[@id]"):
            del inner.attrib["id"]
    e = html.escape
    # Said of a result, never filtered by: Pagefind 1.5 writes the values of a filter in another order each time. The one
    # filter has one value, so that it has one order.
    marks = "".join(
        f'<meta data-pagefind-meta="{key}[content]" content="{e(value)}">\n' for key, value in facts.items()
    )
    if made_up:
        marks += '<meta data-pagefind-filter="demonstration[content]" content="yes">\n'
        marks += '<meta data-pagefind-meta="demonstration[content]" content="yes">\n'
    body = lxml.html.tostring(main, encoding="unicode", with_tail=False)
    body = re.sub(r"\A<\w+", "<main data-pagefind-body", body).removesuffix("</body>").removesuffix("</main>")
    language = e(tree.get("lang") or "en-GB")
    return f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">\n{marks}</head>\n<body>{body}</main></body></html>\n'


def authority_names(site: Path) -> dict[str, str]:
    """The name of each authority on a site, from the heading of its own page."""
    found = {}
    for page in sorted(site.glob("reports/*/index.html")):
        (heading, *_) = lxml.html.fromstring(page.read_bytes()).xpath("//main//h1") or [None]
        if heading is not None:
            found[page.parent.name] = " ".join(heading.text_content().split())
    return found


# The list of pages


def front_matter_of(source: Path) -> dict:
    """The front matter of a page source, of a notebook's first cell."""
    from improvement_reports.render_pandoc import FRONT_MATTER, load_front_matter

    text = source.read_text(encoding="utf-8")
    if source.suffix == ".ipynb":
        text = "".join(json.loads(text)["cells"][0]["source"]) + "\n"
    match = FRONT_MATTER.match(text)
    return load_front_matter(match[1], source.name) if match else {}


def plain_title(title: str) -> str:
    """A title of a front matter, which both renderers read as Markdown, as plain text."""
    return html.unescape(re.sub(r"\\(.)", r"\1", title))


def list_of_pages(project: Project) -> str:
    """Every page of the site by section, as Markdown with HTML: what search cannot do without JavaScript, a list can."""
    from improvement_reports.domain.markup import fenced
    from improvement_reports.render_pandoc import matches, page_address
    from improvement_reports.workspace.yaml_files import load_yaml

    config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")
    sources = matches(project, config["project"]["render"])
    titles = {page_address(project, s): plain_title(str(front_matter_of(s).get("title", s.stem))) for s in sources}
    titles.pop(SEARCH_PAGE, None)
    if "index.html" in titles:  # as the navigation calls it
        titles["index.html"] = f"Home: {titles['index.html']}"
    return fenced(page_list(titles))


def page_list(titles: dict[str, str]) -> str:
    """Nested lists of links, as HTML, from the title of each address.

    The reports by authority, newest first; then what all reports make together; then the rest.
    """
    reports = [a for a in titles if a.startswith("reports/")]
    folders = sorted({a.split("/")[1] for a in reports if a.count("/") > 1})
    items = [_authority_item(f"reports/{f}", titles) for f in folders if f not in RESERVED]
    lists = _item("reports/index.html", titles) if "reports/index.html" in titles else ""
    across = "".join(_page_item(f"reports/{f}/index.html", titles) for f in folders if f in RESERVED)
    rest = sorted((a for a in titles if a not in reports), key=lambda a: (a != "index.html", titles[a].lower()))
    sections = {"Reports": lists + "".join(items), ACROSS: across, ABOUT: "".join(_item(a, titles) for a in rest)}
    return "\n".join(f'<h3>{h}</h3>\n<ul class="pages">\n{body}</ul>' for h, body in sections.items() if body)


def _authority_item(folder: str, titles: dict[str, str]) -> str:
    """The page of an authority, below it its reports, newest first, and then its other pages."""
    own, top = [a for a in titles if a.startswith(f"{folder}/")], f"{folder}/index.html"
    reports = sorted({a.rsplit("/", 1)[0] for a in own if REPORT.fullmatch(a)}, key=_newest_first)
    below = "".join(_item(f"{f}/index.html", titles, _beside(f, own, titles)) for f in reports)
    others = [a for a in own if a != top and not any(a.startswith(f"{f}/") for f in reports)]
    below += "".join(_page_item(a, titles) for a in sorted(others) if a.endswith("/index.html"))
    named = _link(top, titles) if top in titles else html.escape(folder.rsplit("/", 1)[1])
    return f"<li>{named}\n<ul>\n{below}</ul></li>\n"


def _page_item(address: str, titles: dict[str, str]) -> str:
    """A page and, nested, what lies in its folder: its provenance, and one level of pages below it by their titles."""
    folder = address.rsplit("/", 1)[0]
    inside = [a for a in titles if a.startswith(f"{folder}/") and a != address]
    here = [a for a in inside if "/" not in a.removeprefix(f"{folder}/")]
    deeper = sorted((a for a in inside if a.endswith("/index.html")), key=lambda a: (titles[a].lower(), a))
    below = [*(_item(a, titles) for a in sorted(here)), *(_page_item(a, titles) for a in deeper)]
    return _item(address, titles, "".join(below))


def _newest_first(folder: str) -> tuple:
    _, _, month, kind = folder.split("/")
    year, number = month.split("-")
    return -int(year), -int(number), kind


def _beside(folder: str, addresses: list[str], titles: dict[str, str]) -> str:
    """What belongs to a report: where its figures come from, and its editions, newest first."""
    found = [a for a in addresses if a.startswith(f"{folder}/") and a != f"{folder}/index.html"]
    found.sort(key=lambda a: (EDITION.search(a) is not None, [-int(n) for n in re.findall(r"/v(\d+)/", a)], a))
    return "".join(_item(a, titles) for a in found)


def _link(address: str, titles: dict[str, str]) -> str:
    edition = re.search(r"/(v\d+)/", address)
    suffix = f" ({edition[1]})" if edition and f"({edition[1]})" not in titles[address] else ""
    return f'<a href="{html.escape(address)}">{html.escape(titles[address])}{suffix}</a>'


def _item(address: str, titles: dict[str, str], below: str = "") -> str:
    nested = f"\n<ul>\n{below}</ul>" if below else ""
    return f"<li>{_link(address, titles)}{nested}</li>\n"


# The index


def pagefind_path() -> str:
    """The program of the package pagefind_bin, else the one on the PATH, else nothing."""
    try:
        from pagefind_bin import get_executable

        found = Path(get_executable())
        if found.is_file():
            return str(found)
    except (ImportError, OSError):
        pass
    return shutil.which("pagefind") or ""


def pagefind_version() -> str:
    """What the index of a site depends on besides its pages."""
    if not pagefind_path():
        return ""
    try:
        return version("pagefind_bin")
    except PackageNotFoundError:
        return pagefind_path()


def index_site(site: Path) -> str:
    """Index the finished pages below ``site`` into its folder ``pagefind``; what stands in the way, else nothing.

    A site without search is better than no site: a missing program or a failure of it is for the caller to say.
    """
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    program = pagefind_path()
    if not program:
        return "the program pagefind is not installed"
    with tempfile.TemporaryDirectory() as folder:
        copies, written = Path(folder, "pages"), Path(folder, "index")
        names, made_up = authority_names(site), made_up_folders(site)
        for page in sorted(site.rglob("*.html")):
            address = page.relative_to(site).as_posix()
            if is_searched(address) and not address.startswith("site_libs/"):
                copy = copies / address
                copy.parent.mkdir(parents=True, exist_ok=True)
                facts = facts_of(address, names)
                text = searchable(page.read_text(encoding="utf-8"), facts, is_made_up(address, made_up))
                copy.write_text(text, encoding="utf-8", newline="\n")
        command = [program, "--site", str(copies), "--output-path", str(written), "--keep-index-url", "--silent"]
        try:
            # Without its caller's environment it takes no settings from PAGEFIND_ variables; its working folder holds none.
            run_watched(command, seconds=3600, cwd=folder).check_returncode()
        except (OSError, subprocess.SubprocessError) as error:
            return f"the program pagefind failed: {type(error).__name__}"
        if not (written / ENTRY).is_file():
            return "the program pagefind made no index"
        for path in sorted(p for p in written.rglob("*") if p.is_file() and KEPT.fullmatch(p.name)):
            target = site / FOLDER / path.relative_to(written)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return ""


def search_notice(site: Path) -> str:
    """One sentence if a site has no search, else nothing."""
    if (site / FOLDER / ENTRY).is_file():
        return ""
    reason = "the program pagefind did not work" if pagefind_path() else "the program pagefind is not installed"
    return LEFT_OUT.format(reason)
