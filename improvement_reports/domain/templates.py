"""HTML from templates: every value is text and is escaped, unless it is markup that a template made before.

The templates stand in one folder, ``improvement_reports/templates``, one file for each thing that a page shows.
"""

import html
from functools import cache, lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from improvement_reports import HOME

FOLDER = HOME / "templates"


def as_markup(value: object) -> Markup:
    """A value as it may stand in HTML, in an element or in an attribute in quotation marks.

    Markup stays as it is; text and numbers are escaped by the standard library, which writes the signs that pages have
    always had. ``None`` is a fault of the caller: an empty text says that nothing is meant.

    >>> as_markup("5 < 6")
    Markup('5 &lt; 6')
    """
    if isinstance(value, Markup):
        return value
    if value is None:
        raise TypeError("a template was given None where a page shows text")
    return _escaped(str(value))


@lru_cache(maxsize=1 << 12)  # a page shows the same names and words again and again
def _escaped(text: str) -> Markup:
    return Markup(html.escape(text))


@cache
def environment() -> Environment:
    """The one environment of all templates: escaping always on, a value that is missing is an error."""
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=as_markup,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def fill(template: str, **values: object) -> Markup:
    """The template of this name with these values, as markup that other templates take as it is."""
    return Markup(environment().get_template(template).render(**values))


def compile_all(besides: tuple[str, ...] = ()) -> None:
    """Compile every template but those whose names begin so, for a process that is forked again and again."""
    for name in environment().list_templates(extensions=["html"]):
        if not name.startswith(besides):
            environment().get_template(name)
