"""From frozen files to page sources, the same for both renderers."""

from improvement_reports.moved import former


def __getattr__(name: str) -> object:
    return former(__name__, name)
