"""Numbers with their way back, and the narrative that may name them."""

from improvement_reports.moved import former


def __getattr__(name: str) -> object:
    return former(__name__, name)
