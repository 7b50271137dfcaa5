"""What the first screen says of several measures together."""

import pytest

from improvement_reports.domain.vocabulary import Direction
from improvement_reports.method.first_screen import AT_MOST, USUALLY, at_least_one, chance_words, signs_words

BETTER, WORSE, SAME, FEW = (
    Direction.IMPROVING,
    Direction.WORSENING,
    Direction.NO_SIGNIFICANT_CHANGE,
    Direction.TOO_FEW_POINTS,
)


@pytest.mark.parametrize(
    "directions, words",
    [
        ([], ""),
        ([FEW, FEW], ""),
        (
            [BETTER, SAME, SAME, FEW],
            "Of 3 measures that can be judged, 1 shows a sign of improvement and 0 of worsening.",
        ),
        ([SAME], "Of 1 measure that can be judged, 0 show a sign of improvement and 0 of worsening."),
        (
            [BETTER, BETTER, WORSE, SAME],
            "Of 4 measures that can be judged, 2 show a sign of improvement and 1 of worsening.",
        ),
    ],
)
def test_counts_name_only_what_can_be_judged(directions, words):
    assert signs_words(directions) == words


def test_the_chance_of_any_sign_grows_with_the_measures():
    assert at_least_one(1, 5) == pytest.approx(5) and at_least_one(6, 5) == pytest.approx(26.49, abs=0.01)
    assert chance_words(0) == ""
    assert chance_words(6) == (
        "A sign can be chance: if nothing had changed, 6 measures would show at least one in 1 in 12 reports, at most"
        " in 1 in 4. A sign that stays for months is no chance."
    )
    assert USUALLY < AT_MOST
