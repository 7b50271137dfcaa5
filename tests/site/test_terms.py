"""Words of the glossary: linked once, where they first stand as running text, and nowhere else; no word of a page
changes.
"""

import html
import re

import lxml.html
import nbformat
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from improvement_reports.domain.markup import fenced
from improvement_reports.pages.frame import Frame
from improvement_reports.pages.glossary import (
    EVERYDAY,
    EVERYDAY_FAMILIES,
    GLOSSARY,
    PROPER,
    SYNONYMS,
    Terms,
    link_terms,
    load_terms,
    names_of,
    plural,
    terms_of,
    with_terms,
)
from improvement_reports.pages.report import lay_page, page_notebook
from improvement_reports.runs.draft import draft_facts, lay_report
from improvement_reports.workspace.pandoc import run_pandoc

LINK = re.compile(r'<a class="term" href="/about/glossary\.qmd#([\w-]+)">([^<]*)</a>')
TERMS = Terms(
    {
        "Ofsted": "ofsted",
        "child protection plan": "child-protection-plan",
        "repeat child protection plan": "repeat",
        "plan": "plan",
        "Care leaver": "care-leaver",
        "Care leavers": "care-leaver",
        "Re-referral": "re-referral",
        "Referral": "referral",
        "MASH": "mash",
        "Section 47": "section-47",
        "Section 47 enquiry": "section-47-enquiry",
        "Children's home": "childrens-home",
        "Essentials": "essentials",
    }
)


def linked(text: str, terms: Terms = TERMS) -> str:
    return link_terms([text], terms)[0]


def ids(text: str) -> list[str]:
    return [m[1] for m in LINK.finditer(linked(text))]


def test_only_the_first_appearance_is_linked():
    found = linked("Ofsted came. Ofsted left, and OFSTED wrote.")
    assert found == f'<a class="term" href="{GLOSSARY}#ofsted">Ofsted</a> came. Ofsted left, and OFSTED wrote.'


def test_the_first_appearance_counts_over_all_texts_of_a_page():
    assert [len(LINK.findall(t)) for t in link_terms(["none", "Ofsted", "Ofsted, care leavers"], TERMS)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a repeat child protection plan", ["repeat"]),
        (
            "a repeat child protection plan, then a child protection plan, then a plan",
            ["repeat", "child-protection-plan", "plan"],
        ),
        # The second appearance of a long name is not a first appearance of the name inside it.
        ("a child protection plan and a child protection plan", ["child-protection-plan"]),
        ("Re-referrals", []),
        ("re-referral", ["re-referral"]),
        ("Re\\-referral", ["re-referral"]),
        ("ofsted's letter", ["ofsted"]),
        ("Ofsted’s letter", ["ofsted"]),
        ("Ofstedian, unofsted, Ofsted_x, Ofsted-rated, pre-Ofsted, ofsted.gov.uk, me@ofsted", []),
        ("(Ofsted)", ["ofsted"]),
        ("**Ofsted** and *care leaver*", ["ofsted", "care-leaver"]),
        ("Mash the potatoes, mash", []),
        ("the MASH", ["mash"]),
        ("the essentials of it", []),
        ("Essentials 2.0", ["essentials"]),
        ("a child protection\nplan", ["child-protection-plan"]),
        ("a child\n\nprotection plan", ["plan"]),
        ("a child protection <em>plan</em>", ["plan"]),
        ("a children&#x27;s home", ["childrens-home"]),
        ("a children’s home", ["childrens-home"]),
        ("a children\\'s home", ["childrens-home"]),
        ("section 47", ["section-47"]),
        ("a section 47 enquiry under section 47", ["section-47-enquiry", "section-47"]),
        ("section 470", []),
        ("5 &lt; Ofsted &amp; care leavers", ["ofsted", "care-leaver"]),
    ],
)
def test_whole_words_longest_first(text, expected):
    assert ids(text) == expected
    assert ids(fenced(f"<p>{text}</p>")) == expected or "\\" in text or "*" in text


