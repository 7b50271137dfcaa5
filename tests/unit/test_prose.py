"""What prose may hold is decided on Pandoc's tree: what a reader would see, whatever was written."""

import os

import pytest
import yaml
from conftest import ROOT

from improvement_reports.site.pandoc import Renderer
from improvement_reports.workspace import pandoc
from improvement_reports.workspace.prose import trees
from improvement_reports.workspace.prose.check import markup_faults
from improvement_reports.workspace.prose.texts import Prose


def faults(text: str, **options) -> list[str]:
    return [str(f) for f in markup_faults([Prose("a.md", text, **options)], ["section 47"])]


@pytest.mark.parametrize(
    "text",
    [
        "(a) one\n(b) two",
        "> A quotation.\n>\n> - with a list",
        "- a\n\n  more\n  - b",
        "“Quoted” -- and 'quoted'... here",
        "Section\n47 enquiries",
        "[Plan](https://example.org/2024/plan-2)",
        "a well-known three-line text",
        "£ and %, “&amp;” & more",
        "Ynys Môn, naïve",
        "word\n– a thought between dashes –\nword",
        '*{{ value("a") }}* and **{{ value("b") }}**',
        "x\u00a0y",
    ],
)
def test_prose_passes(text):
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("> [x]: javascript:alert()", "square brackets"),
        ("- [x]: javascript:alert()", "square brackets"),
        ("> > [x]: /a\n\n[x]", "square brackets"),
        ("*[HTML]: x", "square brackets"),
        ("[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]", "square brackets within"),
        ("[sic]", "square brackets"),
        ("[x](&#106;avascript:alert)", "an image or a link"),
        ("[x](/a&bsol;b)", "an image or a link"),
        ("[x](https://a&commat;b.org)", "an image or a link"),
        ('[x](https://example.org "title")', "attributes or a title"),
        ("[](https://example.org)", "without words"),
        ('[{{ value("a") }}](https://example.org)', "within a link"),
        ("> # x", "heading"),
        ("- # x", "heading"),
        ("- x\n  ---", "heading"),
        ("> x\n> ===", "heading"),
        (">\n> ***", "heading"),
        ("> ::: x", "heading"),
        ("a   b\n--- ---\nc   d", "table"),
        ("> a   b\n> --- ---\n> c   d", "table"),
        ("word\n\n: meaning", "colon"),
        (": meaning", "colon"),
        ("x:\n\n    code", "four spaces"),
        ("- x\n\n        code", "four spaces"),
        ("&lt;script&gt;", "HTML"),
        ("> <b>x</b>", "HTML"),
        ("- <!-- x -->", "HTML"),
        ("&#123;&#123;&lt; include x &gt;&#125;&#125;", "brace"),
        ("a &dollar;x&dollar;", "holds one of"),
        ("x\n\n---\na: b\n---\n\ny", "settings"),
        ("- [ ] task", "U+2610"),
        ("i. x\nii. y", "numbered list"),
        ("&half; of", "bare number"),
        ("&#49;", "bare number"),
        ("\uff14", "bare number"),
        ("Ⅷ", "bare number"),
        ("m&sup2;", "bare number"),
        ("①", "bare number"),
        ("🄁", "bare number"),
        ("\U0001d7d9", "bare number"),
        ("🔟", "U+1F51F"),
        ("💯", "U+1F4AF"),
        ("5\ufe0f\u20e3", "bare number"),
        ("> 41", "bare number"),
        ("- 41", "bare number"),
        ("*41*", "bare number"),
        ("[41](https://example.org)", "bare number"),
        ("1. a\n2. b", "bare number"),
        ("> 3) a", "bare number"),
        ('four{{ value("a") }}1', "bare number"),
        ("a&#8203;b", "control characters (U+200B)"),
        ("a\u00adb", "control characters (U+00AD)"),
        ("a&#x202e;b", "control characters (U+202E)"),
        ("a\ud800b", "control characters"),
        ("three things:\n- a\n- b", "leave an empty line"),
        ("> three:\n> * a", "leave an empty line"),
        ("three:\n+ a", "leave an empty line"),
        ("three:\n• a", "leave an empty line"),
        ("• a\n• b", "write a list with hyphens"),
        ("> " * 12 + "x", "more than 6 deep"),
        ("word " * 20_000, "at most 50,000"),
    ],
)
def test_what_a_reader_would_see(text, problem):
    assert any(problem in f for f in faults(text)), faults(text)


