"""Narrative: every number is a reference, and nothing but words and references comes through."""

from itertools import product

import pandas as pd
import pytest
from conftest import ROOT

from improvement_reports.domain.errors import UserError
from improvement_reports.facts import narrative
from improvement_reports.facts.narrative import load_names, render, text_faults
from improvement_reports.report import open_report
from improvement_reports.returns.keys import keyed_months, seen_before
from improvement_reports.returns.narrative import section_faults, template_faults
from improvement_reports.returns.reading import read_return
from improvement_reports.returns.series import checked
from improvement_reports.workspace import files
from improvement_reports.workspace.notebooks import asked_sections
from improvement_reports.workspace.places import Project

NAMES = ["section 47", "Essentials 2.0", "11-25 teams"]
FUNCTIONS = {
    "value": lambda measure_id, **where: "",
    "date": lambda milestone_id: "",
    "sentence": lambda measure_id, **where: "",
}


def faults(text: str) -> list[str]:
    return [str(f) for f in text_faults(text, "narrative/a.md", NAMES, FUNCTIONS)]


@pytest.fixture
def facts(prepared_once):
    return open_report("exampleshire", "2024-03", "board", prepared_once).facts


# What may stand in it


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Plain words, with “quotes”, a dash – and 'apostrophes'.",
        "One paragraph.\n\nAnother one.",
        '{{ value("cases_pct") }}',
        '{{ value("cases_pct", period="2024-02", category="11 to 25") }} in time.',
        '{{- value("cases_pct") -}}',
        '{{ value("a") }}{{ value("b") }}',
        "*Emphasis* and **strong** words.",
        "- a list\n- of words",
        "[Plan](https://example.org/plan)",
        "[Home](/index.html)",
        "[Next](#next)",
        "[Up](../index.html)",
    ],
)
def test_words_and_references_pass(text):
    assert faults(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "section 47 enquiries",
        "Section 47",
        "(section 47)",
        "Essentials 2.0.",
        "The 11-25 teams",
        "section 47, Essentials 2.0",
    ],
)
def test_reviewed_names_may_hold_a_number(text):
    assert faults(text) == []


@pytest.mark.parametrize(
    "text", ["section 471", "subsection 47", "section 47a", "section 4", "Essentials 2", "47", "section 47 5"]
)
def test_what_only_resembles_a_name_is_a_number(text):
    assert "bare number" in faults(text)[0]


def test_longer_names_are_taken_first(project):
    (project.params / "names.yml").write_text("names: [section 4, section 47]")
    assert load_names(project) == ["section 47", "section 4"]
    assert text_faults("section 47", "a", load_names(project), FUNCTIONS) == []


# What may not


@pytest.mark.parametrize(
    "text",
    [
        "41",
        "41%",
        "£3m",
        "2nd",
        "in 2024",
        "1. first",
        "three (3)",
        "٤١",
        "\uff14\uff11",
        "x41y",
        '{{ value("a") }}41',
        "½ of them",
        "m²",
    ],
)
def test_a_bare_number(text):
    assert "is a bare number; write a reference" in faults(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "{{ 41 }}",
        '{{ "41%" }}',
        '{{ "forty" }}',
        "{{ -1 }}",
        '{{ ["x"] }}',
        "{{ none }}",
        '{{ value("a") + 1 }}',
        '{{ value("a") ~ "41" }}',
        '{{ value("a") | upper }}',
        '{{ value("a") if 1 else "41" }}',
        '{{ "41" if value("a") }}',
        '{{ value("a"), 41 }}',
        "{{ value }}",
        "{{ value.__class__ }}",
        '{{ value("a").real }}',
        '{{ value["a"] }}',
        '{{ "".__class__.__mro__ }}',
        '{{ value.__call__("a") }}',
        '{{ not value("a") }}',
        '{{ value("a") == "41" }}',
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_anything_but_one_call(text):
    assert [f.split(": ", 1)[1] for f in faults(text)] == [
        'a reference must be one call such as {{ value("measure_id") }}; nothing else is allowed between the braces'
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{{ value(value("a")) }}',
        '{{ value(*["a"]) }}',
        '{{ value(**{"a": 1}) }}',
        '{{ value("a" ~ "b") }}',
        "{{ value(period=x) }}",
    ],
)
def test_arguments_that_are_no_constants(text):
    assert faults(text) == ["narrative/a.md, line 1: value() takes only texts and numbers"]