CLOSED_IN_BOTH = [
    '<a class="n" data-figure="x" href="figures.html#x">Ofsted</a>',
    '<a href="x"><span>Ofsted</span> and Ofsted</a>',
    '<a\nhref="x"\n>Ofsted</a>',
    '<A HREF="x">Ofsted</A>',
    "<h3>Ofsted</h3>",
    "<H2 id='x'>Ofsted</H2>",
    "<code>Ofsted</code>",
    "<pre>Ofsted\n\nOfsted</pre>",
    '<table><tr><th scope="col">Ofsted</th></tr></table>',
    "<table><caption>Ofsted</caption></table>",
    "<details><summary>Ofsted</summary></details>",
    "<svg><text>Ofsted</text><title>Ofsted</title></svg>",
    "<figure><figcaption>Ofsted</figcaption><p>Ofsted</p></figure>",
    '<img alt="Ofsted, a > b" src="x">',
    "<img alt='Ofsted > \"Ofsted\"' src='x'>",
    '<td data-label="Ofsted > Ofsted">5</td>',
    '<span class="state state-x"><span aria-hidden="true">x</span> Ofsted</span>',
    "<!-- Ofsted --> <!-- > Ofsted -->",
    "<script>Ofsted</script>",
    "<style>Ofsted</style>",
    "<cite>Ofsted</cite>",
    "<dt>Ofsted</dt>",
    "<label>Ofsted</label>",
    "https://www.gov.uk/ofsted/Ofsted",
    "{{ Ofsted }}",
    '{{ value("Ofsted") }}',
    "{{< include /Ofsted.md >}}",
]


@pytest.mark.parametrize("text", CLOSED_IN_BOTH)
def test_left_alone_in_html_and_in_markdown(text):
    """And the word is still linked where it stands next: nothing that was skipped counts as its first appearance."""
    for source in (f"\n\n{text} care leaver\n\n", fenced(f"<p>x {text} care leaver</p>")):
        assert ids(source) == ["care-leaver"], source
        assert ids(source + "\n\nOfsted") == ["care-leaver", "ofsted"], source


@pytest.mark.parametrize(
    "text",
    [
        "[Ofsted](https://x.uk)",
        "[see **Ofsted** [here]](x)",
        "[Ofsted]{#ofsted .x}",
        "![Ofsted](x.png)",
        "[x](https://x.uk/ofsted-Ofsted)",
        '[x](y "Ofsted")',
        "[Ofsted][1]",
        "[1]: https://x.uk Ofsted",
        "<https://x.uk/Ofsted>",
        "`Ofsted`",
        "``a ` Ofsted``",
        "# Ofsted",
        "### About Ofsted {#x}",
        "About Ofsted\n===",
        "Ofsted\n---",
        "{{ 'x' + Ofsted }}",
        "{% if Ofsted %}",
        "{# Ofsted #}",
        "```\nOfsted\n```",
        "~~~ {.Ofsted}\nOfsted\n~~~",
        "````\n```\nOfsted\n````",
        "    Ofsted = 1",
        "::: {.Ofsted}\n:::",
        "[a <a href='x'>b](c) Ofsted</a>",
    ],
)
def test_left_alone_in_markdown(text):
    assert ids(f"x\n\n{text}\n\ncare leaver") == ["care-leaver"]
    assert ids(f"x\n\n{text}\n\ncare leaver, Ofsted") == ["care-leaver", "ofsted"]


@pytest.mark.parametrize(
    "text",
    [
        "a \\`Ofsted\\` b",
        "a ` Ofsted",
        "5 < Ofsted > 3",
        "a [ Ofsted",
        "\\[Ofsted\\]",
        "- Ofsted",
        "> Ofsted",
        "&Ofsted",
    ],
)
def test_what_only_looks_like_markup(text):
    assert ids(text) == ([] if text.startswith("&") else ["ofsted"])


def test_a_backtick_in_html_is_no_code():
    """Read as Markdown, the two backticks would hide the link that opens between them, and Ofsted would be a link in
    it.
    """
    assert ids(fenced('<p>`</p><a href="x">` Ofsted</a><p>care leaver</p>')) == ["care-leaver"]


def test_folded_text_is_linked_only_if_nothing_open_is():
    folded = "<details><summary>More</summary><p>Ofsted and care leavers</p></details>"
    first, second = link_terms([fenced(folded), "Ofsted"], TERMS)
    assert LINK.findall(first) == [("care-leaver", "care leavers")] and LINK.findall(second) == [("ofsted", "Ofsted")]


def test_an_element_left_open_ends_with_its_text():
    assert [LINK.findall(t) != [] for t in link_terms(["<a href='x'>Ofsted", "Ofsted"], TERMS)] == [False, True]


def test_a_second_call_finds_nothing_to_do():
    once = link_terms(["Ofsted", fenced("<p>A care leaver</p>")], TERMS)
    assert [LINK.findall(t) for t in link_terms(once, TERMS)] == [LINK.findall(t) for t in once]


