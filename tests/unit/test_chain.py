"""What is said of editions whose manifests do not make one chain."""

import pytest

from improvement_reports.editions.chain import MOST_NAMED, Link, _ends


def firsts(number: int) -> list[Link]:
    """Editions of which each says that none was published before it."""
    return [Link(("a", "2024-01", "board"), n, f"{n}", None, None) for n in range(1, number + 1)]


@pytest.mark.parametrize("number", [1, 2, MOST_NAMED, MOST_NAMED + 2, 1500])
def test_of_very_many_ends_some_are_named_and_the_others_counted(number):
    found = _ends(firsts(number))
    assert len(found) == (number if number > 1 else 0)
    for _, words in found:
        assert words.count("a/2024-01/board/v") == min(number, MOST_NAMED)
        assert (f"v{MOST_NAMED} and {number - MOST_NAMED:,} more all say" in words) is (number > MOST_NAMED)
