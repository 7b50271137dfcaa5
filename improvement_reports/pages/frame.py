"""What every page of a report has around it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """What stands around the content of a page and depends on what else is published.

    ``top`` and ``bottom``: Markdown with fenced HTML. ``prefix``: from the page to the folder of the files beside it.
    ``reference``: what the commands of an auditor call the report.
    """

    top: str = ""
    bottom: str = ""
    prefix: str = ""
    head: str = ""
    reference: str = ""
