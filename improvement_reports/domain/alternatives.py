"""Alternative texts: short enough for one breath of a screen reader, for the values stand in the table under each
chart.
"""

import re

# Some screen readers cut an alternative text at 150 characters and read the rest as further images.
LONGEST = 149
LINE = "Line chart: "
ALL = "all {} values are in the table below."
MORE = " The table below says more."


def short_alternative(text: str) -> str:
    """An alternative text of at most `LONGEST` characters: the beginning of a longer one, or both ends of a line.

    >>> short_alternative("Bar chart: Care plans 91%; Visits 92%.")
    'Bar chart: Care plans 91%; Visits 92%.'
    """
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    return _ends_of_a_line(text) or _beginning(text)


def _ends_of_a_line(text: str) -> str:
    """The first and the last value of a line with many; nothing for any other text."""
    values = re.split(r"\.(?= |$)", text.removeprefix(LINE))[0].split("; ")
    if not text.startswith(LINE) or len(values) < 3:
        return ""
    said = f"{LINE}{values[0]} to {values[-1]}; {ALL.format(len(values))}"
    return said if len(said) <= LONGEST else ""


def _beginning(text: str) -> str:
    """As much of a text as there is room for, up to the end of a sentence or of a part of one, else of a word."""
    room = text[: LONGEST - len(MORE) - 1]
    for end in (r".*[.](?= )", r".*(?=;)", r".*(?=,)", r".*(?= )", r".*"):
        # A first word or two would say nothing.
        if (found := re.match(end, room)) and len(found[0]) > LONGEST // 3:
            break
    assert found is not None  # the last form fits every text
    return f"{found[0].rstrip('.')}.{MORE}"
