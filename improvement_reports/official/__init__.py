"""Official statistics as they were known on a day, each value with its row."""

from improvement_reports.moved import former


def __getattr__(name: str) -> object:
    return former(__name__, name)
