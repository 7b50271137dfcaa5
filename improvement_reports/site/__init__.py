"""From page sources to a website: two renderers, the same links and the same search."""

from improvement_reports.moved import former


def __getattr__(name: str) -> object:
    return former(__name__, name)
