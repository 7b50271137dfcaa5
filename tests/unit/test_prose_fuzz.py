"""Random prose out of what Markdown is made of: what the check lets through becomes plain elements, and shows no
number.

Seeded; FUZZ=20000 in the environment tries as many texts once.
"""

import os
import random

import lxml.html

from improvement_reports.workspace.pandoc import PAGE_MARKDOWN, run_pandoc
from improvement_reports.workspace.prose.check import markup_faults
from improvement_reports.workspace.prose.texts import Prose

TOKENS = [
    "word",
    "Words of prose",
    "a",
    "it's",
    "“q”",
    '"',
    "'",
    "(",
    ")",
    "[",
    "]",
    "](",
    "](https://example.org)",
    "](/index.html)",
    "](#x)",
    "](javascript:x)",
    "]: ",
    "]{.x}",
    "![",
    "[^",
    "^[",
    "<",
    ">",
    "</",
    "<b>",
    "<!--",
    "-->",
    "&",
    "&lt;",
    "&half;",
    "&#49;",
    "&#x5b;",
    "&nbsp;",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "^",
    "`",
    "```",
    "$",
    "$$",
    "\\",
    "|",
    "| ",
    "@x",
    ":",
    ": ",
    "::",
    ":::",
    "::: x",
    "#",
    "# ",
    "=",
    "===",
    "---",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "(a) ",
    "a. ",
    "i. ",
    "#. ",
    "> ",
    ">",
    "    ",
    "\t",
    "  ",
    " ",
    " ",
    " ",
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "  \n",
    "4",
    "½",
    "²",
    "Ⅳ",
    "🔟",
    '{{ value("x") }}',
    '{{ value("x") }}',
    "{",
    "}",
    "{{",
    "}}",
    "{%",
    "%",
    "—",
    "–",
    "...",
    "--",
    "☐",
    "[ ] ",
    "\u200b",
    "\u202e",
    "\u00ad",
    "https://example.org",
    "<https://example.org>",
    "e.g.",
    "No.",
    "Table: ",
    "---\na: b\n---\n",
    "[x]: javascript:x",
    "*[x]: y",
    "\\newcommand{\\x}{y}",
    "(@x) ",
]
LIKELY = [
    "word",
    "Words of prose",
    "it's",
    " ",
    " ",
    "\n",
    "\n\n",
    "*",
    "**",
    "- ",
    "> ",
    "(",
    ")",
    "“",
    "”",
    '{{ value("x") }}',
    "[",
    "](https://example.org)",
]
MADE = {
    "div": set(),
    "p": set(),
    "em": set(),
    "strong": set(),
    "ul": set(),
    "li": set(),
    "blockquote": set(),
    "ol": {"type"},
    "br": set(),
    "a": {"href", "class"},
    "hr": set(),
}
NUMBER = '<a class="n" href="#x">N</a>'


def prose_of(chance: random.Random) -> str:
    tokens = LIKELY if chance.random() < 0.6 else TOKENS
    return "".join(chance.choice(tokens if chance.random() < 0.9 else TOKENS) for _ in range(chance.randrange(1, 25)))


def test_what_is_let_through_makes_plain_elements_and_no_number():
    chance, tried, passed = random.Random(8), int(os.environ.get("FUZZ", "600")), 0
    for start in range(0, tried, 50):
        texts = [prose_of(chance) for _ in range(min(50, tried - start))]
        names = [Prose(f"{n}.md", text) for n, text in enumerate(texts)]
        wrong = {f.where.split(",")[0] for f in markup_faults(names, [])}
        sound = [p.text for p in names if p.where not in wrong]
        passed += len(sound)
        filled = [t.strip().replace('{{ value("x") }}', NUMBER) for t in sound]
        page = run_pandoc(
            "\n\n".join(f"{t}\n\n```{{=html}}\n<hr>\n```" for t in filled),
            ["--from", PAGE_MARKDOWN, "--to", "html5", "--wrap", "none"],
        )
        for part, text in zip(page.split("<hr />" if "<hr />" in page else "<hr>"), sound, strict=False):
            tree = lxml.html.fromstring(f"<div>{part}</div>")
            assert all(set(e.attrib) <= MADE[e.tag] for e in tree.iter()), (text, part)
            assert all(e.get("href") in ("https://example.org", "/index.html", "#x") for e in tree.iter("a")), (
                text,
                part,
            )
            assert not any(c.isnumeric() for c in tree.text_content()), (text, part)
        assert page.count("<hr") == len(sound)
    assert passed > tried / 20
    print(f"{tried} texts, {passed} let through")