@pytest.mark.parametrize(
    "text",
    [
        '{{ value("a", year=1e999) }}',
        '{{ value("a", year=-1e999) }}',
        f'{{{{ value("a", year={"9" * 4000}) }}}}',
        f'{{{{ value("a", year={"9" * 5000}) }}}}',
        f'{{{{ value("{"x" * 40_000}") }}}}',
        '{{ value("a\u202eb") }}',
        '{{ value("a\ud800") }}',
        '{{ value("a\x00") }}',
        "{{ " + "(" * 3000 + 'value("a")' + ")" * 3000 + " }}",
        "{{ " + "-" * 3000 + "1 }}",
        '{{ value("a") }}' * 301,
        "{{ 10**100000 }}",
        "{{ [0] * 10**9 }}",
        '{{ value("a"|center(10**9)) }}',
    ],
)
def test_a_reference_of_no_sane_size(text):
    """Nothing endless or huge is even looked up: one sentence, at once."""
    (fault,) = faults(text)
    assert len(fault) < 300 and fault.startswith("narrative/a.md")


def test_an_unknown_function_is_named_with_a_suggestion():
    assert faults('\n{{ valeu("a") }}') == [
        "narrative/a.md, line 2: “valeu” is not a function of narrative; did you mean “value”?; allowed are value,"
        " date, sentence"
    ]
    assert "did you mean" not in faults("{{ range(3) }}")[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<script>alert()</script>", "holds HTML"),
        ("a <b>c</b>", "holds HTML"),
        ("< script >", "holds HTML"),
        ("<!-- x -->", "holds HTML"),
        ("</div>", "holds HTML"),
        ("<https://example.org>", "holds HTML"),
        ("<?php", "holds HTML"),
        ("{% for x in y %}{% endfor %}", "Jinja statement"),
        ("{% set x = y %}", "Jinja statement"),
        ("{# note #}", "Jinja statement"),
        ("{% raw %}{{ value }}{% endraw %}", "Jinja statement"),
        ("{% include 'x' %}", "Jinja statement"),
        ("word{.class}", "brace"),
        ("{{{ value }}}", "brace"),
        ('{{ value("a") }', "brace"),
        ("# Heading", "heading"),
        ("  ## Heading", "heading"),
        ("Heading\n===", "heading"),
        ("Heading\n---", "heading"),
        ("***", "heading"),
        ("::: note", "heading"),
        ("Heading\n--", "heading"),
        ("Heading\n-", "heading"),
        ("- - -", "heading"),
        ("* * *", "heading"),
        ("___", "heading"),
        ("![x](https://example.org/x.png)", "an image or a link"),
        ("[x](javascript:alert())", "an image or a link"),
        ("[x](JavaScript:alert())", "an image or a link"),
        ("[x]( javascript:alert())", "an image or a link"),
        ("[x](data:text/html,y)", "an image or a link"),
        ("[x](http://example.org)", "an image or a link"),
        ("[x](mailto:a)", "an image or a link"),
        ("[x](//example.org)", "an image or a link"),
        ("[x][a]\n\n[a]: javascript:alert()", "an image or a link"),
        ("[x]\n\n[x]: javascript:alert()", "an image or a link"),
        ("[x][]\n\n  [x]: data:text/html,y", "an image or a link"),
        ("`code`", "holds one of"),
        ("a | b", "holds one of"),
        ("$x$", "holds one of"),
        ("a@b", "holds one of"),
        ("\\# x", "holds one of"),
        ("~~x~~", "holds one of"),
        ("x^y^", "holds one of"),
        ("a\x07b", "control characters"),
        ("a\u202eb", "control characters"),
        ("a\x1bb", "control characters"),
    ],
)
def test_markup(text, problem):
    assert [f for f in faults(text) if problem in f], faults(text)


@pytest.mark.parametrize(
    "text",
    ["{{< include secret.qmd >}}", "{{ < video x > }}", "{{ }}", '{{ value("a }}', "{{ value( }}", "{{ value) }}"],
)
def test_shortcodes_and_what_is_no_expression(text):
    assert any("a reference cannot be read" in f for f in faults(text))


def test_every_fault_is_told_with_its_line():
    text = 'Words.\n41 of them\n{{ valeu("a") }}\nand <b>then</b>\n{{ 7 }}'
    assert [f.split(":")[0] for f in faults(text)] == [f"narrative/a.md, line {n}" for n in (4, 2, 3, 5)]


# Filling in


