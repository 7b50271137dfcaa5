"""Which parts of a distribution go, so that nothing follows from the rest, from the whole, or from the rule itself.

Pure arithmetic over whole numbers. A reader is taken to know everything that is shown, the whole, and this rule; even
which of the hidden parts are the small ones. What is promised: each small part can still be any number from 1 to the
threshold.

Partners come in an order that no number decides, and whether another one is needed follows from the sum of the hidden
parts, which a reader knows: for each stage it is worked out which small numbers fit that sum and every earlier stage
that was not enough. So no choice of the rule says anything beyond what was reckoned with. A zero can be a partner: if
zeros always stood there, a partner would be known to be large. Nor can it be known that a partner is 0.
"""

from functools import cache
from typing import cast

import numpy as np


def hidden_parts(
    values: list[float | None],
    threshold: int,
    whole: float | None,
    movable: list[bool] | None = None,
    hidden: set[int] | None = None,
    is_known: bool = True,
) -> tuple[set[int], bool]:
    """(places of the parts to hide, whether the whole goes too) for one distribution.

    ``values``: its parts, in the order in which they become partners; None for one that the source or an earlier return
    hides. ``whole``: None where it is not stated, or is withheld. ``movable``: False for a part that is public already.
    ``hidden``: the parts that are withheld already; else those that are small. ``is_known``: False for a whole that is
    withheld; one that is only not stated might be known from elsewhere.
    """
    movable = movable or [True] * len(values)
    small = {i for i, v in enumerate(values) if v is None or 0 < v <= threshold} if hidden is None else set(hidden)
    if not small:
        return set(), False
    everything = {i for i, can in enumerate(movable) if can} | small
    if whole is not None and 0 < whole <= threshold:
        return everything, True
    known = [v for v in values if v is not None]
    if whole is None and (len(known) < len(values) or not is_known):
        return small, False  # the sum of the hidden parts is not known to anyone
    total, gone = sum(known) if whole is None else whole, small | {i for i, v in enumerate(values) if v is None}
    partners = [i for i, can in enumerate(movable) if can and i not in small]
    for stage, place in enumerate([None, *partners]):
        gone |= set() if place is None else {place}
        # What is None is known to nobody, whether it is withheld or was never there.
        rest = total - sum(cast(float, v) for i, v in enumerate(values) if i not in gone)
        if is_enough(len(small), stage, int(rest), threshold):
            return gone, False
    return everything, True


def is_enough(small: int, partners: int, rest: int, threshold: int) -> bool:
    """Whether ``small`` small parts stay unknown behind so many partners when the sum of all these is known to be
    ``rest``.
    """
    most = _most(small, partners, threshold)
    return rest >= 0 and bool(_fits(small, partners, threshold)[:, min(rest, most)].all())


def _most(small: int, partners: int, threshold: int) -> int:
    """A sum from which on a partner can make up for any small parts, so that larger ones need not be told apart."""
    return small * threshold + (partners + 2) * (threshold + 1)


@cache
def _fits(small: int, partners: int, threshold: int) -> np.ndarray:
    """What can go together with each sum of the hidden parts, and with every earlier stage, whose sum was not enough.

    A row for each number 1 to ``threshold`` that a small part could be, then one for each partner: whether it could be
    other than 0. Shape (threshold + partners, sums).
    """
    sums = np.arange(_most(small, partners, threshold) + 1)
    if partners == 0:
        others = sums[None, :] - np.arange(1, threshold + 1)[:, None]
        return (others >= small - 1) & (others <= threshold * (small - 1))
    before = _fits(small, partners - 1, threshold)
    open_before = before & ~np.atleast_2d(before.all(axis=0))  # the stage before was not enough
    result = np.zeros((threshold + partners, len(sums)), dtype=bool)
    result[:-1, : before.shape[1]] |= open_before  # the partner is 0
    for at in np.flatnonzero(open_before.any(axis=0)):  # the partner is more than the threshold
        result[:-1, at + threshold + 1 :] |= open_before[:, at, None]
        result[-1, at + threshold + 1 :] = True
    return result
