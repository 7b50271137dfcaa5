"""How counts of directions are worded, so that several measures together do not mislead.

With six measures, each wrongly called changed in a few of a hundred reports, some sign is often there although nothing
changed. The words say so, with the shares that `docs/method-proof.md` measures.
"""

from improvement_reports.domain.numbers import counted
from improvement_reports.domain.vocabulary import Direction

# Of stable measures, percent whose newest value is called changed: by chance alone, and at the most that was simulated.
USUALLY, AT_MOST = 1.5, 5.0


def at_least_one(measures: int, percent: float) -> float:
    """The chance, in percent, that at least one of some stable measures is called changed."""
    return 100 * (1 - (1 - percent / 100) ** measures)


def one_in(percent: float) -> str:
    """A chance as readers take it in: 1 in 10."""
    return f"1 in {max(2, round(100 / percent))}"


def signs_words(directions: list[Direction]) -> str:
    """What the first screen says of measures that were judged: how many show a sign of improvement, of worsening, and
    of neither; none where no measure was judged.
    """
    judged = [d for d in directions if d is not Direction.TOO_FEW_POINTS]
    if not judged:
        return ""
    better, worse = (sum(d is way for d in judged) for way in (Direction.IMPROVING, Direction.WORSENING))
    of = counted(len(judged), "measure that can be judged", "measures that can be judged")
    return f"Of {of}, {better} {_shows(better)} of improvement and {worse} of worsening."


def _shows(number: int) -> str:
    return "shows a sign" if number == 1 else "show a sign"


def chance_words(measures: int) -> str:
    """What stands under the counts: how often stable measures would show a sign all the same."""
    if measures == 0:
        return ""
    usual, most = (one_in(at_least_one(measures, percent)) for percent in (USUALLY, AT_MOST))
    if measures == 1:
        return f"A sign can be chance: in {usual} reports, at most {most}, one appears although nothing changed."
    return (
        f"A sign can be chance: if nothing had changed, {measures} measures would show at least one in {usual} reports,"
        f" at most in {most}. A sign that stays for months is no chance."
    )