def test_a_reference_becomes_the_number_and_the_way_back(facts):
    text = render('{{ value("assessments_in_time_pct") }} in time', facts)
    assert (
        text == '<a class="n" data-figure="assessments_in_time_pct.2024-03"'
        ' href="figures.html#assessments_in_time_pct.2024-03">85%</a> in time'
    )
    [figure] = facts.take_figures()
    assert (figure.published, figure.value, figure.inputs[0].file) == (
        "85%",
        "85",
        "exampleshire/2024-03/observations.csv",
    )


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ('value("assessment_in_time_pct")', "did you mean “assessments_in_time_pct”?"),
        (
            'value("assessments_in_time_pct", period="2020-01")',
            "no observation of “assessments_in_time_pct” for 2020-01",
        ),
        (
            'value("missing_children_count", category="Noth")',
            "no observation of “missing_children_count” in the category “Noth”",
        ),
        ('numerator("care_proceedings_weeks")', "has no numerator for 2024-03"),
        ('target("children_in_care_count")', "has no target that holds in 2024-03-31"),
        ('change("staff_turnover_pct")', "has no earlier value"),
        ('status("2", "action")', "priority 2 has no action status of its own"),
        ('status("1", "impct")', "status() takes action or impact"),
        ('status("9", "action")', "priorities.csv has no “9”"),
        ('date("board-apil")', "did you mean “board-april”?"),
        ('amount("grants")', "finance.csv has no rows for “grants”"),
        ('amount("grant", year="2023")', "amount() has no option “year”"),
        ('count_priorities("action", "green")', "count_priorities() takes action or impact, and one of on_target"),
        ('count_measures("better")', "count_measures() takes one of with_target"),
        ('count_claims("wrong")', "count_claims() takes one of agrees"),
        ('recomputed("missing-total")', "the claim “missing-total” cannot be recomputed"),
        ('recomputed("missing-totl")', "did you mean “missing-total”?"),
        ("value()", "value"),
        ('value("assessments_in_time_pct", priod="2024-02")', "priod"),
    ],
)
def test_a_reference_that_finds_nothing_is_a_fault_with_its_line(facts, reference, problem):
    [fault] = template_faults(f"Words.\n{{{{ {reference} }}}}", "narrative/a.md", NAMES, facts)
    assert fault.where == "narrative/a.md, line 2"
    assert problem in fault.what
    assert "Facts" not in fault.what  # no names of our code in a message
    assert facts.take_figures() == []


HOSTILE = [
    "none",
    '""',
    '"x"',
    '"1"',
    "41",
    "1.5",
    "true",
    '"assessments_in_time_pct"',
    '"../x"',
    '"<script>"',
    '"2024-03"',
    r'"\0"',
]
ARGUMENTS = [
    "",
    *HOSTILE,
    *(f'"assessments_in_time_pct", {word}' for word in HOSTILE),
    *(f'"action", {word}' for word in HOSTILE),
    *(
        f'"assessments_in_time_pct", {key}={word}'
        for key, word in product(("period", "category", "area", "period_type"), HOSTILE)
    ),
]


def test_no_argument_whatever_is_a_bug(facts):
    """Any constants in any place end in a number or in a fault, never in another exception."""
    for name, arguments in product(facts.functions, ARGUMENTS):
        faults_of_it = template_faults(f"{{{{ {name}({arguments}) }}}}", "narrative/a.md", NAMES, facts)
        assert all(f.what for f in faults_of_it)


def test_text_from_data_is_not_markup(facts):
    """`sentence` says the category, which comes from a cell of the return."""
    text = facts.sentence("missing_children_count", category="*East* <script>alert(1)</script>")
    assert "<script" not in text
    assert "*East*" not in text


def test_a_suppressed_number_is_a_word(facts):
    assert "suppressed (small number)" in facts.value("missing_children_count", category="North")
    for function in (facts.change, facts.distance, facts.numerator, facts.result, facts.target):
        with pytest.raises(UserError):
            function("missing_children_pct", category="North")


def test_nothing_stands_against_a_target_without_a_value(facts):
    """A value that is missing has no distance, and is neither met nor of a measure without a better side."""
    at = next(p for p in facts.main_positions() if p.target is not None)
    where = {"period": at.current["period"], "period_type": at.current["period_type"]}
    assert facts.result(at.measure_id, **where)
    facts.observations = facts.observations.assign(value=float("nan"), value_status="not_available")
    for function in (facts.distance, facts.result):
        with pytest.raises(UserError, match="has no value for"):
            function(at.measure_id, **where)


