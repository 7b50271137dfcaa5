"""Words of the glossary: linked once, where they first stand as running text, and nowhere else; nothing else of a page
changes.
"""

import re

import pytest
from conftest import ROOT

from improvement_reports.pages.glossary import (
    EVERYDAY,
    EVERYDAY_FAMILIES,
    PROPER,
    SYNONYMS,
    Terms,
    load_terms,
    names_of,
    plural,
    terms_of,
)
from improvement_reports.site.glossary_links import with_glossary_links
from improvement_reports.workspace.places import Project

ADDRESS = "reports/avon/2024-03/board/index.html"
LINK = re.compile(r'<a class="term" href="\.\./\.\./\.\./\.\./about/glossary\.html#([\w-]+)">([^<]*)</a>')
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


def page_of(text: str) -> str:
    """A page with this as its content, and the same words where none is linked: around it, and in its description."""
    frame = "<header><a href='x'>Ofsted</a> Ofsted</header>"
    lead = '<h1>Ofsted</h1><p class="lead">Ofsted and care leavers</p>'
    return (
        f"<!DOCTYPE html>\n<html lang=en><head><title>Ofsted</title></head><body class='Ofsted'>\n{frame}<nav>Ofsted</nav>"
        f'<main id="main">{lead}\n{text}\n</main><footer>Ofsted, care leavers</footer></body></html>\n'
    )


def linked(text: str, address: str = ADDRESS) -> str:
    """The content with its links; whatever is not a link is as it was."""
    page = page_of(text)
    found = with_glossary_links(page, address, TERMS)
    assert LINK.sub(r"\2", found) == page
    return found[found.index("leavers</p>\n") + 12 : found.index("\n</main>")]


def ids(text: str) -> list[str]:
    return [m[1] for m in LINK.finditer(linked(text))]


def test_only_the_first_appearance_is_linked():
    link = '<a class="term" href="../../../../about/glossary.html#ofsted">Ofsted</a>'
    assert linked("<p>Ofsted came.</p><p>Ofsted left, and OFSTED wrote.</p>") == (
        f"<p>{link} came.</p><p>Ofsted left, and OFSTED wrote.</p>"
    )


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
        ("ofsted's letter", ["ofsted"]),
        ("Ofsted’s letter", ["ofsted"]),
        ("Ofstedian, unofsted, Ofsted_x, Ofsted-rated, pre-Ofsted, ofsted.gov.uk, me@ofsted", []),
        ("(Ofsted)", ["ofsted"]),
        ("<strong>Ofsted</strong> and <em>care leaver</em>", ["ofsted", "care-leaver"]),
        ("Mash the potatoes, mash", []),
        ("the MASH", ["mash"]),
        ("the essentials of it", []),
        ("Essentials 2.0", ["essentials"]),
        ("a child protection\nplan", ["child-protection-plan"]),
        ("a child</p><p>protection plan", ["plan"]),
        ("a child&nbsp;protection\u00a0plan", ["child-protection-plan"]),
        ("a child  protection \n plan", ["child-protection-plan"]),
        ("a child protection <em>plan</em>", ["plan"]),
        ("a children&#x27;s home", ["childrens-home"]),
        ("a children’s home", ["childrens-home"]),
        ("section 47", ["section-47"]),
        ("a section 47 enquiry under section 47", ["section-47-enquiry", "section-47"]),
        ("section 470", []),
        ("5 &lt; Ofsted &amp; care leavers", ["ofsted", "care-leaver"]),
    ],
)
def test_whole_words_longest_first(text, expected):
    assert ids(f"<p>{text}</p>") == expected


CLOSED = [
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
    "<p>see www.ofsted.uk/Ofsted, http://Ofsted.uk</p>",
    "<!-- <p>Ofsted</p> -->",
    "<dl><dt><span>Ofsted</span></dt></dl>",
    "<header><div>Ofsted</div></header>",
    '<p class="lead">Ofsted</p>',
    "<textarea>Ofsted</textarea>",
    "<img alt=Ofsted>",
    "<p Ofsted='1' title=\"Ofsted\"></p>",
    "<noscript>Ofsted</noscript>",
    "<template><p>Ofsted</p></template>",
    "<Ofsted>x</Ofsted>",
]


@pytest.mark.parametrize("text", CLOSED)
def test_left_alone(text):
    """And the word is still linked where it stands next: nothing that was skipped counts as its first appearance."""
    assert ids(f"<div>x {text} care leaver</div>") == ["care-leaver"]
    assert ids(f"<div>x {text} care leaver</div>\n\n<p>Ofsted</p>") == ["care-leaver", "ofsted"]


