"""Templates: what is text is escaped, what a template made is not escaped twice, what is missing is an error."""

import re

import jinja2
import pytest
from markupsafe import Markup

from improvement_reports.domain.templates import FOLDER, as_markup, environment

HOSTILE = "\"><script>alert('x')</script>&"


def made(source: str, **values: object) -> str:
    return environment().from_string(source).render(**values)


@pytest.mark.parametrize(
    "source", ["<p>{{ x }}</p>", '<p title="{{ x }}"></p>', "{% for i in [x] %}{{ i }}{% endfor %}"]
)
def test_text_is_escaped_wherever_it_stands(source):
    assert "&quot;&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;" in made(source, x=HOSTILE)


def test_markup_is_taken_as_it_is():
    assert made("{{ x }}", x=Markup("<b>5</b>")) == "<b>5</b>"
    assert made("{% set part %}<i>{{ x }}</i>{% endset %}{{ part }}", x="<") == "<i>&lt;</i>"


def test_numbers_are_text():
    assert as_markup(5) == "5"


def test_a_missing_value_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        made("{{ nothing }}")
    with pytest.raises(TypeError, match="None"):
        made("{{ x }}", x=None)


def test_no_template_turns_escaping_off():
    off = re.compile(r"\|\s*safe\b|autoescape|Markup")
    assert [p.name for p in FOLDER.rglob("*") if p.is_file() and off.search(p.read_text(encoding="utf-8"))] == []


def test_every_template_compiles():
    for path in FOLDER.rglob("*.html"):
        environment().get_template(path.relative_to(FOLDER).as_posix())
