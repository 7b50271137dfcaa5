"""Everything in texts that is not allowed."""

from improvement_reports.domain.errors import Fault
from improvement_reports.workspace.prose.signs import Finder, signs_faults
from improvement_reports.workspace.prose.texts import REFERENCE, Prose
from improvement_reports.workspace.prose.trees import STAND_IN, trees_of
from improvement_reports.workspace.prose.walk import Walk


def markup_faults(texts: list[Prose], names: list[str], finder: Finder | None = None) -> list[Fault]:
    """Everything in these texts that is not allowed, each with its line; one call of Pandoc for all of them."""
    before = {t: signs_faults(t, names, finder) for t in texts}
    sound = [t for t in texts if not before[t]]
    trees = trees_of(tuple(REFERENCE.sub(STAND_IN, t.text.strip()) for t in sound))
    found = {t: Walk(t, names, finder).faults_of(tree) for t, tree in zip(sound, trees, strict=True)}
    return [f for t in texts for f in before[t] or found[t]]