@pytest.mark.parametrize(
    "text",
    [
        "<p>5 &lt; Ofsted &gt; 3</p>",
        "<p>a ` Ofsted ` [Ofsted](x)</p>",
        "<ul><li>Ofsted</li></ul>",
        "<table><tr><td data-label='x'><span class='cell'>Ofsted</span></td></tr></table>",
        "<p title='a > b'>Ofsted",
        "<p><em>x</em> Ofsted</p>",
        "<section id=a><h2>x</h2>Ofsted</section>",
        "<a href=x>x</a>Ofsted",
        "<!-- -->Ofsted",
        "<p>glossaryword0; Ofsted</p>",
    ],
)
def test_running_text_wherever_it_stands(text):
    assert ids(text) == ["ofsted"]


def test_a_class_that_is_a_word_of_the_glossary_still_closes():
    terms = Terms({"state": "state", "Ofsted": "ofsted"})
    page = page_of('<p><span class="state state-x">Ofsted</span> Ofsted state</p>')
    found = with_glossary_links(page, ADDRESS, terms)
    assert found.index("state-x") < found.index("</span>") < found.index('"term"')
    assert [m[1] for m in LINK.finditer(found)] == ["ofsted", "state"]


def test_folded_text_is_linked_only_if_nothing_open_is():
    found = linked("<details><summary>x</summary><p><b>x</b> Ofsted and care leavers</p></details> <p>Ofsted</p>")
    assert found.index("care-leaver") < found.index("</details>") < found.index("#ofsted")


def test_a_second_call_finds_nothing_to_do():
    page = page_of("<p>Ofsted, Ofsted</p><details><p>A care leaver, Ofsted</p></details>")
    once = with_glossary_links(page, ADDRESS, TERMS)
    assert page != once == with_glossary_links(once, ADDRESS, TERMS)


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("reports/avon/2024-03/board/v2/index.html", "../../../../../"),
        ("reports/avon/2024-03/board/v2/figures.html", None),
        ("reports/avon/2024-03/board/since.html", None),
        ("reports/avon/log/index.html", None),
        ("reports/avon/index.html", None),
        ("reports/programmes/index.html", None),
        ("about/glossary.html", None),
        ("index.html", None),
    ],
)
def test_which_pages_have_links(address, root):
    found = with_glossary_links(page_of("<p>Ofsted</p>"), address, TERMS)
    assert re.findall(r'href="(.*)about/glossary', found) == ([root] if root else [])


def test_on_the_home_page_only_the_newest_reports_have_links():
    page = page_of('<p>Ofsted</p><ul class="report-list">\n<li>Ofsted <h3>care leaver</h3></li></ul>Care leavers')
    link = '<a class="term" href="about/glossary.html#ofsted">Ofsted</a>'
    assert with_glossary_links(page, "index.html", TERMS) == page.replace("<li>Ofsted", f"<li>{link}")


def test_a_page_of_very_deep_elements_is_read_to_its_end():
    assert ids("<div>" * 2_000 + "x" + "</div>" * 2_000 + "<p>Ofsted</p>") == ["ofsted"]


# The glossary


@pytest.mark.parametrize("change", ["no glossary", "not rendered"])
def test_no_glossary_no_links(project, change):
    if change == "no glossary":
        (project.root / "about/glossary.qmd").unlink()
    else:
        path = project.root / "_quarto.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("- about/*.qmd", "- about/m*.qmd"), encoding="utf-8")
    assert load_terms(project) == Terms()
    assert with_glossary_links(page_of("Ofsted"), ADDRESS, load_terms(project)) == page_of("Ofsted")


def test_every_id_that_is_listed_is_in_the_glossary():
    text = (ROOT / "about/glossary.qmd").read_text(encoding="utf-8")
    known = set(re.findall(r"\]\{#([\w-]+)\}", text))
    assert not ({*SYNONYMS, *EVERYDAY, *PROPER} - known)
    assert all(any(i.startswith(family) for i in known) for family in EVERYDAY_FAMILIES)


def test_the_words_of_the_real_glossary():
    ids_ = load_terms(Project(ROOT)).ids
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


def test_words_of_the_risk_register_are_found_in_no_ordinary_sentence():
    """New, same, closed, up and down lead nowhere: they are words of every page."""
    terms = terms_of((ROOT / "about/glossary.qmd").read_text(encoding="utf-8"))
    sentence = "<p>New teams work in the same way. Closed cases went down, and up again. The risk of a risk.</p>"
    assert [m[0] for m in terms.pattern.finditer(sentence) if m["name"] and "risk-" in terms.id_of(m[0])] == []
