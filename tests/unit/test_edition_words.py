"""What stands at the head of an edition and of its page of changes."""

from types import SimpleNamespace

import pytest

from improvement_reports.editions.changes import Change
from improvement_reports.pages.edition import conclusion_words, why, why_in_short


def edition(reason):
    return SimpleNamespace(manifest=SimpleNamespace(reason=reason, edition_kind="correction"))


@pytest.mark.parametrize(
    ("reason", "short"),
    [
        ("A numerator was wrong.", "correction: A numerator was wrong"),
        ("A numerator was wrong. So was 3.5% of it. And more.", "correction: A numerator was wrong …"),
        ("3.5% of <b> was wrong", "correction: 3.5% of &lt;b&gt; was wrong"),
    ],
)
def test_the_head_of_a_page_gives_the_first_sentence_of_the_reason(reason, short):
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
