"""How often several measures together show a sign although nothing changed.

With six measures, each wrongly called changed in a few of a hundred reports, some sign is often there although nothing
changed. The first screen says how often, with the shares that `docs/method-proof.md` measures.
"""

# Of stable measures, percent whose newest value is called changed: by chance alone, and at the most that was simulated.
USUALLY, AT_MOST = 1.5, 5.0


def at_least_one(measures: int, percent: float) -> float:
    """The chance, in percent, that at least one of some stable measures is called changed."""
    return 100 * (1 - (1 - percent / 100) ** measures)


def one_in(percent: float) -> str:
    """A chance as readers take it in: 1 in 10."""
    return f"1 in {max(2, round(100 / percent))}"
