"""The frame that Quarto draws around a page, mended: each change is for a fault that an accessibility check or a reader
found in it, and is made once; a second call finds nothing to do.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup

from improvement_reports.domain.templates import fill
from improvement_reports.pages.sources import nearest_page
from improvement_reports.site.inline import OF_FRAME
from improvement_reports.site.page_tags import Edit, Tag, edited, start_tag, tags_of

HEADER, CONTENTS, CONTENTS_TITLE, MARGIN, CONTENT = (
    "quarto-header",
    "TOC",
    "toc-title",
    "quarto-margin-sidebar",
    "quarto-document-content",
)
# A page of the site, as a link of the navigation names it.
PAGE = re.compile(r"(?:\.\.?/)*(?P<page>[^#?:]+\.html)")
LINE_END = re.compile(r"\n?")
# What a script element says that is run, and not only data.
SCRIPTS = (None, "", "text/javascript", "application/javascript", "module")


def mended(page: str, address: str = "") -> str:
    """The page with every change made; a mended page comes back as it is. ``address`` is from the site's root."""
    tags = tags_of(page)
    own, content = _own_part(tags, address), _content(tags)
    edits = [
        Edit(tag.start, tag.end, start_tag(tag.name, attributes))
        for tag in tags
        if not tag.is_end and (attributes := _mended_attributes(tag, own, tag.start not in content)) != tag.attributes
    ]
    return edited(page, [*edits, *_skip_link(tags), *_headroom(page, tags), *_folded_contents(page, tags)])


def _own_part(tags: list[Tag], address: str) -> str | None:
    """The page of the navigation to whose part of the site this one belongs; Quarto marks only the page itself."""
    return nearest_page(address, [page for tag in tags if (page := _page_of(tag))])


def _page_of(tag: Tag) -> str:
    """The page that a link of the navigation leads to, from the site's root; "" for any other tag."""
    if tag.name != "a" or "nav-link" not in tag.classes:
        return ""
    match = PAGE.fullmatch(tag.attributes.get("href") or "")
    return match["page"] if match else ""


def _content(tags: list[Tag]) -> range:
    """From where to where the content of a page goes, which a renderer only passes on; all of what has no frame."""
    ends = [tag.start for tag in tags if tag.name == "main"]
    return range(min(ends), max(ends)) if ends else range(tags[-1].end if tags else 0)


def _mended_attributes(tag: Tag, own: str | None, is_frame: bool) -> dict[str, str | None]:
    """The attributes as they are to be. ``is_frame``: the tag is none of the content."""
    found, classes = dict(tag.attributes), tag.classes
    match tag.name:
        case "header" if tag.id == HEADER and "fixed-top" in classes:
            # One that stays on the screen lies over the row that a link leads to, and over what has the focus.
            found["class"] = " ".join(["site-header", *(c for c in classes if c not in ("headroom", "fixed-top"))])
        case "body" if "nav-fixed" in classes:
            found["class"] = " ".join(c for c in classes if c != "nav-fixed")
        case "nav" if tag.id == CONTENTS:
            found.setdefault("aria-label", "On this page")
            found["class"] = " ".join(classes if "contents" in classes else ["contents", *classes])
        case "nav" if "navbar" in classes:
            found.setdefault("aria-label", "Site")
        case "div" if tag.id == MARGIN:
            found.setdefault("tabindex", "0")  # it scrolls where the list is longer than the screen
        case "main" if tag.id == CONTENT:
            found.setdefault("tabindex", "-1")
        case "button" if "navbar-toggler" in classes and found.get("role") == "menu":
            del found["role"]
        case "script" if is_frame and "src" not in found and found.get("type") in SCRIPTS:
            found[OF_FRAME] = ""  # `inline` puts it into a file: the policy of the site lets no page hold a script
        case "style" if is_frame:
            found[OF_FRAME] = ""
        case "meta" if is_frame and found.get("name") == "generator":
            # Quarto's script makes a sheet of this name for a header that stays on the screen, if there is none.
            found.setdefault("id", "quarto-target-style")
        case "a" if own and _page_of(tag) == own:
            found.setdefault("aria-current", "page")
    if is_frame:  # what Quarto runs on a click is for the header that stays on the screen
        return {name: value for name, value in found.items() if not name.startswith("on")}
    return found


def _skip_link(tags: list[Tag]) -> Iterator[Edit]:
    """Inside the header: page content outside every landmark is a fault, and Quarto's script makes the link's address
    absolute.
    """
    for n, tag in enumerate(tags):
        if tag.name == "header" and tag.id == HEADER:
            following = tags[n + 1] if n + 1 < len(tags) else None
            if following is None or "skip-link" not in following.classes:
                yield Edit(tag.end, tag.end, fill("site/skip_link.html"))


def _headroom(page: str, tags: list[Tag]) -> Iterator[Edit]:
    """The script that would hide the header and show it again."""
    for n, tag in enumerate(tags):
        if tag.name == "script" and (tag.attributes.get("src") or "").endswith("/headroom.min.js"):
            end = LINE_END.match(page, tags[n + 1].end)
            yield Edit(tag.start, end.end() if end else tags[n + 1].end, Markup())


def _folded_contents(page: str, tags: list[Tag]) -> Iterator[Edit]:
    """The list of contents as the built-in renderer has it: open beside the text on a wide screen, one line that opens
    on a narrow one.
    """
    nav = next((n for n, tag in enumerate(tags) if tag.name == "nav" and tag.id == CONTENTS), None)
    if nav is None:
        return
    end = next((n for n, tag in enumerate(tags) if n > nav and tag.name == "nav" and tag.is_end), nav)
    for n in range(nav + 1, end):
        if tags[n].name == "h2" and tags[n].id == CONTENTS_TITLE:
            words = Markup(page[tags[n].end : tags[n + 1].start])
            rest = Markup(page[tags[n + 1].end : tags[end].start])
            yield Edit(tags[nav].end, tags[end].start, fill("site/folded_contents.html", title=words, list=rest))
