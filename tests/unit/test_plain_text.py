"""Texts that can stand on a page, and those in which a character was lost by a wrong encoding."""

import pytest

from improvement_reports.domain.plain_text import text_problem


@pytest.mark.parametrize("text", ["cafÃ©", "Â£500", "Â£", "Worcâ€™s", "it Â½ fits", "naÃ¯ve"])
def test_a_character_saved_in_another_encoding_is_named(text):
    assert "saved in another encoding" in text_problem(text)


@pytest.mark.parametrize(
    "text", ["café", "£500", "Worc’s", "Âge d’or", "São Paulo", "½ a day", "naïve", "“quoted” – and so on …"]
)
def test_letters_with_accents_and_signs_are_plain(text):
    assert text_problem(text) == ""