def test_each_part_of_a_distribution_has_a_figure_of_its_own(facts):
    """“<26 weeks” and “>26 weeks” are two numbers, so they have two ids."""
    row = facts.observations.iloc[0]
    both = [row.to_dict() | {"category": c, "value": v} for c, v in (("<26 weeks", 10.0), (">26 weeks", 20.0))]
    facts.observations = pd.concat([facts.observations, pd.DataFrame(both)], ignore_index=True)
    where = {"period": row["period"]}
    assert facts.value(row["measure_id"], category="<26 weeks", **where) != facts.value(
        row["measure_id"], category=">26 weeks", **where
    )
    assert len(facts.take_figures()) == 2


def test_one_id_for_two_different_figures_is_a_bug(facts):
    row = facts.row("assessments_in_time_pct")
    facts.value("assessments_in_time_pct")
    facts.show(facts._figure(row, "", "another label", "1", "1", "percent", "", [row]))
    with pytest.raises(RuntimeError, match=r"two different figures have the id assessments_in_time_pct\.2024-03"):
        facts.take_figures()


# Sections that a report shows

RETURNS = sorted(p.parent for p in (ROOT / "data" / "raw").glob("*/*/return.yml"))


@pytest.mark.parametrize("folder", RETURNS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_section_of_a_real_return_is_asked_for_and_none_that_is_misspelt(folder):
    raw = read_return(folder)
    assert raw.narrative and section_faults(Project(ROOT), raw) == []
    right = list(raw.narrative)
    raw.narrative = {f"{name}x": "" for name in right}
    assert [str(f).split(":")[0] for f in section_faults(Project(ROOT), raw)] == [
        f"narrative/{name}x.md" for name in right
    ]


def test_the_sections_of_a_return_are_those_of_its_reports(project):
    home = "exampleshire"
    assert asked_sections(project, home, "2024-03") == [
        "headline",
        "priority-{}",
        "off-target",
        "next",
        "framework",
        "voice",
        "risks",
        "data-notes",
    ]
    (project.params / home / "2024-03-scrutiny.yml").write_text("kind: scrutiny")
    both = asked_sections(project, home, "2024-03")
    assert "not-moved" in both and "off-target" in both and "governance" not in both
    assert "governance" in asked_sections(project, home, "2020-01")  # no report yet: what any of them would show


def test_a_notebook_that_cannot_be_read_makes_no_section_wrong(project):
    project.notebook("board").write_text("{")
    raw = read_return(project.raw_return("exampleshire", "2024-03"))
    raw.narrative["headlin"] = ""
    assert section_faults(project, raw) == []


def test_a_changed_notebook_is_looked_at_again(project, monkeypatch):
    """Also by a later call, which knows what the notebooks asked for before."""
    monkeypatch.setattr(files, "SETTLED_NS", 0)

    def key() -> str:
        seen = seen_before(project, "exampleshire")
        *_, (_, last) = keyed_months(project, "exampleshire", "2024-03", seen)
        seen.keep()
        return last

    before, path = key(), project.notebook("board")
    assert key() == before and seen_before(project, "exampleshire").path.is_file()
    path.write_text(path.read_text().replace("off-target", "of-target"))
    assert key() != before


@pytest.mark.parametrize(
    "text", ['Audits: {{ count_rows("actions") }}.', 'In England: {{ dfe("cpp_rate", area="england") }}.']
)
def test_official_statistics_are_opened_for_whoever_asks_for_them(project, monkeypatch, text):
    """And where they cannot be opened, that is no fault of the line that asked."""

    def broken(*_):
        raise UserError("annual-values.csv cannot be read.")

    monkeypatch.setattr("improvement_reports.official.statistics.open_official", broken)
    folder = project.raw_return("exampleshire", "2024-03")
    for path in (folder / "narrative").glob("*.md"):
        path.unlink()
    (folder / "narrative" / "headline.md").write_text(text)
    if "dfe" in text:
        with pytest.raises(UserError, match=r"^annual-values.csv cannot be read.$"):
            checked(project, folder, [])
    else:
        assert checked(project, folder, [])[0].narrative == {"headline": text}


TEXTS = [
    "",
    "words alone",
    "words\n\nand a last line\n",
    "two at the end\n\n",
    '{{ value("a") }}',
    'Of {{ value("a") }}, {{ value("b", period="2024-03") }} stand; {{value(1)}}{{ value() }}.\n',
    'a }} that opens nothing {{ value("a") }} and { one }',
    'with a brace {{ value("a}b") }} inside',
    'with two {{ value("a}}b") }} inside',
    "{{ value('it''s') }}",
    '{{- value("a") -}} next',
    'left {{+ value("a") }}',
    'a {# comment #} {{ value("a") }}',
    "{% if true %}so{% endif %}",
    'lines\r\nof {{ value("a") }}\rtwo kinds\n',
    "{{ 1 + 1 }} and {{ value('a')|upper }}",
    '{{ value("a") }} {{ other("b") }}',
    '{{ value(value("a")) }}',
    "{{ value(none) }}",
    "never closed {{ value(",
    "{{ }}",
    "{{{ value('a') }}}",
    '{{ value(**{"a": 1}) }}',
    '{{ value("é “x”", n=-1.5) }} – ends',
    '{{ value("a",\n  period="2024") }}\n\n{{ value("b") }}',
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_narrative_reads_as_jinja_has_it(text):
    """Also where no program is made of it."""
    functions = {"value": lambda *given, **named: f"[{given}{sorted(named.items())}]"}
    try:
        expected = narrative._environment().from_string(text).render(functions)
    except Exception:
        expected = None
    if expected is None:
        with pytest.raises(UserError, match="cannot be filled in"):
            narrative._filled(text, functions)
    else:
        assert narrative._filled(text, functions) == expected


def test_no_program_is_made_of_words_and_references(monkeypatch):
    monkeypatch.setattr(narrative, "_template", lambda text: pytest.fail("it was"))
    text = 'In {{ value("month") }} as in {{ value("year") }}.\n'
    assert narrative._filled(text, {"value": lambda of: of.upper()}) == "In MONTH as in YEAR."


CALLS = [
    '{{ value("a") }}',
    "{{value('a', period='2024-03', n=3)}}",
    '{{ value ( "it\'s" , ) }}',
    '{{ (value)("a") }}',
    "{{ value() }}",
    '{{ value("a" "b") }}',
    '{{ value(r"a") }}',
    '{{ value("b" r"a") }}',
    '{{ value(u"a") }}',
    '{{ value(b"a") }}',
    '{{ value(f"a") }}',
    '{{ value("""a""") }}',
    '{{ value("a\\n") }}',
    '{{ value("a#b") }}',
    '{{ value("a") # remark }}',
    "{{ value(007) }}",
    "{{ value(0x10, 1_000, 12) }}",
    "{{ value(1., 1.5, -2, 1e5, 1j) }}",
    "{{ value(true, True, none, None, ...) }}",
    '{{ value("a", *["b"]) }}',
    '{{ value("a", **{"b": 1}) }}',
    '{{ value("a", period="1", period="2") }}',
    '{{ value(period="1", "a") }}',
    '{{ value("a")("b") }}',
    '{{ value.other("a") }}',
    '{{ value("a"), }}',
    '{{ value("a") if true }}',
    '{{ value(x := "a") }}',
    '{{ value("a", in="x") }}',
    '{{ none("a") }}',
    '{{ not("a") }}',
    '{{ lambda: "a" }}',
    '{{ value("a",\n  n=1) }}',
    '{{ value("é") }}',
    '{{ value("{{") }}',
    '{{ value("a" for x in "b") }}',
    '{{\u00a0value("a") }}',
    '{{- value("a") -}}',
    "{{ value(" + "9" * 5000 + ") }}",
    "{{ }}",
    "value('a')",
    "{{ value('a') }} and more",
    "{{ value('a') }}{{ value('b') }}",
]


@pytest.mark.parametrize("text", CALLS)
def test_a_call_that_python_reads_is_the_one_that_jinja_reads(text):
    """Or Python leaves it to Jinja."""
    plain = narrative._plain_call(text)
    if plain is not None and plain.function != "none":  # there is no function of that name
        assert plain == narrative._call_by_jinja(text)
        assert [type(v) for v in plain.arguments] == [type(v) for v in narrative._call_by_jinja(text).arguments]


def test_ordinary_references_are_read_by_python(monkeypatch):
    monkeypatch.setattr(narrative, "_call_by_jinja", lambda text: pytest.fail("by Jinja"))
    for text in CALLS[:2]:
        assert narrative._call_of.__wrapped__(text).function == "value"


REFERENCES = [
    found
    for path in sorted((ROOT / "data" / "raw").glob("*/*/narrative/*.md"))
    for found in narrative.REFERENCE.findall(path.read_text(encoding="utf-8"))
]


def test_every_reference_of_the_returns_is_read_alike():
    plain = [narrative._plain_call(text) for text in set(REFERENCES)]
    assert plain == [narrative._call_by_jinja(text) for text in set(REFERENCES)] and len(plain) > 100
    assert None not in plain
