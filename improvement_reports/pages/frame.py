"""What every page of a report has around it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """What stands around the content of a page and depends on what else is published.

    ``top`` and ``bottom``: Markdown with fenced HTML. ``prefix``: from the page to the folder of the files beside it.
    ``head``: what the heads of the page and of those
    behind its numbers say; ``beside``: what that of the page alone says, of its day and the reports beside it, an element each. ``is_past``: what the report names as ahead is over. ``page``: from the files beside it to the report's page. ``has_archive``: they are in an archive as well, which
    alone holds the notebook, and of an edition that ``is_replaced`` what programs load. ``reference``: what the commands of an auditor call it.
    ``takes``: readers may take charts and tables along.
    """

    top: str = ""
    bottom: str = ""
    prefix: str = ""
    head: str = ""
    beside: tuple[str, ...] = ()
    reference: str = ""
    page: str = "index.html"
    has_archive: bool = False
    is_replaced: bool = False
    is_past: bool = False
    takes: bool = False
