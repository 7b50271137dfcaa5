"""What was published: frozen, compared, downloaded and verified."""

from improvement_reports.moved import former


def __getattr__(name: str) -> object:
    return former(__name__, name)