def test_no_glossary_no_links(project):
    (project.root / "about/glossary.qmd").unlink()
    assert link_terms(["Ofsted"], load_terms(project)) == ["Ofsted"]


# The glossary


def test_every_id_that_is_listed_is_in_the_glossary():
    text = (ROOT / "about/glossary.qmd").read_text(encoding="utf-8")
    known = set(re.findall(r"\]\{#([\w-]+)\}", text))
    assert not ({*SYNONYMS, *EVERYDAY, *PROPER} - known)
    assert all(any(i.startswith(family) for i in known) for family in EVERYDAY_FAMILIES)


def test_the_words_of_the_real_glossary():
    ids_ = load_terms(type("P", (), {"root": ROOT})).ids
    assert {ids_[n] for n in ("MASH", "multi-agency safeguarding hub", "PEPs")} == {"mash", "pep"}
    assert ids_["casework supervision"] == "casework-supervision" and ids_["children in care"] == "child-in-care"
    assert not {"Target", "Days", "Report", "Improving", "Meeting", "Gap"} & set(ids_)


def test_a_headword_goes_before_a_bracket():
    terms = terms_of("[**Suppressed (small number)**]{#a}\n: x\n\n[**Small number**]{#b}\n: y\n")
    assert terms.id_of("small numbers") == "b" and terms.id_of("Suppressed") == "a"


def test_a_name_that_is_an_everyday_word_too_stays_one():
    assert (
        "Meeting" not in terms_of("[**Meeting**]{#meeting}\n: x\n\n[**Board (meeting)**]{#board}\n: y\n").ids.values()
    )
    assert {
        n.lower() for n in terms_of("[**Meeting**]{#meeting}\n: x\n\n[**Board (meeting)**]{#board}\n: y\n").ids
    } == {"board", "boards", "meetings"}


def test_names_and_plurals():
    assert names_of("Supervision, casework") == ["casework supervision"]
    assert names_of("MASH (multi-agency safeguarding hub)") == ["MASH", "multi-agency safeguarding hub"]
    assert names_of("Compromised ▲") == ["Compromised"]
    assert [plural(w) for w in ("locality", "survey", "hash", "plan")] == ["localities", "surveys", "hashes", "plans"]


# A page


def _words(page) -> str:
    """The words of a rendered page: what a reader meets, without markup."""
    text = "\n\n".join(
        c.source if c.cell_type == "markdown" else "".join(o.data["text/markdown"] for o in c.get("outputs", []))
        for c in page.cells
        if c.cell_type != "raw"
    )
    return " ".join(lxml.html.fromstring(f"<div>{run_pandoc(text, ['--to', 'html5'])}</div>").text_content().split())


def test_the_words_and_the_numbers_of_a_page_stay(board):
    before = page_notebook(board.notebook, {"title": "T"})
    kept = nbformat.writes(before)
    after = with_terms(before, load_terms(board.project))
    assert nbformat.writes(before) == kept
    assert _words(after) == _words(before)
    texts = [html.unescape(nbformat.writes(p).replace('\\"', '"')) for p in (before, after)]
    number = re.compile(r'<a class="n[^>]*>.*?</a>')
    assert number.findall(texts[0]) == number.findall(texts[1]) != []
    found = LINK.findall(texts[1])
    assert len(found) == len({i for i, _ in found}) > 3
    assert LINK.sub(r"\2", texts[1]) == texts[0]


def test_cells_of_every_kind():
    outputs = [new_output("display_data", data={"text/markdown": "Ofsted"})]
    cells = [new_raw_cell("Ofsted"), new_markdown_cell("Care leavers"), new_code_cell("Ofsted = 1", outputs=outputs)]
    raw, markdown, code = with_terms(new_notebook(cells=cells), TERMS).cells
    assert raw.source == "Ofsted" and code.source == "Ofsted = 1"
    assert LINK.search(markdown.source) and LINK.search(code.outputs[0].data["text/markdown"])


def test_a_laid_report_has_its_words_linked(board, tmp_path):
    draft = lay_report(board.project, "exampleshire", "2024-03", "board")
    lay_page(tmp_path, draft, draft_facts(draft), load_terms(board.project), Frame())
    page = nbformat.read(tmp_path / "index.ipynb", as_version=4)
    found = LINK.findall(nbformat.writes(page).replace('\\"', '"'))
    assert ("improvement-board", "Improvement Board") in found
    assert len(found) == len({i for i, _ in found})
