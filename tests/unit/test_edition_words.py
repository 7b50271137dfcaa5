"""What stands at the head of an edition and of its page of changes."""

from types import SimpleNamespace

import pytest

from improvement_reports.editions.changes import Change
from improvement_reports.pages.changes import conclusion_words
from improvement_reports.pages.edition import _newest_line, why, why_in_short


def edition(reason):
    return SimpleNamespace(manifest=SimpleNamespace(reason=reason, edition_kind="correction"))


@pytest.mark.parametrize(
    ("reason", "short"),
    [
        ("A numerator was wrong.", "correction: A numerator was wrong"),
        ("A numerator was wrong. So was 3.5% of it. And more.", "correction: A numerator was wrong …"),
        ("3.5% of <b> was wrong", "correction: 3.5% of <b> was wrong"),
        (
            "What changed is judged by the council’s own series of months.",
            "correction: What changed is judged by the council’s own …",
        ),
    ],
)
def test_the_head_of_a_page_gives_the_beginning_of_the_reason(reason, short):
    assert why_in_short(edition(reason)) == short
    assert why(edition(reason)).startswith(short.removesuffix(" …"))


def test_a_conclusion_that_is_withdrawn_is_said_in_words():
    found = [
        Change("status", "a", "Contacts: direction", "worsening", "", True),
        Change("status", "b", "Assessments: against target", "met", "not met", True),
    ]
    words = conclusion_words(found).replace("\\:", ":")
    assert "Contacts: direction: “worsening” is not given any more" in words
    assert "“met” became “not met”" in words and "became “”" not in words


def test_a_reason_is_text_at_the_head_of_a_page():
    """The reason is written by a person; what looks like markup in it is read, not followed."""
    version = SimpleNamespace(version="v2", number=2, job=("a", "2024-03", "board"), identifier="a/2024-03/board/v2")
    manifest = SimpleNamespace(reason='A "typo" <b>', edition_kind="correction", published="2024-05-01T10:00:00Z")
    version.manifest = manifest
    line = _newest_line(version, "../", "February 2024 <i>")
    assert "(correction: A &quot;typo&quot; &lt;b&gt;)" in line and "Since February 2024 &lt;i&gt;</a>" in line
