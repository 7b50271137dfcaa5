"""How often several measures show a sign by chance."""

import pytest

from improvement_reports.method.first_screen import AT_MOST, USUALLY, at_least_one, one_in


def test_the_chance_of_any_sign_grows_with_the_measures():
    assert at_least_one(1, 5) == pytest.approx(5) and at_least_one(6, 5) == pytest.approx(26.49, abs=0.01)
    assert (one_in(at_least_one(6, USUALLY)), one_in(at_least_one(6, AT_MOST))) == ("1 in 12", "1 in 4")
    assert USUALLY < AT_MOST


def test_a_chance_is_never_said_to_be_certain():
    assert one_in(at_least_one(1000, AT_MOST)) == "1 in 2"