@pytest.mark.parametrize(
    "text", ["One *strong* sentence.", "- a", "a\n\nb", "[x](https://example.org)", "> x", "a  \nb"]
)
def test_a_sentence_of_the_parameters_is_plain_text(text):
    assert "write one sentence" in faults(text, is_sentence=True)[0]
    assert faults(text) == []


def test_a_fault_has_its_line_however_it_is_written():
    text = 'Words, words.\n\nMore words of\n&half; a\n\n- a\n- {{ value("a") }} x² here\n'
    assert [f.split(":")[0] for f in faults(text)] == ["a.md, line 4", "a.md, line 7"]


def test_all_sections_cost_one_call_and_do_not_run_into_each_other(monkeypatch):
    calls = []
    tree_of = trees.tree_of
    monkeypatch.setattr(trees, "tree_of", lambda *a: calls.append(a) or tree_of(*a))
    texts = [Prose(f"{n}.md", f"Section {'abcdefgh'[n]}.\n\n- with\n- a list") for n in range(8)]
    assert markup_faults(texts, []) == [] and len(calls) == 1
    hostile = [*texts[:4], Prose("x.md", "> ::: x\n> y"), Prose("y.md", "&half;"), *texts[4:]]
    assert [f.where for f in markup_faults(hostile, [])] == ["x.md, line 2", "y.md, line 1"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["'a \"b " * 60, ">" * 40_000 + "x", "*a _b **c __d " * 3000, "[x](https://a " * 3000, "\"a 'b *c _d " * 200],
)
def test_no_text_keeps_pandoc_busy(monkeypatch, text):
    """For longer than the limits, of which those that hold are waited for by nobody here."""
    assert trees.TREE_LIMIT + sum(trees.ALONE_LIMITS) < 10
    monkeypatch.setattr(trees, "TREE_LIMIT", 0.5)
    monkeypatch.setattr(trees, "ALONE_LIMITS", (0.5, 0.2))
    start = sum(os.times()[:4])
    markup_faults([Prose("a.md", text), Prose("b.md", "Words."), Prose("c.md", text + "x")], [])
    assert sum(os.times()[:4]) - start < 8  # of this process and those that it waited for


def test_a_pandoc_on_the_path_is_known_by_its_name_alone(monkeypatch):
    """What is called need not be where it is called from: only its place and size say which one made a page."""
    from improvement_reports.site import pandoc as renderer

    monkeypatch.setattr(renderer, "pandoc_path", lambda: "pandoc")
    assert renderer.programs.__wrapped__()


def test_a_page_that_keeps_pandoc_busy_is_named(monkeypatch, tmp_path, project):
    monkeypatch.setattr(pandoc, "PAGE_LIMIT", 0.5)
    page = project.root / "about" / "slow.qmd"
    page.write_text("---\ntitle: Slow\n---\n\n" + "[x](https://a \"q 'r " * 60, encoding="utf-8")
    with pytest.raises(pandoc.TooSlow, match=r"about/slow\.qmd: Pandoc was stopped after 0\.5 seconds"):
        Renderer(project, tmp_path / "out").made(page, "x")


def test_pages_are_read_as_their_prose_was_checked():
    config = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    assert config["format"]["html"]["from"] == pandoc.PAGE_MARKDOWN


@pytest.mark.parametrize(
    "character", ["\u034f", "\u115f", "\u3164", "\ufe0f", "\ufffd", "\U000e0101", "\u200b", "\u00ad", "\ufffc"]
)
def test_a_sign_that_nobody_sees_is_named(character):
    """In prose as in tables and settings; also where an entity hides it."""
    for text in (f"Fewer chil{character}dren waited.", f"Fewer chil&#{ord(character)};dren waited."):
        assert markup_faults([Prose("narrative/headline.md", text)], []), text
