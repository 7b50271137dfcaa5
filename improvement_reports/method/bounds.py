"""What public numbers of months and of longer periods say about the months that are not shown: their least and most.

Months stand in a line, and every number is the sum of months that follow each other: a month, a quarter, a year, a
running total, overlapping or not. So each public number is the distance of two points of that line, and no month is
below 0. What all of them say together is then the shortest way from point to point, exact for whole numbers, and
whatever the periods are: no rule for one shape is needed. (Systems of difference constraints; Cormen and others,
Introduction to Algorithms, chapter 22.4 of the fourth edition.)
"""

from collections.abc import Mapping

import numpy as np

from improvement_reports.method.spans import shift

Months = tuple[str, str]  # the first and the last month of a period


class Line:
    """The months of a stretch that are not shown (``unknown``), each between two points of the line.

    ``facts``: public numbers by period, months among them, all within the stretch. Numbers that contradict each other
    say nothing (``is_sound``).
    """

    def __init__(self, first: str, last: str, facts: Mapping[Months, float]):
        self.unknown: list[str] = []
        behind: list[float] = []  # what is shown between a point and the month that begins later
        place: dict[str, tuple[int, float]] = {}  # the start of a month: the point before it, and how far behind it
        month, point, far = first, 0, 0.0
        while month <= last:
            place[month] = point, far
            number = facts.get((month, month))
            if number is None:
                self.unknown.append(month)
                behind.append(far)
                point, far = point + 1, 0.0
            else:
                far += number
            month = shift(month, 1)
        place[month] = point, far
        self.behind = np.array(behind)
        self.most = self._shortest(facts, place)
        self.is_sound = bool((self.most.diagonal() >= 0).all())

    def _shortest(self, facts: Mapping[Months, float], place: dict[str, tuple[int, float]]) -> np.ndarray:
        """The most that each point can lie after each other one."""
        size = len(self.unknown) + 1
        most = np.full((size, size), np.inf)
        np.fill_diagonal(most, 0)
        most[np.arange(1, size), np.arange(size - 1)] = -self.behind
        for (start, end), number in facts.items():
            (a, behind_a), (b, behind_b) = place[start], place[shift(end, 1)]
            if a != b:
                distance = number + behind_a - behind_b
                most[a, b], most[b, a] = min(most[a, b], distance), min(most[b, a], -distance)
        for point in range(size):
            np.minimum(most, most[:, point, None] + most[None, point, :], out=most)
        return most

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The least and the most of each unknown month."""
        return -self.most.diagonal(-1) - self.behind, self.most.diagonal(1) - self.behind

    def bounds_if(self, month: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same if one of them were a number; shape (values, months). ``values``: numbers that it can be."""
        at = self.unknown.index(month)
        far, most = (values + self.behind[at])[:, None], self.most
        before, after = np.arange(len(self.unknown)), np.arange(1, len(self.unknown) + 1)

        def shortest(a: np.ndarray, b: np.ndarray) -> np.ndarray:
            over = np.minimum(most[a, at] + far + most[at + 1, b], most[a, at + 1] - far + most[at, b])
            return np.minimum(most[a, b], over)

        return -shortest(after, before) - self.behind, shortest(before, after) - self.behind


def can_be(least: np.ndarray, most: np.ndarray, threshold: int) -> np.ndarray:
    """Which of the numbers 1 to the threshold lie between two bounds; one more axis, of these numbers."""
    small = np.arange(1, threshold + 1)
    return (least[..., None] <= small) & (small <= most[..., None])
