"""A link to another page of the site, as tables and lists of pages have it."""

from markupsafe import Markup

from improvement_reports.domain.templates import fill


def page_link(address: str, words: str, is_made_up: bool = False) -> Markup:
    """A link with these words; behind it, where the page is of an authority that is made up, the word for that."""
    return fill("pages/page_link.html", address=address, words=words, is_made_up=is_made_up)
