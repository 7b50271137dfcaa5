"""Text from people and data, made safe for the place where it is put: one function for each kind of place.

| place | function |
|---|---|
| HTML: text, and attributes in quotation marks | none: `templates.fill` escapes what is no markup |
| Markdown of a page | `markdown_text` |
| titles and descriptions in front matter | `front_matter_text` |
| what a reference of the narrative gives, read as Markdown and as HTML | `anywhere` |
| YAML front matter | `yaml_value` |
| XML: the feed | the serialiser, after `xml_text` |
| CSV and workbook cells | `guarded`, and `workbook_cells.safe_text` around it |
| a message on the terminal | `errors.shown` |
| JSON: data package, crate, manifest, figures | `json.dumps` |
| SVG | Matplotlib's own writer, which reads no mathematics (`charts`) |
"""

import html
import json
import re
import unicodedata

# What means something in Markdown wherever it stands.
MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~^$@:\"'])")
# The same, HTML's own, and what begins a list or becomes a dash, for a place that is read as both.
BOTH = re.compile(r"[\\`*_{}\[\]()#+!|~^$@:\"'<>&]|--+|\.\.+|^[=-]|^\d+(?=[.)])")
# What Quarto takes for one end of a shortcode in a title, however it is escaped: it looks for it when all is read.
OPENING, CLOSING = re.compile(r"\\{\\{&lt;(?: |$)"), re.compile(r"(?:^| )&gt;\\}\\}")
# Line breaks to YAML, and what YAML refuses, although JSON does not write them in another way.
NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
FORMULA = tuple("=+-@\t\r")


def markdown_text(text: str) -> str:
    """Text from data as it may stand in Markdown: nothing in it is markup."""
    return MARKUP.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))


def front_matter_text(text: str) -> str:
    """Text from data as a title or a description: as in Markdown, and no shortcode of Quarto's either, which could show
    what is set on the machine that renders. A space beside its signs is an entity, so that they stand within a word.

    >>> front_matter_text("{{< env HOME >}}")
    '\\\\{\\\\{&lt;&#32;env HOME&#32;&gt;\\\\}\\\\}'
    """
    return CLOSING.sub(r"&#32;&gt;\}\}", OPENING.sub(r"\{\{&lt;&#32;", markdown_text(text)))


def anywhere(text: str) -> str:
    """Text from data that is read as Markdown in one place and as HTML in another: signs as entities, which both know.

    >>> anywhere("*East* <b>")
    '&#42;East&#42; &#60;b&#62;'
    """
    return BOTH.sub(lambda m: "".join(f"&#{ord(c)};" for c in m[0]), " ".join(text.split()))


def sentence_as_html(text: str) -> str:
    """A sentence of a person as it stands in HTML between elements: entities are read first, quotation marks stay.

    >>> sentence_as_html("5 < 6 &amp; “7”")
    '5 &lt; 6 &amp; “7”'
    """
    return html.escape(html.unescape(text), quote=False)


def yaml_value(value: object) -> str:
    """A value for one line of YAML: JSON is YAML, so no text can break out of its line."""
    return NOT_YAML.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))


def xml_text(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula; numbers stay numbers.

    A full-width = counts as one: some spreadsheets read it so.
    """
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
        return text
    first = unicodedata.normalize("NFKC", text[:1])
    return "'" + text if first.startswith(FORMULA) else text
